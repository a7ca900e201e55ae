/* SPDX-License-Identifier: EUPL-1.2 */
/* See engine.h. */
#include "server/engine.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "conform/gate.h"
#include "convert/cases.h"
#include "format/xml.h"
#include "mapping/mapping.h"
#include "mapping/stylesheet.h"
#include "server/channel.h"
#include "server/sandbox.h"
#include "server/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SLOTS 512		/* the most workers that the configuration allows */
#define FOLDERS 64
#define LINT_LINES 50		/* mistakes in mappings that are logged one by one */

extern char **environ;

/*
 * What an engine is told, as words NAME=NUMBER; folders stand behind as mappings=PATH and conformance=PATH.
 */
struct engine_settings {
	long long parent, generation, test, log, sandbox, document, depth, attributes, elements, seconds, memory;
	const char *mappings[FOLDERS];
	size_t mapping_count;
	const char *conformance;
};

static const struct { const char *name; size_t offset; } numbers[] = {
	{ "parent", offsetof(struct engine_settings, parent) },
	{ "generation", offsetof(struct engine_settings, generation) },
	{ "test", offsetof(struct engine_settings, test) },
	{ "log", offsetof(struct engine_settings, log) },
	{ "sandbox", offsetof(struct engine_settings, sandbox) },
	{ "document", offsetof(struct engine_settings, document) },
	{ "depth", offsetof(struct engine_settings, depth) },
	{ "attributes", offsetof(struct engine_settings, attributes) },
	{ "elements", offsetof(struct engine_settings, elements) },
	{ "seconds", offsetof(struct engine_settings, seconds) },
	{ "memory", offsetof(struct engine_settings, memory) },
};

#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

/* ---- the broker's side --------------------------------------------------------------------------------- */

static char **
make_arguments(const struct configuration *configuration, int generation, bool test)
{
	const struct engine_settings settings = {
		.parent = getpid(), .generation = generation, .test = test, .log = configuration->log,
		.sandbox = configuration->sandbox,
		.document = configuration->document, .depth = configuration->depth,
		.attributes = configuration->attributes,
		.elements = configuration->elements, .seconds = (configuration->seconds + 999) / 1000,
		.memory = configuration->memory,
	};
	char **words = must_alloc((NUMBERS + configuration->mappings.count + 4) * sizeof(*words));
	size_t count = 0;

	words[count++] = must_strdup("ehdsd");
	words[count++] = must_strdup(ENGINE_OPTION);
	for (size_t i = 0; i < NUMBERS; i++)
		words[count++] = must_printf("%s=%lld", numbers[i].name,
		    *(const long long *)((const char *)&settings + numbers[i].offset));
	for (size_t i = 0; i < configuration->mappings.count; i++)
		words[count++] = must_printf("mappings=%s", configuration->mappings.items[i]);
	words[count] = must_printf("conformance=%s", configuration->conformance);
	return words;
}

static int
spawn(pid_t *pid, const char *program, int fd, char **arguments)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int result;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_adddup2(&actions, fd, ENGINE_DESCRIPTOR);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	result = posix_spawn(pid, program, &actions, &attributes, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return result;
}

int
engine_start(int *fd, pid_t *pid, const char *program, const struct configuration *configuration,
    int generation, bool test, struct ehds_error *error)
{
	char **arguments;
	int pair[2], result;

	*fd = -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return error_set(error, EHDS_ERROR_TEMPORARY, "engine-start", NULL, 0, 0,
		    "no socket for the engine: %s", strerror(errno));
	arguments = make_arguments(configuration, generation, test);
	result = spawn(pid, program, pair[1], arguments);
	for (size_t i = 0; arguments[i] != NULL; i++)
		free(arguments[i]);
	free(arguments);
	close(pair[1]);
	if (result != 0) {
		close(pair[0]);
		return error_set(error, EHDS_ERROR_TEMPORARY, "engine-start", program, 0, 0,
		    "cannot start the engine: %s", strerror(result));
	}
	*fd = pair[0];
	return 0;
}

/* ---- the engine's side --------------------------------------------------------------------------------- */

struct engine {
	struct engine_settings settings;
	struct worker_settings worker;
	struct mappings *mappings;		/* owns */
	struct conformance *conformance;	/* owns */
	pid_t slots[SLOTS];			/* 0: empty */
};

static void
read_arguments(struct engine_settings *out, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		const char *value = strchr(argv[i], '=');

		must(value != NULL);
		if (text_starts_with(argv[i], "mappings=") && out->mapping_count < FOLDERS)
			out->mappings[out->mapping_count++] = value + 1;
		else if (text_starts_with(argv[i], "conformance="))
			out->conformance = value + 1;
		for (size_t n = 0; n < NUMBERS; n++)
			if (strncmp(numbers[n].name, argv[i], (size_t)(value - argv[i])) == 0
			    && numbers[n].name[value - argv[i]] == '\0')
				*(long long *)((char *)out + numbers[n].offset) = strtoll(value + 1, NULL,
				    10);
	}
}

