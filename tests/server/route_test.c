/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/route.h"

#include "../check_main.h"

#include <string.h>

static char *xx[] = { "xx" }, *summaries[] = { "patient-summary", "laboratory" }, *first[] = { "first" },
    *second[] = { "second" };
static char unnamed[] = "", named[] = "by-hand";

/* Summaries of xx go to first, strictly; anything goes to second, and by-hand is a name for that. */
static struct route_settings routes[] = {
	{ .name = unnamed, .country = { xx, 1 }, .category = { summaries, 2 }, .to = { first, 1 },
	    .nonconformant = POLICY_HOLD, .unmapped = POLICY_REFUSE },
	{ .name = named, .to = { second, 1 }, .nonconformant = POLICY_FORWARD, .unmapped = POLICY_FORWARD },
};

static struct configuration configuration = { .routes = routes, .route_count = 2 };

static struct route_decision
decide(const char *route, const char *country, const char *category, bool conformant, bool unmapped)
{
	const struct route_question question = { route, country, category, conformant, unmapped };

	return route_decide(&configuration, &question);
}

START_TEST(the_first_route_that_matches_counts)
{
	ck_assert_str_eq(decide("", "xx", "laboratory", true, false).peers->items[0], "first");
	ck_assert_str_eq(decide("", "xx", "imaging", true, false).peers->items[0], "second");
	ck_assert_str_eq(decide("", "yy", "laboratory", true, false).peers->items[0], "second");
}
END_TEST

START_TEST(a_sender_may_ask_for_a_route_by_name)
{
	ck_assert_str_eq(decide("by-hand", "xx", "laboratory", true, false).peers->items[0], "second");
	ck_assert(route_exists(&configuration, "by-hand"));
	ck_assert(!route_exists(&configuration, "by-foot"));
}
END_TEST

START_TEST(a_route_that_was_asked_for_and_does_not_match_holds_the_document)
{
	struct route_decision decision = decide("by-foot", "xx", "laboratory", true, false);

	ck_assert_int_eq(decision.policy, POLICY_HOLD);
	ck_assert_ptr_null(decision.peers);
	ck_assert_str_eq(decision.why, "the route that the sender asked for does not take it");
}
END_TEST

START_TEST(the_routes_policy_decides_about_what_is_not_perfect)
{
	ck_assert_int_eq(decide("", "xx", "laboratory", false, true).policy, POLICY_HOLD);
	ck_assert_str_eq(decide("", "xx", "laboratory", false, true).why, "the result is not conformant");
	ck_assert_int_eq(decide("", "xx", "laboratory", true, true).policy, POLICY_REFUSE);
	ck_assert_str_eq(decide("", "xx", "laboratory", true, true).why, "not everything could be mapped");
	ck_assert_int_eq(decide("", "yy", "laboratory", false, true).policy, POLICY_FORWARD);
}
END_TEST

START_TEST(without_a_route_what_is_conformant_is_converted_and_the_rest_is_held)
{
	const struct configuration none = { .route_count = 0 };
	const struct route_question good = { "", "xx", "laboratory", true, true },
	    bad = { "", "xx", "laboratory", false, false };

	ck_assert_int_eq(route_decide(&none, &good).policy, POLICY_FORWARD);
	ck_assert_ptr_null(route_decide(&none, &good).peers);
	ck_assert_int_eq(route_decide(&none, &bad).policy, POLICY_HOLD);
}
END_TEST

TESTS("server/route", the_first_route_that_matches_counts, a_sender_may_ask_for_a_route_by_name,
    a_route_that_was_asked_for_and_does_not_match_holds_the_document,
    the_routes_policy_decides_about_what_is_not_perfect,
    without_a_route_what_is_conformant_is_converted_and_the_rest_is_held)
