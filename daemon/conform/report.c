/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Values come from documents, so a line of text is made safe here: one line stays one line, and a value of a
 * megabyte does not bury the rest. In the OperationOutcome values are cut at the same length.
 */
#include "conform/report.h"

#include "format/json.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define VALUE_SHOWN 200		/* bytes of a value found or expected */

/* ---- Text --------------------------------------------------------------------------------------------------- */

/* Control characters become spaces; what is longer than limit ends in "...". */
static void
append_line(struct buffer *out, const char *text, size_t limit)
{
	size_t length = strlen(text), i;

	if (length > limit) {
		length = limit;
		while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
			length--;
	}
	for (i = 0; i < length; i++)
		buffer_putc(out, (unsigned char)text[i] < 0x20 || text[i] == 0x7F ? ' ' : text[i]);
	if (text[length] != '\0')
		buffer_puts(out, "...");
}

static void
append_place(struct buffer *out, const char *file, int line, int column)
{
	append_line(out, file, SIZE_MAX);
	if (line > 0)
		buffer_printf(out, ":%d", line);
	if (line > 0 && column > 0)
		buffer_printf(out, ":%d", column);
	buffer_puts(out, ": ");
}

void
report_text(struct buffer *out, const struct ehds_finding *finding)
{
	if (finding->file != NULL)
		append_place(out, finding->file, finding->line, finding->column);
	else if (finding->stylesheet != NULL)
		append_place(out, finding->stylesheet, finding->stylesheet_line, 0);
	else if (finding->table != NULL)
		append_place(out, finding->table, finding->table_line, 0);
	buffer_printf(out, "%s: %s: ", severity_name(finding->severity),
	    finding->rule != NULL ? finding->rule : "-");
	append_line(out, finding->text != NULL ? finding->text : "", SIZE_MAX);
	if (finding->found != NULL) {
		buffer_puts(out, ", found '");
		append_line(out, finding->found, VALUE_SHOWN);
		buffer_putc(out, '\'');
	}
	if (finding->expected != NULL) {
		buffer_puts(out, ", expected '");
		append_line(out, finding->expected, VALUE_SHOWN);
		buffer_putc(out, '\'');
	}
	if (finding->expression != NULL) {
		buffer_puts(out, " (at ");
		append_line(out, finding->expression, SIZE_MAX);
		buffer_putc(out, ')');
	}
	buffer_putc(out, '\n');
}

/* ---- OperationOutcome --------------------------------------------------------------------------------------- */

static void
member(struct json_writer *writer, const char *key, const char *text)
{
	json_key(writer, key);
	json_string(writer, text);
}

/* Opens one extension, up to its value. */
static void
open_extension(struct json_writer *writer, const char *url, const char *value)
{
	json_open(writer, '{');
	member(writer, "url", url);
	json_key(writer, value);
}

#define PLACE_USUAL 256		/* bytes of most FILE:LINE, made without asking for memory */

static void
extension_place(struct json_writer *writer, const char *url, const char *file, int line)
{
	char usual[PLACE_USUAL];
	struct buffer place = { 0 };
	const char *text = file;

	if (file == NULL)
		return;
	if (line > 0 && snprintf(usual, sizeof(usual), "%s:%d", file, line) < (int)sizeof(usual)) {
		text = usual;
	} else if (line > 0) {
		buffer_printf(&place, "%s:%d", file, line);
		text = place.data;
	}
	open_extension(writer, url, "valueString");
	json_string(writer, text);
	json_close(writer, '}');
	buffer_free(&place);
}

static void
extension_line(struct json_writer *writer, int line)
{
	if (line <= 0)
		return;
	open_extension(writer, "urn:ehds:outcome:source-line", "valueInteger");
	json_integer(writer, line);
	json_close(writer, '}');
}

static void
write_extensions(struct json_writer *writer, const struct ehds_finding *finding)
{
	if (finding->line <= 0 && finding->stylesheet == NULL && finding->table == NULL
	    && finding->profile == NULL)
		return;
	json_key(writer, "extension");
	json_open(writer, '[');
	extension_line(writer, finding->line);
	extension_place(writer, "urn:ehds:outcome:stylesheet", finding->stylesheet, finding->stylesheet_line);
	extension_place(writer, "urn:ehds:outcome:table", finding->table, finding->table_line);
	extension_place(writer, "urn:ehds:outcome:profile", finding->profile, 0);
	json_close(writer, ']');
}

