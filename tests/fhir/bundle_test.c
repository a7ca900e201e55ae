/* SPDX-License-Identifier: EUPL-1.2 */
/* Rules: HL7 FHIR R4 4.0.1, bundle.html, "Resolving references in Bundles"; references.html, "Contained
 * Resources". */
#include "fhir/bundle.h"
#include "fhir/tree.h"

#include "../check_main.h"
#include "tree_text.h"

#include <string.h>

static xmlDoc *doc;
static struct arena *arena;
static struct bundle *bundle;

static void
setup(const char *tree)
{
	doc = tree_of(tree);
	arena = arena_new(0);
	bundle = bundle_new(doc, arena);
	ck_assert_ptr_nonnull(bundle);
}

static void
teardown(void)
{
	arena_free(&arena);
	xmlFreeDoc(doc);
}

static const struct bundle_entry *
entry(size_t index)
{
	size_t count;
	const struct bundle_entry *entries = bundle_entries(bundle, &count);

	ck_assert_uint_lt(index, count);
	return &entries[index];
}

/* Resolves as from inside the resource of an entry. */
static enum bundle_found
resolve(size_t from, const char *reference, xmlNode **out)
{
	return bundle_resolve(bundle, entry(from)->resource->children, reference, out);
}

#define ASSERT_FOUND(from, reference, node)                                                    \
	do {                                                                                   \
		xmlNode *found;                                                                \
		ck_assert_int_eq(resolve(from, reference, &found), BUNDLE_FOUND);              \
		ck_assert_ptr_eq(found, node);                                                 \
	} while (0)

#define ASSERT_NOT_FOUND(from, reference, outcome)                                             \
	do {                                                                                   \
		xmlNode *found;                                                                \
		ck_assert_int_eq(resolve(from, reference, &found), outcome);                   \
		ck_assert_ptr_null(found);                                                     \
	} while (0)

#define UUID_A "urn:uuid:0f5b5a3e-0000-4000-8000-00000000000a"
#define UUID_B "urn:uuid:0f5b5a3e-0000-4000-8000-00000000000b"
#define ENTRY(url, resource) "<entry><fullUrl value='" url "'/><resource>" resource "</resource></entry>"

START_TEST(lists_entries_in_order)
{
	size_t count;

	setup("<Bundle><type value='document'/>" ENTRY(UUID_A, "<Composition><id value='a'/></Composition>")
	    "<entry/>" "<entry><resource><Patient/></resource></entry></Bundle>");
	bundle_entries(bundle, &count);
	ck_assert_uint_eq(count, 3);
	ck_assert_str_eq(entry(0)->full_url, UUID_A);
	ck_assert_str_eq(entry(0)->id, "a");
	ck_assert_str_eq(entry(0)->type, "Composition");
	ck_assert_ptr_null(entry(1)->resource);
	ck_assert_ptr_null(entry(1)->type);
	ck_assert_str_eq(entry(2)->type, "Patient");
	ck_assert_ptr_null(entry(2)->id);
	ck_assert_uint_eq(entry(2)->index, 2);
	teardown();
}
END_TEST

START_TEST(resolves_urns_to_full_urls)
{
	setup("<Bundle>" ENTRY(UUID_A, "<Composition><id value='a'/></Composition>")
	    ENTRY(UUID_B, "<Patient><id value='b'/></Patient>") "</Bundle>");
	ASSERT_FOUND(0, UUID_B, entry(1)->resource);
	ASSERT_FOUND(1, UUID_A, entry(0)->resource);
	ASSERT_NOT_FOUND(0, "urn:uuid:0f5b5a3e-0000-4000-8000-00000000000c", BUNDLE_MISSING);
	ASSERT_NOT_FOUND(0, "urn:oid:1.2.3", BUNDLE_MISSING);
	ASSERT_NOT_FOUND(0, UUID_B "0", BUNDLE_MISSING);
	ASSERT_NOT_FOUND(0, "urn:uuid:0f5b5a3e", BUNDLE_MISSING);
	teardown();
}
END_TEST

/* "If the reference is not absolute and the fullUrl is no RESTful URL, it cannot be resolved." */
START_TEST(a_relative_reference_between_urns_is_missing)
{
	setup("<Bundle>" ENTRY(UUID_A, "<Composition><id value='a'/></Composition>")
	    ENTRY(UUID_B, "<Patient><id value='b'/></Patient>") "</Bundle>");
	ASSERT_NOT_FOUND(0, "Patient/b", BUNDLE_MISSING);
	ASSERT_NOT_FOUND(0, "b", BUNDLE_MISSING);
	ASSERT_NOT_FOUND(0, "", BUNDLE_MISSING);
	teardown();
}
END_TEST

START_TEST(a_relative_reference_below_a_server_is_joined_with_its_root)
{
	setup("<Bundle>" ENTRY(
	    "http://a.example/fhir/Composition/1", "<Composition><id value='1'/></Composition>")
		ENTRY("http://a.example/fhir/Patient/1", "<Patient><id value='1'/></Patient>")
		    ENTRY("http://b.example/fhir/Patient/1", "<Patient><id value='1'/></Patient>")
			ENTRY("http://b.example/fhir/Condition/1",
			    "<Condition><id value='1'/></Condition>") "</Bundle>");
	ASSERT_FOUND(0, "Patient/1", entry(1)->resource);
	ASSERT_FOUND(3, "Patient/1", entry(2)->resource);
	ASSERT_FOUND(3, "http://a.example/fhir/Patient/1", entry(1)->resource);
	ASSERT_NOT_FOUND(0, "Patient/2", BUNDLE_EXTERNAL);
	ASSERT_NOT_FOUND(0, "Condition/1", BUNDLE_EXTERNAL);
	ASSERT_NOT_FOUND(0, "Planet/1", BUNDLE_MISSING);
	ASSERT_NOT_FOUND(0, "fhir/Patient/1", BUNDLE_MISSING);
	ASSERT_NOT_FOUND(0, "http://c.example/fhir/Patient/1", BUNDLE_EXTERNAL);
	teardown();
}
END_TEST

