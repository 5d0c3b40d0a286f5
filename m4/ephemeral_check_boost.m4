# EPHEMERAL_CHECK_BOOST(NAME, LIBRARIES, PROLOGUE, BODY, DEBIAN-PACKAGE)
# Boost has no pkg-config files: try to link, and where that fails name the package.
AC_DEFUN([EPHEMERAL_CHECK_BOOST], [
    AC_MSG_CHECKING([for $1])
    ephemeral_saved_LIBS=$LIBS
    LIBS="$LIBS $2"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([$3], [$4])],
        [AC_MSG_RESULT([yes])],
        [AC_MSG_RESULT([no])
         AC_MSG_ERROR([$1 is missing: install $5 (Debian, Ubuntu) or boost-devel (Fedora, EPEL)])])
    LIBS=$ephemeral_saved_LIBS
])
