/* SPDX-License-Identifier: EUPL-1.2 */
/* Which names an expression uses: XPath 1.0, section 3.7. */
#include "mapping/xpath_names.h"

#include "base/buffer.h"

#include "../check_main.h"

#include <string.h>

static void
add(void *user, const struct xpath_name *name)
{
	static const char *const marks[] = { "()", "$", "", "@" };
	struct buffer *out = user;

	buffer_printf(out, "%s%s%s%s%s", out->length > 0 ? " " : "", marks[name->kind], name->prefix,
	    name->prefix[0] != '\0' ? ":" : "", name->local);
	if (name->kind == XPATH_NAME_FUNCTION)
		buffer_printf(out, "/%u", name->arguments);
	if (name->literal[0] != '\0')
		buffer_printf(out, "'%s'", name->literal);
	buffer_printf(out, "#%zu", name->offset);
}

static void
expect(const char *text, const char *expected)
{
	struct buffer out = { 0 };

	buffer_puts(&out, "");
	xpath_names(text, add, &out);
	ck_assert_msg(strcmp(out.data == NULL ? "" : out.data, expected) == 0, "%s: %s", text, out.data);
	buffer_free(&out);
}

START_TEST(tells_elements_attributes_and_variables)
{
	expect("c:a/b[@d:e]/@f", "c:a#0 b#4 @d:e#7 @f#13");
	expect("attribute::x/child::y", "@x#11 y#20");
	expect("$v/c:*", "$v#0 c:*#3");
	expect("*", "");
}
END_TEST

START_TEST(tells_functions_with_their_arguments)
{
	expect("f()", "()f/0#0");
	expect("p:f('x', 1)", "()p:f/2'x'#0");
	expect("f(g(a), (b), c[1, 2])", "a#4 ()g/1#2 b#9 c#13 ()f/3#0");
	expect("concat('a' , 'b', 'c')", "()concat/3'a'#0");
	expect("f('a' = 'b')", "()f/1#0");
	expect("f(1)", "()f/1#0");
	expect("f(.)", "()f/1#0");
	expect("f(*)", "()f/1#0");
	expect("f($v)", "$v#2 ()f/1#0");
}
END_TEST

START_TEST(tells_operators_from_names)
{
	expect("and and or", "and#0 or#8");
	expect("a div div", "a#0 div#6");
	expect("a * b", "a#0 b#4");
	expect("(a) mod b", "a#1 b#8");
	expect("a[1] or b", "a#0 b#8");
	expect("'x' and b", "b#8");
	expect("1 or b", "b#5");
	expect(". or b", "b#5");
	expect("* or b", "b#5");
	expect("a-b - c", "a-b#0 c#6");
	expect("a | or", "a#0 or#4");
	expect("a = and", "a#0 and#4");
}
END_TEST

START_TEST(passes_over_node_types_literals_and_numbers)
{
	expect("text()", "");
	expect("a/node()[comment()]", "a#0");
	expect("'a b c'", "");
	expect("\"it's\"", "");
	expect("1.5 + .5", "");
	expect("processing-instruction('x')", "");
}
END_TEST

START_TEST(stands_what_is_not_well_formed)
{
	expect("f((((", "");
	expect("))]]", "");
	expect("'open", "");
	expect("$", "$#0");
	expect("a::", "");
	expect(",", "");
}
END_TEST

TESTS("mapping/xpath_names", tells_elements_attributes_and_variables,
    tells_functions_with_their_arguments, tells_operators_from_names,
    passes_over_node_types_literals_and_numbers, stands_what_is_not_well_formed)
