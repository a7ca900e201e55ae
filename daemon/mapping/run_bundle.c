/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The Bundle that a run makes: a document of its own for the entries, joined at the end with what
 * the stylesheet wrote as <Bundle>.
 */
#include "mapping/run.h"

#include "base/alloc.h"
#include "fhir/json.h"
#include "fhir/tree.h"

#include <stdio.h>
#include <string.h>

/*
 * The entries' document: its names live in the dictionary of the transformation, so that nodes move
 * and nothing is copied.
 */
void
bundle_make(struct run *run)
{
	xmlNode *root;

	run->out = xmlNewDoc((const xmlChar *)"1.0");
	must(run->out != NULL);
	run->out->dict = run->context->dict;
	xmlDictReference(run->out->dict);
	root = xmlNewDocNode(run->out, NULL, (const xmlChar *)"Bundle", NULL);
	must(root != NULL);
	root->ns = xmlNewNs(root, (const xmlChar *)FHIR_NAMESPACE, NULL);
	xmlDocSetRootElement(run->out, root);
}

/* What was written below another root belongs to our name space declaration now. */
static void
adopt(const struct run *run, xmlNode *node)
{
	xmlNs *ours = xmlDocGetRootElement(run->out)->ns;
	const xmlNode *top = node;

	while (node != NULL) {
		if (node->type == XML_ELEMENT_NODE && node->ns != NULL &&
		    strcmp((const char *)node->ns->href, FHIR_NAMESPACE) == 0)
			node->ns = ours;
		if (node->children != NULL && node->type == XML_ELEMENT_NODE) {
			node = node->children;
			continue;
		}
		while (node != top && node->next == NULL)
			node = node->parent;
		node = node == top ? NULL : node->next;
	}
}

/* Moves what the stylesheet wrote into <Bundle> in front of the entries. */
int
bundle_join(struct run *run, xmlDoc *written)
{
	xmlNode *from = xmlDocGetRootElement(written), *to = xmlDocGetRootElement(run->out), *child,
	    *next;
	xmlNode *first = to->children;

	if (from == NULL || from->ns == NULL || strcmp((const char *)from->name, "Bundle") != 0 ||
	    strcmp((const char *)from->ns->href, FHIR_NAMESPACE) != 0)
		return run_fail(run, "map-no-bundle",
		    "the template for / writes <Bundle>, this one wrote %s%s%s",
		    from == NULL ? "nothing" : "<", from == NULL ? "" : (const char *)from->name,
		    from == NULL ? "" : ">");
	to->_private = from->_private;
	for (child = from->children; child != NULL; child = next) {
		next = child->next;
		xmlUnlinkNode(child);
		if (child->type != XML_ELEMENT_NODE) {
			xmlFreeNode(child);
			continue;
		}
		adopt(run, child);
		if (first == NULL)
			xmlAddChild(to, child);
		else
			xmlAddPrevSibling(first, child);
	}
	return 0;
}

static xmlNode *
next_element(xmlNode *node)
{
	xmlNode *next = node->children;

	for (;;) {
		while (next != NULL && next->type != XML_ELEMENT_NODE)
			next = next->next;
		if (next != NULL || node->type != XML_ELEMENT_NODE)
			return next;
		next = node->next;
		node = node->parent;
	}
}

/*
 * The order says what is wrong at which FHIRPath; the mapping author wants the stylesheet's line.
 * Only a failure pays for looking.
 */
void
bundle_place_error(struct run *run)
{
	const struct mapping_result result = { .bundle = run->out };
	struct ehds_error *error = run->error;
	const char *path = error == NULL ? NULL : strstr(error->text, "(at ");
	xmlNode *node;
	struct trace trace;

	for (node = xmlDocGetRootElement(run->out); path != NULL &&
	    node != NULL; node = next_element(node)) {
		const char *here = fhir_path(node, run->arena);

		if (here == NULL || strncmp(path + 4, here, strlen(here)) != 0 ||
		    strcmp(path + 4 + strlen(here), ")") != 0)
			continue;
		trace = mapping_trace(&result, node);
		snprintf(error->file, sizeof(error->file), "%s", trace.stylesheet == NULL ? "" :
		    trace.stylesheet);
		error->line = trace.stylesheet_line;
		return;
	}
}
