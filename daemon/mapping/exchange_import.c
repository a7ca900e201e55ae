/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See exchange.h. A resource is read into a list of rows or codes first and written afterwards, because what a code may become depends on
 * what else is said of it: a source code with two targets is no decision.
 */
#include "mapping/exchange.h"

#include "base/alloc.h"
#include "base/text.h"
#include "fhir/tree.h"
#include "format/json.h"
#include "mapping/keyindex.h"
#include "mapping/pack.h"
#include "mapping/schema.h"
#include "mapping/types.h"

#include <stdlib.h>
#include <string.h>

#define SVS "urn:ihe:iti:svs:2008"

/* One row of a table, or one code of a set. */
struct taken {
	const char *code, *system, *display;	/* of a row: the target */
	const char *from, *relation, *why;
	int line;
	bool dropped;
};

struct importer {
	const struct exchange_import *import;
	const struct naming *naming;
	struct arena *arena;
	struct ehds_findings *findings;
	struct ehds_error *error;
	struct taken *rows;		/* owns */
	size_t count;
	const char *url, *version, *title, *publisher, *copyright;
	const char *systems[16];	/* source systems of a table */
	size_t system_count;
	const char *otherwise;
};

/* ---- What is told -------------------------------------------------------------------------------------------- */

static void
tell(struct importer *importer, enum ehds_severity severity, const char *rule, const xmlNode *place, const char *found, const char *text)
{
	findings_add(importer->findings, &(struct ehds_finding){ .severity = severity, .rule = rule, .code = "informational",
	    .text = text, .found = found, .file = importer->import->file, .line = node_line(place) });
}

static void
leave_out(struct importer *importer, const xmlNode *place, const char *found, const char *text)
{
	tell(importer, EHDS_SEVERITY_WARNING, "import-left-out", place, found, text);
}

static struct taken *
add(struct importer *importer, const xmlNode *place)
{
	struct taken *row;

	if ((importer->count & (importer->count - 1)) == 0)
		importer->rows = must_realloc(importer->rows, (importer->count == 0 ? 1 : 2 * importer->count) * sizeof(*importer->rows));
	row = &importer->rows[importer->count++];
	*row = (struct taken){ .line = node_line(place) };
	return row;
}

/* A code without white space around it (HL7 FHIR R4, code); NULL is told. */
static const char *
good_code(struct importer *importer, const xmlNode *place, const char *code)
{
	size_t length = code != NULL ? strlen(code) : 0;

	if (length > 0 && !text_is_space(code[0]) && !text_is_space(code[length - 1]))
		return code;
	leave_out(importer, place, code, "an entry without a code, or with white space around it");
	return NULL;
}

/* An OID as the URI that documents have; anything else as it is. */
static const char *
uri_of(struct importer *importer, const char *system)
{
	char buffer[300];
	const char *uri = NULL;

	if (system == NULL || system[0] == '\0')
		return NULL;
	if (text_starts_with(system, "urn:oid:"))
		system += strlen("urn:oid:");
	if (importer->naming != NULL)
		uri = naming_uri(importer->naming, system, buffer, sizeof(buffer));
	else if (is_oid(system))
		uri = arena_printf(importer->arena, "urn:oid:%s", system);
	return arena_strdup(importer->arena, uri != NULL ? uri : system);
}

static const char *
without_version(struct importer *importer, const char *canonical)
{
	return canonical != NULL ? arena_printf(importer->arena, "%.*s", (int)strcspn(canonical, "|"), canonical) : NULL;
}

/* ---- ConceptMap ---------------------------------------------------------------------------------------------- */

/*
 * HL7 FHIR R4 4.0.1, ConceptMapEquivalence. relatedto says that the relation is not known, and disjoint that there is none: neither is a
 * decision that a table can hold.
 */
static const struct {
	const char *equivalence, *relation;
} relations[] = {
	{ "equivalent", "equivalent" }, { "equal", "equivalent" }, { "wider", "wider" }, { "subsumes", "wider" },
	{ "narrower", "narrower" }, { "specializes", "narrower" }, { "inexact", "inexact" }, { "unmatched", "unmatched" },
};

static const char *
relation_of(const char *equivalence)
{
	for (size_t i = 0; equivalence != NULL && i < sizeof(relations) / sizeof(relations[0]); i++)
		if (strcmp(relations[i].equivalence, equivalence) == 0)
			return relations[i].relation;
	return NULL;
}

