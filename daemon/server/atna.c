/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See atna.h. A message that the collector did not take is sent again until it does; after a connection that
 * broke, the last messages before it are sent once more, because TLS does not say what arrived: a collector may
 * hear a line twice, never not at all. UDP promises nothing, and neither can this.
 */
#include "server/atna.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/log.h"
#include "journal/audit.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SENT_FILE "audit.sent"	/* number of the last line that was sent */
#define LOOK 200		/* milliseconds between two looks at the file */
#define AGAIN 2000		/* milliseconds after a message that was not taken */
#define BATCH 256		/* lines after which the place is written down */
#define RESENT 64		/* lines that are sent again after a break */

struct atna {
	struct syslog *syslog;
	char *trail, *sent_file, *source;	/* own */
	FILE *file;				/* NULL: not open */
	long long sent, written;		/* last line that went out; of that, what is written down */
	bool troubled;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stopping;				/* under lock */
};

/* ---- where it has come to ------------------------------------------------------------------------------ */

static void
read_place(struct atna *atna)
{
	struct buffer text = { 0 };

	if (file_exists(atna->sent_file) && file_read(&text, atna->sent_file, 64, NULL) == 0 && text.data != NULL)
		atna->sent = atna->written = strtoll(text.data, NULL, 10);
	buffer_free(&text);
}

static void
write_place(struct atna *atna)
{
	char text[32];

	if (atna->sent == atna->written)
		return;
	snprintf(text, sizeof(text), "%lld\n", atna->sent);
	if (file_write(atna->sent_file, text, strlen(text), 0600, NULL) == 0)
		atna->written = atna->sent;
}

/* ---- lines --------------------------------------------------------------------------------------------- */

static void
say_trouble(struct atna *atna, const struct ehds_error *error)
{
	if (!atna->troubled)
		log_event(LOG_LEVEL_ERROR, "audit.unsent", "text=\"%s\"", error->text);
	atna->troubled = true;
}

/* Sends one line: 1, 0 when it has been sent before or is none, -1 when it could not be. */
static int
send_line(struct atna *atna, const char *text, size_t length)
{
	struct arena *arena = arena_new(1 << 16);
	struct buffer message = { 0 };
	struct ehds_error error = { 0 };
	const struct json *line;
	long long number = 0;
	bool broken = false;
	int result = 0;

	if (json_parse(&line, text, length, "audit", &json_limits_default, arena, NULL) == 0
	    && json_get(line, "line") != NULL && json_get(line, "line")->text != NULL)
		number = strtoll(json_get(line, "line")->text, NULL, 10);
	if (number > atna->sent) {
		atna_message(&message, line, atna->source);
		result = syslog_send(atna->syslog, message.data, message.length, &broken, &error) == 0 ? 1 : -1;
	}
	if (result > 0) {
		if (atna->troubled)
			log_event(LOG_LEVEL_INFO, "audit.sends", "text=\"the collector takes messages again\"");
		atna->troubled = false;
		atna->sent = number;
	} else if (result < 0) {
		say_trouble(atna, &error);
		if (broken)
			atna->sent = atna->sent > RESENT ? atna->sent - RESENT : 0;
	}
	buffer_free(&message);
	arena_free(&arena);
	return result;
}

/* The file that has the trail's name now: the next one when ours was renamed and read to its end. */
static bool
follow(struct atna *atna)
{
	struct stat ours, theirs;

	if (atna->file != NULL && (stat(atna->trail, &theirs) != 0 || (fstat(fileno(atna->file), &ours) == 0
	    && ours.st_ino == theirs.st_ino && ours.st_dev == theirs.st_dev)))
		return true;
	if (atna->file != NULL)
		fclose(atna->file);
	atna->file = fopen(atna->trail, "re");
	return atna->file != NULL;
}

/* Sends what the file has. False when a line could not be sent: it is read again. */
static bool
send_lines(struct atna *atna)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	long at = ftell(atna->file);
	bool well = true;

	clearerr(atna->file);
	while (well && (length = getline(&line, &size, atna->file)) > 0) {
		/* Not written to its end yet. */
		if (line[length - 1] != '\n')
			break;
		well = send_line(atna, line, (size_t)length - 1) >= 0;
		if (well)
			at = ftell(atna->file);
		if (atna->sent >= atna->written + BATCH)
			write_place(atna);
	}
	free(line);
	/* After a break from its beginning: lines that were sent are passed over by their number. */
	fseek(atna->file, well ? at : 0, SEEK_SET);
	write_place(atna);
	return well;
}

/* ---- the thread ---------------------------------------------------------------------------------------- */

static bool
wait_for(struct atna *atna, long milliseconds)
{
	struct timespec until;
	bool stopping;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += milliseconds / 1000;
	until.tv_nsec += milliseconds % 1000 * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_mutex_lock(&atna->lock);
	if (!atna->stopping)
		pthread_cond_timedwait(&atna->wake, &atna->lock, &until);
	stopping = atna->stopping;
	pthread_mutex_unlock(&atna->lock);
	return !stopping;
}

static void *
atna_main(void *context)
{
	struct atna *atna = context;
	bool well = true;

	while (wait_for(atna, well ? LOOK : AGAIN)) {
		/* Twice, so that what was written before a rename is read before the next file is. */
		well = atna->file == NULL || send_lines(atna);
		if (well && follow(atna))
			well = send_lines(atna);
	}
	if (well && (atna->file != NULL || follow(atna)))
		send_lines(atna);
	return NULL;
}

int
atna_start(struct atna **out, const char *folder, const char *source, const struct syslog_settings *settings,
    struct ehds_error *error)
{
	struct atna *atna = must_alloc(sizeof(*atna));
	pthread_condattr_t attributes;
	char host[256] = "";

	*out = NULL;
	if (settings->address[0] == '\0' || syslog_open(&atna->syslog, settings, error) != 0) {
		free(atna);
		return settings->address[0] == '\0' ? 0 : -1;
	}
	gethostname(host, sizeof(host) - 1);
	atna->source = must_strdup(source[0] != '\0' ? source : host[0] != '\0' ? host : "-");
	/* RFC 5424, HOSTNAME: visible characters without spaces. */
	for (char *at = atna->source; *at != '\0'; at++)
		if (*at <= ' ' || *at > '~')
			*at = '-';
	atna->trail = path_join(folder, AUDIT_FILE);
	atna->sent_file = path_join(folder, SENT_FILE);
	read_place(atna);
	must(pthread_condattr_init(&attributes) == 0
	    && pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
	must(pthread_mutex_init(&atna->lock, NULL) == 0 && pthread_cond_init(&atna->wake, &attributes) == 0);
	pthread_condattr_destroy(&attributes);
	if (pthread_create(&atna->thread, NULL, atna_main, atna) != 0) {
		syslog_close(&atna->syslog);
		return error_set(error, EHDS_ERROR_TEMPORARY, "audit-thread", NULL, 0, 0,
		    "cannot start the thread that sends the audit trail");
	}
	*out = atna;
	return 0;
}

void
atna_stop(struct atna **atna)
{
	struct atna *old = *atna;

	*atna = NULL;
	if (old == NULL)
		return;
	pthread_mutex_lock(&old->lock);
	old->stopping = true;
	pthread_cond_signal(&old->wake);
	pthread_mutex_unlock(&old->lock);
	pthread_join(old->thread, NULL);
	pthread_mutex_destroy(&old->lock);
	pthread_cond_destroy(&old->wake);
	if (old->file != NULL)
		fclose(old->file);
	syslog_close(&old->syslog);
	free(old->source);
	free(old->trail);
	free(old->sent_file);
	free(old);
}
