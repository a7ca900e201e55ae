/* SPDX-License-Identifier: EUPL-1.2 */
/* See channel.h. */
#include "server/channel.h"

#include "base/alloc.h"
#include "base/text.h"
#include "convert/convert.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* ---- engine and broker --------------------------------------------------------------------------------- */

int
engine_send(int fd, const struct engine_message *message, int descriptor)
{
	union { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } control = { .bytes = { 0 } };
	struct iovec data = { .iov_base = (void *)(uintptr_t)message, .iov_len = sizeof(*message) };
	struct msghdr header = { .msg_iov = &data, .msg_iovlen = 1 };
	ssize_t sent;

	if (descriptor >= 0) {
		header.msg_control = control.bytes;
		header.msg_controllen = sizeof(control.bytes);
		*CMSG_FIRSTHDR(&header) = (struct cmsghdr){ .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
		    .cmsg_len = CMSG_LEN(sizeof(int)) };
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&header)), &descriptor, sizeof(descriptor));
	}
	do
		sent = sendmsg(fd, &header, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)sizeof(*message) ? 0 : -1;
}

int
engine_receive(int fd, struct engine_message *message, int *descriptor, bool wait)
{
	union { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } control;
	struct iovec data = { .iov_base = message, .iov_len = sizeof(*message) };
	struct msghdr header = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes,
	    .msg_controllen = sizeof(control.bytes) };
	struct cmsghdr *item;
	ssize_t got;

	*descriptor = -1;
	do
		got = recvmsg(fd, &header, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
	while (got < 0 && errno == EINTR);
	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	if (got != (ssize_t)sizeof(*message))
		return -1;
	item = CMSG_FIRSTHDR(&header);
	if (item != NULL && item->cmsg_level == SOL_SOCKET && item->cmsg_type == SCM_RIGHTS)
		memcpy(descriptor, CMSG_DATA(item), sizeof(*descriptor));
	message->text[sizeof(message->text) - 1] = '\0';
	return 1;
}

/* ---- worker -------------------------------------------------------------------------------------------- */

int
channel_read(int fd, void *out, size_t length)
{
	char *at = out;

	while (length > 0) {
		ssize_t got = read(fd, at, length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return -1;
		at += got;
		length -= (size_t)got;
	}
	return 0;
}

int
channel_write(int fd, const void *bytes, size_t length)
{
	const char *at = bytes;

	while (length > 0) {
		ssize_t done = send(fd, at, length, MSG_NOSIGNAL);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return -1;
		at += done;
		length -= (size_t)done;
	}
	return 0;
}

/* ---- broker -------------------------------------------------------------------------------------------- */

void
channel_start(struct channel *channel, const struct job_head *job, const char *body)
{
	must(channel->read == 0);
	channel->job = *job;
	channel->body = body;
	channel->written = 0;
}

int
channel_flush(struct channel *channel)
{
	const size_t head = sizeof(channel->job), all = head + channel->job.length;

	while (channel->body != NULL && channel->written < all) {
		size_t done = channel->written, in_body = done > head ? done - head : 0;
		struct iovec data[2] = {
			{ (char *)&channel->job + (done < head ? done : head), done < head
			    ? head - done : 0 },
			{ (char *)(uintptr_t)channel->body + in_body, channel->job.length - in_body },
		};
		struct msghdr header = { .msg_iov = data, .msg_iovlen = 2 };
		ssize_t sent = sendmsg(channel->fd, &header, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
		channel->written += (size_t)sent;
	}
	channel->body = NULL;
	return 1;
}

static bool
is_string(const char *text, size_t size)
{
	size_t length = strnlen(text, size);

	return length < size && text_valid_utf8(text, length) == length;
}

/* Whether a worker of ours would say this about this job. */
static bool
is_plausible(const struct channel *channel)
{
	const struct result_head *head = &channel->result;
	uint64_t total = 0;

	for (int i = 0; i < RESULT_PARTS; i++) {
		if (head->lengths[i] > channel->most)
			return false;
		total += head->lengths[i];
	}
	return head->magic == CHANNEL_MAGIC && head->document == channel->job.document
	    && total <= channel->most
	    && head->lengths[RESULT_OUTCOME] > 0 && head->state <= CONVERT_REFUSED
	    && head->kind <= EHDS_ERROR_CONFIG
	    && is_string(head->pack, sizeof(head->pack)) && is_string(head->country, sizeof(head->country))
	    && is_string(head->category, sizeof(head->category))
	    && is_string(head->profile, sizeof(head->profile))
	    && is_string(head->generation, sizeof(head->generation))
	    && is_string(head->tables, sizeof(head->tables))
	    && is_string(head->patient, sizeof(head->patient))
	    && is_string(head->why, sizeof(head->why));
}

static bool
make_room(struct channel *channel)
{
	for (int i = 0; i < RESULT_PARTS; i++) {
		if (channel->result.lengths[i] == 0)
			continue;
		channel->parts[i] = malloc(channel->result.lengths[i]);
		if (channel->parts[i] == NULL)
			return false;
	}
	return true;
}

/* Where the next bytes go; *length 0 when all are there. */
static char *
next_place(struct channel *channel, size_t *length)
{
	size_t start = sizeof(channel->result);

	if (channel->read < start) {
		*length = start - channel->read;
		return (char *)&channel->result + channel->read;
	}
	for (int i = 0; i < RESULT_PARTS; i++) {
		size_t in_part = channel->read - start;

		if (in_part < channel->result.lengths[i]) {
			*length = channel->result.lengths[i] - in_part;
			return channel->parts[i] + in_part;
		}
		start += channel->result.lengths[i];
	}
	*length = 0;
	return NULL;
}

int
channel_collect(struct channel *channel)
{
	for (;;) {
		size_t length;
		char *place = next_place(channel, &length);
		ssize_t got;

		if (length == 0)
			return 1;
		got = recv(channel->fd, place, length, MSG_DONTWAIT);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return 0;
		if (got <= 0)
			return -1;
		channel->read += (size_t)got;
		if (channel->read == sizeof(channel->result)
		    && (!is_plausible(channel) || !make_room(channel)))
			return -1;
	}
}

void
channel_reset(struct channel *channel)
{
	for (int i = 0; i < RESULT_PARTS; i++) {
		free(channel->parts[i]);
		channel->parts[i] = NULL;
	}
	memset(&channel->result, 0, sizeof(channel->result));
	channel->read = 0;
	channel->written = 0;
	channel->body = NULL;
}

void
channel_close(struct channel *channel)
{
	if (channel->fd >= 0)
		close(channel->fd);
	channel->fd = -1;
	channel_reset(channel);
}
