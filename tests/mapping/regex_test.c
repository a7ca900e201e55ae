#include "mapping/regex.h"

#include "../check_main.h"

#include <string.h>

static int
matches(const char *pattern, const char *text)
{
	char problem[200] = "";
	struct regex *regex = regex_new(pattern, problem, sizeof(problem));
	int result;

	ck_assert_msg(regex != NULL, "%s", problem);
	result = regex_matches(regex, text);
	regex_free(&regex);
	ck_assert_ptr_null(regex);
	return result;
}

START_TEST(matches_whole_texts)
{
	ck_assert_int_eq(matches("a|ab", "ab"), 1);
	ck_assert_int_eq(matches("a", "ab"), 0);
	ck_assert_int_eq(matches("b", "ab"), 0);
	ck_assert_int_eq(matches("", ""), 1);
	ck_assert_int_eq(matches("caf.", "caf\xC3\xA9"), 1);
}
END_TEST

START_TEST(refuses_a_wrong_expression_and_says_where)
{
	char problem[200];

	ck_assert_ptr_null(regex_new("a(b", problem, sizeof(problem)));
	ck_assert_str_eq(problem, "missing closing parenthesis, at character 4");
}
END_TEST

START_TEST(gives_up_when_a_match_costs_too_much)
{
	ck_assert_int_eq(matches("(a+)+[bc]", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad"), -1);
	ck_assert_int_eq(matches("a.", "a\xFF"), -1);
}
END_TEST

TESTS("mapping/regex", matches_whole_texts, refuses_a_wrong_expression_and_says_where,
    gives_up_when_a_match_costs_too_much)