static const char *
why_of(struct importer *importer, const xmlNode *target, const char *equivalence)
{
	const char *comment = fhir_child_value(target, "comment");

	if (comment != NULL)
		return comment;
	if (strcmp(equivalence, "equivalent") == 0)
		return NULL;
	return arena_printf(importer->arena, "'%s' by the ConceptMap that this table was made from", equivalence);
}

static void
take_target(struct importer *importer, const xmlNode *element, const xmlNode *target, const char *system)
{
	const char *from = fhir_child_value(element, "code"), *equivalence = fhir_child_value(target, "equivalence");
	const char *relation = relation_of(equivalence), *code = fhir_child_value(target, "code");
	struct taken *row;

	if (relation == NULL) {
		leave_out(importer, target, from, equivalence == NULL ? "a target without an equivalence"
		    : arena_printf(importer->arena, "a target that is '%s': no relation of a table", equivalence));
		return;
	}
	if (fhir_child(target, "dependsOn") != NULL || fhir_child(target, "product") != NULL) {
		leave_out(importer, target, from, "a target that depends on other elements: a table looks at one code");
		return;
	}
	if (strcmp(relation, "unmatched") != 0 && good_code(importer, target, code) == NULL)
		return;
	if (strcmp(relation, equivalence) != 0)
		tell(importer, EHDS_SEVERITY_INFORMATION, "import-relation", target, equivalence,
		    arena_printf(importer->arena, "the relation is called '%s' in a table", relation));
	row = add(importer, target);
	row->from = from;
	row->relation = relation;
	row->why = why_of(importer, target, equivalence);
	if (strcmp(relation, "unmatched") == 0)
		return;
	row->code = code;
	row->system = system;
	row->display = fhir_child_value(target, "display");
}

static void
take_element(struct importer *importer, const xmlNode *element, const char *system)
{
	const xmlNode *target = fhir_child(element, "target");

	if (good_code(importer, element, fhir_child_value(element, "code")) == NULL)
		return;
	if (target == NULL)
		leave_out(importer, element, fhir_child_value(element, "code"), "a source code without a target");
	for (; target != NULL; target = fhir_next(target))
		take_target(importer, element, target, system);
}

static void
take_source(struct importer *importer, const xmlNode *group)
{
	const char *system = uri_of(importer, fhir_child_value(group, "source"));

	if (system == NULL) {
		leave_out(importer, group, NULL, "a group without a source system: its codes are taken from any system");
		return;
	}
	for (size_t i = 0; i < importer->system_count; i++)
		if (strcmp(importer->systems[i], system) == 0)
			return;
	if (importer->system_count < sizeof(importer->systems) / sizeof(importer->systems[0]))
		importer->systems[importer->system_count++] = system;
	else
		leave_out(importer, group, system, "more than 16 source systems");
}

/* `provided` is a table's same-code; the other modes are not for tables. */
static void
take_unmapped(struct importer *importer, const xmlNode *unmapped)
{
	const char *mode = fhir_child_value(unmapped, "mode");

	if (mode != NULL && strcmp(mode, "provided") == 0)
		importer->otherwise = "same-code";
	else if (unmapped != NULL)
		leave_out(importer, unmapped, mode, "what becomes of codes without a row: the table keeps the source's");
}

static void
take_concept_map(struct importer *importer, const xmlNode *root)
{
	for (const xmlNode *group = fhir_child(root, "group"); group != NULL; group = fhir_next(group)) {
		const char *system = uri_of(importer, fhir_child_value(group, "target"));

		take_source(importer, group);
		take_unmapped(importer, fhir_child(group, "unmapped"));
		for (const xmlNode *element = fhir_child(group, "element"); element != NULL; element = fhir_next(element))
			take_element(importer, element, system);
	}
}

static bool
is_equivalent(const struct taken *row)
{
	return strcmp(row->relation, "equivalent") == 0;
}

static bool
is_same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool
is_same_target(const struct taken *a, const struct taken *b)
{
	return is_same_text(a->relation, b->relation) && is_same_text(a->code, b->code) && is_same_text(a->system, b->system);
}

