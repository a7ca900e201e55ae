/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The mapping files in force. Several folders are laid over one another, file by file: the later folder's
 * file hides the earlier one's of the same name. A file is known by its name below its folder
 * ("aa/tables/x.yaml"), so that a result does not depend on where the folders lie.
 */
#ifndef EHDS_MAPPING_FILES_H
#define EHDS_MAPPING_FILES_H

#include "base/buffer.h"
#include "base/error.h"
#include "format/yaml.h"

#include <stdbool.h>
#include <stddef.h>

struct mapping_file {
	const char *name;			/* below its folder */
	const char *path;			/* as the operator knows it */
	const struct mapping_file *hidden;	/* the file of the same name in an earlier folder; NULL */
	const char *bytes;			/* of a file that is only in memory; NULL: on disk */
	size_t length;
	char *hash;				/* SHA-256 of what was read, "" before; DIGEST_HEX long */
	bool used;				/* somebody named it */
};

/* What a file is for, told by its name alone. */
enum file_kind {
	FILE_OTHER,		/* documents, READMEs: nobody's here */
	FILE_STRAY,		/* YAML or TSV at a place where nobody looks */
	FILE_COUNTRY,		/* COUNTRY/country.yaml */
	FILE_NAMING,		/* COUNTRY/naming.yaml, COUNTRY/naming-*.yaml */
	FILE_SET,		/* .../sets/NAME.yaml */
	FILE_TABLE,		/* .../tables/NAME.yaml */
	FILE_ROWS,		/* .../tables/NAME.tsv, .../sets/NAME.tsv */
	FILE_STYLESHEET,	/* *.xsl */
	FILE_PACK,		/* COUNTRY/.../pack.yaml */
	FILE_CASE,		/* .../cases/... */
};

enum file_kind
file_kind(const char *name);

struct mapping_files;

struct mapping_files *
files_new(void);

void
files_free(struct mapping_files **files);

/*
 * Takes in all files below a folder, on top of those that are there. Names that begin with a dot are passed
 * over. Errors: CONFIG folder-read; folder-too-large over 100,000 files or 12 levels.
 */
int
files_scan(struct mapping_files *files, const char *folder, struct ehds_error *error);

/* Takes in one file, from disk (bytes NULL) or memory (borrowed). */
struct mapping_file *
files_add(struct mapping_files *files, const char *name, const char *path, const char *bytes, size_t length);

/* NULL when there is none. Marks it used. */
const struct mapping_file *
files_find(struct mapping_files *files, const char *name);

/* In order of name; NULL past the end. */
const struct mapping_file *
files_at(struct mapping_files *files, size_t index);

/* "; did you mean 'aa/tables/x.yaml'?" in out, or "". Returns out. */
const char *
files_hint(struct mapping_files *files, char *out, size_t size, const char *name);

/*
 * Reads the file, at most 64 MiB, and notes the hash of what it read: a file that changes while mappings
 * are loaded does not give the generation the name of another. Errors: those of file_read.
 */
int
files_read(struct buffer *out, const struct mapping_file *file, struct ehds_error *error);

/* Reads and parses; places carry the path. Gives the file. */
int
files_yaml(struct yaml_file **out, const struct mapping_file *file, struct ehds_error *error);

/*
 * The name that `relative` has for a file named `from` ("aa/x/pack.yaml", "../tables/y.tsv" ->
 * "aa/tables/y.tsv"). Gives the name (free); NULL when it leaves the mappings folder or is absolute.
 */
char *
name_beside(const char *from, const char *relative);

#endif
