/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The broker's life and its loop. READ FIRST; the road of a document goes through
 *
 *	1 submit	frames in, limits, identity			intake.c
 *	2 journal	on disk, then the RECEIPT			intake.c -> journal/
 *	3 dispatch	to an idle worker				conversion.c -> pool.c -> worker.c
 *	4 convert	what the worker made of it			worker.c -> convert/convert.c
 *	5 store		result and outcome in one transaction		conversion.c -> journal/
 *	6 forward	to the peers, until they acknowledge		delivery.c -> wire/forwarder.c
 *	7 outcome	to the sender					answer.c
 *
 * A crash between two rows repeats a row at the next start: conversion_step finds what is received, delivery_step
 * what is converted.
 */
#include "server/broker_internal.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/log.h"
#include "journal/audit.h"
#include "server/notify.h"
#include "server/watch.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ITEMS_MOST 8192
#define DESCRIPTORS 65536		/* open files and connections, where the system grants so many */
#define FORGET_ROUND 10000		/* milliseconds between looks at senders that have nothing under way */
#define STEP_MOST 1000			/* milliseconds that the loop sleeps at most */
#define CLOCK_JUMP 60000		/* milliseconds that the calendar's clock may be set by without a word */
#define STOP_PATIENCE 3000		/* milliseconds that a stop waits for peers */

/* ---- jobs ---------------------------------------------------------------------------------------------- */

void *
broker_job_new(struct broker *broker, size_t size,
    int (*run)(struct writer_job *, struct store *, struct ehds_error *),
    void (*done)(struct writer_job *, int, const struct ehds_error *))
{
	struct broker_job *job = must_alloc(size);

	job->broker = broker;
	job->job.run = run;
	job->job.done = done;
	return job;
}

void
broker_submit(void *job)
{
	const struct ehds_error closed = { .kind = EHDS_ERROR_TEMPORARY, .rule = "journal-closed",
	    .text = "the daemon stops" };
	struct broker_job *base = job;

	if (base->broker->writer != NULL)
		writer_submit(base->broker->writer, &base->job);
	else
		base->job.done(&base->job, -1, &closed);
}

/* ---- for tests of recovery ----------------------------------------------------------------------------- */

/* A worker with a document, rather than one without. */
static pid_t
some_worker(const struct broker *broker)
{
	pid_t pid, idle = -1;
	bool busy;

	for (size_t i = 0; (pid = pool_worker(broker->pool, i, &busy)) >= 0; i++) {
		if (pid > 0 && busy)
			return pid;
		if (pid > 0)
			idle = pid;
	}
	return idle;
}

void
broker_crash(struct broker *broker, enum crash_row row)
{
	const struct configuration *configuration = broker->configuration;
	pid_t target;

	if (configuration->crash_row != (long long)row || broker->crash_left < 0 || broker->crash_left-- > 0)
		return;
	target = configuration->crash_process == CRASH_ENGINE ? pool_engine(broker->pool)
	    : configuration->crash_process == CRASH_WORKER ? some_worker(broker) : getpid();
	log_event(LOG_LEVEL_WARNING, "debug.crash", "row=%d pid=%ld", (int)row, (long)target);
	if (target > 0)
		kill(target, SIGKILL);
}

/* ---- opening ------------------------------------------------------------------------------------------- */

static void
read_clocks(struct broker *broker)
{
	struct timespec time;

	long long now = broker->now, instant = broker->instant, jump;

	clock_gettime(CLOCK_MONOTONIC, &time);
	broker->now = (long long)time.tv_sec * 1000 + time.tv_nsec / 1000000;
	clock_gettime(CLOCK_REALTIME, &time);
	broker->instant = (long long)time.tv_sec * 1000 + time.tv_nsec / 1000000;
	jump = (broker->instant - instant) - (broker->now - now);
	if (instant != 0 && llabs(jump) > CLOCK_JUMP)
		upkeep_clock_jumped(broker, jump);
}

static int
open_journal(struct broker *broker, struct ehds_error *error)
{
	char *path = path_join(broker->configuration->state, "journal.sqlite");
	struct store *store;
	int result = store_open(&store, path, error);

	if (result == 0)
		upkeep_open(broker, store_newest(store));
	if (result == 0 && store_audit_open(store, broker->configuration->state, error) != 0) {
		store_close(&store);
		result = -1;
	}
	if (result == 0)
		result = writer_start(&broker->writer, store, error);
	free(path);
	return result;
}

