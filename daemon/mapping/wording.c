/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See wording.h. A name that shares no word with what the author wrote is worth a look: published documents
 * say "positive" in code and "negative" in words. A dictionary would find more and would be one for each
 * language; a comparison of whole texts would find nothing but differences.
 */
#include "mapping/wording.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#define STEM 5			/* characters of a word that are compared */
#define LETTERS 4		/* of the shortest word */
#define DIGITS 3		/* of the shortest number */
#define WORDS 64		/* of one text; what is behind is not compared */

struct stems {
	char stem[WORDS][STEM + 1];
	size_t count;
};

/* U+00C0 to U+00FF without their accents (Unicode, UnicodeData.txt); '*' and '/' are no letters. */
static const char latin[] = "aaaaaaaceeeeiiiidnooooo*ouuuuypsaaaaaaaceeeeiiiidnooooo/ouuuuypy";

/* The next character, folded, or 0 for one that belongs to no word; *text moves on. */
static char
fold(const char **text)
{
	unsigned char byte = (unsigned char)*(*text)++, next = (unsigned char)**text;

	if (byte < 0x80)
		return isalnum(byte) ? (char)tolower(byte) : 0;
	if (byte != 0xC3 || (next & 0xC0) != 0x80)
		return 0;
	(*text)++;
	return isalpha((unsigned char)latin[next - 0x80]) ? latin[next - 0x80] : 0;
}

static void
add_stem(struct stems *stems, const char *stem, size_t length)
{
	bool number = strspn(stem, "0123456789") == strlen(stem);

	if (length < (size_t)(number ? DIGITS : LETTERS) || stems->count == WORDS)
		return;
	memcpy(stems->stem[stems->count++], stem, STEM + 1);
}

static void
read_stems(struct stems *stems, const char *text)
{
	char stem[STEM + 1] = "";
	size_t length = 0;

	stems->count = 0;
	while (*text != '\0') {
		char sign = fold(&text);

		if (sign != 0 && length < STEM)
			stem[length] = sign;
		if (sign != 0) {
			length++;
			continue;
		}
		add_stem(stems, stem, length);
		memset(stem, 0, sizeof(stem));
		length = 0;
	}
	add_stem(stems, stem, length);
}

/* A word has four characters at least, so that a short one begins few others. */
static bool
same_word(const char *a, const char *b)
{
	size_t length = strlen(a) < strlen(b) ? strlen(a) : strlen(b);

	return isdigit((unsigned char)*a) ? strcmp(a, b) == 0 : strncmp(a, b, length) == 0;
}

bool
wording_agrees(const char *name, const char *words)
{
	struct stems a, b;
	size_t i, k;

	read_stems(&a, name);
	read_stems(&b, words);
	for (i = 0; i < a.count; i++)
		for (k = 0; k < b.count; k++)
			if (same_word(a.stem[i], b.stem[k]))
				return true;
	return a.count == 0 || b.count == 0;
}
