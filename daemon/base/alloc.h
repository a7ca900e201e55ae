/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Allocation of what the program itself sizes: it never fails (it aborts). What a document or a peer sizes
 * is capped by a limit first and goes through arena_alloc or buffer_append, which can refuse.
 */
#ifndef EHDS_BASE_ALLOC_H
#define EHDS_BASE_ALLOC_H

#include <stddef.h>

/* Zeroed memory; gives it to the caller, who frees it with free(). Aborts when there is none. */
void *
must_alloc(size_t size);

void *
must_realloc(void *old, size_t size);

char *
must_strdup(const char *text);

char *
must_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* assert() that stays in every build: for our own mistakes, never for input. */
#define must(condition) \
	((condition) ? (void)0 : must_failed(#condition, __FILE__, __LINE__))

_Noreturn void
must_failed(const char *condition, const char *file, int line);

#endif