/* A connection is a descriptor: as many as the system grants, so that idle ones keep nobody out. */
static void
raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= DESCRIPTORS)
		return;
	limit.rlim_cur = limit.rlim_max < DESCRIPTORS ? limit.rlim_max : DESCRIPTORS;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		log_event(LOG_LEVEL_WARNING, "daemon.descriptors", "reason=\"%s\"", strerror(errno));
}

static int
open_atna(struct broker *broker, struct ehds_error *error)
{
	const struct configuration *configuration = broker->configuration;
	const struct syslog_settings settings = { .address = configuration->audit_syslog,
	    .ca = configuration->audit_ca, .certificate = configuration->audit_certificate,
	    .key = configuration->audit_key };

	return atna_start(&broker->atna, configuration->state, configuration->audit_source, &settings, error);
}

static int
open_signals(struct broker *broker)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);	/* a limit of file size is an error of the write, as a full disk is */
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	/* Before any thread is started, so that all of them have it. */
	sigprocmask(SIG_BLOCK, &set, NULL);
	broker->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return broker->signals >= 0 ? 0 : -1;
}

/* Who may connect, and who a key is: by the configuration that is in service at that moment. */
static bool
allows(void *context, const char *key)
{
	struct broker *broker = context;
	bool allowed = configuration_client_of_key(broker->configuration, key) != NULL;

	if (!allowed)
		trail_refused(broker, key);
	return allowed;
}

static const char *
name_of(void *context, const char *key)
{
	const struct broker *broker = context;
	const struct client_settings *client = configuration_client_of_key(broker->configuration, key);

	return client != NULL ? client->name : NULL;
}

static bool
is_taken(void *context, const char *name)
{
	const struct broker *broker = context;

	return configuration_client(broker->configuration, name) != NULL;
}

static int
open_receiver(struct broker *broker, struct ehds_error *error)
{
	const struct configuration *configuration = broker->configuration;
	const struct receiver_settings settings = {
		.endpoints = (const char *const *)configuration->listen.items,
		.count = configuration->listen.count, .document = (size_t)configuration->document,
		.keys = configuration->curve ? &configuration->keys : NULL,
		.names = { name_of, is_taken, broker },
	};

	return receiver_open(&broker->receiver, broker->zmq, &settings, error);
}

static int
open_sockets(struct broker *broker, struct ehds_error *error)
{

	broker->zmq = zmq_ctx_new();
	must(broker->zmq != NULL);
	zmq_ctx_set(broker->zmq, ZMQ_MAX_SOCKETS, ITEMS_MOST);
	/* The door-keeper first: a handshake that finds none is refused. */
	if (zap_open(&broker->zap, broker->zmq, allows, broker, error) != 0
	    || control_open(broker, error) != 0 || open_receiver(broker, error) != 0)
		return -1;
	return delivery_configure(broker, broker->configuration, error);
}

static int
broker_open(struct broker *broker, struct ehds_error *error)
{
	broker->clients = clients_new();
	broker->replies = must_alloc(REPLIES * sizeof(struct reply *));
	broker->retry_engine = broker->stop_by = -1;
	broker->crash_left = broker->configuration->crash_after;
	broker->started = broker->now;
	broker->watchdog = notify_period() >= 0 ? broker->now : -1;
	umask(077);
	raise_descriptors();
	if (open_signals(broker) != 0)
		return error_set(error, EHDS_ERROR_TEMPORARY, "signals", NULL, 0, 0, "no signals: %s",
		    strerror(errno));
	if (store_lock(&broker->lock, broker->configuration->state, error) != 0)
		return -1;
	broker->pool = pool_new(broker->start->program, &conversion_events, broker);
	/* The engine loads while the journal is opened. */
	if (pool_load(broker->pool, broker->configuration, false, error) != 0)
		return -1;
	broker->metrics = metrics_new();
	if (watch_open(&broker->watch, broker->configuration->metrics, error) != 0
	    || open_journal(broker, error) != 0 || open_atna(broker, error) != 0)
		return -1;
	return open_sockets(broker, error);
}

