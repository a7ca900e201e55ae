/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Detection of one document. Checks and paths are evaluated when a pack first asks and remembered until the
 * document is done, so fifty packs that look at the same template ids cost one path and some string
 * comparisons.
 */
#include "mapping/detect.h"

#include "base/text.h"
#include "mapping/detect_build.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define OPERATIONS_MAX 5000000	/* of XPath, for one path on one document */
#define SHOWN_VALUES 3
#define SHOWN_LENGTH 80

enum state { UNKNOWN, HOLDS, FAILS };

/* What a query selected. */
struct answer {
	bool evaluated;
	const char **values;
	size_t count;
};

struct detection {
	const struct detector *detector;
	const xmlDoc *doc;
	const xmlNode *root;
	struct arena *arena;
	struct ehds_error *error;
	xmlXPathContext *context;
	unsigned char *states;		/* enum state of each check */
	struct answer *answers;		/* of each query */
};

/* The element that rules about the root look at. */
static const xmlNode *
document_element(const xmlDoc *doc)
{
	return xmlDocGetRootElement((xmlDoc *)doc);
}

static const char *
document_name(const xmlDoc *doc)
{
	return (const char *)doc->URL;
}

static int
out_of_memory(struct detection *detection)
{
	return error_set(detection->error, EHDS_ERROR_DOCUMENT, "detect-too-large",
	    document_name(detection->doc), 0, 0,
	    "the document needs more memory than one document may have");
}

/* ---- Queries --------------------------------------------------------------------------------- */

/* A node's string value (XPath 1.0, section 5); borrowed from the tree when it is one piece there. */
static const char *
node_value(struct detection *detection, const xmlNode *node)
{
	const xmlNode *child = node->type == XML_NAMESPACE_DECL ? NULL : node->children;
	xmlChar *content;
	const char *copy;

	/* A name space node is the result's own copy and dies with it. */
	if (node->type == XML_NAMESPACE_DECL)
		return arena_strdup(detection->arena, (const char *)((const xmlNs *)node)->href);
	if ((node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) && node->content != NULL)
		return (const char *)node->content;
	if (child == NULL)
		return "";
	if (child->next == NULL && child->type == XML_TEXT_NODE && child->content != NULL)
		return (const char *)child->content;
	content = xmlNodeGetContent(node);
	copy = arena_strdup(detection->arena, content != NULL ? (const char *)content : "");
	xmlFree(content);
	return copy;
}

static int
take_nodes(struct detection *detection, struct answer *answer, const xmlNodeSet *nodes)
{
	size_t count = nodes != NULL ? (size_t)nodes->nodeNr : 0, i;

	answer->values = arena_alloc(detection->arena, (count + 1) * sizeof(*answer->values));
	if (answer->values == NULL)
		return out_of_memory(detection);
	for (i = 0; i < count; i++) {
		answer->values[i] = node_value(detection, nodes->nodeTab[i]);
		if (answer->values[i] == NULL)
			return out_of_memory(detection);
	}
	answer->count = count;
	return 0;
}

/* A path that gives no nodes: true, a text that is not empty, and any number count as one value. */
static int
take_scalar(struct detection *detection, struct answer *answer, xmlXPathObject *object)
{
	bool something = object->type != XPATH_BOOLEAN || object->boolval;
	xmlChar *text = xmlXPathCastToString(object);

	answer->values = arena_alloc(detection->arena, sizeof(*answer->values));
	if (answer->values != NULL)
		answer->values[0] = arena_strdup(detection->arena, text != NULL ? (const char *)text : "");
	xmlFree(text);
	if (answer->values == NULL || answer->values[0] == NULL)
		return out_of_memory(detection);
	answer->count = something && answer->values[0][0] != '\0';
	return 0;
}

static void
ignore_error(void *context, xmlErrorPtr error)
{
	(void)context;
	(void)error;
}

static int
open_context(struct detection *detection)
{
	if (detection->context != NULL)
		return 0;
	detection->context = xmlXPathNewContext((xmlDoc *)detection->doc);
	if (detection->context == NULL)
		return out_of_memory(detection);
	detection->context->error = ignore_error;
	return 0;
}

