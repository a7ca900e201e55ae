/* SPDX-License-Identifier: EUPL-1.2 */
/* See tsv.h. */
#include "mapping/tsv.h"

#include "base/text.h"
#include "mapping/lint.h"

#include <stdio.h>
#include <string.h>

/* The next line that says something, without its end; NULL at the end. */
static char *
next_line(struct tsv *tsv)
{
	while (tsv->at < tsv->end) {
		char *line = tsv->at, *newline = memchr(line, '\n', (size_t)(tsv->end - line));

		tsv->at = newline != NULL ? newline + 1 : tsv->end;
		tsv->line++;
		*(newline != NULL ? newline : tsv->end) = '\0';
		if (newline != NULL && newline > line && newline[-1] == '\r')
			newline[-1] = '\0';
		if (line[0] != '#' && !text_is_blank(line))
			return line;
	}
	return NULL;
}

/* Characters, not bytes. */
static int
width(const char *text)
{
	int count = 0;

	for (; *text != '\0'; text++)
		count += ((unsigned char)*text & 0xC0) != 0x80;
	return count;
}

/* Cuts the line at its tabs; returns how many cells there are, of which max at most are in cells. */
static size_t
split(char *line, struct yaml_node *cells, size_t max, int number)
{
	size_t count = 0;
	int column = 1;

	for (;;) {
		char *tab = strchr(line, '\t');

		if (tab != NULL)
			*tab = '\0';
		if (count < max)
			cells[count] = (struct yaml_node){ .kind = YAML_SCALAR, .line = number,
			    .column = column, .quoted = true, .text = line };
		count++;
		if (tab == NULL)
			return count;
		column += width(line) + 1;
		line = tab + 1;
	}
}

static bool
read_column(struct tsv *tsv, const struct yaml_node *cell)
{
	const char *words[TSV_COLUMNS_MAX + 1] = { NULL };
	char hint[128];
	size_t i, j;

	for (i = 0; i < tsv->known_count; i++) {
		words[i] = tsv->known[i].key;
		if (strcmp(cell->text, words[i]) != 0)
			continue;
		for (j = 0; j < tsv->column_count; j++) {
			if (tsv->columns[j] != i)
				continue;
			lint_node(tsv->lint, "lint-tsv-head", tsv->path, cell,
			    "the head names the column '%s' twice", cell->text);
			return false;
		}
		tsv->columns[tsv->column_count++] = i;
		return true;
	}
	lint_node(tsv->lint, "lint-tsv-head", tsv->path, cell,
	    "the head names a column '%s' that does not exist%s", cell->text,
	    schema_hint(hint, sizeof(hint), cell->text, words));
	return false;
}

static bool
read_head(struct tsv *tsv, char *line)
{
	struct yaml_node cells[TSV_COLUMNS_MAX];
	size_t count = split(line, cells, TSV_COLUMNS_MAX, tsv->line), i, j;
	bool good = true;

	for (i = 0; i < count && i < TSV_COLUMNS_MAX; i++)
		good = read_column(tsv, &cells[i]) && good;
	for (i = 0; i < tsv->known_count; i++) {
		for (j = 0; j < tsv->column_count && tsv->columns[j] != i; j++)
			;
		if (!tsv->known[i].required || j < tsv->column_count)
			continue;
		lint_error(tsv->lint, "lint-tsv-head", tsv->path, tsv->line, 1,
		    "the head does not name the column '%s' (names stand in the first line, with tabs "
		    "between them)", tsv->known[i].key);
		good = false;
	}
	return good;
}

bool
tsv_open(struct tsv *tsv, char *bytes, size_t length)
{
	size_t valid = text_valid_utf8(bytes, length), i;
	char *line;
	int number = 1;

	if (valid < length || memchr(bytes, '\0', length) != NULL) {
		valid = strnlen(bytes, valid);
		for (i = 0; i < valid; i++)
			number += bytes[i] == '\n';
		lint_error(tsv->lint, "lint-tsv-row", tsv->path, number, 1, "the line is not UTF-8 text");
		return false;
	}
	if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
		bytes += 3, length -= 3;
	tsv->at = bytes;
	tsv->end = bytes + length;
	tsv->line = 0;
	tsv->column_count = 0;
	line = next_line(tsv);
	if (line != NULL)
		return read_head(tsv, line);
	lint_error(tsv->lint, "lint-tsv-head", tsv->path, 1, 1, "the file has no head line");
	return false;
}

/*
 * Puts the cells of the file's columns where the caller knows them; false when one is not as its column
 * demands.
 */
static bool
place_cells(struct tsv *tsv, const struct yaml_node *read, struct yaml_node *cells)
{
	bool good = true;
	size_t i;

	memset(cells, 0, tsv->known_count * sizeof(*cells));
	for (i = 0; i < tsv->column_count; i++) {
		const struct schema_key *key = &tsv->known[tsv->columns[i]];
		struct yaml_node *cell = &cells[tsv->columns[i]];

		*cell = read[i];
		if (cell->text[0] != '\0' || key->required)
			good = schema_check_scalar(key, cell, tsv->path, tsv->lint) && good;
		if (cell->text[0] == '\0')
			cell->text = NULL;
	}
	return good;
}

bool
tsv_row(struct tsv *tsv, struct yaml_node *cells)
{
	struct yaml_node read[TSV_COLUMNS_MAX];
	char *line;

	while ((line = next_line(tsv)) != NULL) {
		size_t count = split(line, read, TSV_COLUMNS_MAX, tsv->line);

		if (count != tsv->column_count)
			lint_error(tsv->lint, "lint-tsv-row", tsv->path, tsv->line, 1,
			    "the row has %zu cells, the head names %zu columns: is a tab missing or too "
			    "many?", count, tsv->column_count);
		else if (place_cells(tsv, read, cells))
			return true;
	}
	return false;
}
