/* SPDX-License-Identifier: EUPL-1.2 */
/* See watch.h. HTTP is libmicrohttpd's: few connections, short patience, nothing but GET. */
#include "server/watch.h"

#include "base/alloc.h"
#include "base/log.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define CONNECTIONS 16
#define PATIENCE 5		/* seconds that a connection may say nothing */
#define ALIVE 10		/* seconds without a new page after which the loop does not turn any more */

struct watch {
	struct MHD_Daemon *http;
	pthread_mutex_t lock;
	struct buffer page;		/* under lock */
	char why[128];			/* under lock; "": ready */
	time_t put;			/* under lock; monotonic */
};

static time_t
seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static enum MHD_Result
answer(struct MHD_Connection *connection, unsigned status, const char *type, const char *bytes, size_t length)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(length, (void *)(uintptr_t)bytes,
	    MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result;

	if (response == NULL)
		return MHD_NO;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result
answer_text(struct MHD_Connection *connection, unsigned status, const char *text)
{
	return answer(connection, status, "text/plain; charset=utf-8", text, strlen(text));
}

static enum MHD_Result
answer_ready(struct MHD_Connection *connection, const struct watch *watch, bool alive)
{
	if (!alive)
		return answer_text(connection, MHD_HTTP_SERVICE_UNAVAILABLE, "the daemon's loop does not turn\n");
	if (watch->why[0] != '\0')
		return answer_text(connection, MHD_HTTP_SERVICE_UNAVAILABLE, watch->why);
	return answer_text(connection, MHD_HTTP_OK, "ready\n");
}

static enum MHD_Result
answer_url(struct MHD_Connection *connection, const struct watch *watch, const char *url)
{
	bool alive = seconds_now() - watch->put < ALIVE;

	if (strcmp(url, "/metrics") == 0)
		return answer(connection, MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8", watch->page.data != NULL
		    ? watch->page.data : "", watch->page.length);
	if (strcmp(url, "/ready") == 0)
		return answer_ready(connection, watch, alive);
	if (strcmp(url, "/alive") == 0)
		return answer_text(connection, alive ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE, alive
		    ? "alive\n" : "the daemon's loop does not turn\n");
	return answer_text(connection, MHD_HTTP_NOT_FOUND, "there are /metrics, /ready and /alive\n");
}

/* Called by libmicrohttpd: for the head of a request, and then once more for the answer. */
static enum MHD_Result
handle(void *context, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
    const char *upload, size_t *upload_size, void **seen)
{
	static int mark;
	struct watch *watch = context;
	enum MHD_Result result;

	(void)version;
	(void)upload;
	if (*seen == NULL) {
		*seen = &mark;
		return MHD_YES;
	}
	*upload_size = 0;
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return answer_text(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET is taken\n");
	pthread_mutex_lock(&watch->lock);
	result = answer_url(connection, watch, url);
	pthread_mutex_unlock(&watch->lock);
	return result;
}

/* ---- opening ------------------------------------------------------------------------------------------- */

union address {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
};

/* Only addresses of loopback, as numbers: a name could be anybody's. */
static bool
read_address(union address *out, const char *text)
{
	const char *colon = strrchr(text, ':');
	char host[64], *end;
	unsigned long port = colon != NULL ? strtoul(colon + 1, &end, 10) : 0;

	memset(out, 0, sizeof(*out));
	if (colon == NULL || colon[1] == '\0' || *end != '\0' || port > 65535 || (size_t)(colon - text) >= sizeof(host))
		return false;
	memcpy(host, text, (size_t)(colon - text));
	host[colon - text] = '\0';
	if (strcmp(host, "[::1]") == 0) {
		out->six.sin6_family = AF_INET6;
		out->six.sin6_addr = in6addr_loopback;
		out->six.sin6_port = htons((in_port_t)port);
		return true;
	}
	out->four.sin_family = AF_INET;
	out->four.sin_port = htons((in_port_t)port);
	return inet_pton(AF_INET, strcmp(host, "localhost") == 0 ? "127.0.0.1" : host, &out->four.sin_addr) == 1
	    && ntohl(out->four.sin_addr.s_addr) >> 24 == 127;
}

const char *
watch_fault(const char *address)
{
	union address where;

	return address[0] == '\0' || read_address(&where, address) ? NULL
	    : "is no address of loopback: 127.0.0.1:PORT or [::1]:PORT";
}

int
watch_open(struct watch **out, const char *address, struct ehds_error *error)
{
	struct watch *watch;
	union address where;
	const union MHD_DaemonInfo *port;

	*out = NULL;
	if (address[0] == '\0')
		return 0;
	if (!read_address(&where, address))
		return error_set(error, EHDS_ERROR_CONFIG, "metrics-listen", NULL, 0, 0, "'%s' %s", address,
		    watch_fault(address));
	watch = must_alloc(sizeof(*watch));
	must(pthread_mutex_init(&watch->lock, NULL) == 0);
	watch->put = seconds_now();
	snprintf(watch->why, sizeof(watch->why), "starting\n");
	watch->http = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL
	    | (where.any.sa_family == AF_INET6 ? MHD_USE_IPv6 : 0), 0, NULL, NULL, handle, watch,
	    MHD_OPTION_SOCK_ADDR, &where.any, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)PATIENCE, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_END);
	if (watch->http == NULL) {
		watch_close(&watch);
		return error_set(error, EHDS_ERROR_CONFIG, "metrics-listen", NULL, 0, 0, "cannot listen at '%s'",
		    address);
	}
	port = MHD_get_daemon_info(watch->http, MHD_DAEMON_INFO_BIND_PORT);
	log_event(LOG_LEVEL_INFO, "metrics.listen", "port=%u", port != NULL ? port->port : 0);
	*out = watch;
	return 0;
}

void
watch_put(struct watch *watch, struct buffer *page, const char *why)
{
	struct buffer old;

	pthread_mutex_lock(&watch->lock);
	old = watch->page;
	watch->page = *page;
	snprintf(watch->why, sizeof(watch->why), "%s%s", why != NULL ? why : "", why != NULL ? "\n" : "");
	watch->put = seconds_now();
	pthread_mutex_unlock(&watch->lock);
	buffer_free(&old);
	memset(page, 0, sizeof(*page));
}

void
watch_close(struct watch **watch)
{
	struct watch *old = *watch;

	*watch = NULL;
	if (old == NULL)
		return;
	if (old->http != NULL)
		MHD_stop_daemon(old->http);
	pthread_mutex_destroy(&old->lock);
	buffer_free(&old->page);
	free(old);
}
