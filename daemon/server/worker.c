/* SPDX-License-Identifier: EUPL-1.2 */
/* See worker.h. */
#include "server/worker.h"

#include "base/alloc.h"
#include "base/log.h"
#include "base/pieces.h"
#include "base/text.h"
#include "fhir/json.h"
#include "fhir/tree.h"
#include "server/channel.h"
#include "server/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define KEEP_BYTES (4u << 20)	/* a larger document's memory is given back at once */

/* The formats of one document's results. */
struct answer {
	struct result_head head;
	const struct buffer *parts[RESULT_PARTS];
};

static void
copy(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", text != NULL ? text : "");
}

/* What the broker calls unmapped: a code without a row, or a statement that was dropped. */
static bool
is_unmapped(const struct conversion *conversion)
{
	const struct ehds_finding *finding;

	if (conversion->mapping.bundle != NULL && conversion->mapping.ledger.dropped > 0)
		return true;
	for (finding = conversion->findings.first; finding != NULL; finding = finding->next)
		if (strcmp(finding->rule, "map-code-unmapped") == 0)
			return true;
	return false;
}

/* Why the document is not simply converted, in one line: the error, else the first finding that is one. */
static void
say_why(char *out, size_t size, const struct conversion *conversion)
{
	const struct ehds_finding *finding = conversion->findings.first;

	out[0] = '\0';
	if (conversion->error.kind != EHDS_ERROR_NONE) {
		snprintf(out, size, "%s: %.440s", conversion->error.rule, conversion->error.text);
		return;
	}
	while (finding != NULL && finding->severity != EHDS_SEVERITY_ERROR)
		finding = finding->next;
	if (finding != NULL)
		snprintf(out, size, "%s: %.440s", finding->rule, finding->text);
}

/* Codes that no table had an equivalent for; tables that do not fit are left out. */
static void
say_tables(char *out, size_t size, const struct conversion *conversion)
{
	const struct ledger *ledger = &conversion->mapping.ledger;
	size_t length = 0;

	for (size_t i = 0; conversion->mapping.bundle != NULL && i < ledger->table_count; i++) {
		const struct ledger_table *table = &ledger->tables[i];
		size_t count = table->kept + table->text_only, more = strlen(table->table) + 24;

		if (count > 0 && length + more < size)
			length += (size_t)snprintf(out + length, size - length, "%s%s=%zu", length > 0 ? " " : "",
			    table->table, count);
	}
}

/* The first identifier of the first Patient: enough to find one person's lines in the audit trail again. */
static void
say_patient(char *out, size_t size, const struct conversion *conversion)
{
	const xmlDoc *bundle = conversion->mapping.bundle;
	const xmlNode *entry = fhir_child(bundle != NULL ? xmlDocGetRootElement(bundle) : NULL, "entry");
	const xmlNode *identifier = NULL;

	for (; entry != NULL && identifier == NULL; entry = fhir_next(entry))
		identifier = fhir_child(fhir_child(fhir_child(entry, "resource"), "Patient"), "identifier");
	if (fhir_child_value(identifier, "value") != NULL)
		snprintf(out, size, "%s|%s", fhir_child_value(identifier, "system") != NULL
		    ? fhir_child_value(identifier, "system") : "", fhir_child_value(identifier, "value"));
}

static void
fill_head(struct result_head *head, const struct job_head *job, const struct conversion *conversion,
    const struct worker_settings *settings)
{
	memset(head, 0, sizeof(*head));
	head->magic = CHANNEL_MAGIC;
	head->document = job->document;
	head->state = conversion->state;
	head->kind = conversion->error.kind;
	head->unmapped = is_unmapped(conversion);
	if (conversion->pack != NULL) {
		copy(head->pack, sizeof(head->pack), pack_name(conversion->pack));
		copy(head->country, sizeof(head->country), pack_country(conversion->pack));
		copy(head->category, sizeof(head->category), pack_category(conversion->pack));
		copy(head->profile, sizeof(head->profile), pack_profile(conversion->pack));
	}
	copy(head->generation, sizeof(head->generation), settings->generation);
	say_tables(head->tables, sizeof(head->tables), conversion);
	say_patient(head->patient, sizeof(head->patient), conversion);
	say_why(head->why, sizeof(head->why), conversion);
	text_trim_partial_utf8(head->why);
}

