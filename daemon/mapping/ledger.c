/* SPDX-License-Identifier: EUPL-1.2 */
/* See ledger.h. The rules are those of mappings/README.md, "The ledger". */
#include "mapping/ledger.h"
#include "mapping/types.h"

#include <string.h>

#define TABLES_MAX 64

struct account {
	enum ledger_fate fate;
	const char *why, *target;
};

struct ledger_book {
	struct index *index;
	struct arena *arena;
	struct account *accounts;	/* of statement n at n - 1 */
	struct ledger_table tables[TABLES_MAX];
	size_t table_count;
};

struct ledger_book *
ledger_new(struct index *index, struct arena *arena)
{
	struct ledger_book *book = arena_alloc(arena, sizeof(*book));

	if (book == NULL)
		return NULL;
	book->index = index;
	book->arena = arena;
	book->accounts = arena_alloc(arena, (index_statement_count(index) + 1) * sizeof(*book->accounts));
	return book->accounts == NULL ? NULL : book;
}

static bool
is_named(const xmlNode *element, const char *name)
{
	return strcmp((const char *)element->name, name) == 0;
}

/* Resources are the FHIR elements whose names begin in upper case. */
static const char *
resource_around(const xmlNode *node)
{
	for (; node != NULL && node->type == XML_ELEMENT_NODE; node = node->parent)
		if (node->name[0] >= 'A' && node->name[0] <= 'Z')
			return (const char *)node->name;
	return NULL;
}

/* The child of the statement that element is or lies in. */
static const xmlNode *
part_of(const xmlNode *statement, const xmlNode *element)
{
	while (element->parent != statement)
		element = element->parent;
	return element;
}

void
ledger_read(struct ledger_book *book, const xmlNode *node, const xmlNode *parent)
{
	struct mark *mark = index_mark(book->index, node);
	const xmlNode *statement, *part;
	struct account *account;

	if (mark == NULL)
		return;
	mark->read = true;
	if (mark->statement == 0)
		return;
	account = &book->accounts[mark->statement - 1];
	statement = index_statement(book->index, mark->statement);
	if (account->fate == LEDGER_MAPPED || (const xmlNode *)node->parent == NULL)
		return;
	if (mark->element == statement) {
		if (node != statement)
			return;
	} else {
		part = part_of(statement, mark->element);
		if (!is_named(part, "code") && !is_named(part, "value"))
			return;
	}
	account->fate = LEDGER_MAPPED;
	account->target = arena_strdup(book->arena, resource_around(parent));
}

void
ledger_stand(struct ledger_book *book, const xmlNode *node, const char *type)
{
	struct mark *mark = index_mark(book->index, node);
	struct account *account;

	if (mark == NULL || mark->statement == 0 || index_statement(book->index, mark->statement) != node)
		return;
	account = &book->accounts[mark->statement - 1];
	account->fate = LEDGER_MAPPED;
	account->target = type;
}

void
ledger_carry(struct ledger_book *book, const xmlNode *node)
{
	struct mark *mark = index_mark(book->index, node == NULL ? NULL : node->parent);

	if (mark != NULL)
		mark->carried = true;
}

static void
note_one(struct ledger_book *book, size_t number, enum ledger_fate fate, const char *why)
{
	struct account *account = &book->accounts[number - 1];

	if (account->fate == LEDGER_MAPPED)
		return;
	account->fate = fate;
	account->why = why;
}

void
ledger_note(struct ledger_book *book, const xmlNode *node, enum ledger_fate fate, const char *why)
{
	const struct mark *mark = index_mark(book->index, node), *inner;
	uint32_t order, last = 0;

	if (mark == NULL)
		return;
	if (mark->statement != 0 && index_statement(book->index, mark->statement) == mark->element) {
		note_one(book, mark->statement, fate, why);
		return;
	}
	for (order = mark->order + 1; order < mark->end; order++) {
		inner = index_element(book->index, order);
		if (inner->statement > last &&
		    index_statement(book->index, inner->statement) == inner->element) {
			last = inner->statement;
			note_one(book, last, fate, why);
		}
	}
}

void
ledger_count(struct ledger_book *book, const struct table *table, enum code_fate fate)
{
	const char *name = table == NULL ? "-" : table_name(table);
	struct ledger_table *row = book->tables;
	size_t i;

	for (i = 0; i < book->table_count && strcmp(book->tables[i].table, name) != 0; i++)
		row++;
	if (i == TABLES_MAX)
		return;
	if (i == book->table_count) {
		row->table = name;
		book->table_count++;
	}
	switch (fate) {
	case CODE_TRANSLATED:
		row->translated++;
		break;
	case CODE_KEPT:
		row->kept++;
		break;
	case CODE_TEXT_ONLY:
		row->text_only++;
		break;
	}
}

/* ---- The balance ----------------------------------------------------------------------------- */

/*
 * A statement's section is the nearest one; where there are no sections, anything around it that
 * was carried.
 */
static const char *
why_unmapped(const struct ledger_book *book, const xmlNode *statement, enum ledger_fate *fate)
{
	const xmlNode *node;

	for (node = statement->parent; node != NULL &&
	    node->type == XML_ELEMENT_NODE; node = node->parent) {
		if (index_mark(book->index, node)->carried) {
			*fate = LEDGER_TEXT;
			return "no rule maps it; the narrative of its section is carried";
		}
		if (is_named(node, "section"))
			break;
	}
	*fate = LEDGER_DROPPED;
	return "no rule maps it, and no narrative of its section is carried";
}

