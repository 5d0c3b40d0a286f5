# Tests that `make check` leaves out, because they take minutes, install packages or fetch another
# system. Each closes with its counts, for ./test.
EXTRA_DIST += \
	scripts/install-quietly scripts/packages.sh \
	tests/mutations/mutations.py tests/mutations/wrong_turns.py \
	tests/packaging/check_install.py \
	tests/roots \
	tests/sanitizers.py

# What takes minutes of real time, too long for every edit: forecasts, and 500,000 binds.
check-slow: all tests/live_tests$(EXEEXT)
	BOOST_TEST_LOG_LEVEL=message tests/live_tests --run_test=@slow

# Under the sanitizers, in the folder sanitizers/.
compiler_with_sanitizers = $(CXX) $(DEFS) -I$(abs_top_builddir) -I$(abs_top_srcdir) \
	-DBOOST_TEST_DYN_LINK $(JSON_CFLAGS) $(SECCOMP_CFLAGS) $(MNL_CFLAGS) $(FMT_CFLAGS) -O0 $(SANITIZERS)
check-sanitizers:
	@$(AM_TESTS_ENVIRONMENT) python3 -B $(srcdir)/tests/sanitizers.py $(abs_top_srcdir) \
		'$(compiler_with_sanitizers)' \
		'$(FMT_LIBS) $(MNL_LIBS) -lboost_unit_test_framework $(SECCOMP_LIBS)' \
		--library $(filter %.cc,$(libephemeral_a_SOURCES)) \
		--unit $(filter %.cc,$(tests_unit_tests_SOURCES)) \
			$(filter-out man/main.cc,$(filter %.cc,$(libmanual_a_SOURCES))) \
		--live $(filter %.cc,$(tests_live_tests_SOURCES) $(tests_live_liblab_a_SOURCES)) \
		--checks $(libexec_PROGRAMS:%=%.cc)

# That a test catches each wrong turn in the code: make check-mutations TURNS=conntrack.
check-mutations:
	python3 -B $(srcdir)/tests/mutations/mutations.py $(srcdir) $(TURNS)

# That what ./test installs brings no service to life.
check-install:
	python3 -B $(srcdir)/tests/packaging/check_install.py

# With other compilers, in a root of Debian's below the build folder (roots/).
check-architectures: dist
	python3 -B $(srcdir)/tests/roots/check_architectures.py $(srcdir) $(distdir).tar.xz
check-oldest: dist
	python3 -B $(srcdir)/tests/roots/check_oldest.py $(srcdir) $(distdir).tar.xz

.PHONY: check-mutations check-slow check-sanitizers check-install check-architectures check-oldest