static int
evaluate(struct detection *detection, const struct detect_query *query, struct answer *answer)
{
	xmlXPathContext *context;
	xmlXPathObject *object;
	int result;

	if (open_context(detection) != 0)
		return -1;
	context = detection->context;
	context->node = (xmlNode *)detection->doc;
	context->namespaces = query->namespaces;
	context->nsNr = query->namespace_count;
	context->opLimit = OPERATIONS_MAX;
	context->opCount = 0;
	object = xmlXPathCompiledEval(query->compiled, context);
	context->namespaces = NULL;
	context->nsNr = 0;
	if (object == NULL)
		return error_set(detection->error, EHDS_ERROR_MAPPING, "detect-xpath",
		    document_name(detection->doc), 0, 0,
		    "the detection path %s cannot be evaluated on this document: it costs too much",
		    query->path);
	result = object->type == XPATH_NODESET ? take_nodes(detection, answer, object->nodesetval)
	    : take_scalar(detection, answer, object);
	xmlXPathFreeObject(object);
	answer->evaluated = true;
	return result;
}

static const struct answer *
answer_of(struct detection *detection, size_t query)
{
	struct answer *answer = &detection->answers[query];

	if (!answer->evaluated && evaluate(detection, &detection->detector->queries[query], answer) != 0)
		return NULL;
	return answer;
}

/* ---- Checks ---------------------------------------------------------------------------------- */

/* Each returns 1 or 0, or -1 with the error set. */

static int
check_root(struct detection *detection, const struct detect_check *check)
{
	const xmlNode *root = detection->root;
	const char *space = root->ns != NULL ? (const char *)root->ns->href : "";

	return strcmp((const char *)root->name, check->name) == 0
	    && (check->space == NULL || strcmp(space, check->space) == 0);
}

static int
matches(struct detection *detection, const struct detect_check *check, const char *text)
{
	int result = regex_matches(check->regex, text);

	if (result < 0)
		return error_set(detection->error, EHDS_ERROR_MAPPING, "detect-regex",
		    document_name(detection->doc), 0, 0,
		    "the regular expression '%s' costs too much on this document", check->text);
	return result;
}

static int
check_namespace(struct detection *detection, const struct detect_check *check)
{
	const xmlNode *root = detection->root;
	const xmlNs *declared;
	int result;

	if (root->ns != NULL && (result = matches(detection, check, (const char *)root->ns->href)) != 0)
		return result;
	for (declared = root->nsDef; declared != NULL; declared = declared->next)
		if (declared->href != NULL
		    && (result = matches(detection, check, (const char *)declared->href)) != 0)
			return result;
	return 0;
}

static int
check_values(struct detection *detection, const struct detect_check *check)
{
	const struct answer *answer = answer_of(detection, check->query);
	size_t i;
	int result;

	if (answer == NULL)
		return -1;
	if (check->kind == CHECK_PRESENT || check->kind == CHECK_ABSENT)
		return (answer->count > 0) == (check->kind == CHECK_PRESENT);
	for (i = 0; i < answer->count; i++) {
		result = check->regex != NULL ? matches(detection, check, answer->values[i])
		    : strcmp(answer->values[i], check->text) == 0;
		if (result != 0)
			return result;
	}
	return 0;
}

static int
holds(struct detection *detection, size_t number)
{
	static int (*const checks[])(struct detection *, const struct detect_check *) = {
		[CHECK_ROOT] = check_root, [CHECK_NAMESPACE] = check_namespace, [CHECK_EQUALS] = check_values,
		[CHECK_MATCHES] = check_values, [CHECK_PRESENT] = check_values, [CHECK_ABSENT] = check_values,
	};
	const struct detect_check *check = &detection->detector->checks[number];
	int result;

	if (detection->states[number] == UNKNOWN) {
		result = checks[check->kind](detection, check);
		if (result < 0)
			return result;
		detection->states[number] = result > 0 ? HOLDS : FAILS;
	}
	return detection->states[number] == HOLDS;
}

