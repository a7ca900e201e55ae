/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Senders as the broker knows them while they have something under way: how much they have without a
 * receipt, what of theirs waits for a worker, and what is on its way out to them. One that has nothing is
 * forgotten.
 */
#ifndef EHDS_SERVER_CLIENT_H
#define EHDS_SERVER_CLIENT_H

#include "server/configuration.h"
#include "wire/receiver.h"

struct document;
struct meter;

/*
 * Documents of one sender that wait for a worker. What is too much for memory stays in the journal until
 * there is room.
 */
struct client_queue {
	struct document *first, **end;
	size_t count, bytes;
	bool backlog;			/* the journal has more, behind number `cursor` */
	long long cursor;
};

struct client {
	char name[RECEIVER_NAME];
	bool keyed;			/* heard on a CURVE connection */
	struct routing_id last;		/* of its last message; length 0: none yet */
	size_t credit_documents, credit_bytes;	/* without a receipt: in memory, on the way to the disk */
	long long waiting_documents, waiting_bytes;	/* received and not converted */
	size_t fetches;			/* that the journal is being asked for */
	struct client_queue queue;
	struct meter *meter;		/* bytes that go out; shared with messages that outlive this */
	struct client *next;		/* of the same hash */
};

struct clients;

struct clients *
clients_new(void);

/* Frees what waits, too. Accepts NULL in *clients. */
void
clients_free(struct clients **clients);

/* The sender of that name; made when it is not there. Valid until clients_forget. */
struct client *
clients_get(struct clients *clients, const char *name);

/* The same; NULL when it is not there. */
struct client *
clients_find(const struct clients *clients, const char *name);

size_t
clients_count(const struct clients *clients);

/* Number `index` of all, in an order that stays as long as none comes or goes. */
struct client *
clients_at(const struct clients *clients, size_t index);

/* Frees those that have nothing under way, when there are many. */
void
clients_forget(struct clients *clients);

/*
 * What may not be taken in of a document of so many bytes, in words for the sender; NULL when it may. Takes
 * the limits of the client from the configuration.
 */
const char *
client_fault(const struct client *client, const struct configuration *configuration, size_t bytes);

/* The limits that hold for the sender of that name. */
struct quota
client_credit(const struct configuration *configuration, const char *name);

/* ---- what goes out ------------------------------------------------------------------------------------- */

/* Bytes of messages that were made for this sender and are not sent and freed yet. */
size_t
client_outgoing(const struct client *client);

/* Fills `message` from bytes that malloc made; takes them. client NULL: counted nowhere. */
void
message_take(zmq_msg_t *message, void *bytes, size_t length, const struct client *client);

#endif
