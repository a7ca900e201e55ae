/* SPDX-License-Identifier: EUPL-1.2 */
/* See console.h. */
#include "ctl/console.h"
#include "base/buffer.h"
#include "conform/report.h"

#include <string.h>
#include <unistd.h>

/* C0 without tab and newline, DEL, and C1 as UTF-8 writes it (0xC2 0x80..0x9F). */
static bool
is_control(const char *text, size_t left)
{
	unsigned char byte = (unsigned char)text[0];

	if (byte == 0xC2 && left > 1)
		return (unsigned char)text[1] >= 0x80 && (unsigned char)text[1] <= 0x9F;
	return byte == 0x7F || (byte < 0x20 && byte != '\n' && byte != '\t');
}

void
console_write(FILE *out, const char *text, size_t length)
{
	size_t i, start = 0;

	for (i = 0; i < length; i++) {
		if (!is_control(text + i, length - i))
			continue;
		fwrite(text + start, 1, i - start, out);
		fputc('?', out);
		if ((unsigned char)text[i] == 0xC2)
			i++;
		start = i + 1;
	}
	fwrite(text + start, 1, length - start, out);
}

void
console_error(const struct ehds_error *error)
{
	char line[1024];

	error_format(error, line, sizeof(line));
	console_write(stderr, line, strlen(line));
	fputc('\n', stderr);
}

void
console_findings(const struct ehds_findings *findings, enum ehds_severity least)
{
	const struct ehds_finding *finding;
	struct buffer text = { 0 };

	for (finding = findings->first; finding != NULL; finding = finding->next) {
		if (finding->severity < least)
			continue;
		buffer_clear(&text);
		report_text(&text, finding);
		console_write(stderr, text.data, text.length);
	}
	buffer_free(&text);
}

struct progress
progress_new(size_t total)
{
	return (struct progress){ .shown = total > 1 && isatty(STDERR_FILENO), .total = total };
}

void
progress_step(struct progress *progress, const char *name)
{
	progress->done++;
	if (!progress->shown)
		return;
	fprintf(stderr, "\r\033[K[%zu/%zu] ", progress->done, progress->total);
	console_write(stderr, name, strlen(name));
	fflush(stderr);
}

void
progress_clear(const struct progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
}
