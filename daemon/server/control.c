/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What operators ask: CONTROL messages on an ipc socket in a folder that only its owner may enter. An
 * answer is one ANSWER: `code` in its header when it could not be done, a JSON body when there is something
 * to tell.
 */
#include "server/control_internal.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/log.h"
#include "format/json.h"
#include "wire/endpoint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIST_MOST 1000

struct control {
	void *socket, *monitor;
	struct monitor_counts counts;
	struct arena *arena;
	struct routing_id reloader;	/* who waits for the end of a reload; length 0: nobody */
};

/* ---- answers ------------------------------------------------------------------------------------------- */

void
control_answer(struct broker *broker, const struct routing_id *to, const char *code, const char *text,
    struct buffer *body)
{
	const struct wire_header header = { .code = code, .text = text };
	zmq_msg_t message, *bodies[1] = { &message };
	size_t length = 0;
	char *bytes = body != NULL && body->length > 0 ? buffer_take(body, &length) : NULL;

	if (bytes != NULL)
		message_take(&message, bytes, length, NULL);
	else
		zmq_msg_init(&message);
	if (packet_send(broker->control->socket, to, WIRE_ANSWER, &header, bodies, bytes != NULL
	    ? 1 : 0) != 0)
		log_event(LOG_LEVEL_INFO, "control.unsent", "reason=\"%s\"", zmq_strerror(errno));
	zmq_msg_close(&message);
}

void
control_write_document(struct json_writer *writer, const struct store_document *document)
{
	const struct { const char *key, *text; } texts[] = {
		{ "id", document->id }, { "state", store_state_name(document->state) },
		{ "sender", document->sender },
		{ "message", document->message }, { "route", document->route },
		{ "sha256", document->sha256 },
		{ "pack", document->pack }, { "country", document->country },
		{ "category", document->category },
		{ "profile", document->profile }, { "mappings", document->generation },
		{ "why", document->why },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (texts[i].text[0] == '\0')
			continue;
		json_key(writer, texts[i].key);
		json_string(writer, texts[i].text);
	}
	json_key(writer, "bytes");
	json_integer(writer, document->length);
	if (document->parts > 1) {
		json_key(writer, "documents");
		json_integer(writer, document->parts);
	}
	json_key(writer, "received");
	json_integer(writer, document->received);
	json_key(writer, "changed");
	json_integer(writer, document->changed);
}

/* ---- status -------------------------------------------------------------------------------------------- */

/* What the journal knows of one peer. */
struct peer_status {
	char *name;
	long long waiting, since;
};

struct status_job {
	struct broker_job base;
	struct routing_id to;
	long long counts[STORE_STATE_COUNT];
	struct store_documents oldest;		/* of those received */
	struct peer_status *peers;
	size_t peer_count;
};

static int
status_run(struct writer_job *job, struct store *store, struct ehds_error *error)
{
	struct status_job *status = (struct status_job *)job;

	store_documents_free(&status->oldest);
	store_counts(store, status->counts);
	for (size_t i = 0; i < status->peer_count; i++)
		if (store_pending(store, status->peers[i].name, &status->peers[i].waiting, &status->peers[i].since,
		    error) != 0)
			return -1;
	return store_list(store, &status->oldest, STORE_RECEIVED, 0, 1, error);
}

static void
write_processes(struct json_writer *writer, const struct broker *broker)
{
	pid_t pid;
	bool busy;

	json_key(writer, "pid");
	json_integer(writer, getpid());
	json_key(writer, "engine");
	json_integer(writer, pool_engine(broker->pool));
	json_key(writer, "workers");
	json_open(writer, '[');
	for (size_t i = 0; (pid = pool_worker(broker->pool, i, &busy)) >= 0; i++) {
		json_open(writer, '{');
		json_key(writer, "pid");
		json_integer(writer, pid);
		json_key(writer, "busy");
		json_boolean(writer, busy);
		json_close(writer, '}');
	}
	json_close(writer, ']');
}

/* Seconds since an instant of the journal; 0 when there is none. */
static long long
age(const struct broker *broker, long long instant)
{
	return instant > 0 && broker->instant > instant ? (broker->instant - instant) / 1000 : 0;
}

