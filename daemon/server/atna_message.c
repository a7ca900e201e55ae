/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A line of the audit trail as IHE ATNA wants it: a syslog message (RFC 5424, as profiled by IHE ITI TF-2 3.20)
 * whose text is an AuditMessage (DICOM PS3.15, A.5.1). What an event is in DICOM's words is one table.
 */
#include "server/atna.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* EventID of DICOM PS3.16, CID 400, and EventTypeCode of CID 401 where there is one. */
static const struct event {
	const char *name;
	const char *id, *id_text;
	const char *type, *type_text;	/* NULL: the event's own name is the type */
	char action;			/* Create, Read, Update, Delete, Execute */
	char outcome;			/* 0 success, 4 minor failure, 8 serious failure */
	enum { WHO_ACTS, WHO_SENDS, WHO_GETS } role;
} events[] = {
	{ "received", "110107", "Import", NULL, NULL, 'C', '0', WHO_SENDS },
	{ "converted", "110110", "Patient Record", NULL, NULL, 'U', '0', WHO_ACTS },
	{ "held", "110110", "Patient Record", NULL, NULL, 'U', '4', WHO_ACTS },
	{ "refused", "110110", "Patient Record", NULL, NULL, 'U', '4', WHO_ACTS },
	{ "delivered", "110106", "Export", NULL, NULL, 'R', '0', WHO_GETS },
	{ "forwarded", "110110", "Patient Record", NULL, NULL, 'U', '0', WHO_ACTS },
	{ "done", "110110", "Patient Record", NULL, NULL, 'U', '0', WHO_ACTS },
	{ "fetched", "110106", "Export", NULL, NULL, 'R', '0', WHO_GETS },
	{ "fetch-refused", "110106", "Export", NULL, NULL, 'R', '8', WHO_GETS },
	{ "shown", "110110", "Patient Record", NULL, NULL, 'R', '0', WHO_ACTS },
	{ "bodies-forgotten", "110110", "Patient Record", NULL, NULL, 'D', '0', WHO_ACTS },
	{ "forgotten", "110110", "Patient Record", NULL, NULL, 'D', '0', WHO_ACTS },
	{ "backup", "110106", "Export", NULL, NULL, 'R', '0', WHO_ACTS },
	{ "start", "110100", "Application Activity", "110120", "Application Start", 'E', '0', WHO_ACTS },
	{ "stop", "110100", "Application Activity", "110121", "Application Stop", 'E', '0', WHO_ACTS },
	{ "generation", "110113", "Security Alert", "110131", "Software Configuration", 'E', '0', WHO_ACTS },
	{ "generation-refused", "110113", "Security Alert", "110131", "Software Configuration", 'E', '4', WHO_ACTS },
	{ "not-let-in", "110113", "Security Alert", "110126", "Node Authentication", 'E', '8', WHO_SENDS },
};

static const struct event other = { NULL, "110100", "Application Activity", NULL, NULL, 'E', '0', WHO_ACTS };

static const struct event *
event_named(const char *name)
{
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (strcmp(events[i].name, name) == 0)
			return &events[i];
	return &other;
}

static const char *
member(const struct json *line, const char *key)
{
	const char *text = json_text(line, key);

	return text != NULL ? text : "";
}

static void
put_attribute(struct buffer *out, const char *name, const char *value)
{
	buffer_printf(out, " %s=\"", name);
	for (; *value != '\0'; value++) {
		unsigned char character = (unsigned char)*value;

		if (character == '<' || character == '&' || character == '"' || character == '>')
			buffer_printf(out, "&#%d;", character);
		else
			buffer_putc(out, character < 0x20 ? ' ' : (char)character);
	}
	buffer_putc(out, '"');
}

static void
put_code(struct buffer *out, const char *element, const char *code, const char *system, const char *text)
{
	buffer_printf(out, "<%s", element);
	put_attribute(out, "csd-code", code);
	put_attribute(out, "codeSystemName", system);
	put_attribute(out, "originalText", text);
	buffer_puts(out, "/>");
}

static void
put_participant(struct buffer *out, const char *user, bool asked, const char *role, const char *role_text)
{
	buffer_puts(out, "<ActiveParticipant");
	put_attribute(out, "UserID", user);
	put_attribute(out, "UserIsRequestor", asked ? "true" : "false");
	buffer_putc(out, '>');
	put_code(out, "RoleIDCode", role, "DCM", role_text);
	buffer_puts(out, "</ActiveParticipant>");
}

