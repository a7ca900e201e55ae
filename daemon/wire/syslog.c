/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See syslog.h. TLS is libcurl's, which is here for HTTP already: CURLOPT_CONNECT_ONLY gives a connection that
 * was shaken hands over and checked, and no word of HTTP is said on it.
 */
#include "wire/syslog.h"

#include "base/alloc.h"
#include "base/buffer.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE 10000L		/* milliseconds for a handshake, and for a message to go */

enum way { BY_UDP, BY_TLS, BY_FILE };

struct syslog {
	enum way way;
	char *host, *port, *path;		/* own; host and port, or path */
	char *ca, *certificate, *key;		/* own */
	int file;				/* of UDP and of the file; -1: not open */
	CURL *tls;				/* NULL: not connected */
};

static int
failed(const struct syslog *syslog, const char *reason, struct ehds_error *error)
{
	return error_set(error, EHDS_ERROR_TEMPORARY, "audit-syslog", syslog->path, 0, 0, "%s%s%s: %s",
	    syslog->host != NULL ? syslog->host : "", syslog->host != NULL ? ":" : "",
	    syslog->port != NULL ? syslog->port : "the file cannot be written", reason);
}

/* HOST:PORT or [HOST]:PORT. */
static bool
read_host(struct syslog *syslog, const char *text)
{
	const char *colon = strrchr(text, ':');
	bool bracketed = text[0] == '[' && colon != NULL && colon > text + 1 && colon[-1] == ']';

	if (colon == NULL || colon == text || colon[1] == '\0' || strspn(colon + 1, "0123456789") != strlen(colon + 1))
		return false;
	syslog->host = must_printf("%.*s", (int)(colon - text) - (bracketed ? 2 : 0), text + (bracketed ? 1 : 0));
	syslog->port = must_strdup(colon + 1);
	return true;
}

int
syslog_open(struct syslog **out, const struct syslog_settings *settings, struct ehds_error *error)
{
	struct syslog *syslog = must_alloc(sizeof(*syslog));
	const char *address = settings->address;
	bool right = false;

	*out = NULL;
	syslog->file = -1;
	syslog->ca = must_strdup(settings->ca);
	syslog->certificate = must_strdup(settings->certificate);
	syslog->key = must_strdup(settings->key);
	if (strncmp(address, "file:///", 8) == 0) {
		syslog->way = BY_FILE;
		syslog->path = must_strdup(address + 7);
		right = true;
	} else if (strncmp(address, "udp://", 6) == 0 || strncmp(address, "tls://", 6) == 0) {
		syslog->way = address[0] == 'u' ? BY_UDP : BY_TLS;
		right = read_host(syslog, address + 6);
	}
	if (right) {
		*out = syslog;
		return 0;
	}
	syslog_close(&syslog);
	return error_set(error, EHDS_ERROR_CONFIG, "audit-syslog", NULL, 0, 0,
	    "'%s' is none of udp://HOST:PORT, tls://HOST:PORT and file:///PATH", address);
}

/* ---- opening ------------------------------------------------------------------------------------------- */

