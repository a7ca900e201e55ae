/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A peer that is a FHIR server: each document is POSTed (HL7 FHIR R4, http, "conditional create"), under the
 * condition that no Bundle with its identifier is there, so that a repetition is one document there too. To
 * the daemon it is a peer as any other, at an address inside the process.
 */
#ifndef EHDS_WIRE_HTTP_H
#define EHDS_WIRE_HTTP_H

#include "wire/socket.h"

#define HTTP_IDENTIFIER 2048	/* bytes of an identifier as a search parameter, and a NUL */

struct http_peer;

struct http_settings {
	const char *endpoint;		/* inproc://..., at which documents come */
	const char *url;		/* to POST to: BASE/Bundle */
	const char *ca, *certificate, *key;	/* files, PEM; "" for the system's CAs, for no certificate */
	size_t most;			/* requests at once */
	long long timeout;		/* milliseconds for one request */
};

/* Binds the endpoint; copies what it keeps. Errors: CONFIG wire-bind; TEMPORARY wire-socket, http. */
int
http_open(struct http_peer **out, void *zmq_context, const struct http_settings *settings,
    struct ehds_error *error);

/* Ends what is under way without a word. Accepts NULL in *peer. */
void
http_close(struct http_peer **peer);

/* Posts what comes until the descriptor `stop` is readable. Never waits for one server's answer. */
void
http_run(struct http_peer *peer, int stop);

/* ---- for tests ----------------------------------------------------------------------------------------- */

/*
 * The identifier of a Bundle as ehdsd writes one, JSON or XML, as the value of a search parameter of type
 * token: "SYSTEM|VALUE", with the escapes of HL7 FHIR R4, search, 3.1.1.3, and of RFC 3986. False when it has
 * none.
 */
bool
http_identifier(char out[HTTP_IDENTIFIER], const char *body, size_t length, bool xml);

enum http_fate { HTTP_TAKEN, HTTP_LATER, HTTP_NEVER };

/* What a status means: 2xx taken; 408, 425, 429 later; other 4xx never; the rest later. */
enum http_fate
http_fate(long status);

#endif