/* A code has one row: the one equivalent target of several; of none or two of them, no row. */
static void
decide(struct importer *importer)
{
	struct keyindex index = { 0 };

	for (size_t i = 0; i < importer->count; i++) {
		struct taken *row = &importer->rows[i], *other;
		size_t at = keyindex_find(&index, row->from, NULL);

		if (at == KEYINDEX_NONE) {
			keyindex_put(&index, row->from, NULL, i);
			continue;
		}
		other = &importer->rows[at];
		if (is_equivalent(row) && !is_equivalent(other)) {
			other->dropped = true;
			keyindex_put(&index, row->from, NULL, i);
		} else {
			row->dropped = true;
			/* Two of one rank: neither is the one, unless they say the same. */
			if (is_equivalent(row) == is_equivalent(other) && !is_same_target(row, other))
				other->dropped = true;
		}
	}
	keyindex_free(&index);
	for (size_t i = 0; i < importer->count; i++)
		if (importer->rows[i].dropped)
			findings_add(importer->findings, &(struct ehds_finding){ .severity = EHDS_SEVERITY_WARNING,
			    .rule = "import-left-out", .code = "informational", .file = importer->import->file, .line = importer->rows[i].line,
			    .found = importer->rows[i].from, .text = "a source code with several targets: a row is one decision" });
}

/* ---- ValueSet, CodeSystem ------------------------------------------------------------------------------------ */

static void
take_code(struct importer *importer, const xmlNode *place, const char *code, const char *system, const char *display)
{
	struct taken *row;

	if (good_code(importer, place, code) == NULL)
		return;
	row = add(importer, place);
	row->code = code;
	row->system = system;
	row->display = display;
}

static void
take_contains(struct importer *importer, const xmlNode *contains)
{
	for (; contains != NULL; contains = fhir_next(contains)) {
		const char *abstract = fhir_child_value(contains, "abstract");

		if (fhir_child(contains, "code") != NULL && (abstract == NULL || strcmp(abstract, "true") != 0))
			take_code(importer, contains, fhir_child_value(contains, "code"),
			    uri_of(importer, fhir_child_value(contains, "system")), fhir_child_value(contains, "display"));
		take_contains(importer, fhir_child(contains, "contains"));	/* bounded by the depth of the document */
	}
}

static void
take_include(struct importer *importer, const xmlNode *include)
{
	const char *system = uri_of(importer, fhir_child_value(include, "system"));
	const xmlNode *concept = fhir_child(include, "concept");

	if (concept == NULL || fhir_child(include, "valueSet") != NULL) {
		leave_out(importer, include, system, "codes that are described and not listed (a filter, a whole system, another value set): "
		    "an expansion of the value set lists them");
		return;
	}
	for (; concept != NULL; concept = fhir_next(concept))
		take_code(importer, concept, fhir_child_value(concept, "code"), system, fhir_child_value(concept, "display"));
}

/* What is excluded must not stand in the set; an exclusion that is not a list makes a set that is too wide. */
static int
take_exclude(struct importer *importer, const xmlNode *exclude)
{
	const char *system = uri_of(importer, fhir_child_value(exclude, "system"));
	const xmlNode *concept = fhir_child(exclude, "concept");

	if (concept == NULL)
		return error_set(importer->error, EHDS_ERROR_DOCUMENT, "import-resource", importer->import->file, node_line(exclude), 0,
		    "codes are excluded by a description and not by a list: without an expansion the set would be too wide");
	for (; concept != NULL; concept = fhir_next(concept))
		for (size_t i = 0; i < importer->count; i++)
			if (strcmp(importer->rows[i].code, fhir_child_value(concept, "code") != NULL ? fhir_child_value(concept, "code") : "") == 0
			    && system != NULL && importer->rows[i].system != NULL && strcmp(importer->rows[i].system, system) == 0)
				importer->rows[i].dropped = true;
	return 0;
}

static int
take_value_set(struct importer *importer, const xmlNode *root)
{
	const xmlNode *compose = fhir_child(root, "compose"), *contains = fhir_child(fhir_child(root, "expansion"), "contains"), *part;

	if (contains != NULL) {
		take_contains(importer, contains);
		return 0;
	}
	for (part = fhir_child(compose, "include"); part != NULL; part = fhir_next(part))
		take_include(importer, part);
	for (part = fhir_child(compose, "exclude"); part != NULL; part = fhir_next(part))
		if (take_exclude(importer, part) != 0)
			return -1;
	return 0;
}