static void
put_participants(struct buffer *out, const struct event *event, const char *who)
{
	bool self = strcmp(who, "ehdsd") == 0;

	if (event->role == WHO_ACTS) {
		put_participant(out, who, true, self ? "110150" : "110151", self
		    ? "Application" : "Application Launcher");
		if (!self)
			put_participant(out, "ehdsd", false, "110150", "Application");
		return;
	}
	put_participant(out, event->role == WHO_SENDS ? who : "ehdsd", event->role == WHO_SENDS, "110153",
	    "Source Role ID");
	put_participant(out, event->role == WHO_SENDS ? "ehdsd" : who, false, "110152", "Destination Role ID");
}

static void
put_detail(struct buffer *out, const char *type, const char *value)
{
	size_t room = sodium_base64_encoded_len(strlen(value), sodium_base64_VARIANT_ORIGINAL);
	char *text;

	if (value[0] == '\0')
		return;
	text = malloc(room);
	if (text == NULL)
		return;
	sodium_bin2base64(text, room, (const unsigned char *)value, strlen(value), sodium_base64_VARIANT_ORIGINAL);
	buffer_puts(out, "<ParticipantObjectDetail");
	put_attribute(out, "type", type);
	put_attribute(out, "value", text);
	buffer_puts(out, "/>");
	free(text);
}

/* type 1 role 1: a person, patient; type 2 role 3: a system object, report (RFC 3881, 5.5). */
static void
open_object(struct buffer *out, const char *id, bool person)
{
	buffer_puts(out, "<ParticipantObjectIdentification");
	put_attribute(out, "ParticipantObjectID", id);
	put_attribute(out, "ParticipantObjectTypeCode", person ? "1" : "2");
	put_attribute(out, "ParticipantObjectTypeCodeRole", person ? "1" : "3");
	buffer_putc(out, '>');
	put_code(out, "ParticipantObjectIDTypeCode", person ? "2" : "9", "RFC-3881", person
	    ? "Patient Number" : "Report Number");
}

static void
put_objects(struct buffer *out, const struct json *line)
{
	static const char *const details[] = { "sha256", "generation", "verdict", "detail" };

	if (member(line, "patient")[0] != '\0') {
		open_object(out, member(line, "patient"), true);
		buffer_puts(out, "</ParticipantObjectIdentification>");
	}
	if (member(line, "document")[0] == '\0')
		return;
	open_object(out, member(line, "document"), false);
	for (size_t i = 0; i < sizeof(details) / sizeof(details[0]); i++)
		put_detail(out, details[i], member(line, details[i]));
	buffer_puts(out, "</ParticipantObjectIdentification>");
}

static void
put_event(struct buffer *out, const struct event *event, const struct json *line)
{
	const char action[] = { event->action, '\0' }, outcome[] = { event->outcome, '\0' };

	buffer_puts(out, "<EventIdentification");
	put_attribute(out, "EventActionCode", action);
	put_attribute(out, "EventDateTime", member(line, "at"));
	put_attribute(out, "EventOutcomeIndicator", outcome);
	buffer_putc(out, '>');
	put_code(out, "EventID", event->id, "DCM", event->id_text);
	if (event->type != NULL)
		put_code(out, "EventTypeCode", event->type, "DCM", event->type_text);
	else
		put_code(out, "EventTypeCode", member(line, "event"), "ehdsd", member(line, "event"));
	if (event->outcome != '0' && member(line, "detail")[0] != '\0') {
		buffer_puts(out, "<EventOutcomeDescription>");
		/* A rule id or a count: letters, digits, '-', ':' and spaces. */
		for (const char *at = member(line, "detail"); *at != '\0'; at++)
			buffer_putc(out, *at == '<' || *at == '&' || *at == '>' || (unsigned char)*at < 0x20 ? '?' : *at);
		buffer_puts(out, "</EventOutcomeDescription>");
	}
	buffer_puts(out, "</EventIdentification>");
}

void
atna_message(struct buffer *out, const struct json *line, const char *source)
{
	const struct event *event = event_named(member(line, "event"));

	/* Facility 10, security; severity notice, or warning when it failed. */
	buffer_printf(out, "<%d>1 %s %s ehdsd %ld IHE+RFC-3881 - \xEF\xBB\xBF", 10 * 8 + (event->outcome == '0' ? 5 : 4),
	    member(line, "at"), source, (long)getpid());
	buffer_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><AuditMessage>");
	put_event(out, event, line);
	put_participants(out, event, member(line, "who"));
	buffer_puts(out, "<AuditSourceIdentification");
	put_attribute(out, "AuditSourceID", source);
	buffer_puts(out, "/>");
	put_objects(out, line);
	buffer_puts(out, "</AuditMessage>");
}
