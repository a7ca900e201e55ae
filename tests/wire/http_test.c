/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/http.h"

#include "../check_main.h"

#include <string.h>

static const char *
identifier(const char *body, bool xml)
{
	static char out[HTTP_IDENTIFIER];

	return http_identifier(out, body, strlen(body), xml) ? out : "none";
}

/* HL7 FHIR R4, search, 3.1.1.3: a comma, a bar and a dollar in a value get a backslash, and it too. */
START_TEST(finds_the_identifier_of_a_bundle_and_writes_it_as_a_token)
{
	ck_assert_str_eq(identifier("{\"resourceType\":\"Bundle\",\"identifier\":{\"system\":\"urn:ietf:rfc:3986\","
	    "\"value\":\"urn:uuid:1\"},\"entry\":[]}", false), "urn%3Aietf%3Arfc%3A3986%7Curn%3Auuid%3A1");
	ck_assert_str_eq(identifier("{ \"identifier\": {\n \"value\": \"a,b|c$d\\\\\"\n } }", false),
	    "%7Ca%5C%2Cb%5C%7Cc%5C%24d%5C%5C");
	ck_assert_str_eq(identifier("<Bundle xmlns=\"http://hl7.org/fhir\"><identifier><system value=\"urn:x\"/>"
	    "<value value=\"a&amp;b&quot;\"/></identifier><type value=\"document\"/></Bundle>", true),
	    "urn%3Ax%7Ca%26b%22");
}
END_TEST

START_TEST(does_not_take_the_identifier_of_an_entry_or_what_a_text_pretends)
{
	ck_assert_str_eq(identifier("{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"identifier\":"
	    "{\"value\":\"x\"}}}]}", false), "none");
	ck_assert_str_eq(identifier("<Bundle><entry><identifier><value value=\"x\"/></identifier></entry></Bundle>",
	    true), "none");
	ck_assert_str_eq(identifier("{\"meta\":{\"source\":\"\\\"identifier\\\":{\\\"value\\\":\\\"x\\\"}\"}}", false),
	    "none");
	ck_assert_str_eq(identifier("{\"identifier\":{\"system\":\"urn:x\"}}", false), "none");
	ck_assert_str_eq(identifier("{\"identifier\":{\"value\":\"", false), "none");
	ck_assert_str_eq(identifier("", false), "none");
	ck_assert_str_eq(identifier("<identifier><value value=\"", true), "none");
}
END_TEST

/* RFC 9110: 408 Request Timeout; RFC 8470: 425 Too Early; RFC 6585: 429 Too Many Requests. */
START_TEST(a_status_is_a_fate)
{
	ck_assert_int_eq(http_fate(200), HTTP_TAKEN);
	ck_assert_int_eq(http_fate(201), HTTP_TAKEN);
	ck_assert_int_eq(http_fate(302), HTTP_LATER);
	ck_assert_int_eq(http_fate(400), HTTP_NEVER);
	ck_assert_int_eq(http_fate(408), HTTP_LATER);
	ck_assert_int_eq(http_fate(412), HTTP_NEVER);
	ck_assert_int_eq(http_fate(425), HTTP_LATER);
	ck_assert_int_eq(http_fate(429), HTTP_LATER);
	ck_assert_int_eq(http_fate(422), HTTP_NEVER);
	ck_assert_int_eq(http_fate(500), HTTP_LATER);
	ck_assert_int_eq(http_fate(503), HTTP_LATER);
}
END_TEST

TESTS("wire/http", finds_the_identifier_of_a_bundle_and_writes_it_as_a_token,
    does_not_take_the_identifier_of_an_entry_or_what_a_text_pretends, a_status_is_a_fate)
