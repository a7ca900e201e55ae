/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rows of a table. Each is a clinical decision, and is checked as one: whole, explained, unique, inside
 * its value set.
 */
#include "mapping/keep.h"
#include "mapping/lint.h"
#include "mapping/table_build.h"
#include "mapping/tsv.h"

#include <stdio.h>
#include <string.h>

static const char *const relations[] = { "equivalent", "wider", "narrower", "inexact", "unmatched", NULL };

const struct schema_key table_columns[COLUMNS] = {
	[COLUMN_FROM] = { "from", SCHEMA_CODE, SCHEMA_EITHER, true, NULL, NULL },
	[COLUMN_FROM2] = { "from2", SCHEMA_CODE, SCHEMA_ONE, false, NULL, NULL },
	[COLUMN_TO] = { "to", SCHEMA_CODE, SCHEMA_ONE, false, NULL, NULL },
	[COLUMN_DISPLAY] = { "display", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	[COLUMN_RELATION] = { "relation", SCHEMA_WORD, SCHEMA_ONE, false, relations, NULL },
	[COLUMN_SYSTEM] = { "system", SCHEMA_URI, SCHEMA_ONE, false, NULL, NULL },
	[COLUMN_WHY] = { "why", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
};

#define complain(reader, raw, rule, ...) \
	lint_error((reader)->lint, rule, (reader)->path, (raw)->line, (raw)->column, __VA_ARGS__)

static const char *
cell_text(const struct raw_row *raw, enum table_column column)
{
	return raw->cells[column] != NULL ? raw->cells[column]->text : NULL;
}

static const char *
own_text(struct row_reader *reader, const struct raw_row *raw, enum table_column column)
{
	const char *text = cell_text(raw, column);

	return reader->kept ? text : keep_text(reader->table->arena, text);
}

/* No relation means equivalent: it is what most rows say, and the one relation that claims no loss. */
static enum table_relation
relation_of(const struct raw_row *raw)
{
	const char *text = cell_text(raw, COLUMN_RELATION);
	int i;

	for (i = 0; text != NULL && relations[i] != NULL; i++)
		if (strcmp(text, relations[i]) == 0)
			return (enum table_relation)i;
	return RELATION_EQUIVALENT;
}

/* "N", or "N" with "F". */
static const char *
key_text(char *out, size_t size, const char *from, const char *from2)
{
	snprintf(out, size, from2 != NULL ? "'%s' with '%s'" : "'%s'", from, from2);
	return out;
}

/*
 * Extensible bindings let a code leave the set when none in it fits (HL7 FHIR R4 4.0.1, terminologies.html#strength):
 * the row must name the other system and say why.
 */
static bool
is_outside(const struct row_reader *reader, const struct raw_row *raw, const struct table_row *row)
{
	if (reader->set == NULL || value_set_has(reader->set, row->system, row->to))
		return false;
	return raw->cells[COLUMN_SYSTEM] == NULL || row->why == NULL;
}

static void
check_target(struct row_reader *reader, const struct raw_row *raw, const struct table_row *row)
{
	const struct yaml_node *to = raw->cells[COLUMN_TO];

	if (row->to == NULL && row->relation != RELATION_UNMATCHED) {
		complain(reader, raw, "lint-row-without-to",
		    "the row of '%s' has no `to`; if no code fits, say so: relation: unmatched", row->from);
	} else if (row->to != NULL && row->relation == RELATION_UNMATCHED) {
		lint_node(reader->lint, "lint-unmatched-with-to", reader->path, to,
		    "the row of '%s' is unmatched and yet maps to '%s': one of the two is wrong",
		    row->from, row->to);
	} else if (row->to != NULL && is_outside(reader, raw, row)) {
		lint_node(reader->lint, "lint-outside-set", reader->path, to,
		    "'%s'%s%s is not in the value set %s; a row may leave an extensible one with a "
		    "`system` of its own and a `why`", row->to, row->system != NULL ? " of " : "",
		    row->system != NULL ? row->system : "",
		    reader->table->set);
	}
}

static void
check_reason(struct row_reader *reader, const struct raw_row *raw, const struct table_row *row)
{
	if (row->why == NULL)
		reader->unexplained++;
	if (row->why == NULL && row->relation != RELATION_EQUIVALENT)
		complain(reader, raw, "lint-row-without-why",
		    "the row of '%s' is %s: say in `why` what is lost and why it may be", row->from,
		    relation_name(row->relation));
}

static bool
check_keys(struct row_reader *reader, const struct raw_row *raw, const struct table_row *row)
{
	int keys = row->from2 != NULL ? 2 : 1;

	if (reader->table->keys == 0)
		reader->table->keys = keys;
	if (reader->table->keys == keys)
		return true;
	lint_node(reader->lint, "lint-row-keys", reader->path, raw->cells[COLUMN_FROM],
	    "the row of '%s' has %d key%s, the rows before it have %d", row->from, keys, keys == 1 ? "" : "s",
	    reader->table->keys);
	return false;
}

/* A row of the table itself; one that came from the table that it extends stands for another file. */
static bool
is_own(const struct row_reader *reader, const struct table_row *row)
{
	return row->file == reader->shown;
}

void
table_add_row(struct row_reader *reader, const struct raw_row *raw)
{
	struct table *table = reader->table;
	struct table_row row = { .relation = relation_of(raw), .file = reader->shown, .line = raw->line };
	char key[256];
	size_t at;

	row.from = own_text(reader, raw, COLUMN_FROM);
	row.from2 = own_text(reader, raw, COLUMN_FROM2);
	row.to = own_text(reader, raw, COLUMN_TO);
	row.display = own_text(reader, raw, COLUMN_DISPLAY);
	row.system = own_text(reader, raw, COLUMN_SYSTEM);
	row.why = own_text(reader, raw, COLUMN_WHY);
	if (row.system == NULL)
		row.system = table->target;
	check_target(reader, raw, &row);
	check_reason(reader, raw, &row);
	reader->own++;
	if (!check_keys(reader, raw, &row))
		return;
	at = keyindex_find(&table->index, row.from, row.from2);
	if (at != KEYINDEX_NONE && is_own(reader, &table->rows[at])) {
		lint_node(reader->lint, "lint-duplicate-code", reader->path, raw->cells[COLUMN_FROM],
		    "the code %s is mapped twice: here and on line %d",
		    key_text(key, sizeof(key), row.from, row.from2), table->rows[at].line);
		return;
	}
	if (at == KEYINDEX_NONE) {
		at = table->count++;
		table->rows = grown(table->rows, at, sizeof(*table->rows));
	}
	table->rows[at] = row;
	keyindex_put(&table->index, row.from, row.from2, at);
}

void
table_read_tsv(struct row_reader *reader, char *bytes, size_t length)
{
	struct tsv tsv = { .known = table_columns, .known_count = COLUMNS, .path = reader->path,
	    .lint = reader->lint };
	struct yaml_node cells[COLUMNS];
	struct raw_row raw;
	size_t i;

	if (!tsv_open(&tsv, bytes, length))
		return;
	while (tsv_row(&tsv, cells)) {
		raw = (struct raw_row){ .line = tsv.line, .column = 1 };
		for (i = 0; i < COLUMNS; i++)
			raw.cells[i] = cells[i].text != NULL ? &cells[i] : NULL;
		table_add_row(reader, &raw);
	}
}
