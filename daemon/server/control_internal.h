/* SPDX-License-Identifier: EUPL-1.2 */
/* What control.c (the socket), operator.c (verbs for one document) and inspect.c (fsck, backup) share. */
#ifndef EHDS_SERVER_CONTROL_INTERNAL_H
#define EHDS_SERVER_CONTROL_INTERNAL_H

#include "format/json.h"
#include "server/broker_internal.h"

/* Sends ANSWER. code and text NULL: done. Takes the contents of body, which may be NULL or empty. */
void
control_answer(struct broker *broker, const struct routing_id *to, const char *code, const char *text,
    struct buffer *body);

/* Writes the members of one document into an object that is open. */
void
control_write_document(struct json_writer *writer, const struct store_document *document);

void
operator_show(struct broker *broker, const struct routing_id *from, const struct wire_header *header);

void
operator_retry(struct broker *broker, const struct routing_id *from, const struct wire_header *header);

void
operator_release(struct broker *broker, const struct routing_id *from, const struct wire_header *header);

void
operator_drop(struct broker *broker, const struct routing_id *from, const struct wire_header *header);

void
operator_hold(struct broker *broker, const struct routing_id *from, const struct wire_header *header);

void
inspect_fsck(struct broker *broker, const struct routing_id *from, const struct wire_header *header);

void
inspect_backup(struct broker *broker, const struct routing_id *from, const struct wire_header *header);

#endif