static int
open_file(struct syslog *syslog, struct ehds_error *error)
{
	syslog->file = open(syslog->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	return syslog->file >= 0 ? 0 : failed(syslog, strerror(errno), error);
}

static int
open_udp(struct syslog *syslog, struct ehds_error *error)
{
	const struct addrinfo wanted = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM };
	struct addrinfo *found = NULL;
	int result = getaddrinfo(syslog->host, syslog->port, &wanted, &found);

	if (result != 0)
		return failed(syslog, gai_strerror(result), error);
	for (const struct addrinfo *at = found; at != NULL && syslog->file < 0; at = at->ai_next) {
		syslog->file = socket(at->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		if (syslog->file >= 0 && connect(syslog->file, at->ai_addr, at->ai_addrlen) != 0) {
			close(syslog->file);
			syslog->file = -1;
		}
	}
	freeaddrinfo(found);
	return syslog->file >= 0 ? 0 : failed(syslog, strerror(errno), error);
}

static int
open_tls(struct syslog *syslog, struct ehds_error *error)
{
	bool six = strchr(syslog->host, ':') != NULL;
	char *url = must_printf("https://%s%s%s:%s", six ? "[" : "", syslog->host, six ? "]" : "", syslog->port);
	CURL *tls = curl_easy_init();
	CURLcode result;

	must(tls != NULL);
	curl_easy_setopt(tls, CURLOPT_URL, url);
	curl_easy_setopt(tls, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(tls, CURLOPT_SSL_ENABLE_ALPN, 0L);
	curl_easy_setopt(tls, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(tls, CURLOPT_PROXY, "");
	curl_easy_setopt(tls, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(tls, CURLOPT_CONNECTTIMEOUT_MS, PATIENCE);
	if (syslog->ca[0] != '\0')
		curl_easy_setopt(tls, CURLOPT_CAINFO, syslog->ca);
	if (syslog->certificate[0] != '\0')
		curl_easy_setopt(tls, CURLOPT_SSLCERT, syslog->certificate);
	if (syslog->key[0] != '\0')
		curl_easy_setopt(tls, CURLOPT_SSLKEY, syslog->key);
	result = curl_easy_perform(tls);
	free(url);
	if (result == CURLE_OK) {
		syslog->tls = tls;
		return 0;
	}
	curl_easy_cleanup(tls);
	return failed(syslog, curl_easy_strerror(result), error);
}

static int
connect_first(struct syslog *syslog, struct ehds_error *error)
{
	if (syslog->file >= 0 || syslog->tls != NULL)
		return 0;
	switch (syslog->way) {
	case BY_UDP:
		return open_udp(syslog, error);
	case BY_TLS:
		return open_tls(syslog, error);
	case BY_FILE:
		return open_file(syslog, error);
	}
	return -1;
}

static void
disconnect(struct syslog *syslog)
{
	if (syslog->file >= 0)
		close(syslog->file);
	syslog->file = -1;
	curl_easy_cleanup(syslog->tls);
	syslog->tls = NULL;
}

/* ---- sending ------------------------------------------------------------------------------------------- */

/* A collector never says anything: what there is to read is the end of the connection. */
static bool
has_ended(CURL *tls, curl_socket_t socket)
{
	struct pollfd item = { .fd = socket, .events = POLLIN };
	CURLcode result;
	size_t got = 0;
	char byte;

	if (poll(&item, 1, 0) <= 0)
		return false;
	result = curl_easy_recv(tls, &byte, 1, &got);
	return result != CURLE_AGAIN && got == 0;
}

static bool
send_tls(CURL *tls, const char *bytes, size_t length)
{
	curl_socket_t socket = CURL_SOCKET_BAD;

	if (curl_easy_getinfo(tls, CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK || socket == CURL_SOCKET_BAD
	    || has_ended(tls, socket))
		return false;
	while (length > 0) {
		struct pollfd item = { .fd = socket, .events = POLLOUT };
		size_t sent = 0;
		CURLcode result = curl_easy_send(tls, bytes, length, &sent);

		if (result == CURLE_AGAIN && poll(&item, 1, (int)PATIENCE) <= 0)
			return false;
		if (result != CURLE_OK && result != CURLE_AGAIN)
			return false;
		bytes += sent;
		length -= sent;
	}
	return true;
}

/* The frame of each way: none; the length in front (RFC 5425, 4.3); a line. */
static bool
send_framed(struct syslog *syslog, const char *message, size_t length)
{
	struct buffer frame = { 0 };
	bool sent = false;

	if (syslog->way == BY_TLS)
		buffer_printf(&frame, "%zu ", length);
	buffer_append(&frame, message, length);
	if (syslog->way == BY_FILE)
		buffer_putc(&frame, '\n');
	switch (syslog->way) {
	case BY_UDP:
		sent = send(syslog->file, frame.data, frame.length, MSG_NOSIGNAL) == (ssize_t)frame.length;
		break;
	case BY_TLS:
		sent = send_tls(syslog->tls, frame.data, frame.length);
		break;
	case BY_FILE:
		sent = write(syslog->file, frame.data, frame.length) == (ssize_t)frame.length;
		break;
	}
	buffer_free(&frame);
	return sent;
}

int
syslog_send(struct syslog *syslog, const char *message, size_t length, bool *broken, struct ehds_error *error)
{
	*broken = false;
	if (connect_first(syslog, error) != 0)
		return -1;
	if (send_framed(syslog, message, length))
		return 0;
	*broken = true;
	failed(syslog, syslog->way == BY_TLS ? "the connection has ended" : strerror(errno), error);
	disconnect(syslog);
	return -1;
}

void
syslog_close(struct syslog **syslog)
{
	struct syslog *old = *syslog;

	*syslog = NULL;
	if (old == NULL)
		return;
	disconnect(old);
	free(old->host);
	free(old->port);
	free(old->path);
	free(old->ca);
	free(old->certificate);
	free(old->key);
	free(old);
}
