/* SPDX-License-Identifier: EUPL-1.2 */
/* Finding the files that imports and includes name: below the mappings folders and nowhere else. */
#ifndef EHDS_MAPPING_STYLESHEET_FILE_H
#define EHDS_MAPPING_STYLESHEET_FILE_H

#include <stddef.h>

/*
 * The file that `path` means: a file of a later root overrides the one of the same place below an
 * earlier root. Gives its path, without . and .., or NULL when it does not exist or lies outside
 * all roots, symbolic links resolved. *shown (given; may be NULL) is the path below its root.
 */
char *
stylesheet_file_find(const char *path, const char *const *roots, size_t root_count, char **shown);

#endif
