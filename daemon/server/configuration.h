/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What an operator can say in ehdsd.yaml. Every option stands in one table (options.c) with its type,
 * range, default and a line of help; loading, `ehdsd --help-config` and the test of the man page read that
 * table.
 */
#ifndef EHDS_SERVER_CONFIGURATION_H
#define EHDS_SERVER_CONFIGURATION_H

#include "base/error.h"
#include "wire/keys.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct texts {
	char **items;		/* owns */
	size_t count;
};

/* What a route does with a result that is not perfect. */
enum policy { POLICY_HOLD, POLICY_REFUSE, POLICY_FORWARD };

struct route_settings {
	char *name;			/* "" when it has none */
	struct texts country, category;	/* empty: any */
	struct texts to;		/* names of peers */
	long long nonconformant, unmapped;	/* enum policy */
};

enum peer_format { PEER_FHIR_JSON, PEER_FHIR_XML };

/* What may wait: 0 is no limit, or in a client's settings the limit of all. */
struct quota {
	long long documents, bytes;
};

/* A sender with a key: who it is, and what it may. */
struct client_settings {
	char *name;
	struct texts keys;		/* public, Z85 */
	struct texts rights;		/* words of the file; `may` is what they mean */
	unsigned may;			/* 1 << enum client_right */
	struct texts country, route;	/* empty: any */
	struct quota credit, waiting;
};

enum client_right { RIGHT_SUBMIT, RIGHT_FETCH, RIGHT_RECEIVE };

struct peer_settings {
	char *name;
	char *connect, *directory, *post;	/* two are "" */
	char *key;			/* public, Z85; "" without CURVE */
	char *ca, *certificate, *certificate_key;	/* files of post, "" */
	long long as;			/* enum peer_format */
	long long in_flight, acknowledge;
	long long first, most, give_up;	/* milliseconds */
};

/* Where a process kills another, for tests of recovery: `debug:` in ehdsd.yaml(5). */
enum crash_row {
	CRASH_NEVER, CRASH_SUBMIT, CRASH_JOURNAL, CRASH_RECEIPT, CRASH_DISPATCH, CRASH_CONVERT, CRASH_STORE,
	    CRASH_FORWARD,
	CRASH_ACKNOWLEDGE, CRASH_OUTCOME, CRASH_DONE, CRASH_ROW_COUNT
};

enum crash_process { CRASH_BROKER, CRASH_ENGINE, CRASH_WORKER };

/* Sizes in bytes, times in milliseconds. Immutable once loaded. */
struct configuration {
	char *file;			/* NULL: none, the defaults */
	struct texts listen;
	char *control, *state;
	struct texts mappings;
	char *conformance;
	char *metrics;			/* HOST:PORT of loopback; "" */
	char *audit_syslog, *audit_source, *audit_ca, *audit_certificate, *audit_key;	/* "" when not said */
	long long workers;		/* 0: one per core */
	long long document, depth, attributes, elements, seconds, memory;
	struct quota credit, waiting;	/* of each sender that has none of its own */
	char *secret, *allowed;		/* files of curve:, "" */
	struct curve_keys keys;
	bool curve;			/* keys are there */
	struct client_settings *clients;
	size_t client_count;
	long long keep, retention_done, retention_refused;
	long long log;			/* enum log_level */
	long long sandbox;		/* enum sandbox_need */
	long long crash_row, crash_process, crash_after;
	struct route_settings *routes;
	size_t route_count;
	struct peer_settings *peers;
	size_t peer_count;
};

/* What the environment says, for defaults; either may be NULL. */
struct environment {
	const char *state_home;		/* XDG_STATE_HOME */
	const char *home;		/* HOME */
};

/*
 * Loads file, or takes all defaults when it is NULL. Gives *out, NULL on failure. All errors are CONFIG
 * with file, line and column: those of yaml_load; config-key (unknown, with "did you mean"), config-type,
 * config-value, config-missing, config-peer, config-address,
 * config-client, config-curve; those of keys_load. The place may be in the file that curve.clients names.
 */
int
configuration_load(struct configuration **out, const char *file, const struct environment *environment,
    struct ehds_error *error);

/* Accepts NULL in *configuration. */
void
configuration_free(struct configuration **configuration);

/* The option table as text, for --help-config. */
void
configuration_help(FILE *out);

/* The client with that key, or that name; NULL. */
const struct client_settings *
configuration_client_of_key(const struct configuration *configuration, const char *key);

const struct client_settings *
configuration_client(const struct configuration *configuration, const char *name);

/* The peer's settings, or NULL. */
const struct peer_settings *
configuration_peer(const struct configuration *configuration, const char *name);

#endif
