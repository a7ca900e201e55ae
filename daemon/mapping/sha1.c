/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * SHA-1 (FIPS 180-4, 6.1). HL7 FHIR R4 defines Attachment.hash, and HL7 V3 data types R1 the
 * default of ED.integrityCheck, as SHA-1; the libraries of the house no longer offer it, rightly,
 * because it secures nothing. Here it only tells a damaged attachment from a whole one.
 */
#include "mapping/media.h"

#include <string.h>

static uint32_t
rotate(uint32_t word, unsigned bits)
{
	return word << bits | word >> (32 - bits);
}

static void
schedule(uint32_t words[80], const unsigned char block[64])
{
	for (unsigned i = 0; i < 16; i++)
		words[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16
		    | (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
	for (unsigned i = 16; i < 80; i++)
		words[i] = rotate(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
}

/* One round with its mixing function; the five words change places by name and not by copying. */
#define ROUND(a, b, c, d, e, mixed, constant, word) \
	do { \
		e += rotate(a, 5) + (mixed) + (constant) + (word); \
		b = rotate(b, 30); \
	} while (0)

#define CHOOSE(b, c, d) ((d) ^ ((b) & ((c) ^ (d))))
#define PARITY(b, c, d) ((b) ^ (c) ^ (d))
#define MAJORITY(b, c, d) (((b) & (c)) | ((d) & ((b) | (c))))

#define FIVE(mix, constant, words) \
	do { \
		ROUND(a, b, c, d, e, mix(b, c, d), constant, (words)[0]); \
		ROUND(e, a, b, c, d, mix(a, b, c), constant, (words)[1]); \
		ROUND(d, e, a, b, c, mix(e, a, b), constant, (words)[2]); \
		ROUND(c, d, e, a, b, mix(d, e, a), constant, (words)[3]); \
		ROUND(b, c, d, e, a, mix(c, d, e), constant, (words)[4]); \
	} while (0)

static void
compress(uint32_t state[5], const unsigned char block[64])
{
	uint32_t words[80], a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];

	schedule(words, block);
	for (unsigned i = 0; i < 20; i += 5)
		FIVE(CHOOSE, 0x5a827999, words + i);
	for (unsigned i = 20; i < 40; i += 5)
		FIVE(PARITY, 0x6ed9eba1, words + i);
	for (unsigned i = 40; i < 60; i += 5)
		FIVE(MAJORITY, 0x8f1bbcdc, words + i);
	for (unsigned i = 60; i < 80; i += 5)
		FIVE(PARITY, 0xca62c1d6, words + i);
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
}

void
sha1_begin(struct sha1 *sha1)
{
	static const uint32_t initial[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };

	memcpy(sha1->state, initial, sizeof(initial));
	sha1->length = 0;
}

void
sha1_add(struct sha1 *sha1, const unsigned char *bytes, size_t length)
{
	size_t held = sha1->length % 64, room = 64 - held;

	sha1->length += length;
	while (length >= room) {
		memcpy(sha1->block + held, bytes, room);
		compress(sha1->state, sha1->block);
		bytes += room;
		length -= room;
		held = 0;
		room = 64;
	}
	memcpy(sha1->block + held, bytes, length);
}

void
sha1_end(struct sha1 *sha1, unsigned char digest[20])
{
	static const unsigned char padding[64] = { 0x80 };
	uint64_t bits = sha1->length * 8;
	unsigned char length[8];

	sha1_add(sha1, padding, 1 + (119 - sha1->length % 64) % 64);
	for (unsigned i = 0; i < 8; i++)
		length[i] = (unsigned char)(bits >> (56 - 8 * i));
	sha1_add(sha1, length, sizeof(length));
	for (unsigned i = 0; i < 20; i++)
		digest[i] = (unsigned char)(sha1->state[i / 4] >> (24 - 8 * (i % 4)));
}
