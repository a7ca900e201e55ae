dnl SPDX-License-Identifier: EUPL-1.2
dnl EHDS_HARDENING: compiler and linker flags that are on by default; each only if the compiler takes it.

AC_DEFUN([EHDS_FLAG], [
	AC_MSG_CHECKING([whether $CC takes $2])
	ehds_saved_cflags=$CFLAGS
	CFLAGS="$CFLAGS -Werror $2"
	AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
		[AC_MSG_RESULT([yes]); $1="$$1 $2"],
		[AC_MSG_RESULT([no])])
	CFLAGS=$ehds_saved_cflags
])

AC_DEFUN([EHDS_HARDENING], [
	WARNING_CFLAGS="-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla -Wformat=2"
	HARDENING_CFLAGS=
	HARDENING_LDFLAGS=
	AC_ARG_ENABLE([hardening], [AS_HELP_STRING([--disable-hardening], [leave the hardening flags out])],
		[], [enable_hardening=yes])
	AS_IF([test "$enable_hardening" = yes], [
		EHDS_FLAG([HARDENING_CFLAGS], [-fstack-protector-strong])
		EHDS_FLAG([HARDENING_CFLAGS], [-fstack-clash-protection])
		EHDS_FLAG([HARDENING_CFLAGS], [-fcf-protection])
		EHDS_FLAG([HARDENING_LDFLAGS], [-Wl,-z,relro])
		EHDS_FLAG([HARDENING_LDFLAGS], [-Wl,-z,now])
		EHDS_FLAG([HARDENING_LDFLAGS], [-Wl,-z,noexecstack])
		HARDENING_FORTIFY="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"
	])
	AC_SUBST([WARNING_CFLAGS])
	AC_SUBST([HARDENING_CFLAGS])
	AC_SUBST([HARDENING_LDFLAGS])
	AC_SUBST([HARDENING_FORTIFY])
])
