/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Who may connect: the ZAP handler (RFC 27/ZAP) of a ZeroMQ context. libzmq asks it about each CURVE
 * handshake, with the key that the other side has just proved to hold; without it CURVE lets every key in.
 *
 * It also gives each connection a routing id of its own, by chance: the one that the other side asked for
 * is not taken. A ROUTER hands a connection over to whoever comes later with the same routing id, so a
 * chosen one would let a sender with a key of its own take another's answers.
 */
#ifndef EHDS_WIRE_ZAP_H
#define EHDS_WIRE_ZAP_H

#include "wire/socket.h"

#define ZAP_DOMAIN "ehds"

struct zap;

struct zap_counts {
	long long accepted, refused, malformed;
};

/* Whether the owner of this public key (Z85) may connect. */
typedef bool zap_allows(void *context, const char *key);

/*
 * Opens it; before any CURVE socket of the context is bound, once in a context, which has one thread for
 * input and output (zap.c says why). Error: TEMPORARY wire-socket.
 */
int
zap_open(struct zap **out, void *zmq_context, zap_allows *allows, void *context, struct ehds_error *error);

/* Accepts NULL in *zap. */
void
zap_close(struct zap **zap);

/* Poll both for reading. */
void *
zap_socket(const struct zap *zap);

void *
zap_barrier(const struct zap *zap);

/* Takes what is asked, up to a number of questions, and answers what was taken in steps before. */
void
zap_step(struct zap *zap);

struct zap_counts
zap_counts(const struct zap *zap);

/* Whether these bytes are a routing id that a ZAP handler of this kind gives. */
bool
zap_gave(const void *bytes, size_t length);

#endif