/* The journal first: its last jobs still complete, and speak to everything else. */
static void
broker_close(struct broker *broker)
{
	broker->stop_by = broker->now;
	writer_stop(&broker->writer);
	watch_close(&broker->watch);
	atna_stop(&broker->atna);	/* behind it: the trail is whole now */
	pool_free(&broker->pool);
	delivery_close(broker);
	clients_free(&broker->clients);
	answer_close(broker);
	control_close(broker);
	receiver_close(&broker->receiver);
	zap_close(&broker->zap);
	if (broker->zmq != NULL)
		zmq_ctx_term(broker->zmq);
	configuration_free(&broker->candidate);
	configuration_free(&broker->configuration);
	metrics_free(&broker->metrics);
	free(broker->generation);
	if (broker->signals >= 0)
		close(broker->signals);
	if (broker->lock >= 0)
		close(broker->lock);
}

/* ---- reload and stop ----------------------------------------------------------------------------------- */

/* What is bound or opened once. */
static void
warn_of_restart(const struct configuration *old, const struct configuration *new)
{
	bool listen = old->listen.count != new->listen.count;

	for (size_t i = 0; !listen && i < old->listen.count; i++)
		listen = strcmp(old->listen.items[i], new->listen.items[i]) != 0;
	if (listen || strcmp(old->control, new->control) != 0 || strcmp(old->state, new->state) != 0
	    || old->curve != new->curve || strcmp(old->keys.secret, new->keys.secret) != 0)
		log_event(LOG_LEVEL_WARNING, "reload.restart",
		    "text=\"changes of listen, control, state and curve.secret need a restart\"");
}

int
broker_reload(struct broker *broker, struct ehds_error *error)
{
	struct ehds_error overtaken = { .kind = EHDS_ERROR_TEMPORARY, .rule = "reload",
	    .text = "a later reload has taken the place of this one" };
	struct configuration *candidate;
	char text[1024];

	if (broker->candidate != NULL)
		control_reloaded(broker, &overtaken);
	log_event(LOG_LEVEL_INFO, "reload.start", "file=%s", broker->start->file != NULL
	    ? broker->start->file : "-");
	if (configuration_load(&candidate, broker->start->file, &broker->start->environment, error) != 0
	    || pool_load(broker->pool, candidate, true, error) != 0) {
		configuration_free(&candidate);
		log_event(LOG_LEVEL_ERROR, "reload.failed", "%s", error_format(error, text, sizeof(text)));
		return -1;
	}
	warn_of_restart(broker->configuration, candidate);
	configuration_free(&broker->candidate);
	broker->candidate = candidate;
	return 0;
}

void
broker_stop(struct broker *broker)
{
	if (broker->stop_by >= 0)
		return;
	notify_say("STOPPING=1");
	log_event(LOG_LEVEL_INFO, "daemon.stopping", "in-work=%zu in-flight=%zu", pool_busy(broker->pool),
	    delivery_in_flight(broker));
	broker->stop_by = broker->now + broker->configuration->seconds + STOP_PATIENCE;
}

static void
handle_signals(struct broker *broker)
{
	struct signalfd_siginfo information;
	struct ehds_error error = { 0 };

	while (read(broker->signals, &information, sizeof(information)) == (ssize_t)sizeof(information)) {
		if (information.ssi_signo == SIGHUP)
			broker_reload(broker, &error);
		else
			broker_stop(broker);
	}
}

/*
 * A stop waits for conversions, for the disk, and for a while for peers. What is not finished is in the
 * journal.
 */
static bool
may_end(struct broker *broker)
{
	bool idle = pool_busy(broker->pool) == 0 && writer_pending(broker->writer) == 0;
	bool patient = broker->stop_by - broker->now > broker->configuration->seconds;

	if (broker->stop_by < 0)
		return false;
	return broker->stop_by <= broker->now || (idle && (delivery_in_flight(broker) == 0 || !patient));
}

/* ---- what happens by the clock ------------------------------------------------------------------------- */

static void
run_clocks(struct broker *broker)
{
	struct ehds_error error = { 0 };

	if (broker->watchdog >= 0 && broker->watchdog <= broker->now) {
		notify_say("WATCHDOG=1");
		broker->watchdog = broker->now + notify_period();
	}
	upkeep_step(broker);
	gauge_step(broker);
	if (broker->queue.forget <= broker->now) {
		broker->queue.forget = broker->now + FORGET_ROUND;
		clients_forget(broker->clients);
	}
	if (broker->retry_engine < 0 || broker->retry_engine > broker->now || broker->stop_by >= 0
	    || pool_loading(broker->pool))
		return;
	broker->retry_engine = -1;
	if (pool_load(broker->pool, broker->configuration, false, &error) != 0) {
		log_event(LOG_LEVEL_ERROR, "engine.failed", "text=\"%s\"", error.text);
		broker->retry_engine = broker->now + 1000;
	}
}

