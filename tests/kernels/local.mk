# What is left, found by filling up, which needs no feature of the kernel; by `make check-kernels` on
# Debian's other kernels, too, under qemu.
if ENABLE_TESTS
kernel_tests = tests/kernels/truth
check_PROGRAMS += $(kernel_tests)
TESTS += $(kernel_tests)
endif

tests_kernels_truth_CPPFLAGS = $(test_flags)
tests_kernels_truth_LDADD = $(tests_live_tests_LDADD)
tests_kernels_truth_SOURCES = \
	tests/kernels/comparison.cc tests/kernels/comparison.h \
	tests/kernels/mixes.cc \
	tests/kernels/situations.cc
tests_kernels_truth_DEPENDENCIES = $(tests_live_tests_DEPENDENCIES)

EXTRA_DIST += \
	tests/kernels/archive.py \
	tests/kernels/check_kernels.py \
	tests/kernels/guest.sh \
	tests/kernels/image.py \
	tests/kernels/machine.py \
	tests/kernels/results.py

# Installs qemu if it is missing, as root. make check-kernels ROUNDS=100 KERNELS='6.1. 6.12.'; its
# table goes into docs/kernel.md by make kernel-table; with KERNELS, the rows of those alone.
KERNELS =
KERNEL_SECONDS = 1500
check-kernels kernel-table: ROUNDS = 10
.PHONY: check-kernels kernel-table
check-kernels kernel-table: everything
	python3 -B $(srcdir)/tests/kernels/check_kernels.py --rounds $(ROUNDS) \
		--kernels '$(KERNELS)' --seconds $(KERNEL_SECONDS) $(document) $(srcdir) \
		$(libexec_PROGRAMS) tests/unit_tests tests/live_tests $(kernel_tests)
kernel-table: document = --document $(srcdir)/docs/kernel.md