static int
send_answer(int fd, struct answer *answer)
{
	for (int i = 0; i < RESULT_PARTS; i++)
		answer->head.lengths[i] = answer->parts[i] != NULL ? answer->parts[i]->length : 0;
	if (channel_write(fd, &answer->head, sizeof(answer->head)) != 0)
		return -1;
	for (int i = 0; i < RESULT_PARTS; i++)
		if (answer->head.lengths[i] > 0
		    && channel_write(fd, answer->parts[i]->data, answer->parts[i]->length) != 0)
			return -1;
	return 0;
}

/* The documents of the job: one is called as the message, of several each has its number. */
static void
open_inputs(struct convert_input *inputs, char names[][sizeof(((struct job_head *)0)->name) + sizeof("#4294967295")], const struct job_head *job,
    const char *bytes)
{
	struct piece pieces[PIECES_MAX];

	must(pieces_split(pieces, job->parts, bytes, job->length));
	for (uint32_t i = 0; i < job->parts; i++) {
		if (job->parts > 1)
			snprintf(names[i], sizeof(names[i]), "%s#%u", job->name, (unsigned)(i + 1));
		else
			snprintf(names[i], sizeof(names[i]), "%s", job->name);
		inputs[i] = (struct convert_input){ names[i], pieces[i].data, pieces[i].length };
	}
}

/*
 * Converts once, to the first format that is wanted; when peers want both, the second is written from the
 * same tree.
 */
static int
serve(int fd, const struct job_head *job, const char *bytes, const struct worker_settings *settings)
{
	bool json = (job->formats & 1u << CONVERT_FHIR_JSON) != 0,
	    xml = (job->formats & 1u << CONVERT_FHIR_XML) != 0;
	const struct convert_job wanted = { .name = job->name, .date = job->date,
	    .as = json ? CONVERT_FHIR_JSON : CONVERT_FHIR_XML };
	struct convert_input inputs[PIECES_MAX];
	char names[PIECES_MAX][sizeof(job->name) + sizeof("#4294967295")];
	struct conversion conversion = { 0 };
	struct buffer second = { 0 };
	struct answer answer = { .parts = { NULL } };
	int result;

	open_inputs(inputs, names, job, bytes);
	convert_documents(&conversion, &settings->converter, &wanted, inputs, job->parts);
	answer.parts[RESULT_OUTCOME] = &conversion.outcome;
	if (conversion.result.length > 0) {
		answer.parts[json ? RESULT_JSON : RESULT_XML] = &conversion.result;
		if (json && xml && fhir_xml_write(&second, conversion.mapping.bundle, false, NULL) == 0)
			answer.parts[RESULT_XML] = &second;
	}
	fill_head(&answer.head, job, &conversion, settings);
	result = send_answer(fd, &answer);
	buffer_free(&second);
	conversion_free(&conversion);
	return result;
}

int
worker_main(int fd, const struct worker_settings *settings)
{
	const struct sandbox sandbox = { .memory = settings->memory, .descriptors = fd + 1,
	    .need = settings->sandbox };
	struct ehds_error error = { 0 };
	struct job_head job;
	char *bytes = NULL;
	size_t capacity = 0;

	if (sandbox_enter(&sandbox, &error) != 0) {
		log_event(LOG_LEVEL_ERROR, "worker.sandbox", "text=\"%s\"", error.text);
		return EXIT_FAILURE;
	}
	while (channel_read(fd, &job, sizeof(job)) == 0) {
		must(job.magic == CHANNEL_MAGIC && job.length <= settings->document + PIECES_MAX * 8);
		if (job.length + 1 > capacity) {
			capacity = job.length + 1;
			bytes = must_realloc(bytes, capacity);
		}
		if (channel_read(fd, bytes, job.length) != 0)
			break;
		bytes[job.length] = '\0';
		sandbox_allow_seconds(settings->seconds);
		if (serve(fd, &job, bytes, settings) != 0)
			break;
		explicit_bzero(bytes, job.length);
		if (capacity > KEEP_BYTES) {
			free(bytes);
			bytes = NULL;
			capacity = 0;
		}
	}
	free(bytes);
	return EXIT_SUCCESS;
}