static void
log_lint(const struct ehds_findings *lint)
{
	const struct ehds_finding *finding;
	int lines = 0;

	for (finding = lint->first; finding != NULL && lines < LINT_LINES; finding = finding->next) {
		if (finding->severity != EHDS_SEVERITY_ERROR)
			continue;
		lines++;
		log_event(LOG_LEVEL_ERROR, "mappings.lint",
		    "place=%s:%d:%d rule=%s text=\"%s\" found=\"%s\" expected=\"%s\"", finding->file != NULL
		    ? finding->file : "-", finding->line, finding->column, finding->rule, finding->text,
		    finding->found != NULL ? finding->found : "", finding->expected != NULL
		    ? finding->expected : "");
	}
}

static int
load(struct engine *engine, struct ehds_error *error)
{
	struct engine_settings *settings = &engine->settings;
	struct arena *arena = arena_new(0);
	struct ehds_findings lint = findings_new(arena);
	bool facts = settings->conformance != NULL && folder_exists(settings->conformance);
	struct sandbox_grants grants;
	int result;

	/* Here, so that a start says it, and not each worker. */
	sandbox_ask(&grants);
	if (sandbox_suffices(&grants, (enum sandbox_need)settings->sandbox, error) != 0)
		return -1;
	xml_open();
	stylesheet_open();
	result = mappings_load(&engine->mappings, settings->mappings, settings->mapping_count, &lint, error);
	if (result != 0)
		log_lint(&lint);
	arena_free(&arena);
	if (result == 0)
		result = conformance_load(&engine->conformance, facts ? settings->conformance : NULL, error);
	if (result != 0)
		return -1;
	engine->worker = (struct worker_settings){
		.converter = { .mappings = engine->mappings, .conformance = engine->conformance,
		    .limits = xml_limits_default },
		.generation = mappings_hash(engine->mappings), .document = (size_t)settings->document,
		.memory = (size_t)settings->memory, .sandbox = (enum sandbox_need)settings->sandbox,
		.seconds = (unsigned)settings->seconds,
	};
	engine->worker.converter.limits.bytes = (size_t)settings->document;
	engine->worker.converter.limits.depth = (unsigned)settings->depth;
	engine->worker.converter.limits.attributes = (unsigned)settings->attributes;
	engine->worker.converter.limits.elements = (unsigned)settings->elements;
	return 0;
}

/* The first case that failed; what failed in the others is in the log. */
static void
hear_case(void *user, const struct case_result *result)
{
	const struct ehds_finding *failure = result->failures->first;
	struct ehds_error *error = user;

	if (failure == NULL)
		return;
	log_event(LOG_LEVEL_ERROR, "mappings.case", "place=%s:%d rule=%s text=\"%s\"", result->test->file,
	    failure->line, failure->rule, failure->text);
	if (error->kind == EHDS_ERROR_NONE)
		error_set(error, EHDS_ERROR_MAPPING, failure->rule, result->test->file, failure->line,
		    failure->column,
		    "the case '%s' fails: %s", result->test->title, failure->text);
}

/* What the cases brought, on its way from the process that ran them. */
struct verdict {
	struct case_count count;
	struct ehds_error error;
};

/* The child: the cases cost a core, and documents are converted meanwhile, so they come last. */
static _Noreturn void
run_cases(const struct engine *engine, int descriptor)
{
	struct verdict verdict = { .count = { 0 } };

	setpriority(PRIO_PROCESS, 0, 19);
	verdict.count = cases_run(&engine->worker.converter, NULL, hear_case, &verdict.error);
	_exit(write(descriptor, &verdict, sizeof(verdict)) == (ssize_t)sizeof(verdict) ? EXIT_SUCCESS
	    : EXIT_FAILURE);
}

static int
no_verdict(struct ehds_error *error, const char *why)
{
	return error_set(error, EHDS_ERROR_MAPPING, "cases", NULL, 0, 0,
	    "the cases of the packs were not run to their end: %s", why);
}

/*
 * A generation that would replace one in service must prove itself on the cases that stand beside its
 * packs. They run in a process of their own: what crashes or fills the memory is not what workers are forked
 * from.
 */
static int
test(const struct engine *engine, struct ehds_error *error)
{
	struct verdict verdict;
	ssize_t got;
	int ends[2];
	pid_t pid;

	if (!engine->settings.test)
		return 0;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return no_verdict(error, strerror(errno));
	pid = fork();
	if (pid == 0)
		run_cases(engine, ends[1]);
	close(ends[1]);
	do
		got = read(ends[0], &verdict, sizeof(verdict));
	while (got < 0 && errno == EINTR);
	close(ends[0]);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	/* It is one write below the size that a pipe takes at once, so it is there as a whole or not at all. */
	if (got != (ssize_t)sizeof(verdict))
		return no_verdict(error, "their process ended");
	log_event(LOG_LEVEL_INFO, "mappings.cases", "passed=%zu failed=%zu", verdict.count.passed,
	    verdict.count.failed);
	if (verdict.count.failed == 0)
		return 0;
	*error = verdict.error;
	return -1;
}

