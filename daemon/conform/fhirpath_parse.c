/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * FHIRPath tokens to tree: a precedence climber over the operator table of HL7 FHIRPath 2.0.0, section 6.8
 * and appendix B (grammar). Function names are bound here, so an unknown one is found before anything runs.
 */
#include "conform/fhirpath_ast.h"
#include "conform/fhirpath_scan.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_LIMIT 65536
#define NESTING_LIMIT 200

struct parser {
	struct scanner scanner;
	unsigned depth;
};

static struct ast *
ast_new(struct parser *parser, enum ast_kind kind)
{
	struct ast *ast = arena_alloc(parser->scanner.arena, sizeof(*ast));

	if (ast == NULL) {
		syntax_error(&parser->scanner, "fhirpath-syntax", "the expression is too large", NULL);
		return NULL;
	}
	ast->kind = kind;
	ast->line = parser->scanner.token.line;
	ast->column = parser->scanner.token.column;
	return ast;
}

static struct ast *
parse_expression(struct parser *parser, int least);

#define ARGUMENTS_MAX 8

static int
parse_arguments(struct parser *parser, struct ast *call)
{
	call->arguments = arena_alloc(parser->scanner.arena, ARGUMENTS_MAX * sizeof(struct ast *));
	if (call->arguments == NULL || advance(&parser->scanner) != 0)
		return -1;
	while (!is_punctuation(&parser->scanner, ")")) {
		if (call->argument_count == ARGUMENTS_MAX)
			return syntax_error(&parser->scanner, "fhirpath-syntax", "too many arguments for", call->name);
		call->arguments[call->argument_count] = parse_expression(parser, 0);
		if (call->arguments[call->argument_count++] == NULL)
			return -1;
		if (is_punctuation(&parser->scanner, ",") ? advance(&parser->scanner) != 0 || is_punctuation(&parser->scanner, ")") :
		    !is_punctuation(&parser->scanner, ")"))
			return syntax_error(&parser->scanner, "fhirpath-syntax", "an argument list is not closed: unexpected",
			    parser->scanner.token.text);
	}
	return advance(&parser->scanner);
}

/* is(), as() and ofType() take a type: FHIR.Patient, System.String, code. */
static int
check_type_argument(struct parser *parser, const struct ast *call)
{
	static const char *const names[] = { "is", "as", "ofType" };
	const struct ast *type = call->argument_count == 1 ? call->arguments[0] : NULL;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]) && strcmp(call->name, names[i]) != 0; i++)
		;
	if (i == sizeof(names) / sizeof(names[0]) || type == NULL)
		return 0;
	if (type->kind != AST_MEMBER || (type->left != NULL && (type->left->kind != AST_MEMBER || type->left->left != NULL)))
		return syntax_error(&parser->scanner, "fhirpath-syntax", "a type is the argument of", call->name);
	if (type->left == NULL && !type_exists(NULL, type->name))
		return syntax_error(&parser->scanner, "fhirpath-syntax", "there is no type", type->name);
	return 0;
}

static int
bind_function(struct parser *parser, struct ast *call, const struct token *name)
{
	call->function = function_find(call->name);
	parser->scanner.token.line = name->line;
	parser->scanner.token.column = name->column;
	if (call->function == NULL)
		return syntax_error(&parser->scanner, "fhirpath-unsupported", "unknown function", call->name);
	return check_type_argument(parser, call);
}

/* A member or a function call after '.' or at the beginning. */
static struct ast *
parse_invocation(struct parser *parser, struct ast *left)
{
	struct ast *ast = ast_new(parser, AST_MEMBER);
	struct token name = parser->scanner.token;

	if (ast == NULL)
		return NULL;
	ast->left = left;
	ast->name = name.text;
	if (name.kind != TOKEN_NAME && name.kind != TOKEN_QUOTED_NAME) {
		syntax_error(&parser->scanner, "fhirpath-syntax", name.kind == TOKEN_END ? "the expression ends too early" :
		    "a name is expected, not", name.kind == TOKEN_END ? NULL : name.text);
		return NULL;
	}
	if (advance(&parser->scanner) != 0)
		return NULL;
	if (!is_punctuation(&parser->scanner, "(") || name.kind == TOKEN_QUOTED_NAME)
		return ast;
	ast->kind = AST_FUNCTION;
	if (parse_arguments(parser, ast) != 0)
		return NULL;
	{
		struct token after = parser->scanner.token;

		if (bind_function(parser, ast, &name) != 0)
			return NULL;
		parser->scanner.token = after;
	}
	if ((int)ast->argument_count < ast->function->least || (int)ast->argument_count > ast->function->most) {
		syntax_error(&parser->scanner, "fhirpath-syntax", "wrong number of arguments for", ast->name);
		return NULL;
	}
	return ast;
}

