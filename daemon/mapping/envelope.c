/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See envelope.h. An envelope is opened by two paths: `document` selects the element that is the document, `text` a node
 * that holds it as base64 or as text (CDATA, escaped). Together they must select one thing: of two documents in one
 * envelope nobody could say which receipt is for which. libsodium decodes the base64: bytes of others, in the sandbox.
 */
#include "mapping/envelope.h"

#include "base/text.h"
#include "mapping/keep.h"
#include "mapping/lint.h"
#include "mapping/xpath.h"

#include <sodium.h>
#include <string.h>

#define OPERATIONS_MAX 5000000

/* A path of the pack; compiled is NULL where the pack says none. */
struct envelope_path {
	const char *text;
	xmlXPathCompExpr *compiled;	/* owns */
	xmlNs **namespaces;		/* owns */
	int count;
};

struct envelope {
	struct envelope_path document, content;		/* `text` */
	struct envelope_path type, is;
};

static const struct schema_key envelope_keys[] = {
	{ "document", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	{ "text", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	{ "type", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	{ "is", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
};

const struct schema envelope_schema = SCHEMA("an envelope", envelope_keys);

/* ---- Reading --------------------------------------------------------------------------------- */

static void
read_path(struct envelope_path *path, const struct pack *pack, const struct yaml_node *node, const char *key,
    struct arena *arena, struct ehds_findings *lint)
{
	const struct yaml_node *value = yaml_get(node, key);
	char problem[256];

	if (value == NULL || value->text == NULL || text_is_blank(value->text))
		return;
	path->text = keep_text(arena, value->text);
	if (xpath_names_known(value->text, pack->namespaces, true, problem, sizeof(problem))) {
		path->namespaces = xpath_namespaces(value->text, pack->namespaces, &path->count);
		path->compiled = xpath_compile(value->text, path->namespaces, path->count, problem, sizeof(problem));
	}
	if (path->compiled == NULL)
		lint_node(lint, "lint-xpath", pack->file, value, "the path %s", problem);
}

struct envelope *
envelope_read(const struct pack *pack, const struct yaml_node *node, struct arena *arena, struct ehds_findings *lint)
{
	struct envelope *envelope;

	if (node == NULL || node->kind != YAML_MAPPING)
		return NULL;
	envelope = keep(arena, sizeof(*envelope));
	read_path(&envelope->document, pack, node, "document", arena, lint);
	read_path(&envelope->content, pack, node, "text", arena, lint);
	read_path(&envelope->type, pack, node, "type", arena, lint);
	read_path(&envelope->is, pack, node, "is", arena, lint);
	if (envelope->document.text == NULL && envelope->content.text == NULL)
		lint_node(lint, "lint-envelope", pack->file, node,
		    "an envelope says where its document is: `document`, `text` or both");
	if ((envelope->type.text == NULL) != (envelope->is.text == NULL))
		lint_node(lint, "lint-envelope", pack->file, node,
		    "`type` and `is` are compared with each other: an envelope has both or none");
	return envelope;
}

static void
close_path(struct envelope_path *path)
{
	if (path->compiled != NULL)
		xmlXPathFreeCompExpr(path->compiled);
	if (path->namespaces != NULL)
		xpath_namespaces_free(path->namespaces, path->count);
}

void
envelope_free(struct envelope **envelope)
{
	if (*envelope == NULL)
		return;
	close_path(&(*envelope)->document);
	close_path(&(*envelope)->content);
	close_path(&(*envelope)->type);
	close_path(&(*envelope)->is);
	*envelope = NULL;
}

/* ---- Opening --------------------------------------------------------------------------------- */

struct opening {
	const struct pack *pack;
	struct xml_source *source;
	struct arena *arena;
	struct ehds_error *error;
	const char *name;
};

static int
refuse(const struct opening *opening, const char *rule, const xmlNode *place, const char *text)
{
	if (place == NULL)
		place = xmlDocGetRootElement(xml_source_doc(opening->source));
	return error_set(opening->error, EHDS_ERROR_DOCUMENT, rule, opening->name, xml_line(place), 0, "%s: %s",
	    pack_title(opening->pack), text);
}

static void
ignore_error(void *context, xmlErrorPtr error)
{
	(void)context;
	(void)error;
}

/* What the path selects; NULL when it is none, or costs too much (then *failed). Freed with xmlXPathFreeObject. */
static xmlXPathObject *
evaluate(const struct envelope_path *path, const struct xml_source *source, bool *failed)
{
	xmlDoc *doc = xml_source_doc(source);
	xmlXPathContext *context;
	xmlXPathObject *object = NULL;

	if (path->compiled == NULL)
		return NULL;
	context = xmlXPathNewContext(doc);
	if (context != NULL) {
		context->error = ignore_error;
		context->node = (xmlNode *)doc;
		context->namespaces = path->namespaces;
		context->nsNr = path->count;
		context->opLimit = OPERATIONS_MAX;
		object = xmlXPathCompiledEval(path->compiled, context);
		context->namespaces = NULL;
		context->nsNr = 0;
		xmlXPathFreeContext(context);
	}
	if (object == NULL)
		*failed = true;
	return object;
}

static int
count_of(const xmlXPathObject *object)
{
	return object != NULL && object->type == XPATH_NODESET && object->nodesetval != NULL ? object->nodesetval->nodeNr : 0;
}

/* The text of a node, in the arena or borrowed; NULL when there is no memory. */
static const char *
text_of(const struct opening *opening, const xmlNode *node, size_t *length)
{
	const struct xml_body *body = node->type == XML_ELEMENT_NODE ? xml_source_body(opening->source, node) : NULL;
	xmlChar *content;
	const char *copy;

	if (body != NULL) {
		*length = body->length;
		return body->data;
	}
	content = xmlNodeGetContent(node);
	copy = content != NULL ? arena_strdup(opening->arena, (const char *)content) : NULL;
	xmlFree(content);
	*length = copy != NULL ? strlen(copy) : 0;
	return copy;
}

/* Base64 with or without padding (RFC 4648, 4), white space anywhere. */
static bool
decode(unsigned char *out, size_t *size, const char *text, size_t length)
{
	static const int variants[] = { sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING };
	size_t i;

	for (i = 0; i < sizeof(variants) / sizeof(variants[0]); i++)
		if (sodium_base642bin(out, length, text, length, " \t\r\n", size, NULL, variants[i]) == 0)
			return true;
	return false;
}

/* The document's bytes: the text itself when it begins like one, else what its base64 says. */
static int
take_text(const struct opening *opening, struct envelope_contents *out, const xmlNode *node)
{
	size_t length, at = 0;
	const char *text = text_of(opening, node, &length);
	unsigned char *bytes;

	if (text == NULL)
		return refuse(opening, "envelope-too-large", node, "no memory for the document in it");
	while (at < length && text_is_space(text[at]))
		at++;
	if (at == length)
		return refuse(opening, "envelope-empty", node, "there is no document in it");
	out->bytes = text + at;
	out->length = length - at;
	if (text[at] == '<' || text[at] == '{')
		return 0;
	bytes = arena_alloc(opening->arena, length);
	if (bytes == NULL)
		return refuse(opening, "envelope-too-large", node, "no memory for the document in it");
	if (!decode(bytes, &out->length, text, length) || out->length == 0)
		return refuse(opening, "envelope-base64", node, "what it holds is neither XML nor base64 (RFC 4648, 4)");
	out->bytes = (const char *)bytes;
	return 0;
}

static int
take(const struct opening *opening, struct envelope_contents *out, const xmlXPathObject *documents,
    const xmlXPathObject *texts)
{
	xmlNode *document;

	if (count_of(documents) + count_of(texts) == 0)
		return refuse(opening, "envelope-empty", NULL, "there is no document in it");
	if (count_of(documents) + count_of(texts) > 1)
		return refuse(opening, "envelope-several", NULL,
		    "it holds several documents: each is to be sent alone, so that each gets an answer");
	if (count_of(texts) == 1)
		return take_text(opening, out, texts->nodesetval->nodeTab[0]);
	document = documents->nodesetval->nodeTab[0];
	if (document->type != XML_ELEMENT_NODE || document == xmlDocGetRootElement(document->doc))
		return refuse(opening, "envelope-empty", document, "there is no document in it");
	if (xml_source_root(opening->source, document) != 0)
		return refuse(opening, "envelope-too-large", NULL, "no memory for the document in it");
	return 0;
}

/* What the envelope says that it holds, in the arena; NULL when it says nothing. */
static const char *
said_type(const struct opening *opening)
{
	bool failed = false;
	xmlXPathObject *object = evaluate(&opening->pack->envelope->type, opening->source, &failed);
	xmlChar *text = object != NULL ? xmlXPathCastToString(object) : NULL;
	const char *said = text != NULL && text[0] != '\0' ? arena_strdup(opening->arena, (const char *)text) : NULL;

	xmlFree(text);
	if (object != NULL)
		xmlXPathFreeObject(object);
	return said;
}

int
envelope_open(struct envelope_contents *out, const struct pack *pack, struct xml_source *source, const char *name,
    struct arena *arena, struct ehds_findings *findings, struct ehds_error *error)
{
	const struct opening opening = { pack, source, arena, error, name };
	bool failed = false;
	xmlXPathObject *documents, *texts;
	int line = xml_line(xmlDocGetRootElement(xml_source_doc(source))), result;

	memset(out, 0, sizeof(*out));
	out->type = said_type(&opening);
	documents = evaluate(&pack->envelope->document, source, &failed);
	texts = evaluate(&pack->envelope->content, source, &failed);
	result = failed ? refuse(&opening, "envelope-too-large", NULL, "looking for the document in it costs too much")
	    : take(&opening, out, documents, texts);
	if (documents != NULL)
		xmlXPathFreeObject(documents);
	if (texts != NULL)
		xmlXPathFreeObject(texts);
	if (result == 0)
		findings_add(findings, &(struct ehds_finding){ .severity = EHDS_SEVERITY_INFORMATION,
		    .rule = "envelope-opened", .code = "informational", .file = name, .line = line,
		    .text = "the document came in an envelope, which is not carried", .found = pack_title(pack) });
	return result;
}

/* ---- What both say --------------------------------------------------------------------------- */

static bool
is_said(const char *said, const xmlXPathObject *types)
{
	for (int i = 0; i < count_of(types); i++) {
		xmlChar *content = xmlNodeGetContent(types->nodesetval->nodeTab[i]);
		bool found = content != NULL && content[0] != '\0' && strstr(said, (const char *)content) != NULL;

		xmlFree(content);
		if (found)
			return true;
	}
	return false;
}

void
envelope_compare(const struct envelope_contents *contents, const struct pack *pack, const struct xml_source *document,
    const char *name, struct arena *arena, struct ehds_findings *findings)
{
	const xmlNode *root = xmlDocGetRootElement(xml_source_doc(document));
	bool failed = false;
	xmlXPathObject *types;
	xmlChar *type = NULL;

	if (contents->type == NULL || root == NULL)
		return;
	types = evaluate(&pack->envelope->is, document, &failed);
	if (!is_said(contents->type, types)) {
		if (count_of(types) > 0)
			type = xmlNodeGetContent(types->nodesetval->nodeTab[0]);
		findings_add(findings, &(struct ehds_finding){ .severity = EHDS_SEVERITY_WARNING,
		    .rule = "envelope-type", .code = "conflict", .file = name, .line = xml_line(root),
		    .text = "the envelope names another type of document than the one in it: the document is believed",
		    .found = contents->type,
		    .expected = arena_strdup(arena, type != NULL ? (const char *)type : (const char *)root->name) });
		xmlFree(type);
	}
	if (types != NULL)
		xmlXPathFreeObject(types);
}
