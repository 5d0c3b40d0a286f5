# The tests that need no feature of the kernel. They run on this one, and, by `make check-kernels`,
# on Debian's other ones under qemu.
EXTRA_LIBRARIES += tests/kernels/liblab.a
tests_kernels_liblab_a_CPPFLAGS = $(test_flags) $(SECCOMP_CFLAGS)
tests_kernels_liblab_a_SOURCES = \
	tests/live/main.cc \
	tests/live/features.cc tests/live/features.h \
	tests/live/lab.cc tests/live/lab.h \
	tests/live/mix.cc tests/live/mix.h \
	tests/live/program.cc tests/live/program.h \
	tests/live/report.cc tests/live/report.h \
	tests/live/sockets.cc \
	tests/live/time_wait.cc tests/live/time_wait.h \
	tests/kernels/filling.cc tests/kernels/filling.h

if ENABLE_TESTS
kernel_tests = tests/kernels/harm tests/kernels/truth
check_PROGRAMS += $(kernel_tests)
TESTS += tests/kernels/harm
endif

kernel_libraries = tests/kernels/liblab.a $(test_libraries) $(SECCOMP_LIBS)
tests_kernels_harm_CPPFLAGS = $(test_flags)
tests_kernels_harm_LDADD = $(kernel_libraries)
tests_kernels_harm_SOURCES = tests/kernels/harm.cc
tests_kernels_truth_CPPFLAGS = $(test_flags)
tests_kernels_truth_LDADD = $(kernel_libraries)
tests_kernels_truth_SOURCES = \
	tests/kernels/comparison.cc tests/kernels/comparison.h \
	tests/kernels/mixes.cc \
	tests/kernels/situations.cc
# The plugins are what they run.
tests_kernels_harm_DEPENDENCIES = tests/kernels/liblab.a libephemeral.a $(libexec_PROGRAMS)
tests_kernels_truth_DEPENDENCIES = $(tests_kernels_harm_DEPENDENCIES)

EXTRA_DIST += \
	tests/kernels/archive.py \
	tests/kernels/check_kernels.py \
	tests/kernels/guest.sh \
	tests/kernels/image.py \
	tests/kernels/machine.py \
	tests/kernels/results.py

# Installs qemu if it is missing, as root. make check-kernels ROUNDS=100 KERNELS='6.1. 6.12.'; its
# table goes into docs/kernel.md by make kernel-table.
KERNELS =
KERNEL_SECONDS = 900
check-kernels kernel-table: ROUNDS = 20
.PHONY: check-kernels kernel-table
check-kernels kernel-table: everything
	python3 -B $(srcdir)/tests/kernels/check_kernels.py --rounds $(ROUNDS) \
		--kernels '$(KERNELS)' --seconds $(KERNEL_SECONDS) $(document) $(srcdir) \
		$(libexec_PROGRAMS) tests/unit_tests tests/live_tests $(kernel_tests)
kernel-table: document = --document $(srcdir)/docs/kernel.md