static void
take_concepts(struct importer *importer, const xmlNode *concept, const char *system)
{
	for (; concept != NULL; concept = fhir_next(concept)) {
		take_code(importer, concept, fhir_child_value(concept, "code"), system, fhir_child_value(concept, "display"));
		take_concepts(importer, fhir_child(concept, "concept"), system);	/* bounded by the depth of the document */
	}
}

static int
take_code_system(struct importer *importer, const xmlNode *root)
{
	const char *content = fhir_child_value(root, "content"), *system = fhir_child_value(root, "url");

	if (content != NULL && strcmp(content, "supplement") == 0)
		system = without_version(importer, fhir_child_value(root, "supplements"));
	if (content == NULL || strcmp(content, "complete") != 0)
		leave_out(importer, root, content, "the code system is not complete: the set has the codes that it lists");
	take_concepts(importer, fhir_child(root, "concept"), uri_of(importer, system));
	importer->url = NULL;	/* it is the system's, not the set's */
	return 0;
}

/* ---- SVS ----------------------------------------------------------------------------------------------------- */

static bool
is_svs(const xmlNode *root)
{
	return strcmp((const char *)root->name, "RetrieveValueSetResponse") == 0
	    && (root->ns == NULL || strcmp((const char *)root->ns->href, SVS) == 0);
}

/* An attribute that the standard does not have may say that a code is no longer valid: which ones there are is told once each. */
static void
tell_attributes(struct importer *importer, const xmlNode *concept, struct keyindex *told)
{
	static const char *const known[] = { "code", "displayName", "codeSystem", "codeSystemName", "codeSystemVersion" };

	for (const xmlAttr *attribute = concept->properties; attribute != NULL; attribute = attribute->next) {
		const char *name = (const char *)attribute->name;
		size_t i = 0;

		while (i < sizeof(known) / sizeof(known[0]) && strcmp(known[i], name) != 0)
			i++;
		if (i < sizeof(known) / sizeof(known[0]) || keyindex_find(told, name, NULL) != KEYINDEX_NONE)
			continue;
		keyindex_put(told, name, NULL, 0);
		leave_out(importer, concept, name, "an attribute of codes that IHE SVS does not have: what it says is not carried");
	}
}

static int
take_svs(struct importer *importer, const xmlNode *root)
{
	const xmlNode *set = node_child(root, "ValueSet"), *list, *concept;
	struct keyindex told = { 0 };
	const char *id;

	if (set == NULL || node_next(set, "ValueSet") != NULL)
		return error_set(importer->error, EHDS_ERROR_DOCUMENT, "import-resource", importer->import->file, node_line(root), 0,
		    "the response holds %s value set%s, one is imported at a time", set == NULL ? "no" : "more than one", set == NULL ? "" : "s");
	id = node_filled(set, "id");
	importer->url = id == NULL ? NULL : is_oid(id) ? arena_printf(importer->arena, "urn:oid:%s", id) : id;
	importer->version = node_filled(set, "version");
	importer->title = node_filled(set, "displayName");
	for (list = node_child(set, "ConceptList"); list != NULL; list = node_next(list, "ConceptList")) {
		if (node_child(set, "ConceptList") != list) {
			leave_out(importer, list, NULL, "a further list of the same codes, in another language");
			continue;
		}
		for (concept = node_child(list, "Concept"); concept != NULL; concept = node_next(concept, "Concept")) {
			tell_attributes(importer, concept, &told);
			take_code(importer, concept, node_filled(concept, "code"), uri_of(importer, node_filled(concept, "codeSystem")),
			    node_filled(concept, "displayName"));
		}
	}
	keyindex_free(&told);
	return 0;
}

/* ---- Writing ------------------------------------------------------------------------------------------------- */

/* A JSON string is a YAML one, in quotes, so that no other reader takes a code for a number. */
static void
put_text(struct buffer *out, const char *before, const char *text)
{
	buffer_puts(out, before);
	json_write_string(out, text, strlen(text));
}

static void
put_line(struct buffer *out, const char *key, const char *text)
{
	if (text == NULL || text_is_blank(text))
		return;
	put_text(out, key, text);
	buffer_putc(out, '\n');
}

