/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * FHIRPath text to tree: a scanner and a precedence climber over the operator table of HL7 FHIRPath 2.0.0, section 6.8
 * and appendix B (grammar). Function names are bound here, so an unknown one is found before anything runs.
 */
#include "conform/fhirpath_ast.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_LIMIT 65536
#define NESTING_LIMIT 200

enum token_kind {
	TOKEN_END, TOKEN_NAME, TOKEN_QUOTED_NAME, TOKEN_STRING, TOKEN_NUMBER, TOKEN_DATE, TOKEN_TIME, TOKEN_EXTERNAL,
	TOKEN_DOLLAR, TOKEN_PUNCTUATION
};

struct token {
	enum token_kind kind;
	const char *text;	/* unescaped, in the arena */
	int line, column;
};

struct parser {
	struct arena *arena;
	const char *at, *line_start;
	int line;
	unsigned depth;
	struct token token;
	struct ehds_error *error;
};

static int
syntax_error(struct parser *parser, const char *rule, const char *text, const char *detail)
{
	return error_set(parser->error, EHDS_ERROR_CONFIG, rule, NULL, parser->token.line, parser->token.column, "%s%s%s%s",
	    text, detail != NULL ? " '" : "", detail != NULL ? detail : "", detail != NULL ? "'" : "");
}

/* White space and both kinds of comment; -1 for a comment without end. */
static int
skip_blank(struct parser *parser)
{
	for (;;) {
		if (*parser->at == '\n') {
			parser->line++;
			parser->line_start = parser->at + 1;
		}
		if (*parser->at != '\0' && strchr(" \t\r\n", *parser->at) != NULL) {
			parser->at++;
		} else if (strncmp(parser->at, "//", 2) == 0) {
			parser->at += strcspn(parser->at, "\n");
		} else if (strncmp(parser->at, "/*", 2) == 0) {
			const char *end = strstr(parser->at + 2, "*/");

			if (end == NULL)
				return syntax_error(parser, "fhirpath-syntax", "a comment is not closed", NULL);
			for (; parser->at < end + 2; parser->at++)
				if (*parser->at == '\n') {
					parser->line++;
					parser->line_start = parser->at + 1;
				}
		} else {
			return 0;
		}
	}
}

static size_t
write_utf8(char *out, unsigned long point)
{
	if (point < 0x80) {
		out[0] = (char)point;
		return 1;
	}
	if (point < 0x800) {
		out[0] = (char)(0xC0 | point >> 6);
		out[1] = (char)(0x80 | (point & 0x3F));
		return 2;
	}
	out[0] = (char)(0xE0 | point >> 12);
	out[1] = (char)(0x80 | (point >> 6 & 0x3F));
	out[2] = (char)(0x80 | (point & 0x3F));
	return 3;
}

/* One escape after the backslash (grammar, ESC); returns the bytes written, 0 for an unknown one. */
static size_t
read_escape(struct parser *parser, char *out)
{
	static const char letters[] = "`'\\/fnrt\"", values[] = "`'\\/\f\n\r\t\"";
	const char *found = *parser->at != '\0' ? strchr(letters, *parser->at) : NULL;
	char digits[5] = "", *end;
	unsigned long point;

	if (found != NULL) {
		out[0] = values[found - letters];
		parser->at++;
		return 1;
	}
	if (*parser->at != 'u' || strlen(parser->at) < 5)
		return 0;
	memcpy(digits, parser->at + 1, 4);
	point = strtoul(digits, &end, 16);
	if (end != digits + 4 || point == 0)
		return 0;
	parser->at += 5;
	return write_utf8(out, point);
}

static int
scan_quoted(struct parser *parser, char quote)
{
	char *out = arena_alloc(parser->arena, strlen(parser->at) + 4);
	size_t length = 0;

	if (out == NULL)
		return syntax_error(parser, "fhirpath-syntax", "the expression is too large", NULL);
	parser->at++;
	while (*parser->at != quote) {
		size_t step = 1;

		if (*parser->at == '\0')
			return syntax_error(parser, "fhirpath-syntax", "a quote is not closed", NULL);
		if (*parser->at == '\\') {
			parser->at++;
			step = read_escape(parser, out + length);
			if (step == 0)
				return syntax_error(parser, "fhirpath-syntax", "unknown escape in a string", NULL);
		} else {
			out[length] = *parser->at++;
		}
		length += step;
	}
	parser->at++;
	out[length] = '\0';
	parser->token.text = out;
	return 0;
}

