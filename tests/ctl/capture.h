/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Standard output or standard error into a file for a while, to see what was said. And keep():
 * strings of a test live as long as its process.
 */
#ifndef EHDS_TESTS_CTL_CAPTURE_H
#define EHDS_TESTS_CTL_CAPTURE_H

#include "base/alloc.h"
#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Takes an allocated string and keeps it to the end. */
static inline const char *
keep(char *text)
{
	static struct arena *kept;
	const char *copy;

	if (kept == NULL)
		kept = arena_new(0);
	copy = arena_strdup(kept, text);
	free(text);
	return copy;
}

struct capture {
	FILE *stream;		/* stdout or stderr */
	int saved;
	FILE *file;
};

static inline struct capture
capture_start(FILE *stream)
{
	struct capture capture = { stream, -1, tmpfile() };

	fflush(stream);
	capture.saved = dup(fileno(stream));
	must(capture.file != NULL && capture.saved >= 0);
	must(dup2(fileno(capture.file), fileno(stream)) >= 0);
	return capture;
}

/* What was written. */
static inline const char *
capture_end(struct capture *capture)
{
	char *text = must_alloc(65536);
	size_t length;

	fflush(capture->stream);
	must(dup2(capture->saved, fileno(capture->stream)) >= 0);
	close(capture->saved);
	rewind(capture->file);
	length = fread(text, 1, 65535, capture->file);
	text[length] = '\0';
	fclose(capture->file);
	return keep(text);
}

#endif