/* ---- the loop ------------------------------------------------------------------------------------------ */

static size_t
gather_items(struct broker *broker, zmq_pollitem_t *items)
{
	size_t count = 0;

	items[count++] = (zmq_pollitem_t){ .fd = broker->signals, .events = ZMQ_POLLIN };
	items[count++] = (zmq_pollitem_t){ .fd = writer_fd(broker->writer), .events = ZMQ_POLLIN };
	items[count++] = (zmq_pollitem_t){ .socket = control_socket(broker), .events = ZMQ_POLLIN };
	items[count++] = (zmq_pollitem_t){ .socket = zap_socket(broker->zap), .events = ZMQ_POLLIN };
	items[count++] = (zmq_pollitem_t){ .socket = zap_barrier(broker->zap), .events = ZMQ_POLLIN };
	items[count++] = (zmq_pollitem_t){ .socket = receiver_monitor(broker->receiver),
	    .events = ZMQ_POLLIN };
	if (intake_open(broker))
		items[count++] = (zmq_pollitem_t){ .socket = receiver_socket(broker->receiver),
		    .events = ZMQ_POLLIN };
	for (size_t i = 0; i < broker->peer_count; i++) {
		const struct forwarder *forwarder = broker->peers[i]->forwarder;

		items[count++] = (zmq_pollitem_t){ .socket = forwarder_socket(forwarder),
		    .events = ZMQ_POLLIN };
		items[count++] = (zmq_pollitem_t){ .socket = forwarder_monitor(forwarder),
		    .events = ZMQ_POLLIN };
	}
	return count + pool_items(broker->pool, items + count);
}

static long
timeout(const struct broker *broker)
{
	const long long instants[] = { pool_deadline(broker->pool), delivery_deadline(broker), broker->upkeep.next, broker->watch != NULL ? broker->gauge.next : -1,
	    broker->watchdog,
	    pool_loading(broker->pool) ? -1 : broker->retry_engine };
	long long wait = broker->stop_by >= 0 ? 50 : STEP_MOST;

	for (size_t i = 0; i < sizeof(instants) / sizeof(instants[0]); i++)
		if (instants[i] >= 0 && instants[i] - broker->now < wait)
			wait = instants[i] - broker->now;
	return wait > 0 ? (long)wait : 0;
}

static void
serve(struct broker *broker)
{
	zmq_pollitem_t *items = must_alloc(ITEMS_MOST * sizeof(*items));

	while (!broker->ended && !may_end(broker)) {
		size_t count = gather_items(broker, items);

		must(count < ITEMS_MOST);
		if (zmq_poll(items, (int)count, timeout(broker)) < 0 && errno != EINTR)
			break;
		read_clocks(broker);
		handle_signals(broker);
		writer_complete(broker->writer);
		pool_step(broker->pool, broker->now);
		delivery_step(broker);
		zap_step(broker->zap);
		receiver_watch(broker->receiver);
		intake_step(broker);
		conversion_step(broker);
		control_step(broker);
		run_clocks(broker);
	}
	free(items);
}

static int
say_error(const struct ehds_error *error)
{
	char text[1024];

	log_event(LOG_LEVEL_ERROR, "daemon.failed", "%s", error_format(error, text, sizeof(text)));
	return error->kind == EHDS_ERROR_TEMPORARY ? EXIT_FAILURE : 2;
}

int
broker_run(const struct broker_start *start)
{
	struct broker *broker = must_alloc(sizeof(*broker));
	struct ehds_error error = { 0 };
	int status;

	broker->start = start;
	broker->lock = broker->signals = -1;
	read_clocks(broker);
	if (configuration_load(&broker->configuration, start->file, &start->environment, &error) != 0) {
		status = say_error(&error);
		free(broker);
		return status;
	}
	log_open("ehdsd", (enum log_level)broker->configuration->log);
	if (broker_open(broker, &error) == 0) {
		log_event(LOG_LEVEL_INFO, "daemon.start", "version=%s pid=%ld state=%s", PACKAGE_VERSION,
		    (long)getpid(), broker->configuration->state);
		trail_say(broker, 0, "start", "ehdsd", PACKAGE_VERSION);
		serve(broker);
		trail_say(broker, 0, "stop", "ehdsd", "");
		log_event(LOG_LEVEL_INFO, "daemon.end", "status=%d", broker->status);
	} else {
		broker->status = say_error(&error);
	}
	broker_close(broker);
	status = broker->status;
	free(broker);
	return status;
}
