/* SPDX-License-Identifier: EUPL-1.2 */
/* The expected answers are read off the rule in wording.h by hand. */
#include "mapping/wording.h"

#include "../check_main.h"

START_TEST(texts_that_share_a_word_agree)
{
	ck_assert(wording_agrees("Asthme allergique", "asthme, sans précision"));
	ck_assert(wording_agrees("PARACETAMOL 500 mg, comprimé", "paracétamol"));
	ck_assert(wording_agrees("SARS-CoV-2 (COVID-19)", "Test du covid"));
	ck_assert(wording_agrees("Solution 500", "à 500 mg"));
	ck_assert(wording_agrees("Højresidig", "hojresidigt brud"));
}
END_TEST

START_TEST(endings_do_not_matter)
{
	ck_assert(wording_agrees("Allergies", "allergique"));
	ck_assert(wording_agrees("Diabète", "DIABETES"));
	ck_assert(wording_agrees("Gout", "Crise de goutte"));
	ck_assert(!wording_agrees("Solution 500", "à 5000 mg"));
}
END_TEST

START_TEST(texts_that_share_nothing_do_not)
{
	ck_assert(!wording_agrees("positif", "négatif"));
	ck_assert(!wording_agrees("certain(e)", "probable"));
	ck_assert(!wording_agrees("Diabète de type 2", "Asthme"));
	ck_assert(!wording_agrees("Solution 500", "à 200 mg"));
}
END_TEST

START_TEST(a_text_without_words_says_nothing)
{
	ck_assert(wording_agrees("", "Asthme"));
	ck_assert(wording_agrees("Asthme", ""));
	ck_assert(wording_agrees("HTA", "Hypertension"));
	ck_assert(wording_agrees("Asthme", "cf. 12"));
	ck_assert(wording_agrees("αβγδ εζηθ", "Asthme"));
	ck_assert(wording_agrees("\xC3", "Asthme"));
	ck_assert(wording_agrees("\xFF\xFE\xC3\x97", "Asthme"));
}
END_TEST

START_TEST(very_long_texts_are_cut)
{
	char text[4096];
	size_t at = 0;

	for (int i = 0; i < 100; i++)
		at += (size_t)sprintf(text + at, "word%c%c ", 'a' + i / 26, 'a' + i % 26);
	ck_assert(wording_agrees(text, "worda"));
	ck_assert(!wording_agrees(text, "other"));
}
END_TEST

TESTS("wording", texts_that_share_a_word_agree, endings_do_not_matter, texts_that_share_nothing_do_not,
    a_text_without_words_says_nothing, very_long_texts_are_cut)
