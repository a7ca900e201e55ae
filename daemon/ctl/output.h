/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Where results go: standard output, one file, or a folder with one file for each document. A file
 * is there whole or not at all.
 */
#ifndef EHDS_CTL_OUTPUT_H
#define EHDS_CTL_OUTPUT_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

struct output {
	const char *path;	/* borrows; NULL: standard output */
	const char *suffix;	/* of files in a folder: ".json" */
	bool folder;
};

/*
 * path NULL or "-": standard output. It is a folder when it is one already, ends in '/', or count
 * is more than one. The folder is made. Says what is wrong (also two of the names that would become
 * one file) and returns -1.
 */
int
output_open(struct output *output, const char *path, const char *suffix, char *const *names, size_t count);

/*
 * The file that the result of the document `name` goes to; gives the string; NULL for standard
 * output.
 */
char *
output_path(const struct output *output, const char *name);

/*
 * Writes the bytes; on standard output a newline follows when there is none. Says what went wrong;
 * -1.
 */
int
output_write(const struct output *output, const char *name, const struct buffer *bytes);

/*
 * A document gave no result: what an earlier run left under that name is taken away, so that nobody
 * takes it for this run's. Only regular files.
 */
void
output_remove(const struct output *output, const char *name);

#endif
