/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A path is a list of steps, each with up to three predicates: a position, a path that must lead somewhere, or a path to an
 * attribute that must have a value. Only the child and attribute axes are walked, parents only in front, so every
 * node is met once and in document order, without sorting.
 */
#include "mapping/path.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define STEPS_MAX 8
#define PREDICATES_MAX 3
#define NESTING_MAX 2		/* paths in predicates of paths in predicates */

enum axis { AXIS_ROOT, AXIS_SELF, AXIS_PARENT, AXIS_CHILD, AXIS_ATTRIBUTE };

struct predicate {
	unsigned position;		/* 1-based; 0: it is a path */
	const struct path *path;
	const char *equals;		/* NULL: the path must lead somewhere */
	bool not;
};

struct step {
	enum axis axis;
	const char *name, *uri;		/* uri NULL: in no name space */
	struct predicate predicates[PREDICATES_MAX];
	size_t predicate_count;
};

struct path {
	struct step steps[STEPS_MAX];
	size_t count;
};

/* ---- Compiling ------------------------------------------------------------------------------------------------ */

struct reader {
	const char *at;
	const xmlNode *scope;
	struct arena *arena;
	unsigned nesting;
};

static const struct path *
read_path(struct reader *reader);

static void
skip_space(struct reader *reader)
{
	while (text_is_space(*reader->at))
		reader->at++;
}

static bool
take(struct reader *reader, const char *token)
{
	size_t length = strlen(token);

	skip_space(reader);
	if (strncmp(reader->at, token, length) != 0)
		return false;
	reader->at += length;
	return true;
}

static bool
is_name_start(char character)
{
	return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') || character == '_';
}

static bool
is_name_part(char character)
{
	return is_name_start(character) || (character >= '0' && character <= '9') || character == '-' || character == '.';
}

/* ASCII names only: others go the long way. */
static const char *
read_name(struct reader *reader)
{
	const char *start;

	skip_space(reader);
	start = reader->at;
	if (!is_name_start(*start))
		return NULL;
	while (is_name_part(*reader->at))
		reader->at++;
	return arena_strndup(reader->arena, start, (size_t)(reader->at - start));
}

/* prefix:name or name. A '(' or "::" behind it makes it something else. */
static bool
read_node_test(struct reader *reader, struct step *step)
{
	const char *name = read_name(reader), *prefix;
	const xmlNs *ns;

	if (name == NULL)
		return false;
	if (*reader->at == ':' && reader->at[1] != ':') {
		reader->at++;
		prefix = name;
		name = is_name_start(*reader->at) ? read_name(reader) : NULL;
		ns = xmlSearchNs(reader->scope->doc, (xmlNode *)reader->scope, (const xmlChar *)prefix);
		if (name == NULL || ns == NULL)
			return false;
		step->uri = arena_strdup(reader->arena, (const char *)ns->href);
	}
	step->name = name;
	skip_space(reader);
	return *reader->at != '(' && *reader->at != ':';
}

static bool
read_literal(struct reader *reader, const char **out)
{
	const char *end;
	char quote;

	skip_space(reader);
	quote = *reader->at;
	if (quote != '\'' && quote != '"')
		return false;
	end = strchr(reader->at + 1, quote);
	if (end == NULL)
		return false;
	*out = arena_strndup(reader->arena, reader->at + 1, (size_t)(end - reader->at - 1));
	reader->at = end + 1;
	return true;
}

static bool
read_position(struct reader *reader, struct predicate *predicate)
{
	char *end;
	unsigned long position;

	skip_space(reader);
	if (*reader->at < '1' || *reader->at > '9')
		return false;
	position = strtoul(reader->at, &end, 10);
	if (position > 1000000)
		return false;
	predicate->position = (unsigned)position;
	reader->at = end;
	return true;
}

/* PATH, PATH = 'x', or not() of these. */
static bool
read_predicate(struct reader *reader, struct predicate *predicate)
{
	if (read_position(reader, predicate))
		return take(reader, "]");
	predicate->not = take(reader, "not(");
	if (reader->nesting == NESTING_MAX)
		return false;
	reader->nesting++;
	predicate->path = read_path(reader);
	reader->nesting--;
	if (predicate->path == NULL)
		return false;
	if (take(reader, "=")) {
		/* The string value of an element is all text below it: not here. */
		if (predicate->path->steps[predicate->path->count - 1].axis != AXIS_ATTRIBUTE ||
		    !read_literal(reader, &predicate->equals))
			return false;
	}
	return (!predicate->not || take(reader, ")")) && take(reader, "]");
}

static bool
read_step(struct reader *reader, struct step *step)
{
	if (take(reader, "..")) {
		step->axis = AXIS_PARENT;
		return true;
	}
	if (take(reader, "@")) {
		step->axis = AXIS_ATTRIBUTE;
		return read_node_test(reader, step);
	}
	if (take(reader, ".")) {
		step->axis = AXIS_SELF;
		return true;
	}
	step->axis = AXIS_CHILD;
	if (!read_node_test(reader, step))
		return false;
	while (take(reader, "[")) {
		if (step->predicate_count == PREDICATES_MAX ||
		    !read_predicate(reader, &step->predicates[step->predicate_count++]))
			return false;
	}
	return true;
}