/* A comment holds one line. */
static void
put_comment(struct buffer *out, const char *label, const char *text)
{
	if (text == NULL || text_is_blank(text))
		return;
	buffer_printf(out, "# %s", label);
	for (; *text != '\0'; text++)
		buffer_putc(out, (unsigned char)*text < ' ' ? ' ' : *text);
	buffer_putc(out, '\n');
}

static void
put_head(struct buffer *out, const struct importer *importer, const char *what)
{
	const struct exchange_import *import = importer->import;

	buffer_printf(out, "# Made by ehdsctl import from a %s.\n", what);
	put_comment(out, "File: ", import->file);
	put_comment(out, "SHA-256: ", import->sha256);
}

static void
put_licence(struct buffer *out, const struct importer *importer)
{
	put_line(out, "licence: ", importer->import->licence != NULL ? importer->import->licence
	    : importer->copyright != NULL ? importer->copyright : "the resource does not say");
}

/* Where the decisions come from: lint asks for it, and readers do. */
static const char *
origin(struct importer *importer, const char *what)
{
	return arena_printf(importer->arena, "%s%s%s%s%s%s%s", what, importer->title != NULL ? " " : "",
	    importer->title != NULL ? importer->title : "", importer->publisher != NULL ? ", " : "",
	    importer->publisher != NULL ? importer->publisher : "", importer->version != NULL ? ", version " : "",
	    importer->version != NULL ? importer->version : "");
}

/* The system that most rows name: the others say their own. */
static const char *
main_system(const struct importer *importer)
{
	const char *best = NULL;
	size_t most = 0;

	for (size_t i = 0; i < importer->count; i++) {
		const char *system = importer->rows[i].system;
		size_t count = 0;

		if (system == NULL || (best != NULL && strcmp(best, system) == 0))
			continue;
		for (size_t j = i; j < importer->count; j++)
			count += importer->rows[j].system != NULL && strcmp(importer->rows[j].system, system) == 0;
		if (count > most) {
			most = count;
			best = system;
		}
		/* A ValueSet has few systems; one that has thousands takes the first of them. */
		if (i > 64)
			break;
	}
	return best;
}

static void
put_row(struct buffer *out, const struct taken *row, const char *system)
{
	put_text(out, "  - { from: ", row->from);
	if (row->code != NULL)
		put_text(out, ", to: ", row->code);
	if (row->display != NULL && !text_is_blank(row->display))
		put_text(out, ", display: ", row->display);
	if (row->system != NULL && (system == NULL || strcmp(row->system, system) != 0))
		put_text(out, ", system: ", row->system);
	buffer_printf(out, ", relation: %s", row->relation);
	if (row->why != NULL && !text_is_blank(row->why))
		put_text(out, ", why: ", row->why);
	buffer_puts(out, " }\n");
}

static void
put_table(struct buffer *out, struct importer *importer)
{
	const char *system = main_system(importer);

	put_head(out, importer, "ConceptMap");
	put_line(out, "table: ", importer->import->name);
	put_line(out, "url: ", importer->url);
	put_line(out, "version: ", importer->version);
	/* A table over another has its systems: those of one source would hide the other's. */
	for (size_t i = 0; i < importer->system_count && importer->import->extends == NULL; i++)
		put_text(out, i == 0 ? "source: { system: [ " : ", ", importer->systems[i]);
	if (importer->system_count > 0 && importer->import->extends == NULL)
		buffer_puts(out, " ] }\n");
	if (system != NULL) {
		put_text(out, "target: { system: ", system);
		buffer_puts(out, " }\n");
	}
	put_line(out, "extends: ", importer->import->extends);
	if (importer->import->extends == NULL)
		buffer_printf(out, "otherwise: %s\n", importer->otherwise);
	put_line(out, "why: ", origin(importer, "ConceptMap"));
	put_licence(out, importer);
	buffer_puts(out, "rows:\n");
	for (size_t i = 0; i < importer->count; i++)
		if (!importer->rows[i].dropped)
			put_row(out, &importer->rows[i], system);
}

