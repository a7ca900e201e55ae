/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * FHIRPath text to tokens: HL7 FHIRPath 2.0.0, appendix B (grammar), the lexical rules. White space and comments go, escapes are
 * resolved; what a token means is the parser's to say.
 */
#include "conform/fhirpath_scan.h"

#include <stdlib.h>
#include <string.h>

int
syntax_error(struct scanner *scanner, const char *rule, const char *text, const char *detail)
{
	return error_set(scanner->error, EHDS_ERROR_CONFIG, rule, NULL, scanner->token.line, scanner->token.column, "%s%s%s%s",
	    text, detail != NULL ? " '" : "", detail != NULL ? detail : "", detail != NULL ? "'" : "");
}

/* White space and both kinds of comment; -1 for a comment without end. */
static int
skip_blank(struct scanner *scanner)
{
	for (;;) {
		if (*scanner->at == '\n') {
			scanner->line++;
			scanner->line_start = scanner->at + 1;
		}
		if (*scanner->at != '\0' && strchr(" \t\r\n", *scanner->at) != NULL) {
			scanner->at++;
		} else if (strncmp(scanner->at, "//", 2) == 0) {
			scanner->at += strcspn(scanner->at, "\n");
		} else if (strncmp(scanner->at, "/*", 2) == 0) {
			const char *end = strstr(scanner->at + 2, "*/");

			if (end == NULL)
				return syntax_error(scanner, "fhirpath-syntax", "a comment is not closed", NULL);
			for (; scanner->at < end + 2; scanner->at++)
				if (*scanner->at == '\n') {
					scanner->line++;
					scanner->line_start = scanner->at + 1;
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
read_escape(struct scanner *scanner, char *out)
{
	static const char letters[] = "`'\\/fnrt\"", values[] = "`'\\/\f\n\r\t\"";
	const char *found = *scanner->at != '\0' ? strchr(letters, *scanner->at) : NULL;
	char digits[5] = "", *end;
	unsigned long point;

	if (found != NULL) {
		out[0] = values[found - letters];
		scanner->at++;
		return 1;
	}
	if (*scanner->at != 'u' || strlen(scanner->at) < 5)
		return 0;
	memcpy(digits, scanner->at + 1, 4);
	point = strtoul(digits, &end, 16);
	if (end != digits + 4 || point == 0)
		return 0;
	scanner->at += 5;
	return write_utf8(out, point);
}

static int
scan_quoted(struct scanner *scanner, char quote)
{
	char *out = arena_alloc(scanner->arena, strlen(scanner->at) + 4);
	size_t length = 0;

	if (out == NULL)
		return syntax_error(scanner, "fhirpath-syntax", "the expression is too large", NULL);
	scanner->at++;
	while (*scanner->at != quote) {
		size_t step = 1;

		if (*scanner->at == '\0')
			return syntax_error(scanner, "fhirpath-syntax", "a quote is not closed", NULL);
		if (*scanner->at == '\\') {
			scanner->at++;
			step = read_escape(scanner, out + length);
			if (step == 0)
				return syntax_error(scanner, "fhirpath-syntax", "unknown escape in a string", NULL);
		} else {
			out[length] = *scanner->at++;
		}
		length += step;
	}
	scanner->at++;
	out[length] = '\0';
	scanner->token.text = out;
	return 0;
}

static void
scan_span(struct scanner *scanner, enum token_kind kind, size_t length)
{
	scanner->token.kind = kind;
	scanner->token.text = arena_strndup(scanner->arena, scanner->at, length);
	scanner->at += length;
}

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
#define DIGITS "0123456789"

/* "@2015-02-04T14:34", "@T14:34": everything that may belong to a date; the parser of dates decides. */
static int
scan_date(struct scanner *scanner)
{
	size_t length = 1 + strspn(scanner->at + 1, DIGITS "-:TZ+.");
	bool time = scanner->at[1] == 'T';

	/* A '.' that begins a method call is no fraction: "@2015.toString()". */
	while (length > 1 && (scanner->at[length - 1] == '.' || scanner->at[length - 1] == '-' || scanner->at[length - 1] == '+'))
		length--;
	scanner->at++;
	scan_span(scanner, time ? TOKEN_TIME : TOKEN_DATE, length - 1);
	return 0;
}

static int
scan_number(struct scanner *scanner)
{
	size_t length = strspn(scanner->at, DIGITS), fraction;

	if (scanner->at[length] == '.') {
		fraction = strspn(scanner->at + length + 1, DIGITS);
		if (fraction > 0)
			length += 1 + fraction;
	}
	scan_span(scanner, TOKEN_NUMBER, length);
	return 0;
}

static int
scan_external(struct scanner *scanner)
{
	scanner->at++;
	scanner->token.kind = TOKEN_EXTERNAL;
	if (*scanner->at == '`' || *scanner->at == '\'')
		return scan_quoted(scanner, *scanner->at);
	scan_span(scanner, TOKEN_EXTERNAL, strspn(scanner->at, LETTERS DIGITS "-"));
	return scanner->token.text[0] != '\0' ? 0 : syntax_error(scanner, "fhirpath-syntax", "'%' without a name", NULL);
}

static int
scan_punctuation(struct scanner *scanner)
{
	static const char *const two[] = { "<=", ">=", "!=", "!~" };
	size_t i, length = 1;

	for (i = 0; i < sizeof(two) / sizeof(two[0]); i++)
		if (strncmp(scanner->at, two[i], 2) == 0)
			length = 2;
	if (length == 1 && strchr("+-*/&|<>=~.,()[]{}", *scanner->at) == NULL) {
		char shown[2] = { *scanner->at, '\0' };

		return syntax_error(scanner, "fhirpath-syntax", "unexpected character", shown);
	}
	scan_span(scanner, TOKEN_PUNCTUATION, length);
	return 0;
}

int
advance(struct scanner *scanner)
{
	scanner->token = (struct token){ TOKEN_END, "", scanner->line, 0 };
	if (skip_blank(scanner) != 0)
		return -1;
	scanner->token.line = scanner->line;
	scanner->token.column = (int)(scanner->at - scanner->line_start) + 1;
	if (*scanner->at == '\0')
		return 0;
	if (strchr(LETTERS, *scanner->at) != NULL) {
		scan_span(scanner, TOKEN_NAME, strspn(scanner->at, LETTERS DIGITS));
		return 0;
	}
	switch (*scanner->at) {
	case '`':
		scanner->token.kind = TOKEN_QUOTED_NAME;
		return scan_quoted(scanner, '`');
	case '\'':
		scanner->token.kind = TOKEN_STRING;
		return scan_quoted(scanner, '\'');
	case '@':
		return scan_date(scanner);
	case '%':
		return scan_external(scanner);
	case '$':
		scan_span(scanner, TOKEN_DOLLAR, 1 + strspn(scanner->at + 1, LETTERS));
		return 0;
	}
	if (strchr(DIGITS, *scanner->at) != NULL)
		return scan_number(scanner);
	return scan_punctuation(scanner);
}

bool
is_token(const struct scanner *scanner, enum token_kind kind, const char *text)
{
	return scanner->token.kind == kind && strcmp(scanner->token.text, text) == 0;
}

bool
is_punctuation(const struct scanner *scanner, const char *text)
{
	return is_token(scanner, TOKEN_PUNCTUATION, text);
}

int
expect(struct scanner *scanner, const char *text)
{
	if (!is_punctuation(scanner, text))
		return syntax_error(scanner, "fhirpath-syntax",
		    scanner->token.kind == TOKEN_END ? "the expression ends too early" : "unexpected",
		    scanner->token.kind == TOKEN_END ? NULL : scanner->token.text);
	return advance(scanner);
}
