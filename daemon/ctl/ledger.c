/* SPDX-License-Identifier: EUPL-1.2 */
/* See ledger.h. */
#include "ctl/ledger.h"
#include "base/alloc.h"
#include "base/buffer.h"
#include "ctl/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *
fate_name(enum ledger_fate fate)
{
	switch (fate) {
	case LEDGER_UNREAD:
		return "unread";
	case LEDGER_MAPPED:
		return "mapped";
	case LEDGER_TEXT:
		return "text";
	case LEDGER_DROPPED:
		return "dropped";
	}
	return "unknown";
}

static void
print_counts(const struct ledger *ledger)
{
	printf("statements: %zu found, %zu mapped, %zu as text, %zu dropped", ledger->count, ledger->mapped,
	    ledger->text, ledger->dropped);
	printf("; with a code: %zu, %zu of them mapped\n", ledger->coded, ledger->coded_mapped);
}

static void
print_tables(const struct ledger_table *tables, size_t count)
{
	if (count == 0)
		return;
	printf("%-32s %10s %10s %10s\n", "codes by table", "translated", "kept", "text only");
	for (size_t i = 0; i < count; i++)
		printf("  %-30s %10zu %10zu %10zu\n", tables[i].table, tables[i].translated, tables[i].kept,
		    tables[i].text_only);
}

static void
print_statement(const struct ledger_statement *statement)
{
	struct buffer line = { 0 };

	buffer_printf(&line, "%7d  %-7s  %-24s  %s", statement->line, fate_name(statement->fate),
	    statement->target != NULL ? statement->target : "", statement->label != NULL ? statement->label : "");
	if (statement->why != NULL)
		buffer_printf(&line, "  (%s)", statement->why);
	console_write(stdout, line.data, line.length);
	putchar('\n');
	buffer_free(&line);
}

void
ledger_print(const struct ledger *ledger, const char *name, const char *pack)
{
	console_write(stdout, name, strlen(name));
	printf(": %s\n%7s  %-7s  %-24s  %s\n", pack, "line", "fate", "target", "statement");
	for (size_t i = 0; i < ledger->count; i++)
		print_statement(&ledger->statements[i]);
	print_counts(ledger);
	print_tables(ledger->tables, ledger->table_count);
	putchar('\n');
}

static struct ledger_table *
table_of(struct ledger_totals *totals, const char *name)
{
	size_t i;

	for (i = 0; i < totals->table_count; i++)
		if (strcmp(totals->tables[i].table, name) == 0)
			return &totals->tables[i];
	totals->tables = must_realloc(totals->tables, (i + 1) * sizeof(*totals->tables));
	totals->tables[i] = (struct ledger_table){ .table = must_strdup(name) };
	totals->table_count++;
	return &totals->tables[i];
}

void
ledger_totals_add(struct ledger_totals *totals, const struct ledger *ledger)
{
	totals->documents++;
	totals->sum.count += ledger->count;
	totals->sum.mapped += ledger->mapped;
	totals->sum.text += ledger->text;
	totals->sum.dropped += ledger->dropped;
	totals->sum.coded += ledger->coded;
	totals->sum.coded_mapped += ledger->coded_mapped;
	for (size_t i = 0; i < ledger->table_count; i++) {
		const struct ledger_table *from = &ledger->tables[i];
		struct ledger_table *to = table_of(totals, from->table);

		to->translated += from->translated;
		to->kept += from->kept;
		to->text_only += from->text_only;
	}
}

void
ledger_totals_print(const struct ledger_totals *totals)
{
	printf("all %zu documents\n", totals->documents);
	print_counts(&totals->sum);
	print_tables(totals->tables, totals->table_count);
}

void
ledger_totals_free(struct ledger_totals *totals)
{
	for (size_t i = 0; i < totals->table_count; i++)
		free((char *)totals->tables[i].table);
	free(totals->tables);
	memset(totals, 0, sizeof(*totals));
}
