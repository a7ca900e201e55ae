#include "mapping/schema.h"

#include "../check_main.h"

/* ITU-T X.660: the first arc is 0, 1 or 2; no leading zeros. */
START_TEST(knows_an_oid)
{
	ck_assert(is_oid("2.16.840.1.113883.6.1"));
	ck_assert(is_oid("0.0"));
	ck_assert(is_oid("1.2"));
	ck_assert(!is_oid("3.1"));
	ck_assert(!is_oid("1"));
	ck_assert(!is_oid("1."));
	ck_assert(!is_oid("1.02"));
	ck_assert(!is_oid("1..2"));
	ck_assert(!is_oid("1.2.x"));
	ck_assert(!is_oid(" 1.2"));
	ck_assert(!is_oid("11.2"));
	ck_assert(!is_oid(""));
}
END_TEST

/* RFC 9562, section 4. */
START_TEST(knows_a_uuid)
{
	ck_assert(is_uuid("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"));
	ck_assert(is_uuid("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"));
	ck_assert(!is_uuid("f81d4fae-7dec-11d0-a765-00a0c91e6bf"));
	ck_assert(!is_uuid("f81d4fae-7dec-11d0-a765-00a0c91e6bf6a"));
	ck_assert(!is_uuid("f81d4fae7dec-11d0-a765-00a0c91e6bf6-"));
	ck_assert(!is_uuid("g81d4fae-7dec-11d0-a765-00a0c91e6bf6"));
	ck_assert(!is_uuid(""));
}
END_TEST

/* RFC 3986, section 1.1.2: examples; section 3: scheme ":" hier-part. */
START_TEST(knows_an_absolute_uri)
{
	ck_assert(is_uri("ftp://ftp.is.co.za/rfc/rfc1808.txt"));
	ck_assert(is_uri("ldap://[2001:db8::7]/c=GB?objectClass?one"));
	ck_assert(is_uri("mailto:John.Doe@example.com"));
	ck_assert(is_uri("urn:oasis:names:specification:docbook:dtd:xml:4.1.2"));
	ck_assert(is_uri("urn:oid:2.999"));
	ck_assert(is_uri("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"));
	ck_assert(!is_uri("urn:oid:2.0999"));
	ck_assert(!is_uri("urn:uuid:2"));
	ck_assert(!is_uri("example.org/x"));
	ck_assert(!is_uri("2:x"));
	ck_assert(!is_uri("http:"));
	ck_assert(!is_uri(":x"));
	ck_assert(!is_uri("http://a b"));
	ck_assert(!is_uri("http://a\tb"));
	ck_assert(!is_uri("http://x|1"));
	ck_assert(!is_uri(""));
}
END_TEST

TESTS("mapping/identifier", knows_an_oid, knows_a_uuid, knows_an_absolute_uri)