/* The first rule that fails, NULL when all hold. */
static int
first_failure(struct detection *detection, const struct pack *pack, const struct detect_check **failed)
{
	size_t i;

	*failed = NULL;
	for (i = 0; i < pack->rule_count; i++) {
		int result = holds(detection, pack->rules[i].check);

		if (result < 0)
			return -1;
		if (result == 0) {
			*failed = &detection->detector->checks[pack->rules[i].check];
			return 0;
		}
	}
	return 0;
}

/* ---- Reasons --------------------------------------------------------------------------------- */

struct line {
	char *text;
	size_t size, length;
};

static void
say(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void
say(struct line *line, const char *format, ...)
{
	va_list arguments;
	int written;

	va_start(arguments, format);
	written = vsnprintf(line->text + line->length, line->size - line->length, format, arguments);
	va_end(arguments);
	line->length += (size_t)written;
	if (line->length >= line->size)
		line->length = line->size - 1;
	text_trim_partial_utf8(line->text);
}

static void
say_values(struct line *line, const char *const *values, size_t count)
{
	size_t i;

	for (i = 0; i < count && i < SHOWN_VALUES; i++) {
		char value[SHOWN_LENGTH];

		snprintf(value, sizeof(value), "%s", values[i]);
		text_trim_partial_utf8(value);
		say(line, "%s'%s'", i > 0 ? ", " : "", value);
	}
	if (count > SHOWN_VALUES)
		say(line, " and %zu more", count - SHOWN_VALUES);
}

static void
say_root(struct line *line, const xmlNode *root)
{
	say(line, "{%s}%s", root->ns != NULL ? (const char *)root->ns->href : "", (const char *)root->name);
}

static void
say_failure(struct detection *detection, struct line *line, const struct detect_check *check)
{
	const struct answer *answer = NULL;
	const char *path = "";

	if (check->kind != CHECK_ROOT && check->kind != CHECK_NAMESPACE) {
		answer = &detection->answers[check->query];
		path = detection->detector->queries[check->query].path;
	}
	switch (check->kind) {
	case CHECK_ROOT:
		say(line, "the root is ");
		say_root(line, detection->root);
		say(line, ", not {%s}%s", check->space != NULL ? check->space : "*", check->name);
		return;
	case CHECK_NAMESPACE:
		say(line, "no name space of the root matches '%s'", check->text);
		return;
	case CHECK_PRESENT:
		say(line, "%s selects nothing", path);
		return;
	case CHECK_ABSENT:
		say(line, "%s selects something, ", path);
		break;
	case CHECK_EQUALS:
		say(line, "%s is not '%s', ", path, check->text);
		break;
	case CHECK_MATCHES:
		say(line, "%s does not match '%s', ", path, check->text);
		break;
	}
	say(line, answer->count > 0 ? "found " : "it selects nothing");
	say_values(line, answer->values, answer->count);
}

static const char *
reason_of(struct detection *detection, const struct pack *pack, const struct detect_check *failed,
    const struct pack *winner)
{
	char text[512] = "";
	struct line line = { text, sizeof(text), 0 };

	if (failed != NULL)
		say_failure(detection, &line, failed);
	else if (winner == NULL || winner == pack)
		say(&line, "all %zu rules hold", pack->rule_count);
	else
		say(&line, "all %zu rules hold, but %s has %zu", pack->rule_count, winner->name,
		    winner->rule_count);
	return arena_strdup(detection->arena, text);
}

static int
give_reasons(struct detection *detection, const struct pack *winner, const struct detect_reason **reasons)
{
	const struct detector *detector = detection->detector;
	const struct detect_check *failed;
	struct detect_reason *reason;
	size_t i;

	/* Back to front, so that the list has the order of the packs. */
	for (i = detector->pack_count; i-- > 0;) {
		if (first_failure(detection, detector->packs[i], &failed) != 0)
			return -1;
		reason = arena_alloc(detection->arena, sizeof(*reason));
		if (reason == NULL)
			return out_of_memory(detection);
		reason->pack = detector->packs[i];
		reason->taken = winner == detector->packs[i];
		reason->reason = reason_of(detection, detector->packs[i], failed, winner);
		reason->next = *reasons;
		*reasons = reason;
	}
	return 0;
}

/* ---- The choice ------------------------------------------------------------------------------ */

/* The packs stand in order of specificity: the first that holds wins, unless the next is as specific. */
static int
choose(struct detection *detection, const struct pack **winner)
{
	const struct detector *detector = detection->detector;
	const struct detect_check *failed;
	size_t i;

	for (i = 0; i < detector->pack_count; i++) {
		const struct pack *pack = detector->packs[i];

		if (*winner != NULL && pack->rule_count < (*winner)->rule_count)
			break;
		if (first_failure(detection, pack, &failed) != 0)
			return -1;
		if (failed != NULL)
			continue;
		if (*winner != NULL)
			return error_set(detection->error, EHDS_ERROR_MAPPING, "detect-tie",
			    document_name(detection->doc), detection->root->line, 0,
			    "the packs %s and %s both take this document and have %zu rules each: give one "
			    "of them one more rule", (*winner)->name, pack->name, pack->rule_count);
		*winner = pack;
	}
	return 0;
}

static const char *
attribute(const xmlNode *element, const char *name)
{
	const xmlAttr *attribute;

	for (attribute = element->properties; attribute != NULL; attribute = attribute->next)
		if (strcmp((const char *)attribute->name, name) == 0 && attribute->children != NULL
		    && attribute->children->content != NULL)
			return (const char *)attribute->children->content;
	return NULL;
}

/* Root, document code, type of a FHIR Bundle and template ids: what the author of a new pack needs to know. */
static void
refuse_unknown(struct detection *detection)
{
	char text[400] = "";
	struct line line = { text, sizeof(text), 0 };
	const xmlNode *child;
	size_t templates = 0;

	say(&line, "no pack takes this document: its root is ");
	say_root(&line, detection->root);
	for (child = detection->root->children; child != NULL; child = child->next) {
		if (child->type != XML_ELEMENT_NODE)
			continue;
		if (strcmp((const char *)child->name, "code") == 0 && attribute(child, "code") != NULL)
			say(&line, ", its code %.60s", attribute(child, "code"));
		if (strcmp((const char *)child->name, "type") == 0 && attribute(child, "value") != NULL)
			say(&line, ", its type %.60s", attribute(child, "value"));
		if (strcmp((const char *)child->name, "templateId") == 0 && attribute(child, "root") != NULL)
			say(&line, "%s %.64s", templates++ == 0 ? ", its template ids" : ",",
			    attribute(child, "root"));
	}
	error_set(detection->error, EHDS_ERROR_DOCUMENT, "detect-unknown", document_name(detection->doc),
	    detection->root->line, 0, "%s", text);
}

static const struct pack *
detect(struct detection *detection, const struct detect_reason **reasons)
{
	const struct pack *winner = NULL;
	int result = choose(detection, &winner);

	if (reasons != NULL && give_reasons(detection, result == 0 ? winner : NULL, reasons) != 0)
		result = -1;
	if (result != 0)
		return NULL;
	if (winner == NULL)
		refuse_unknown(detection);
	return winner;
}

const struct pack *
detector_find(const struct detector *detector, const xmlDoc *doc, struct arena *arena,
    const struct detect_reason **reasons, struct ehds_error *error)
{
	struct detection detection = { .detector = detector, .doc = doc, .root = document_element(doc),
	    .arena = arena, .error = error };
	const struct pack *winner = NULL;

	if (reasons != NULL)
		*reasons = NULL;
	detection.states = arena_alloc(arena, detector->check_count + 1);
	detection.answers = arena_alloc(arena, (detector->query_count + 1) * sizeof(*detection.answers));
	if (detection.states == NULL || detection.answers == NULL)
		out_of_memory(&detection);
	else if (detection.root == NULL)
		error_set(error, EHDS_ERROR_DOCUMENT, "detect-unknown", document_name(doc), 0, 0,
		    "the document has no root element");
	else
		winner = detect(&detection, reasons);
	if (detection.context != NULL)
		xmlXPathFreeContext(detection.context);
	return winner;
}
