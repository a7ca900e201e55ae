/* SPDX-License-Identifier: EUPL-1.2 */
/* Whole files in, whole files out. Only ehdsctl, the journal and tests write; libehds itself never does. */
#ifndef EHDS_BASE_FILE_H
#define EHDS_BASE_FILE_H

#include "base/buffer.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Reads all of path ("-" is standard input) into *out, at most limit bytes (0: no limit). Errors: CONFIG
 * "file-read" with the path; DOCUMENT "file-too-large" over the limit.
 */
int
file_read(struct buffer *out, const char *path, size_t limit, struct ehds_error *error);

/*
 * Writes path whole or not at all: a temporary file beside it, fsync, rename, fsync of the folder. mode: the
 * permission bits. Error: TEMPORARY "file-write".
 */
int
file_write(const char *path, const void *bytes, size_t length, unsigned mode, struct ehds_error *error);

/* Makes the folder and its parents; an existing one is fine. Error: CONFIG "folder-make". */
int
folder_make(const char *path, unsigned mode, struct ehds_error *error);

/*
 * The names in a folder in byte order, without "." and "..": *names is given to the caller, who frees it with
 * folder_list_free. Error: CONFIG "folder-read".
 */
int
folder_list(char ***names, size_t *count, const char *path, struct ehds_error *error);

void
folder_list_free(char ***names, size_t count);

bool
file_exists(const char *path);

bool
folder_exists(const char *path);

/* "a/b" from "a" and "b"; gives the string. An absolute name is returned as it is. */
char *
path_join(const char *folder, const char *name);

#endif
