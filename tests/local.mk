# Tests that `make check` leaves out, because they take minutes, install packages or fetch another
# system. Each closes with its counts, for ./test.
EXTRA_DIST += \
	scripts/install-quietly scripts/packages.sh \
	tests/packaging/check_install.py \
	tests/roots

# What takes minutes of real time, too long for every edit: forecasts, and 500,000 binds.
check-slow: all tests/live_tests$(EXEEXT)
	BOOST_TEST_LOG_LEVEL=message tests/live_tests --run_test=@slow

# That what ./test installs brings no service to life.
check-install:
	python3 -B $(srcdir)/tests/packaging/check_install.py

# With other compilers, in a root of Debian's below the build folder (roots/).
check-architectures: dist
	python3 -B $(srcdir)/tests/roots/check_architectures.py $(srcdir) $(distdir).tar.xz
check-oldest: dist
	python3 -B $(srcdir)/tests/roots/check_oldest.py $(srcdir) $(distdir).tar.xz

.PHONY: check-slow check-install check-architectures check-oldest
