/* SPDX-License-Identifier: EUPL-1.2 */
/* See lint.h. */
#include "mapping/lint.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

#define TEXT_MAX 1024

static void __attribute__((format(printf, 7, 0)))
add(struct ehds_findings *lint, enum ehds_severity severity, const char *rule, const char *file, int line,
    int column, const char *format, va_list arguments)
{
	char text[TEXT_MAX];

	vsnprintf(text, sizeof(text), format, arguments);
	text_trim_partial_utf8(text);
	findings_add(lint, &(struct ehds_finding){ .severity = severity, .rule = rule, .text = text,
	    .file = file, .line = line, .column = column });
}

void
lint_error(struct ehds_findings *lint, const char *rule, const char *file, int line, int column,
    const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(lint, EHDS_SEVERITY_ERROR, rule, file, line, column, format, arguments);
	va_end(arguments);
}

void
lint_warning(struct ehds_findings *lint, const char *rule, const char *file, int line, int column,
    const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(lint, EHDS_SEVERITY_WARNING, rule, file, line, column, format, arguments);
	va_end(arguments);
}

void
lint_information(struct ehds_findings *lint, const char *rule, const char *file, int line, int column,
    const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(lint, EHDS_SEVERITY_INFORMATION, rule, file, line, column, format, arguments);
	va_end(arguments);
}

void
lint_node(struct ehds_findings *lint, const char *rule, const char *file, const struct yaml_node *node,
    const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(lint, EHDS_SEVERITY_ERROR, rule, file, node->line, node->column, format, arguments);
	va_end(arguments);
}

void
lint_pass(struct ehds_findings *lint, const struct ehds_error *error)
{
	const char *file = error->file[0] != '\0' ? error->file : NULL;

	lint_error(lint, error->rule, file, error->line, error->column, "%s", error->text);
}