/* A reload may have changed the peers since the question was asked; then the names tell. */
static const struct peer *
find_peer(const struct broker *broker, const char *name)
{
	for (size_t i = 0; i < broker->peer_count; i++)
		if (strcmp(broker->peers[i]->name, name) == 0)
			return broker->peers[i];
	return NULL;
}

static void
write_peers(struct json_writer *writer, const struct broker *broker, const struct status_job *status)
{
	json_key(writer, "peers");
	json_open(writer, '[');
	for (size_t i = 0; i < status->peer_count; i++) {
		const struct peer *peer = find_peer(broker, status->peers[i].name);
		size_t in_flight = 0;

		if (peer == NULL)
			continue;
		forwarder_in_flight(peer->forwarder, &in_flight);
		json_open(writer, '{');
		json_key(writer, "name");
		json_string(writer, peer->name);
		json_key(writer, "connected");
		json_boolean(writer, forwarder_connected(peer->forwarder));
		json_key(writer, "failures");
		json_integer(writer, peer->failures);
		json_key(writer, "in-flight");
		json_integer(writer, (long long)in_flight);
		json_key(writer, "waiting");
		json_integer(writer, status->peers[i].waiting);
		json_key(writer, "oldest-waiting");
		json_integer(writer, age(broker, status->peers[i].since));
		json_close(writer, '}');
	}
	json_close(writer, ']');
}

/* Who came and was turned away, since the start. */
static void
write_wire(struct json_writer *writer, const struct broker *broker)
{
	const struct receiver_counts *counts = receiver_counts(broker->receiver);
	const struct monitor_counts *connections = &counts->connections;
	const struct { const char *key; long long value; } numbers[] = {
		{ "accepted", connections->accepted }, { "established", connections->established },
		{ "refused", connections->refused }, { "broken", connections->malformed },
		{ "abandoned", connections->abandoned }, { "closed", connections->closed },
		{ "unaccepted", connections->unaccepted },
		{ "malformed", counts->malformed }, { "unauthorised", counts->unauthorised },
		{ "busy", broker->busy }, { "control-refused", broker->control->counts.unaccepted },
	};

	json_key(writer, "wire");
	json_open(writer, '{');
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		json_key(writer, numbers[i].key);
		json_integer(writer, numbers[i].value);
	}
	json_close(writer, '}');
}

static void
write_status(struct buffer *out, const struct broker *broker, const struct status_job *status)
{
	struct json_writer writer = json_writer_new(out, false);

	json_open(&writer, '{');
	json_key(&writer, "version");
	json_string(&writer, PACKAGE_VERSION);
	json_key(&writer, "mappings");
	json_string(&writer, broker->generation != NULL ? broker->generation : "");
	json_key(&writer, "uptime");
	json_integer(&writer, (broker->now - broker->started) / 1000);
	write_processes(&writer, broker);
	json_key(&writer, "documents");
	json_open(&writer, '{');
	for (int i = 0; i < STORE_STATE_COUNT; i++) {
		json_key(&writer, store_state_name((enum store_state)i));
		json_integer(&writer, status->counts[i]);
	}
	json_close(&writer, '}');
	json_key(&writer, "oldest-received");
	json_integer(&writer, status->oldest.count > 0 ? age(broker, status->oldest.items[0].received) : 0);
	write_peers(&writer, broker, status);
	write_wire(&writer, broker);
	json_close(&writer, '}');
}

static void
status_done(struct writer_job *job, int result, const struct ehds_error *error)
{
	struct status_job *status = (struct status_job *)job;
	struct broker *broker = status->base.broker;
	struct buffer body = { 0 };

	if (result == 0)
		write_status(&body, broker, status);
	control_answer(broker, &status->to, result == 0 ? NULL : "busy", result == 0 ? NULL : error->text,
	    &body);
	store_documents_free(&status->oldest);
	for (size_t i = 0; i < status->peer_count; i++)
		free(status->peers[i].name);
	free(status->peers);
	free(status);
}

static void
ask_status(struct broker *broker, const struct routing_id *from, const struct wire_header *header)
{
	struct status_job *status = broker_job_new(broker, sizeof(*status), status_run, status_done);

	(void)header;
	status->to = *from;
	status->peers = must_alloc((broker->peer_count + 1) * sizeof(*status->peers));
	for (; status->peer_count < broker->peer_count; status->peer_count++)
		status->peers[status->peer_count].name = must_strdup(broker->peers[status->peer_count]->name);
	broker_submit(status);
}