static struct ast *
parse_dollar(struct parser *parser)
{
	static const struct {
		const char *name;
		enum ast_kind kind;
	} variables[] = { { "$this", AST_THIS }, { "$index", AST_INDEX_VARIABLE }, { "$total", AST_TOTAL } };
	size_t i;

	for (i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		if (strcmp(parser->scanner.token.text, variables[i].name) == 0) {
			struct ast *ast = ast_new(parser, variables[i].kind);

			return ast != NULL && advance(&parser->scanner) == 0 ? ast : NULL;
		}
	syntax_error(&parser->scanner, "fhirpath-syntax", "unknown variable", parser->scanner.token.text);
	return NULL;
}

/* A number, and the unit behind it that makes it a quantity. */
static struct ast *
parse_number(struct parser *parser)
{
	struct ast *ast = ast_new(parser, AST_LITERAL);
	const char *digits = parser->scanner.token.text;
	bool decimal = strchr(digits, '.') != NULL;
	struct decimal value;

	if (ast == NULL)
		return NULL;
	if (!decimal_parse(&value, digits) || (!decimal && (value.coefficient > INT64_MAX))) {
		syntax_error(&parser->scanner, "fhirpath-syntax", "number out of range:", digits);
		return NULL;
	}
	ast->literal = decimal ? item_decimal(value) : item_integer((int64_t)value.coefficient);
	if (advance(&parser->scanner) != 0)
		return NULL;
	if (parser->scanner.token.kind == TOKEN_STRING ||
	    (parser->scanner.token.kind == TOKEN_NAME && calendar_unit(parser->scanner.token.text) != NULL)) {
		ast->literal = (struct fhirpath_item){ .kind = FHIRPATH_QUANTITY, .decimal = value };
		ast->literal.calendar = parser->scanner.token.kind == TOKEN_NAME;
		ast->literal.text = ast->literal.calendar ? calendar_unit(parser->scanner.token.text) : parser->scanner.token.text;
		if (advance(&parser->scanner) != 0)
			return NULL;
	}
	return ast;
}

static struct ast *
parse_temporal(struct parser *parser)
{
	struct ast *ast = ast_new(parser, AST_LITERAL);
	struct fhirpath_item *literal;
	const char *text = parser->scanner.token.text;
	bool read;

	if (ast == NULL)
		return NULL;
	literal = &ast->literal;
	if (parser->scanner.token.kind == TOKEN_TIME) {
		literal->kind = FHIRPATH_TIME;
		read = time_parse(&literal->temporal, text);
	} else {
		literal->kind = strchr(text, 'T') != NULL ? FHIRPATH_DATETIME : FHIRPATH_DATE;
		read = datetime_parse(&literal->temporal, text);
	}
	if (!read) {
		syntax_error(&parser->scanner, "fhirpath-syntax", "no date or time:", text);
		return NULL;
	}
	return advance(&parser->scanner) == 0 ? ast : NULL;
}

static struct ast *
parse_parenthesis(struct parser *parser)
{
	struct ast *ast;

	if (advance(&parser->scanner) != 0)
		return NULL;
	ast = parse_expression(parser, 0);
	return ast != NULL && expect(&parser->scanner, ")") == 0 ? ast : NULL;
}

static struct ast *
parse_term(struct parser *parser)
{
	struct ast *ast;

	switch (parser->scanner.token.kind) {
	case TOKEN_NUMBER:
		return parse_number(parser);
	case TOKEN_DATE:
	case TOKEN_TIME:
		return parse_temporal(parser);
	case TOKEN_DOLLAR:
		return parse_dollar(parser);
	case TOKEN_STRING:
	case TOKEN_EXTERNAL:
		ast = ast_new(parser, parser->scanner.token.kind == TOKEN_STRING ? AST_LITERAL : AST_EXTERNAL);
		if (ast == NULL)
			return NULL;
		ast->name = parser->scanner.token.text;
		ast->literal = item_string(parser->scanner.token.text);
		return advance(&parser->scanner) == 0 ? ast : NULL;
	case TOKEN_PUNCTUATION:
		if (is_punctuation(&parser->scanner, "("))
			return parse_parenthesis(parser);
		if (is_punctuation(&parser->scanner, "{")) {
			ast = ast_new(parser, AST_EMPTY);
			return ast != NULL && advance(&parser->scanner) == 0 && expect(&parser->scanner, "}") == 0 ? ast : NULL;
		}
		syntax_error(&parser->scanner, "fhirpath-syntax", "unexpected", parser->scanner.token.text);
		return NULL;
	case TOKEN_NAME:
		if (is_token(&parser->scanner, TOKEN_NAME, "true") || is_token(&parser->scanner, TOKEN_NAME, "false")) {
			ast = ast_new(parser, AST_LITERAL);
			if (ast != NULL)
				ast->literal = item_boolean(parser->scanner.token.text[0] == 't');
			return ast != NULL && advance(&parser->scanner) == 0 ? ast : NULL;
		}
		return parse_invocation(parser, NULL);
	case TOKEN_QUOTED_NAME:
	case TOKEN_END:
		return parse_invocation(parser, NULL);
	}
	return NULL;
}

static struct ast *
parse_postfix(struct parser *parser)
{
	struct ast *ast = parse_term(parser);

	while (ast != NULL) {
		if (is_punctuation(&parser->scanner, ".")) {
			ast = advance(&parser->scanner) == 0 ? parse_invocation(parser, ast) : NULL;
		} else if (is_punctuation(&parser->scanner, "[")) {
			struct ast *index = ast_new(parser, AST_INDEX);

			if (index == NULL || advance(&parser->scanner) != 0)
				return NULL;
			index->left = ast;
			index->right = parse_expression(parser, 0);
			ast = index->right != NULL && expect(&parser->scanner, "]") == 0 ? index : NULL;
		} else {
			return ast;
		}
	}
	return NULL;
}

/* Binary operators by binding strength (FHIRPath 6.8); all are left-associative. */
static const struct {
	const char *text;
	enum ast_operator operator;
	int strength;
} operators[] = {
	{ "implies", OP_IMPLIES, 1 }, { "or", OP_OR, 2 }, { "xor", OP_XOR, 2 }, { "and", OP_AND, 3 },
	{ "in", OP_IN, 4 }, { "contains", OP_CONTAINS, 4 },
	{ "=", OP_EQUAL, 5 }, { "~", OP_EQUIVALENT, 5 }, { "!=", OP_NOT_EQUAL, 5 }, { "!~", OP_NOT_EQUIVALENT, 5 },
	{ "<", OP_LESS, 6 }, { "<=", OP_LESS_EQUAL, 6 }, { ">", OP_GREATER, 6 }, { ">=", OP_GREATER_EQUAL, 6 },
	{ "|", OP_UNION, 7 }, { "is", OP_IS, 8 }, { "as", OP_AS, 8 },
	{ "+", OP_ADD, 9 }, { "-", OP_SUBTRACT, 9 }, { "&", OP_CONCATENATE, 9 },
	{ "*", OP_MULTIPLY, 10 }, { "/", OP_DIVIDE, 10 }, { "div", OP_DIV, 10 }, { "mod", OP_MOD, 10 },
};

#define UNARY_STRENGTH 11

static int
operator_at(const struct parser *parser)
{
	size_t i;

	if (parser->scanner.token.kind != TOKEN_PUNCTUATION && parser->scanner.token.kind != TOKEN_NAME)
		return -1;
	for (i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
		if (strcmp(parser->scanner.token.text, operators[i].text) == 0)
			return (int)i;
	return -1;
}

static struct ast *
parse_unary(struct parser *parser)
{
	struct ast *ast;

	if (!is_punctuation(&parser->scanner, "-") && !is_punctuation(&parser->scanner, "+"))
		return parse_postfix(parser);
	ast = ast_new(parser, is_punctuation(&parser->scanner, "-") ? AST_NEGATE : AST_PLUS);
	if (ast == NULL || advance(&parser->scanner) != 0)
		return NULL;
	ast->left = parse_expression(parser, UNARY_STRENGTH);
	return ast->left != NULL ? ast : NULL;
}

/* "FHIR.Patient", "System.Boolean", "Patient": the right side of `is` and `as`. */
static int
parse_type(struct parser *parser, struct ast *ast)
{
	if (parser->scanner.token.kind != TOKEN_NAME && parser->scanner.token.kind != TOKEN_QUOTED_NAME)
		return syntax_error(&parser->scanner, "fhirpath-syntax", "a type is expected, not", parser->scanner.token.text);
	ast->name = parser->scanner.token.text;
	if (advance(&parser->scanner) != 0)
		return -1;
	if (!is_punctuation(&parser->scanner, "."))
		return type_exists(NULL, ast->name) ? 0 :
		    syntax_error(&parser->scanner, "fhirpath-syntax", "there is no type", ast->name);
	ast->space = ast->name;
	if (advance(&parser->scanner) != 0)
		return -1;
	if (parser->scanner.token.kind != TOKEN_NAME && parser->scanner.token.kind != TOKEN_QUOTED_NAME)
		return syntax_error(&parser->scanner, "fhirpath-syntax", "a type is expected, not", parser->scanner.token.text);
	ast->name = parser->scanner.token.text;
	return advance(&parser->scanner);
}

static struct ast *
parse_expression(struct parser *parser, int least)
{
	struct ast *left;
	int found;

	if (++parser->depth > NESTING_LIMIT) {
		syntax_error(&parser->scanner, "fhirpath-syntax", "the expression is nested too deeply", NULL);
		return NULL;
	}
	left = parse_unary(parser);
	while (left != NULL && (found = operator_at(parser)) >= 0 && operators[found].strength > least) {
		bool type = operators[found].operator == OP_IS || operators[found].operator == OP_AS;
		struct ast *ast = ast_new(parser, type ? AST_TYPE : AST_BINARY);

		if (ast == NULL || advance(&parser->scanner) != 0)
			return NULL;
		ast->operator = operators[found].operator;
		ast->left = left;
		if (type) {
			left = parse_type(parser, ast) == 0 ? ast : NULL;
			continue;
		}
		ast->right = parse_expression(parser, operators[found].strength);
		left = ast->right != NULL ? simplify(ast, parser->scanner.arena) : NULL;
	}
	parser->depth--;
	return left;
}

int
fhirpath_compile(struct fhirpath **out, const char *expression, struct ehds_error *error)
{
	struct arena *arena;
	struct parser parser = { .scanner = { .at = expression, .line_start = expression, .line = 1, .error = error } };
	struct fhirpath *compiled;

	*out = NULL;
	if (strlen(expression) > TEXT_LIMIT)
		return error_set(error, EHDS_ERROR_CONFIG, "fhirpath-syntax", NULL, 0, 0, "the expression is too large");
	arena = arena_new(0);
	parser.scanner.arena = arena;
	compiled = must_alloc(sizeof(*compiled));
	compiled->arena = arena;
	compiled->text = arena_strdup(arena, expression);
	if (advance(&parser.scanner) == 0 && (compiled->root = parse_expression(&parser, 0)) != NULL &&
	    parser.scanner.token.kind == TOKEN_END) {
		*out = compiled;
		return 0;
	}
	if (compiled->root != NULL)
		syntax_error(&parser.scanner, "fhirpath-syntax", "unexpected", parser.scanner.token.text);
	fhirpath_free(&compiled);
	return -1;
}

void
fhirpath_free(struct fhirpath **expression)
{
	struct arena *arena;

	if (*expression == NULL)
		return;
	arena = (*expression)->arena;
	arena_free(&arena);
	free(*expression);
	*expression = NULL;
}