static void
scan_span(struct parser *parser, enum token_kind kind, size_t length)
{
	parser->token.kind = kind;
	parser->token.text = arena_strndup(parser->arena, parser->at, length);
	parser->at += length;
}

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
#define DIGITS "0123456789"

/* "@2015-02-04T14:34", "@T14:34": everything that may belong to a date; the parser of dates decides. */
static int
scan_date(struct parser *parser)
{
	size_t length = 1 + strspn(parser->at + 1, DIGITS "-:TZ+.");
	bool time = parser->at[1] == 'T';

	/* A '.' that begins a method call is no fraction: "@2015.toString()". */
	while (length > 1 && (parser->at[length - 1] == '.' || parser->at[length - 1] == '-' || parser->at[length - 1] == '+'))
		length--;
	parser->at++;
	scan_span(parser, time ? TOKEN_TIME : TOKEN_DATE, length - 1);
	return 0;
}

static int
scan_number(struct parser *parser)
{
	size_t length = strspn(parser->at, DIGITS), fraction;

	if (parser->at[length] == '.') {
		fraction = strspn(parser->at + length + 1, DIGITS);
		if (fraction > 0)
			length += 1 + fraction;
	}
	scan_span(parser, TOKEN_NUMBER, length);
	return 0;
}

static int
scan_external(struct parser *parser)
{
	parser->at++;
	parser->token.kind = TOKEN_EXTERNAL;
	if (*parser->at == '`' || *parser->at == '\'')
		return scan_quoted(parser, *parser->at);
	scan_span(parser, TOKEN_EXTERNAL, strspn(parser->at, LETTERS DIGITS "-"));
	return parser->token.text[0] != '\0' ? 0 : syntax_error(parser, "fhirpath-syntax", "'%' without a name", NULL);
}

static int
scan_punctuation(struct parser *parser)
{
	static const char *const two[] = { "<=", ">=", "!=", "!~" };
	size_t i, length = 1;

	for (i = 0; i < sizeof(two) / sizeof(two[0]); i++)
		if (strncmp(parser->at, two[i], 2) == 0)
			length = 2;
	if (length == 1 && strchr("+-*/&|<>=~.,()[]{}", *parser->at) == NULL) {
		char shown[2] = { *parser->at, '\0' };

		return syntax_error(parser, "fhirpath-syntax", "unexpected character", shown);
	}
	scan_span(parser, TOKEN_PUNCTUATION, length);
	return 0;
}

static int
advance(struct parser *parser)
{
	parser->token = (struct token){ TOKEN_END, "", parser->line, 0 };
	if (skip_blank(parser) != 0)
		return -1;
	parser->token.line = parser->line;
	parser->token.column = (int)(parser->at - parser->line_start) + 1;
	if (*parser->at == '\0')
		return 0;
	if (strchr(LETTERS, *parser->at) != NULL) {
		scan_span(parser, TOKEN_NAME, strspn(parser->at, LETTERS DIGITS));
		return 0;
	}
	switch (*parser->at) {
	case '`':
		parser->token.kind = TOKEN_QUOTED_NAME;
		return scan_quoted(parser, '`');
	case '\'':
		parser->token.kind = TOKEN_STRING;
		return scan_quoted(parser, '\'');
	case '@':
		return scan_date(parser);
	case '%':
		return scan_external(parser);
	case '$':
		scan_span(parser, TOKEN_DOLLAR, 1 + strspn(parser->at + 1, LETTERS));
		return 0;
	}
	if (strchr(DIGITS, *parser->at) != NULL)
		return scan_number(parser);
	return scan_punctuation(parser);
}

static bool
is_token(const struct parser *parser, enum token_kind kind, const char *text)
{
	return parser->token.kind == kind && strcmp(parser->token.text, text) == 0;
}