static const char *
text_of(const xmlNode *element, const char *attribute)
{
	return element == NULL ? NULL : node_attribute(element, attribute);
}

/* The first code of a coded child: CDA has it as an attribute, FHIR as the value of an element in a coding. */
static const char *
code_of(const xmlNode *statement, const char *name)
{
	const xmlNode *coded = node_child(statement, name);

	if (!node_is_fhir(coded))
		return text_of(coded, "code");
	return node_value(node_child(coded, "coding"), "code");
}

static const char *
label_of(struct arena *arena, const xmlNode *statement)
{
	const char *template = text_of(node_child(statement, "templateId"), "root");
	const char *code = code_of(statement, "code");
	const char *value = code_of(statement, "value");

	if (code == NULL)
		code = value;
	return arena_printf(arena, "%s%s%s%s%s", (const char *)statement->name, template == NULL ?
	    "" : " ", template == NULL ? "" : template, code == NULL ? "" : " ", code == NULL ? "" :
	    code);
}

static void
find_fate(const struct ledger_statement *statement, const char *name, struct ehds_findings *findings)
{
	bool dropped = statement->fate == LEDGER_DROPPED;

	findings_add(findings, &(struct ehds_finding){
	    .severity = dropped ? EHDS_SEVERITY_WARNING : EHDS_SEVERITY_INFORMATION,
	    .rule = dropped ? "ledger-dropped" : "ledger-text",
	    .code = dropped ? "not-supported" : "informational",
	    .text = statement->why, .found = statement->label, .file = name, .line = statement->line });
}

static int
close_statement(struct ledger_statement *out, struct ledger_book *book, size_t number)
{
	const struct account *account = &book->accounts[number - 1];
	const xmlNode *node = index_statement(book->index, number);

	out->node = node;
	out->line = node_line(node);
	out->coded = code_of(node, "code") != NULL || code_of(node, "value") != NULL;
	out->fate = account->fate;
	out->why = account->why;
	out->target = account->target;
	if (out->fate == LEDGER_UNREAD)
		out->why = why_unmapped(book, node, &out->fate);
	else if (out->fate != LEDGER_MAPPED && out->why == NULL)
		out->why = "the mapping says so";
	out->label = label_of(book->arena, node);
	return out->label == NULL ? -1 : 0;
}

static void
sum(struct ledger *ledger, const struct ledger_statement *statement)
{
	ledger->mapped += statement->fate == LEDGER_MAPPED;
	ledger->text += statement->fate == LEDGER_TEXT;
	ledger->dropped += statement->fate == LEDGER_DROPPED;
	ledger->coded += statement->coded;
	ledger->coded_mapped += statement->coded && statement->fate == LEDGER_MAPPED;
}

/*
 * What lies in something that was read counts as read: a concept reads the translations of its
 * code.
 */
static bool
was_read(const struct ledger_book *book, const struct mark *mark)
{
	const xmlNode *statement = index_statement(book->index, mark->statement), *node;

	for (node = mark->element; node != statement; node = node->parent)
		if (index_mark(book->index, node)->read)
			return true;
	return index_mark(book->index, statement)->read;
}

/* The code that an element says by itself: CDA has it as an attribute, FHIR as the value of an element `code`. */
static const char *
said_code(const xmlNode *element)
{
	if (!node_is_fhir(element))
		return node_attribute(element, "code");
	return is_named(element, "code") ? node_filled(element, "value") : NULL;
}

static int
close_unread(struct ledger *out, struct ledger_book *book)
{
	struct ledger_unread *unread, *last = NULL;
	const struct mark *mark;
	size_t order;

	for (order = 0; (mark = index_element(book->index, order)) != NULL; order++) {
		const char *code = mark->statement == 0 ? NULL : said_code(mark->element);

		if (code == NULL || was_read(book, mark))
			continue;
		unread = arena_alloc(book->arena, sizeof(*unread));
		if (unread == NULL)
			return -1;
		unread->node = mark->element;
		unread->line = node_line(mark->element);
		unread->code = code;
		unread->statement = mark->statement - 1;
		if (last == NULL)
			out->unread = unread;
		else
			last->next = unread;
		last = unread;
	}
	return 0;
}

int
ledger_close(struct ledger *out, struct ledger_book *book, const char *name, bool unread,
    struct ehds_findings *findings)
{
	size_t count = index_statement_count(book->index), i;
	struct ledger_statement *statements = arena_alloc(book->arena, (count + 1) * sizeof(*statements));

	memset(out, 0, sizeof(*out));
	if (statements == NULL)
		return -1;
	for (i = 0; i < count; i++) {
		if (close_statement(&statements[i], book, i + 1) != 0)
			return -1;
		sum(out, &statements[i]);
		if (statements[i].fate != LEDGER_MAPPED)
			find_fate(&statements[i], name, findings);
	}
	out->statements = statements;
	out->count = count;
	out->tables = book->tables;
	out->table_count = book->table_count;
	return unread ? close_unread(out, book) : 0;
}
