/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See http.h. One thread, one curl multi: requests run beside each other and nobody waits for a server. What
 * a server says besides its status is not kept: an OperationOutcome can quote the patient.
 */
#include "wire/http.h"

#include "base/alloc.h"
#include "base/digest.h"
#include "base/text.h"

#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define WAIT_MOST 1000		/* milliseconds without a look around */
#define CONNECT_MOST 10000	/* milliseconds until there is a connection */
#define ANSWER_MOST (16 << 20)	/* bytes of an answer, which are thrown away; more is no answer */
#define AFTER_MOST 86400	/* seconds of Retry-After that are believed */

/* One document between DELIVER and ACK or NACK. */
struct request {
	struct packet packet;		/* holds the body that is being sent */
	struct routing_id from;
	char id[UUID_TEXT];
	CURL *easy;
	struct curl_slist *headers;
	size_t answered;		/* bytes */
	struct request *next;
};

struct http_peer {
	void *socket;
	CURLM *multi;
	char *url, *ca, *certificate, *key;
	long long timeout;
	struct arena *arena;
	struct request *requests;
};

static void
start_curl(void)
{
	must(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
}

int
http_open(struct http_peer **out, void *zmq_context, const struct http_settings *settings,
    struct ehds_error *error)
{
	const struct socket_settings socket = { .type = ZMQ_ROUTER, .most = SIZE_MAX / 2,
	    .receive_queue = (int)settings->most + 16, .send_queue = (int)settings->most + 16 };
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct http_peer *peer = must_alloc(sizeof(*peer));

	pthread_once(&once, start_curl);
	*out = peer;
	peer->url = must_strdup(settings->url);
	peer->ca = must_strdup(settings->ca);
	peer->certificate = must_strdup(settings->certificate);
	peer->key = must_strdup(settings->key);
	peer->timeout = settings->timeout;
	peer->arena = arena_new(1 << 20);
	peer->multi = curl_multi_init();
	if (peer->multi == NULL) {
		error_set(error, EHDS_ERROR_TEMPORARY, "http", NULL, 0, 0, "libcurl does not start");
	} else if (socket_open(&peer->socket, zmq_context, &socket, error) == 0
	    && socket_bind(peer->socket, settings->endpoint, error) == 0) {
		curl_multi_setopt(peer->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)settings->most);
		return 0;
	}
	http_close(out);
	return -1;
}

static void
request_end(struct http_peer *peer, struct request *request)
{
	struct request **place = &peer->requests;

	while (*place != request)
		place = &(*place)->next;
	*place = request->next;
	curl_multi_remove_handle(peer->multi, request->easy);
	curl_easy_cleanup(request->easy);
	curl_slist_free_all(request->headers);
	packet_close(&request->packet);
	free(request);
}

void
http_close(struct http_peer **peer)
{
	struct http_peer *old = *peer;

	*peer = NULL;
	if (old == NULL)
		return;
	while (old->requests != NULL)
		request_end(old, old->requests);
	if (old->multi != NULL)
		curl_multi_cleanup(old->multi);
	socket_close(&old->socket);
	arena_free(&old->arena);
	free(old->url);
	free(old->ca);
	free(old->certificate);
	free(old->key);
	free(old);
}

enum http_fate
http_fate(long status)
{
	if (status >= 200 && status < 300)
		return HTTP_TAKEN;
	if (status == 408 || status == 425 || status == 429)
		return HTTP_LATER;
	return status >= 400 && status < 500 ? HTTP_NEVER : HTTP_LATER;
}

/* ---- answers to the daemon ----------------------------------------------------------------------------- */

static void
say(struct http_peer *peer, const struct routing_id *to, const char *id, enum http_fate fate,
    const char *text, long long after)
{
	const struct wire_header header = { .id = id, .retry = fate == HTTP_LATER, .text = text,
	    .after = after };

	packet_send(peer->socket, to, fate == HTTP_TAKEN ? WIRE_ACK : WIRE_NACK, &header, NULL, 0);
}

static void
finish(struct http_peer *peer, struct request *request, CURLcode code)
{
	enum http_fate fate = HTTP_LATER;
	curl_off_t after = 0;
	long status = 0;
	char text[256];

	if (code == CURLE_OK) {
		curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
		curl_easy_getinfo(request->easy, CURLINFO_RETRY_AFTER, &after);
		fate = http_fate(status);
		snprintf(text, sizeof(text), "the server answers %ld", status);
	} else {
		snprintf(text, sizeof(text), "%s", curl_easy_strerror(code));
	}
	say(peer, &request->from, request->id, fate, text, after < 0 ? 0
	    : (after > AFTER_MOST ? AFTER_MOST : (long long)after) * 1000);
	request_end(peer, request);
}

static void
finish_all(struct http_peer *peer)
{
	struct request *request = NULL;
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(peer->multi, &left)) != NULL) {
		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&request);
		finish(peer, request, message->data.result);
	}
}