static void
put_set(struct buffer *out, struct importer *importer, const char *what)
{
	const char *system = main_system(importer);

	put_head(out, importer, what);
	put_line(out, "set: ", importer->import->name);
	put_line(out, "url: ", importer->url);
	put_line(out, "version: ", importer->version);
	put_line(out, "system: ", system);
	put_line(out, "why: ", origin(importer, what));
	put_licence(out, importer);
	buffer_puts(out, "codes:\n");
	for (size_t i = 0; i < importer->count; i++) {
		const struct taken *row = &importer->rows[i];

		if (row->dropped)
			continue;
		put_text(out, "  - { code: ", row->code);
		if (row->system != NULL && (system == NULL || strcmp(row->system, system) != 0))
			put_text(out, ", system: ", row->system);
		if (row->display != NULL && !text_is_blank(row->display))
			put_text(out, ", display: ", row->display);
		buffer_puts(out, " }\n");
	}
}

/* ---- The whole ----------------------------------------------------------------------------------------------- */

/* Packs of the folder have its country's naming. */
static const struct naming *
naming_of(const struct exchange_import *import)
{
	size_t length = strcspn(import->name, "/"), i;
	const struct naming *any = NULL;
	const struct pack *pack;

	for (i = 0; import->mappings != NULL && (pack = mappings_pack(import->mappings, i)) != NULL; i++) {
		any = any != NULL ? any : pack->naming;
		if (strlen(pack->country) == length && strncmp(pack->country, import->name, length) == 0)
			return pack->naming;
	}
	return any;
}

static void
take_head(struct importer *importer, const xmlNode *root)
{
	importer->url = fhir_child_value(root, "url");
	importer->version = fhir_child_value(root, "version");
	importer->title = fhir_child_value(root, "title") != NULL ? fhir_child_value(root, "title") : fhir_child_value(root, "name");
	importer->publisher = fhir_child_value(root, "publisher");
	importer->copyright = fhir_child_value(root, "copyright");
}

/* Gives what it was ("ConceptMap", ...), or NULL with the error set. */
static const char *
take(struct importer *importer, const xmlNode *root)
{
	const char *name = (const char *)root->name;
	bool fhir = node_is_fhir(root);

	if (fhir)
		take_head(importer, root);
	if (fhir && strcmp(name, "ConceptMap") == 0) {
		take_concept_map(importer, root);
		decide(importer);
		return "ConceptMap";
	}
	if (fhir && strcmp(name, "ValueSet") == 0)
		return take_value_set(importer, root) == 0 ? "ValueSet" : NULL;
	if (fhir && strcmp(name, "CodeSystem") == 0)
		return take_code_system(importer, root) == 0 ? "CodeSystem" : NULL;
	if (!fhir && is_svs(root))
		return take_svs(importer, root) == 0 ? "value set (IHE SVS)" : NULL;
	error_set(importer->error, EHDS_ERROR_DOCUMENT, "import-resource", importer->import->file, node_line(root), 0,
	    "this is no ConceptMap, ValueSet or CodeSystem of FHIR and no RetrieveValueSetResponse of IHE SVS: its root is {%s}%s",
	    root->ns != NULL ? (const char *)root->ns->href : "", name);
	return NULL;
}

static size_t
count_kept(const struct importer *importer)
{
	size_t count = 0;

	for (size_t i = 0; i < importer->count; i++)
		count += !importer->rows[i].dropped;
	return count;
}

int
exchange_import(struct buffer *out, const char **kind, const xmlDoc *doc, const struct exchange_import *import, struct arena *arena,
    struct ehds_findings *findings, struct ehds_error *error)
{
	struct importer importer = { .import = import, .naming = naming_of(import), .arena = arena, .findings = findings,
	    .error = error, .otherwise = "keep-source" };
	const xmlNode *root = xmlDocGetRootElement((xmlDoc *)doc);
	const char *what = take(&importer, root);
	int result = -1;

	if (what == NULL)
		goto done;
	if (count_kept(&importer) == 0) {
		error_set(error, EHDS_ERROR_DOCUMENT, "import-empty", import->file, node_line(root), 0,
		    "there is nothing in this %s that a table or a set can hold", what);
		goto done;
	}
	*kind = strcmp(what, "ConceptMap") == 0 ? "tables" : "sets";
	if (strcmp(what, "ConceptMap") == 0)
		put_table(out, &importer);
	else
		put_set(out, &importer, what);
	result = 0;
done:
	free(importer.rows);
	return result;
}
