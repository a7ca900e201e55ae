/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Whether the name of a code and the words that its author wrote beside it can speak of the same thing. Nobody
 * here knows languages or synonyms: only names and words that share nothing at all are told apart.
 */
#ifndef EHDS_MAPPING_WORDING_H
#define EHDS_MAPPING_WORDING_H

#include <stdbool.h>

/*
 * False when both texts (UTF-8) have words to compare and none is in both. Words are runs of Latin letters and
 * digits, of four characters at least (a number: of three), without case and accents; of each the first five
 * characters count, so that endings do not matter, and two are the same when one begins the other (a number: when
 * they are equal). A text without such a word says nothing.
 */
bool
wording_agrees(const char *name, const char *words);

#endif
