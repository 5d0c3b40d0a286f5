# The tarball for hosts where nothing can be installed, in packages/portable/: made in a root of
# Debian 13's, as root, with debootstrap. PORTABLE_FOR=aarch64 makes that one alone.
PORTABLE_FOR = x86_64 aarch64
EXTRA_DIST += \
	portable/README.portable \
	portable/make_portable.py \
	tests/portable/check_portable.py
.PHONY: portable check-portable
portable: dist
	python3 -B $(srcdir)/portable/make_portable.py $(srcdir) $(distdir).tar.xz $(RELEASE_DATE) \
		$(PORTABLE_FOR)

# That they run in an empty root, and say what those of this build say; of this processor unless
# PORTABLE_FOR says which.
check-portable: PORTABLE_FOR = $$(uname -m)
check-portable: all portable
	python3 -B $(srcdir)/tests/portable/check_portable.py $(srcdir) packages/portable \
		$(libexec_PROGRAMS)