static void
write_details(struct json_writer *writer, const char *rule, const char *text)
{
	json_key(writer, "details");
	json_open(writer, '{');
	if (rule != NULL && rule[0] != '\0') {
		json_key(writer, "coding");
		json_open(writer, '[');
		json_open(writer, '{');
		member(writer, "system", "urn:ehds:rule");
		member(writer, "code", rule);
		json_close(writer, '}');
		json_close(writer, ']');
	}
	if (text != NULL && text[0] != '\0')
		member(writer, "text", text);
	json_close(writer, '}');
}

static void
write_diagnostics(struct json_writer *writer, const struct ehds_finding *finding)
{
	struct buffer text = { 0 };

	if (finding->found == NULL && finding->expected == NULL)
		return;
	if (finding->found != NULL) {
		buffer_puts(&text, "found '");
		append_line(&text, finding->found, VALUE_SHOWN);
		buffer_puts(&text, finding->expected != NULL ? "', " : "'");
	}
	if (finding->expected != NULL) {
		buffer_puts(&text, "expected '");
		append_line(&text, finding->expected, VALUE_SHOWN);
		buffer_putc(&text, '\'');
	}
	member(writer, "diagnostics", text.data);
	buffer_free(&text);
}

static void
write_finding(struct json_writer *writer, const struct ehds_finding *finding)
{
	json_open(writer, '{');
	write_extensions(writer, finding);
	member(writer, "severity", severity_name(finding->severity));
	member(writer, "code", finding->code != NULL ? finding->code : "processing");
	write_details(writer, finding->rule, finding->text);
	write_diagnostics(writer, finding);
	if (finding->expression != NULL) {
		json_key(writer, "expression");
		json_open(writer, '[');
		json_string(writer, finding->expression);
		json_close(writer, ']');
	}
	json_close(writer, '}');
}

/* Codes of FHIR R4 IssueType: who can cure it. */
static const char *
issue_type(enum ehds_error_kind kind)
{
	static const char *const types[] = {
		[EHDS_ERROR_NONE] = "informational",
		[EHDS_ERROR_TEMPORARY] = "transient",
		[EHDS_ERROR_DOCUMENT] = "invalid",
		[EHDS_ERROR_MAPPING] = "processing",
		[EHDS_ERROR_CONFIG] = "exception",
	};

	return types[kind];
}

static void
write_error(struct json_writer *writer, const struct ehds_error *error)
{
	json_open(writer, '{');
	if (error->line > 0) {
		json_key(writer, "extension");
		json_open(writer, '[');
		extension_line(writer, error->line);
		json_close(writer, ']');
	}
	member(writer, "severity", "fatal");
	member(writer, "code", issue_type(error->kind));
	write_details(writer, error->rule, error->text);
	json_close(writer, '}');
}

static void
write_summary(struct json_writer *writer, const char *summary)
{
	json_open(writer, '{');
	member(writer, "severity", severity_name(EHDS_SEVERITY_INFORMATION));
	member(writer, "code", "informational");
	write_details(writer, NULL, summary);
	json_close(writer, '}');
}

void
report_outcome(struct buffer *out, const struct ehds_error *error, const struct ehds_findings *findings,
    const char *summary)
{
	struct json_writer writer = json_writer_new(out, true);
	bool failed = error != NULL && error->kind != EHDS_ERROR_NONE;
	const struct ehds_finding *finding;

	json_open(&writer, '{');
	member(&writer, "resourceType", "OperationOutcome");
	json_key(&writer, "issue");
	json_open(&writer, '[');
	if (failed)
		write_error(&writer, error);
	for (finding = findings->first; finding != NULL; finding = finding->next)
		write_finding(&writer, finding);
	/* R4 wants at least one issue. */
	if (summary != NULL || (!failed && findings->first == NULL))
		write_summary(&writer, summary != NULL ? summary : "nothing to report");
	json_close(&writer, ']');
	json_close(&writer, '}');
	buffer_putc(out, '\n');
}