/* After which axis which may follow, so that nodes come in document order and once. */
static bool
may_follow(const struct path *path, enum axis axis)
{
	enum axis before;

	if (path->count == 0)
		return true;
	before = path->steps[path->count - 1].axis;
	if (axis == AXIS_PARENT)
		return before == AXIS_PARENT;
	return axis != AXIS_SELF && before != AXIS_ATTRIBUTE;
}

static const struct path *
read_path(struct reader *reader)
{
	struct path *path = arena_alloc(reader->arena, sizeof(*path));

	if (path == NULL)
		return NULL;
	if (take(reader, "/")) {
		path->steps[path->count++].axis = AXIS_ROOT;
		skip_space(reader);
		if (*reader->at == '/' || *reader->at == '\0' || *reader->at == '.')
			return NULL;
	}
	do {
		struct step step = { .name = NULL };

		if (path->count == STEPS_MAX || !read_step(reader, &step) || !may_follow(path, step.axis))
			return NULL;
		path->steps[path->count++] = step;
	} while (take(reader, "/"));
	return path;
}

const struct path *
path_compile(const char *text, const xmlNode *scope, struct arena *arena)
{
	struct reader reader = { .at = text, .scope = scope, .arena = arena };
	const struct path *path = read_path(&reader);

	skip_space(&reader);
	return *reader.at == '\0' ? path : NULL;
}

/* ---- Walking --------------------------------------------------------------------------------------------------- */

struct walk {
	const struct path *path;
	path_visitor visit;
	void *user;
};

static bool
walk_from(const struct walk *walk, size_t at, const xmlNode *node);

static bool
has_name(const struct step *step, const xmlChar *name, const xmlNs *ns)
{
	if (name[0] != (xmlChar)step->name[0] || strcmp((const char *)name, step->name) != 0)
		return false;
	if (step->uri == NULL || ns == NULL)
		return step->uri == NULL && ns == NULL;
	return strcmp((const char *)ns->href, step->uri) == 0;
}

static bool
stop_at_first(void *user, const xmlNode *node)
{
	(void)user;
	(void)node;
	return false;
}

static bool
stop_at_value(void *user, const xmlNode *node)
{
	const xmlNode *text = node->children;

	return strcmp(text == NULL || text->content == NULL ? "" : (const char *)text->content, user) != 0;
}

static bool
path_holds(const struct predicate *predicate, const xmlNode *node)
{
	bool stopped = predicate->equals == NULL ? !path_walk(predicate->path, node, stop_at_first, NULL)
	    : !path_walk(predicate->path, node, stop_at_value, (void *)predicate->equals);

	return stopped != predicate->not;
}

/* positions counts, for each predicate, the nodes that came as far as it. */
static bool
predicates_hold(const struct step *step, const xmlNode *node, unsigned positions[PREDICATES_MAX])
{
	size_t i;

	for (i = 0; i < step->predicate_count; i++) {
		const struct predicate *predicate = &step->predicates[i];

		positions[i]++;
		if (predicate->position != 0 ? positions[i] != predicate->position : !path_holds(predicate, node))
			return false;
	}
	return true;
}

static bool
walk_children(const struct walk *walk, size_t at, const xmlNode *node)
{
	const struct step *step = &walk->path->steps[at];
	unsigned positions[PREDICATES_MAX] = { 0 };
	const xmlNode *child;

	if (node->type != XML_ELEMENT_NODE && node->type != XML_DOCUMENT_NODE)
		return true;
	for (child = node->children; child != NULL; child = child->next) {
		if (child->type != XML_ELEMENT_NODE || !has_name(step, child->name, child->ns) ||
		    !predicates_hold(step, child, positions))
			continue;
		if (!walk_from(walk, at + 1, child))
			return false;
	}
	return true;
}

static bool
walk_attributes(const struct walk *walk, size_t at, const xmlNode *node)
{
	const struct step *step = &walk->path->steps[at];
	const xmlAttr *attribute;

	if (node->type != XML_ELEMENT_NODE)
		return true;
	for (attribute = node->properties; attribute != NULL; attribute = attribute->next)
		if (has_name(step, attribute->name, attribute->ns))
			return walk_from(walk, at + 1, (const xmlNode *)attribute);
	return true;
}

static bool
walk_from(const struct walk *walk, size_t at, const xmlNode *node)
{
	if (node == NULL)
		return true;
	if (at == walk->path->count)
		return walk->visit(walk->user, node);
	switch (walk->path->steps[at].axis) {
	case AXIS_ROOT:
		return walk_from(walk, at + 1, (const xmlNode *)node->doc);
	case AXIS_SELF:
		return walk_from(walk, at + 1, node);
	case AXIS_PARENT:
		return walk_from(walk, at + 1, node->parent);
	case AXIS_CHILD:
		return walk_children(walk, at, node);
	case AXIS_ATTRIBUTE:
		return walk_attributes(walk, at, node);
	}
	return true;
}

bool
path_walk(const struct path *path, const xmlNode *context, path_visitor visit, void *user)
{
	return walk_from(&(struct walk){ path, visit, user }, 0, context);
}
