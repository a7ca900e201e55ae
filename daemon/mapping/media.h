/* SPDX-License-Identifier: EUPL-1.2 */
/* Base64 bodies of ED elements: checked, measured, hashed and recognised by their first bytes. */
#ifndef EHDS_MAPPING_MEDIA_H
#define EHDS_MAPPING_MEDIA_H

#include "mapping/element.h"

#include <stdint.h>

#define MEDIA_HEAD 512		/* bytes that recognition looks at */
#define MEDIA_HASH 29		/* base64 of a SHA-1 and a NUL */

struct media {
	const char *base64;		/* without white space; in the arena */
	size_t base64_length;
	size_t size;			/* decoded bytes */
	unsigned char head[MEDIA_HEAD];
	size_t head_length;
	char hash[MEDIA_HASH];		/* SHA-1, as FHIR R4 wants it in Attachment.hash */
};

/*
 * Reads the base64 of an element (its body, or its text). false when there is none, or when it is
 * invalid (RFC 4648, 4): then with a finding map-base64-invalid, or with call->error set.
 */
bool
media_read(struct call *call, struct media *media, const xmlNode *element);

/*
 * The media type that the first bytes of an element's base64 show, or NULL; *size: about how many
 * bytes there are. Reads the beginning only, and finds nothing wrong.
 */
const char *
media_peek(struct call *call, const xmlNode *element, size_t *size);

/* The decoded bytes in the arena, with a NUL behind them; NULL with call->error set. */
unsigned char *
media_bytes(struct call *call, const struct media *media);

/* The media type that the first bytes show ("application/pdf"), or NULL. */
const char *
media_recognise(const unsigned char *head, size_t length);

/*
 * Whether bytes of the type `shown` may be called `declared` (parameters and case are passed over).
 */
bool
media_agrees(const char *declared, const char *shown);

/* Base64 of plain bytes, in the arena. */
const char *
media_encode(struct call *call, const void *bytes, size_t length);

#endif