START_TEST(without_full_urls_type_and_id_are_the_name)
{
	setup("<Bundle><entry><resource><Composition><id value='1'/></Composition></resource></entry>"
	    "<entry><resource><Patient><id value='1'/></Patient></resource></entry>"
	    "<entry><resource><Patient><id value='2'/></Patient></resource></entry></Bundle>");
	ASSERT_FOUND(0, "Patient/1", entry(1)->resource);
	ASSERT_FOUND(0, "Patient/2", entry(2)->resource);
	ASSERT_FOUND(0, "Composition/1", entry(0)->resource);
	ASSERT_NOT_FOUND(0, "Patient/3", BUNDLE_MISSING);
	ASSERT_NOT_FOUND(0, "Condition/1", BUNDLE_MISSING);
	teardown();
}
END_TEST

START_TEST(resolves_a_version_only_to_that_version)
{
	setup("<Bundle>" ENTRY("http://a.example/Patient/1",
	    "<Patient><id value='1'/><meta><versionId value='2'/></meta></Patient>")
		ENTRY("http://a.example/Patient/1",
		    "<Patient><id value='1'/><meta><versionId value='3'/></meta></Patient>") "</Bundle>");
	ASSERT_FOUND(0, "http://a.example/Patient/1/_history/3", entry(1)->resource);
	ASSERT_FOUND(0, "Patient/1/_history/2", entry(0)->resource);
	ASSERT_NOT_FOUND(0, "Patient/1/_history/4", BUNDLE_EXTERNAL);
	teardown();
}
END_TEST

START_TEST(says_that_two_entries_have_the_full_url)
{
	xmlNode *found;

	setup("<Bundle>" ENTRY(UUID_A, "<Patient><id value='1'/></Patient>")
		ENTRY(UUID_A, "<Patient><id value='2'/></Patient>") "</Bundle>");
	ck_assert_int_eq(resolve(0, UUID_A, &found), BUNDLE_AMBIGUOUS);
	ck_assert_ptr_eq(found, entry(0)->resource);
	teardown();
}
END_TEST

START_TEST(resolves_contained_resources_within_their_container_only)
{
	xmlNode *first, *second;

	setup("<Bundle>" ENTRY(UUID_A,
	    "<Condition><contained><Patient><id value='p'/></Patient></contained>"
	    "<contained><Practitioner><id value='q'/></Practitioner></contained><code/></Condition>")
		ENTRY(UUID_B,
		    "<Condition><contained><Patient><id "
		    "value='p'/></Patient></contained><code/></Condition>") "</Bundle>");
	first = fhir_child(fhir_child(entry(0)->resource, "contained"), "Patient");
	second = fhir_child(fhir_child(entry(1)->resource, "contained"), "Patient");
	ASSERT_FOUND(0, "#p", first);
	ASSERT_FOUND(1, "#p", second);
	ASSERT_FOUND(0, "#", entry(0)->resource);
	ASSERT_NOT_FOUND(1, "#q", BUNDLE_MISSING);
	ck_assert_int_eq(bundle_resolve(bundle, first->children, "#q", &second), BUNDLE_FOUND);
	ck_assert_str_eq((const char *)second->name, "Practitioner");
	teardown();
}
END_TEST

START_TEST(a_single_resource_is_a_bundle_of_one)
{
	size_t count;

	setup("<Condition><id value='c'/><contained><Patient><id "
	      "value='p'/></Patient></contained></Condition>");
	bundle_entries(bundle, &count);
	ck_assert_uint_eq(count, 1);
	ck_assert_str_eq(entry(0)->type, "Condition");
	ASSERT_FOUND(0, "#p", xmlFirstElementChild(fhir_child(entry(0)->resource, "contained")));
	ASSERT_FOUND(0, "Condition/c", entry(0)->resource);
	ASSERT_NOT_FOUND(0, "http://a.example/Patient/1", BUNDLE_EXTERNAL);
	teardown();
}
END_TEST

START_TEST(knows_the_entry_of_a_node)
{
	setup("<Bundle><type value='document'/>" ENTRY(
	    UUID_A, "<Condition><code><text value='x'/></code></Condition>")
		ENTRY(UUID_B, "<Patient><id value='b'/></Patient>") "</Bundle>");
	ck_assert_ptr_eq(bundle_entry_of(bundle, entry(0)->resource->children->children), entry(0));
	ck_assert_ptr_eq(bundle_entry_of(bundle, entry(1)->entry), entry(1));
	ck_assert_ptr_null(bundle_entry_of(bundle, xmlDocGetRootElement(doc)->children));
	ck_assert_ptr_null(bundle_entry_of(bundle, xmlDocGetRootElement(doc)));
	teardown();
}
END_TEST

START_TEST(a_full_arena_gives_no_bundle)
{
	arena = arena_new(16);
	doc = tree_of("<Patient/>");
	ck_assert_ptr_null(bundle_new(doc, arena));
	teardown();
}
END_TEST

TESTS("fhir/bundle", lists_entries_in_order, resolves_urns_to_full_urls,
    a_relative_reference_between_urns_is_missing,
    a_relative_reference_below_a_server_is_joined_with_its_root,
    without_full_urls_type_and_id_are_the_name, resolves_a_version_only_to_that_version,
    says_that_two_entries_have_the_full_url, resolves_contained_resources_within_their_container_only,
    a_single_resource_is_a_bundle_of_one, knows_the_entry_of_a_node, a_full_arena_gives_no_bundle)