/* ---- requests to the server ---------------------------------------------------------------------------- */

static size_t
throw_away(char *bytes, size_t one, size_t count, void *context)
{
	struct request *request = context;

	(void)bytes;
	(void)one;
	request->answered += count;
	return request->answered > ANSWER_MOST ? 0 : count;
}

static void
add_header(struct request *request, const char *name, const char *value)
{
	char *line = must_printf("%s%s", name, value);
	struct curl_slist *more = curl_slist_append(request->headers, line);

	must(more != NULL);
	request->headers = more;
	free(line);
}

static void
set_tls(const struct http_peer *peer, CURL *easy)
{
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (peer->ca[0] != '\0')
		curl_easy_setopt(easy, CURLOPT_CAINFO, peer->ca);
	if (peer->certificate[0] == '\0')
		return;
	curl_easy_setopt(easy, CURLOPT_SSLCERT, peer->certificate);
	curl_easy_setopt(easy, CURLOPT_SSLKEY, peer->key);
}

/* No redirects: a document goes to the server that was configured, or nowhere. */
static void
set_request(const struct http_peer *peer, struct request *request, const struct wire_frame *body)
{
	CURL *easy = request->easy;

	curl_easy_setopt(easy, CURLOPT_PRIVATE, request);
	curl_easy_setopt(easy, CURLOPT_URL, peer->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_POST, 1L);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body->length);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body->data);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, request->headers);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, throw_away);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, request);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "ehdsd/" PACKAGE_VERSION);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)peer->timeout);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(peer->timeout < CONNECT_MOST
	    ? peer->timeout : CONNECT_MOST));
	set_tls(peer, easy);
}

/* Takes the packet. */
static void
post(struct http_peer *peer, struct packet *packet, const struct wire_message *message,
    const struct routing_id *from, const char *identifier)
{
	struct request *request = must_alloc(sizeof(*request));

	request->packet = *packet;
	request->from = *from;
	memcpy(request->id, message->header.id, UUID_TEXT);
	request->easy = curl_easy_init();
	must(request->easy != NULL);
	add_header(request, "Content-Type: ", message->header.content_type);
	add_header(request, "Accept: ", message->header.content_type);
	add_header(request, "If-None-Exist: identifier=", identifier);
	add_header(request, "Prefer: ", "return=minimal");
	add_header(request, "Expect:", "");	/* a server that does not know it would cost a second */
	set_request(peer, request, &message->bodies[0]);
	request->next = peer->requests;
	peer->requests = request;
	must(curl_multi_add_handle(peer->multi, request->easy) == CURLM_OK);
}

/* One delivery, which the daemon itself has sent. */
static void
take(struct http_peer *peer, struct packet *packet)
{
	struct ehds_error error = { 0 };
	char identifier[HTTP_IDENTIFIER];
	struct wire_message message;
	struct routing_id from;
	bool xml;

	from.length = (unsigned char)zmq_msg_size(&packet->frames[0]);
	memcpy(from.bytes, zmq_msg_data(&packet->frames[0]), from.length);
	if (packet_parse(&message, packet, 1, peer->arena, &error) != 0 || message.verb != WIRE_DELIVER) {
		packet_close(packet);
		return;
	}
	xml = text_starts_with(message.header.content_type, "application/fhir+xml");
	if (http_identifier(identifier, message.bodies[0].data, message.bodies[0].length, xml)) {
		post(peer, packet, &message, &from, identifier);
		return;
	}
	/* Without a condition a repetition would be a second document. */
	say(peer, &from, message.header.id, HTTP_NEVER, "the result has no Bundle.identifier", 0);
	packet_close(packet);
}

static void
take_all(struct http_peer *peer)
{
	struct packet packet;

	while (packet_receive(&packet, peer->socket) > 0) {
		take(peer, &packet);
		arena_reset(peer->arena);
	}
}

static bool
has_input(void *socket)
{
	int events = 0;
	size_t size = sizeof(events);

	return zmq_getsockopt(socket, ZMQ_EVENTS, &events, &size) == 0 && (events & ZMQ_POLLIN) != 0;
}

void
http_run(struct http_peer *peer, int stop)
{
	struct curl_waitfd items[2] = { { .events = CURL_WAIT_POLLIN }, { .fd = stop,
	    .events = CURL_WAIT_POLLIN } };
	struct pollfd stopping = { .fd = stop, .events = POLLIN };
	size_t size = sizeof(items[0].fd);
	int running;

	must(zmq_getsockopt(peer->socket, ZMQ_FD, &items[0].fd, &size) == 0);
	while (poll(&stopping, 1, 0) == 0) {
		take_all(peer);
		curl_multi_perform(peer->multi, &running);
		finish_all(peer);
		/* The descriptor tells of changes only, and sending has looked at them too. */
		if (!has_input(peer->socket))
			curl_multi_poll(peer->multi, items, 2, WAIT_MOST, NULL);
	}
}