static bool
is_punctuation(const struct parser *parser, const char *text)
{
	return is_token(parser, TOKEN_PUNCTUATION, text);
}

static int
expect(struct parser *parser, const char *text)
{
	if (!is_punctuation(parser, text))
		return syntax_error(parser, "fhirpath-syntax",
		    parser->token.kind == TOKEN_END ? "the expression ends too early" : "unexpected",
		    parser->token.kind == TOKEN_END ? NULL : parser->token.text);
	return advance(parser);
}

static struct ast *
ast_new(struct parser *parser, enum ast_kind kind)
{
	struct ast *ast = arena_alloc(parser->arena, sizeof(*ast));

	if (ast == NULL) {
		syntax_error(parser, "fhirpath-syntax", "the expression is too large", NULL);
		return NULL;
	}
	ast->kind = kind;
	ast->line = parser->token.line;
	ast->column = parser->token.column;
	return ast;
}

static struct ast *
parse_expression(struct parser *parser, int least);

#define ARGUMENTS_MAX 8

static int
parse_arguments(struct parser *parser, struct ast *call)
{
	call->arguments = arena_alloc(parser->arena, ARGUMENTS_MAX * sizeof(struct ast *));
	if (call->arguments == NULL || advance(parser) != 0)
		return -1;
	while (!is_punctuation(parser, ")")) {
		if (call->argument_count == ARGUMENTS_MAX)
			return syntax_error(parser, "fhirpath-syntax", "too many arguments for", call->name);
		call->arguments[call->argument_count] = parse_expression(parser, 0);
		if (call->arguments[call->argument_count++] == NULL)
			return -1;
		if (is_punctuation(parser, ",") ? advance(parser) != 0 || is_punctuation(parser, ")") :
		    !is_punctuation(parser, ")"))
			return syntax_error(parser, "fhirpath-syntax", "an argument list is not closed: unexpected",
			    parser->token.text);
	}
	return advance(parser);
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
		return syntax_error(parser, "fhirpath-syntax", "a type is the argument of", call->name);
	if (type->left == NULL && !type_exists(NULL, type->name))
		return syntax_error(parser, "fhirpath-syntax", "there is no type", type->name);
	return 0;
}

static int
bind_function(struct parser *parser, struct ast *call, const struct token *name)
{
	call->function = function_find(call->name);
	parser->token.line = name->line;
	parser->token.column = name->column;
	if (call->function == NULL)
		return syntax_error(parser, "fhirpath-unsupported", "unknown function", call->name);
	return check_type_argument(parser, call);
}