/* The child: nothing of the engine's but the memory. */
static _Noreturn void
become_worker(const struct engine *engine, int descriptor, pid_t parent)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_NAME, "ehdsd-worker", 0, 0, 0);
	if (dup2(descriptor, ENGINE_DESCRIPTOR) < 0 || sandbox_die_with(parent) != 0)
		_exit(EXIT_FAILURE);
	close_range(ENGINE_DESCRIPTOR + 1, ~0U, 0);
	_exit(worker_main(ENGINE_DESCRIPTOR, &engine->worker));
}

static int
fork_worker(struct engine *engine, int slot, int descriptor)
{
	struct engine_message answer = { .verb = ENGINE_FORKED, .slot = slot };
	pid_t parent = getpid(), pid;

	if (slot < 0 || slot >= SLOTS || descriptor < 0 || engine->slots[slot] != 0)
		return -1;
	pid = fork();
	if (pid == 0)
		become_worker(engine, descriptor, parent);
	close(descriptor);
	if (pid < 0) {
		/* The broker sees the end of the socket and asks again. */
		log_event(LOG_LEVEL_ERROR, "engine.fork", "text=\"%s\"", strerror(errno));
		answer = (struct engine_message){ .verb = ENGINE_ENDED, .slot = slot, .status = -1 };
		return engine_send(ENGINE_DESCRIPTOR, &answer, -1);
	}
	engine->slots[slot] = pid;
	answer.pid = pid;
	return engine_send(ENGINE_DESCRIPTOR, &answer, -1);
}

/* The broker has gone, or wants this generation to end: -1. */
static int
handle_message(struct engine *engine)
{
	struct engine_message message;
	int descriptor, got;

	while ((got = engine_receive(ENGINE_DESCRIPTOR, &message, &descriptor, false)) > 0) {
		if (message.verb == ENGINE_FORK && fork_worker(engine, message.slot, descriptor) != 0)
			return -1;
		if (message.verb == ENGINE_KILL && message.slot >= 0 && message.slot < SLOTS
		    && engine->slots[message.slot] > 0)
			kill(engine->slots[message.slot], SIGKILL);
	}
	return got;
}

static int
handle_children(struct engine *engine, int signals)
{
	struct signalfd_siginfo information;
	int status;
	pid_t pid;

	while (read(signals, &information, sizeof(information)) > 0)
		continue;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (int i = 0; i < SLOTS; i++) {
			struct engine_message message = { .verb = ENGINE_ENDED, .slot = i, .status = status,
			    .pid = pid };

			if (engine->slots[i] != pid)
				continue;
			engine->slots[i] = 0;
			if (engine_send(ENGINE_DESCRIPTOR, &message, -1) != 0)
				return -1;
		}
	}
	return 0;
}

static int
serve(struct engine *engine)
{
	struct pollfd items[2] = { { .fd = ENGINE_DESCRIPTOR, .events = POLLIN },
	    { .fd = -1, .events = POLLIN } };
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	items[1].fd = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	must(items[1].fd >= 0);
	for (;;) {
		if (poll(items, 2, -1) < 0 && errno != EINTR)
			return EXIT_FAILURE;
		/* Children first: a slot must be empty before it is filled again. */
		if (handle_children(engine, items[1].fd) != 0 || handle_message(engine) != 0)
			return EXIT_SUCCESS;
	}
}

int
engine_main(int argc, char **argv)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	struct engine *engine = must_alloc(sizeof(*engine));
	struct engine_message message = { .verb = ENGINE_FAILED };
	int result;

	/*
	 * A terminal's ^C and systemd speak to all processes: only the broker listens. Workers inherit
	 * this.
	 */
	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	close_range(ENGINE_DESCRIPTOR + 1, ~0U, 0);
	fcntl(ENGINE_DESCRIPTOR, F_SETFD, FD_CLOEXEC);
	read_arguments(&engine->settings, argc, argv);
	log_open("ehdsd-engine", (enum log_level)engine->settings.log);
	prctl(PR_SET_NAME, "ehdsd-engine", 0, 0, 0);
	if (sandbox_die_with((pid_t)engine->settings.parent) != 0) {
		free(engine);	/* the broker has gone already */
		return EXIT_FAILURE;
	}
	if (load(engine, &message.error) == 0 && test(engine, &message.error) == 0) {
		message.verb = ENGINE_READY;
		snprintf(message.text, sizeof(message.text), "%s", engine->worker.generation);
	}
	result = engine_send(ENGINE_DESCRIPTOR, &message, -1);
	if (result == 0 && message.verb == ENGINE_READY)
		result = serve(engine);
	conformance_free(&engine->conformance);
	mappings_free(&engine->mappings);
	free(engine);
	return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
