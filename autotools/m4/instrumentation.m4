dnl SPDX-License-Identifier: EUPL-1.2
dnl EHDS_INSTRUMENTATION: --enable-sanitizers, --enable-coverage, --enable-fuzzers.

AC_DEFUN([EHDS_INSTRUMENTATION], [
	AC_ARG_ENABLE([sanitizers],
		[AS_HELP_STRING([--enable-sanitizers], [build with AddressSanitizer and UndefinedBehaviorSanitizer])],
		[], [enable_sanitizers=no])
	AC_ARG_ENABLE([coverage], [AS_HELP_STRING([--enable-coverage], [build for 'make coverage'])],
		[], [enable_coverage=no])
	AC_ARG_ENABLE([fuzzers],
		[AS_HELP_STRING([--enable-fuzzers], [build libFuzzer targets (needs clang)])],
		[], [enable_fuzzers=no])
	INSTRUMENTATION_CFLAGS=
	AS_IF([test "$enable_sanitizers" = yes], [
		INSTRUMENTATION_CFLAGS="-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
		HARDENING_FORTIFY=
		AC_DEFINE([EHDS_SANITIZERS], [1], [Built with sanitizers: limits of memory do not apply.])
	])
	AS_IF([test "$enable_coverage" = yes], [
		INSTRUMENTATION_CFLAGS="$INSTRUMENTATION_CFLAGS --coverage -O0"
		HARDENING_FORTIFY=
	])
	FUZZER_CFLAGS=
	AS_IF([test "$enable_fuzzers" = yes], [
		AC_MSG_CHECKING([whether $CC has libFuzzer])
		ehds_saved_cflags=$CFLAGS
		CFLAGS="$CFLAGS -fsanitize=fuzzer"
		AC_LINK_IFELSE([AC_LANG_SOURCE([[
#include <stddef.h>
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length);
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length) { return bytes == NULL && length > 0; }
			]])],
			[AC_MSG_RESULT([yes])],
			[AC_MSG_RESULT([no])
			AC_MSG_ERROR([--enable-fuzzers needs CC=clang and its runtime (Debian: libclang-rt-14-dev)])])
		CFLAGS=$ehds_saved_cflags
		FUZZER_CFLAGS=-fsanitize=fuzzer
		INSTRUMENTATION_CFLAGS="$INSTRUMENTATION_CFLAGS -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
		HARDENING_FORTIFY=
		AC_DEFINE([EHDS_SANITIZERS], [1], [Built with sanitizers: limits of memory do not apply.])
	])
	AM_CONDITIONAL([FUZZERS], [test "$enable_fuzzers" = yes])
	AM_CONDITIONAL([COVERAGE], [test "$enable_coverage" = yes])
	AM_CONDITIONAL([SANITIZERS], [test "$enable_sanitizers" = yes])
	AC_SUBST([INSTRUMENTATION_CFLAGS])
	AC_SUBST([FUZZER_CFLAGS])
])