/* ---- queue --------------------------------------------------------------------------------------------- */

struct list_job {
	struct broker_job base;
	struct routing_id to;
	enum store_state state;
	long long after;
	size_t most;
	struct store_documents found;
};

static int
list_run(struct writer_job *job, struct store *store, struct ehds_error *error)
{
	struct list_job *list = (struct list_job *)job;

	store_documents_free(&list->found);
	return store_list(store, &list->found, list->state, list->after, list->most, error);
}

static void
list_done(struct writer_job *job, int result, const struct ehds_error *error)
{
	struct list_job *list = (struct list_job *)job;
	struct buffer body = { 0 };
	struct json_writer writer = json_writer_new(&body, false);

	json_open(&writer, '{');
	json_key(&writer, "documents");
	json_open(&writer, '[');
	for (size_t i = 0; i < list->found.count; i++) {
		json_open(&writer, '{');
		control_write_document(&writer, &list->found.items[i]);
		json_close(&writer, '}');
	}
	json_close(&writer, ']');
	if (list->found.count == list->most) {
		json_key(&writer, "after");
		json_integer(&writer, list->found.items[list->found.count - 1].document);
	}
	json_close(&writer, '}');
	control_answer(list->base.broker, &list->to, result == 0 ? NULL : "busy", result == 0
	    ? NULL : error->text, &body);
	buffer_free(&body);
	store_documents_free(&list->found);
	free(list);
}

static void
ask_queue(struct broker *broker, const struct routing_id *from, const struct wire_header *header)
{
	enum store_state state = STORE_STATE_COUNT;
	struct list_job *list;

	if (header->state != NULL && !store_state_parse(&state, header->state)) {
		control_answer(broker, from, "malformed",
		    "there is no such state: received, converted, forwarded, done, refused or held", NULL);
		return;
	}
	list = broker_job_new(broker, sizeof(*list), list_run, list_done);
	list->to = *from;
	list->state = state;
	list->after = header->after;
	list->most = header->count > 0 && header->count < LIST_MOST ? (size_t)header->count : LIST_MOST;
	broker_submit(list);
}

/* ---- reload, stop -------------------------------------------------------------------------------------- */

static void
ask_reload(struct broker *broker, const struct routing_id *from, const struct wire_header *header)
{
	struct ehds_error error = { 0 };
	char text[1024];

	(void)header;
	if (broker_reload(broker, &error) != 0)
		control_answer(broker, from, "config", error_format(&error, text, sizeof(text)), NULL);
	else
		broker->control->reloader = *from;
}

void
control_reloaded(struct broker *broker, const struct ehds_error *error)
{
	struct routing_id *to = &broker->control->reloader;
	char text[1024];

	if (to->length > 0)
		control_answer(broker, to, error != NULL ? error_kind_name(error->kind) : NULL,
		    error != NULL ? error_format(error, text, sizeof(text)) : NULL, NULL);
	to->length = 0;
}

static void
ask_stop(struct broker *broker, const struct routing_id *from, const struct wire_header *header)
{
	(void)header;
	control_answer(broker, from, NULL, NULL, NULL);
	broker_stop(broker);
}

/* ---- the socket ---------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	void (*ask)(struct broker *broker, const struct routing_id *from, const struct wire_header *header);
} requests[] = {
	{ "status", ask_status },
	{ "queue", ask_queue },
	{ "show", operator_show },
	{ "retry", operator_retry },
	{ "release", operator_release },
	{ "drop", operator_drop },
	{ "hold", operator_hold },
	{ "fsck", inspect_fsck },
	{ "backup", inspect_backup },
	{ "reload", ask_reload },
	{ "stop", ask_stop },
};

static void
handle(struct broker *broker, const struct routing_id *from, const struct wire_message *message)
{
	if (message->verb != WIRE_CONTROL) {
		control_answer(broker, from, "malformed", "only CONTROL is taken here", NULL);
		return;
	}
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		if (strcmp(requests[i].name, message->header.request) != 0)
			continue;
		requests[i].ask(broker, from, &message->header);
		return;
	}
	control_answer(broker, from, "malformed", "there is no such request", NULL);
}

/* Other users' connections end before a message is read. */
static void
watch(struct control *control)
{
	unsigned value;
	int event;

	while ((event = monitor_next(control->monitor, &value)) >= 0)
		if (monitor_count(&control->counts, event) && control->counts.unaccepted <= 16)
			log_event(LOG_LEVEL_WARNING, "control.refused", "count=%lld",
			    control->counts.unaccepted);
}

