/* SPDX-License-Identifier: EUPL-1.2 */
/* Expected messages are written by hand after RFC 5424, 6, and DICOM PS3.15, A.5.1. */
#include "server/atna.h"

#include "../check_main.h"

#include <string.h>

static char *
message(const char *line)
{
	struct arena *arena = arena_new(0);
	struct buffer out = { 0 };
	const struct json *root;
	size_t length;

	ck_assert_int_eq(json_parse(&root, line, strlen(line), "line", &json_limits_default, arena, NULL), 0);
	atna_message(&out, root, "gate-1");
	arena_free(&arena);
	return buffer_take(&out, &length);
}

static void
has(const char *text, const char *part)
{
	ck_assert_msg(strstr(text, part) != NULL, "no '%s' in\n%s", part, text);
}

START_TEST(a_delivery_is_an_export_to_the_peer)
{
	char *text = message("{\"line\":7,\"at\":\"2026-03-04T09:00:00.123Z\",\"event\":\"delivered\",\"who\":\"a<b>&\\\"c\","
	    "\"document\":\"6ba7b810-9dad-51d1-80b4-00c04fd430c8\",\"sha256\":\"ab\",\"patient\":\"0123\",\"generation\":\"\","
	    "\"verdict\":\"converted\",\"detail\":\"\"}");

	ck_assert(strncmp(text, "<85>1 2026-03-04T09:00:00.123Z gate-1 ehdsd ", 44) == 0);
	has(text, " IHE+RFC-3881 - \xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?><AuditMessage><EventIdentification"
	    " EventActionCode=\"R\" EventDateTime=\"2026-03-04T09:00:00.123Z\" EventOutcomeIndicator=\"0\"><EventID"
	    " csd-code=\"110106\" codeSystemName=\"DCM\" originalText=\"Export\"/>");
	has(text, "<ActiveParticipant UserID=\"a&#60;b&#62;&#38;&#34;c\" UserIsRequestor=\"false\"><RoleIDCode"
	    " csd-code=\"110152\" codeSystemName=\"DCM\" originalText=\"Destination Role ID\"/></ActiveParticipant>");
	has(text, "<ParticipantObjectIdentification ParticipantObjectID=\"0123\" ParticipantObjectTypeCode=\"1\""
	    " ParticipantObjectTypeCodeRole=\"1\"><ParticipantObjectIDTypeCode csd-code=\"2\" codeSystemName=\"RFC-3881\""
	    " originalText=\"Patient Number\"/></ParticipantObjectIdentification>");
	/* RFC 4648, 4: "ab" is YWI=; what is empty is left out. */
	has(text, "<ParticipantObjectDetail type=\"sha256\" value=\"YWI=\"/><ParticipantObjectDetail type=\"verdict\"");
	free(text);
}
END_TEST

START_TEST(a_refused_document_is_a_minor_failure_and_a_warning)
{
	char *text = message("{\"line\":7,\"at\":\"2026-03-04T09:00:00.123Z\",\"event\":\"refused\",\"who\":\"ehdsd\","
	    "\"document\":\"x\",\"detail\":\"xml-<malformed>\"}");

	ck_assert(strncmp(text, "<84>1 ", 6) == 0);
	has(text, "EventOutcomeIndicator=\"4\"");
	has(text, "<EventOutcomeDescription>xml-?malformed?</EventOutcomeDescription></EventIdentification>");
	free(text);
}
END_TEST

START_TEST(an_event_that_is_not_known_is_told_too)
{
	char *text = message("{\"line\":7,\"at\":\"2026-03-04T09:00:00.123Z\",\"event\":\"new\",\"who\":\"x\"}");

	has(text, "csd-code=\"110100\" codeSystemName=\"DCM\" originalText=\"Application Activity\"/><EventTypeCode"
	    " csd-code=\"new\" codeSystemName=\"ehdsd\" originalText=\"new\"/>");
	ck_assert(strstr(text, "ParticipantObject") == NULL);
	free(text);
}
END_TEST

TESTS("server/atna_message", a_delivery_is_an_export_to_the_peer,
    a_refused_document_is_a_minor_failure_and_a_warning, an_event_that_is_not_known_is_told_too)