/* A member or a function call after '.' or at the beginning. */
static struct ast *
parse_invocation(struct parser *parser, struct ast *left)
{
	struct ast *ast = ast_new(parser, AST_MEMBER);
	struct token name = parser->token;

	if (ast == NULL)
		return NULL;
	ast->left = left;
	ast->name = name.text;
	if (name.kind != TOKEN_NAME && name.kind != TOKEN_QUOTED_NAME) {
		syntax_error(parser, "fhirpath-syntax", name.kind == TOKEN_END ? "the expression ends too early" :
		    "a name is expected, not", name.kind == TOKEN_END ? NULL : name.text);
		return NULL;
	}
	if (advance(parser) != 0)
		return NULL;
	if (!is_punctuation(parser, "(") || name.kind == TOKEN_QUOTED_NAME)
		return ast;
	ast->kind = AST_FUNCTION;
	if (parse_arguments(parser, ast) != 0)
		return NULL;
	{
		struct token after = parser->token;

		if (bind_function(parser, ast, &name) != 0)
			return NULL;
		parser->token = after;
	}
	if ((int)ast->argument_count < ast->function->least || (int)ast->argument_count > ast->function->most) {
		syntax_error(parser, "fhirpath-syntax", "wrong number of arguments for", ast->name);
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
		if (strcmp(parser->token.text, variables[i].name) == 0) {
			struct ast *ast = ast_new(parser, variables[i].kind);

			return ast != NULL && advance(parser) == 0 ? ast : NULL;
		}
	syntax_error(parser, "fhirpath-syntax", "unknown variable", parser->token.text);
	return NULL;
}

/* A number, and the unit behind it that makes it a quantity. */
static struct ast *
parse_number(struct parser *parser)
{
	struct ast *ast = ast_new(parser, AST_LITERAL);
	const char *digits = parser->token.text;
	bool decimal = strchr(digits, '.') != NULL;
	struct decimal value;

	if (ast == NULL)
		return NULL;
	if (!decimal_parse(&value, digits) || (!decimal && (value.coefficient > INT64_MAX))) {
		syntax_error(parser, "fhirpath-syntax", "number out of range:", digits);
		return NULL;
	}
	ast->literal = decimal ? item_decimal(value) : item_integer((int64_t)value.coefficient);
	if (advance(parser) != 0)
		return NULL;
	if (parser->token.kind == TOKEN_STRING ||
	    (parser->token.kind == TOKEN_NAME && calendar_unit(parser->token.text) != NULL)) {
		ast->literal = (struct fhirpath_item){ .kind = FHIRPATH_QUANTITY, .decimal = value };
		ast->literal.calendar = parser->token.kind == TOKEN_NAME;
		ast->literal.text = ast->literal.calendar ? calendar_unit(parser->token.text) : parser->token.text;
		if (advance(parser) != 0)
			return NULL;
	}
	return ast;
}

static struct ast *
parse_temporal(struct parser *parser)
{
	struct ast *ast = ast_new(parser, AST_LITERAL);
	struct fhirpath_item *literal;
	const char *text = parser->token.text;
	bool read;

	if (ast == NULL)
		return NULL;
	literal = &ast->literal;
	if (parser->token.kind == TOKEN_TIME) {
		literal->kind = FHIRPATH_TIME;
		read = time_parse(&literal->temporal, text);
	} else {
		literal->kind = strchr(text, 'T') != NULL ? FHIRPATH_DATETIME : FHIRPATH_DATE;
		read = datetime_parse(&literal->temporal, text);
	}
	if (!read) {
		syntax_error(parser, "fhirpath-syntax", "no date or time:", text);
		return NULL;
	}
	return advance(parser) == 0 ? ast : NULL;
}

static struct ast *
parse_parenthesis(struct parser *parser)
{
	struct ast *ast;

	if (advance(parser) != 0)
		return NULL;
	ast = parse_expression(parser, 0);
	return ast != NULL && expect(parser, ")") == 0 ? ast : NULL;
}

static struct ast *
parse_term(struct parser *parser)
{
	struct ast *ast;

	switch (parser->token.kind) {
	case TOKEN_NUMBER:
		return parse_number(parser);
	case TOKEN_DATE:
	case TOKEN_TIME:
		return parse_temporal(parser);
	case TOKEN_DOLLAR:
		return parse_dollar(parser);
	case TOKEN_STRING:
	case TOKEN_EXTERNAL:
		ast = ast_new(parser, parser->token.kind == TOKEN_STRING ? AST_LITERAL : AST_EXTERNAL);
		if (ast == NULL)
			return NULL;
		ast->name = parser->token.text;
		ast->literal = item_string(parser->token.text);
		return advance(parser) == 0 ? ast : NULL;
	case TOKEN_PUNCTUATION:
		if (is_punctuation(parser, "("))
			return parse_parenthesis(parser);
		if (is_punctuation(parser, "{")) {
			ast = ast_new(parser, AST_EMPTY);
			return ast != NULL && advance(parser) == 0 && expect(parser, "}") == 0 ? ast : NULL;
		}
		syntax_error(parser, "fhirpath-syntax", "unexpected", parser->token.text);
		return NULL;
	case TOKEN_NAME:
		if (is_token(parser, TOKEN_NAME, "true") || is_token(parser, TOKEN_NAME, "false")) {
			ast = ast_new(parser, AST_LITERAL);
			if (ast != NULL)
				ast->literal = item_boolean(parser->token.text[0] == 't');
			return ast != NULL && advance(parser) == 0 ? ast : NULL;
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
		if (is_punctuation(parser, ".")) {
			ast = advance(parser) == 0 ? parse_invocation(parser, ast) : NULL;
		} else if (is_punctuation(parser, "[")) {
			struct ast *index = ast_new(parser, AST_INDEX);

			if (index == NULL || advance(parser) != 0)
				return NULL;
			index->left = ast;
			index->right = parse_expression(parser, 0);
			ast = index->right != NULL && expect(parser, "]") == 0 ? index : NULL;
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

	if (parser->token.kind != TOKEN_PUNCTUATION && parser->token.kind != TOKEN_NAME)
		return -1;
	for (i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
		if (strcmp(parser->token.text, operators[i].text) == 0)
			return (int)i;
	return -1;
}

static struct ast *
parse_unary(struct parser *parser)
{
	struct ast *ast;

	if (!is_punctuation(parser, "-") && !is_punctuation(parser, "+"))
		return parse_postfix(parser);
	ast = ast_new(parser, is_punctuation(parser, "-") ? AST_NEGATE : AST_PLUS);
	if (ast == NULL || advance(parser) != 0)
		return NULL;
	ast->left = parse_expression(parser, UNARY_STRENGTH);
	return ast->left != NULL ? ast : NULL;
}

/* "FHIR.Patient", "System.Boolean", "Patient": the right side of `is` and `as`. */
static int
parse_type(struct parser *parser, struct ast *ast)
{
	if (parser->token.kind != TOKEN_NAME && parser->token.kind != TOKEN_QUOTED_NAME)
		return syntax_error(parser, "fhirpath-syntax", "a type is expected, not", parser->token.text);
	ast->name = parser->token.text;
	if (advance(parser) != 0)
		return -1;
	if (!is_punctuation(parser, "."))
		return type_exists(NULL, ast->name) ? 0 :
		    syntax_error(parser, "fhirpath-syntax", "there is no type", ast->name);
	ast->space = ast->name;
	if (advance(parser) != 0)
		return -1;
	if (parser->token.kind != TOKEN_NAME && parser->token.kind != TOKEN_QUOTED_NAME)
		return syntax_error(parser, "fhirpath-syntax", "a type is expected, not", parser->token.text);
	ast->name = parser->token.text;
	return advance(parser);
}

static struct ast *
parse_expression(struct parser *parser, int least)
{
	struct ast *left;
	int found;

	if (++parser->depth > NESTING_LIMIT) {
		syntax_error(parser, "fhirpath-syntax", "the expression is nested too deeply", NULL);
		return NULL;
	}
	left = parse_unary(parser);
	while (left != NULL && (found = operator_at(parser)) >= 0 && operators[found].strength > least) {
		bool type = operators[found].operator == OP_IS || operators[found].operator == OP_AS;
		struct ast *ast = ast_new(parser, type ? AST_TYPE : AST_BINARY);

		if (ast == NULL || advance(parser) != 0)
			return NULL;
		ast->operator = operators[found].operator;
		ast->left = left;
		if (type) {
			left = parse_type(parser, ast) == 0 ? ast : NULL;
			continue;
		}
		ast->right = parse_expression(parser, operators[found].strength);
		left = ast->right != NULL ? ast : NULL;
	}
	parser->depth--;
	return left;
}

int
fhirpath_compile(struct fhirpath **out, const char *expression, struct ehds_error *error)
{
	struct arena *arena;
	struct parser parser = { .at = expression, .line_start = expression, .line = 1, .error = error };
	struct fhirpath *compiled;

	*out = NULL;
	if (strlen(expression) > TEXT_LIMIT)
		return error_set(error, EHDS_ERROR_CONFIG, "fhirpath-syntax", NULL, 0, 0, "the expression is too large");
	arena = arena_new(0);
	parser.arena = arena;
	compiled = must_alloc(sizeof(*compiled));
	compiled->arena = arena;
	compiled->text = arena_strdup(arena, expression);
	if (advance(&parser) == 0 && (compiled->root = parse_expression(&parser, 0)) != NULL &&
	    parser.token.kind == TOKEN_END) {
		*out = compiled;
		return 0;
	}
	if (compiled->root != NULL)
		syntax_error(&parser, "fhirpath-syntax", "unexpected", parser.token.text);
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