void
control_step(struct broker *broker)
{
	struct control *control = broker->control;
	struct packet packet;

	watch(control);
	while (packet_receive(&packet, control->socket) > 0) {
		struct ehds_error error = { 0 };
		struct wire_message message;
		struct routing_id from;

		from.length = (unsigned char)zmq_msg_size(&packet.frames[0]);
		memcpy(from.bytes, zmq_msg_data(&packet.frames[0]), from.length);
		if (packet_parse(&message, &packet, 1, control->arena, &error) == 0)
			handle(broker, &from, &message);
		else
			control_answer(broker, &from, "malformed", error.text, NULL);
		packet_close(&packet);
		arena_reset(control->arena);
	}
}

/*
 * Whoever reaches the socket is an operator. So nobody may enter its folder but the user of this daemon and,
 * where the folder allows it, the group.
 */
static int
private_folder(const char *path, bool *group, struct ehds_error *error)
{
	char *folder = must_printf("%.*s", (int)(strrchr(path, '/') - path), path);
	struct stat status = { 0 };
	int result = folder_make(folder, 0700, error);

	if (result == 0 && (stat(folder, &status) != 0 || status.st_uid != geteuid()
	    || (status.st_mode & 027) != 0))
		result = error_set(error, EHDS_ERROR_CONFIG, "control-folder", folder, 0, 0,
		    "the folder of the control socket must belong to this user and have mode 0700 or 0750");
	*group = (status.st_mode & 010) != 0;
	free(folder);
	return result;
}

/* The kernel says who connects (SO_PEERCRED): modes that somebody loosens later open nothing. */
static int
filter_users(void *socket, const char *path, bool group, struct ehds_error *error)
{
	const uid_t users[] = { geteuid(), 0 };
	struct stat status;
	int result = 0;

	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++)
		result |= zmq_setsockopt(socket, ZMQ_IPC_FILTER_UID, &users[i], sizeof(users[i]));
	if (result == 0 && group) {
		char *folder = must_printf("%.*s", (int)(strrchr(path, '/') - path), path);

		if (stat(folder, &status) == 0)
			result = zmq_setsockopt(socket, ZMQ_IPC_FILTER_GID, &status.st_gid,
			    sizeof(status.st_gid));
		free(folder);
	}
	return result == 0 ? 0 : error_set(error, EHDS_ERROR_TEMPORARY, "control-folder", path, 0, 0,
	    "cannot close the control socket to others: %s", zmq_strerror(errno));
}

int
control_open(struct broker *broker, struct ehds_error *error)
{
	const struct socket_settings settings = { .type = ZMQ_ROUTER, .most = 2 * WIRE_HEADER_LIMIT,
	    .receive_queue = 64, .send_queue = 64 };
	const char *address = broker->configuration->control, *path = endpoint_path(address);
	struct control *control = must_alloc(sizeof(*control));
	bool group;

	broker->control = control;
	control->arena = arena_new(1 << 20);
	if (private_folder(path, &group, error) != 0
	    || socket_open(&control->socket, broker->zmq, &settings, error) != 0
	    || filter_users(control->socket, path, group, error) != 0
	    || monitor_open(&control->monitor, broker->zmq, control->socket, ZMQ_EVENT_ACCEPT_FAILED,
	    "operators", error) != 0
	    || socket_bind(control->socket, address, error) != 0)
		return -1;
	return chmod(path, group ? 0660 : 0600) == 0 ? 0 : error_set(error, EHDS_ERROR_CONFIG,
	    "control-folder", address, 0, 0, "cannot close the control socket to others: %s",
	    strerror(errno));
}

void
control_close(struct broker *broker)
{
	struct control *control = broker->control;

	broker->control = NULL;
	if (control == NULL)
		return;
	monitor_close(&control->monitor, control->socket);
	socket_close(&control->socket);
	arena_free(&control->arena);
	free(control);
}

void *
control_socket(const struct broker *broker)
{
	return broker->control->socket;
}
