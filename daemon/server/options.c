/* SPDX-License-Identifier: EUPL-1.2 */
/* The one table of options. ehdsd.yaml(5) says more of each; a test holds the two against each other. */
#include "server/options.h"

#include "base/alloc.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define KIB (1LL << 10)
#define MIB (1LL << 20)
#define GIB (1LL << 30)
#define SECOND 1000LL
#define DAY (86400 * SECOND)

#define TOP(field) offsetof(struct configuration, field)
#define ROUTE(field) offsetof(struct route_settings, field)
#define PEER(field) offsetof(struct peer_settings, field)
#define CLIENT(field) offsetof(struct client_settings, field)

/* In the order of enum log_level, enum sandbox_need, enum policy, enum peer_format, enum crash_row, enum crash_process. */
static const char *const levels[] = { "error", "warning", "info", "debug", NULL };
static const char *const sandboxes[] = { "required", "strict", "best-effort", NULL };
static const char *const policies[] = { "hold", "refuse", "forward-with-warning", NULL };
static const char *const formats[] = { "fhir-json", "fhir-xml", NULL };
static const char *const rows[] = { "never", "submit", "journal", "receipt", "dispatch", "convert", "store",
	"forward", "acknowledge", "outcome", "done", NULL };
static const char *const processes[] = { "broker", "engine", "worker", NULL };

const struct option options[] = {
	{ "listen", OPTION_TEXTS, TOP(listen), "tcp://127.0.0.1:7411", 0, 0, NULL,
	    "address, or list of addresses, for senders: tcp://HOST:PORT or ipc:///PATH" },
	{ "control", OPTION_TEXT, TOP(control), "", 0, 0, NULL,
	    "ipc address of the control socket; default: `control' in the state folder" },
	{ "state", OPTION_PATH, TOP(state), "", 0, 0, NULL,
	    "folder of the journal; default: $XDG_STATE_HOME/ehdsd, else ~/.local/state/ehdsd" },
	{ "mappings", OPTION_PATHS, TOP(mappings), EHDS_DATADIR "/mappings", 0, 0, NULL,
	    "folder, or list of folders, of mappings; later ones override earlier ones" },
	{ "conformance", OPTION_PATH, TOP(conformance), EHDS_DATADIR "/conformance", 0, 0, NULL,
	    "folder of packages and value sets to check against" },
	{ "workers", OPTION_COUNT, TOP(workers), "0", 0, 512, NULL,
	    "processes that convert, one document each at a time; 0: one per core" },
	{ "keep", OPTION_DURATION, TOP(keep), "30d", 60 * SECOND, 3650 * DAY, NULL,
	    "how long a finished document stays in the journal: so long is a resend recognized" },
	{ "retention", OPTION_GROUP, 0, "", 0, 0, NULL,
	    "how long the journal keeps documents and results; at most for keep" },
	{ "retention.done", OPTION_DURATION, TOP(retention_done), "30d", 60 * SECOND, 3650 * DAY, NULL,
	    "source and results of documents that every peer has" },
	{ "retention.refused", OPTION_DURATION, TOP(retention_refused), "30d", 60 * SECOND, 3650 * DAY, NULL,
	    "source of refused documents; without it they cannot be retried" },
	{ "log", OPTION_CHOICE, TOP(log), "info", 0, 0, levels,
	    "least important events that are logged" },
	{ "metrics", OPTION_TEXT, TOP(metrics), "", 0, 0, NULL,
	    "address of loopback, HOST:PORT, for Prometheus: /metrics, /ready, /alive" },
	{ "audit", OPTION_GROUP, 0, "", 0, 0, NULL,
	    "where the audit trail goes besides its file in the state folder" },
	{ "audit.syslog", OPTION_TEXT, TOP(audit_syslog), "", 0, 0, NULL,
	    "collector of IHE ATNA messages: udp://HOST:PORT, tls://HOST:PORT or file:///PATH" },
	{ "audit.source", OPTION_TEXT, TOP(audit_source), "", 0, 0, NULL,
	    "name of this machine in them; default: its host name" },
	{ "audit.ca", OPTION_PATH, TOP(audit_ca), "", 0, 0, NULL,
	    "certificates that may sign the collector's; default: the system's" },
	{ "audit.certificate", OPTION_PATH, TOP(audit_certificate), "", 0, 0, NULL,
	    "certificate that the collector is shown" },
	{ "audit.key", OPTION_PATH, TOP(audit_key), "", 0, 0, NULL,
	    "key of that certificate" },
	{ "sandbox", OPTION_CHOICE, TOP(sandbox), "required", 0, 0, sandboxes,
	    "which fences of the kernel workers must have" },
	{ "limits", OPTION_GROUP, 0, "", 0, 0, NULL,
	    "what one document may be and take" },
	{ "limits.document", OPTION_SIZE, TOP(document), "32MiB", KIB, GIB, NULL,
	    "largest document taken" },
	{ "limits.depth", OPTION_COUNT, TOP(depth), "128", 8, 10000, NULL,
	    "deepest nesting of elements" },
	{ "limits.attributes", OPTION_COUNT, TOP(attributes), "256", 8, 100000, NULL,
	    "most attributes of one element, name space declarations included" },
	{ "limits.elements", OPTION_COUNT, TOP(elements), "500000", 100, 100000000, NULL,
	    "most elements of a document" },
	{ "limits.seconds", OPTION_DURATION, TOP(seconds), "10s", 100, 3600 * SECOND, NULL,
	    "longest time for one conversion; the worker is replaced when it is over" },
	{ "limits.memory", OPTION_SIZE, TOP(memory), "1GiB", 16 * MIB, 64 * GIB, NULL,
	    "most memory that a worker may take for documents" },
	{ "limits.credit", OPTION_GROUP, 0, "", 0, 0, NULL,
	    "what one sender may have without a receipt; more is answered with busy" },
	{ "limits.credit.documents", OPTION_COUNT, TOP(credit.documents), "256", 1, 65536, NULL,
	    "documents; a sender is told so" },
	{ "limits.credit.bytes", OPTION_SIZE, TOP(credit.bytes), "64MiB", KIB, 64 * GIB, NULL,
	    "bytes; one document is always taken" },
	{ "limits.waiting", OPTION_GROUP, 0, "", 0, 0, NULL,
	    "what of one sender may wait for a worker; more is answered with busy" },
	{ "limits.waiting.documents", OPTION_COUNT, TOP(waiting.documents), "0", 0, 1000000000, NULL,
	    "documents; 0: as many as the disk holds" },
	{ "limits.waiting.bytes", OPTION_SIZE, TOP(waiting.bytes), "0B", 0, 65536 * GIB, NULL,
	    "bytes; 0: as many as the disk holds" },
	{ "curve", OPTION_GROUP, 0, "", 0, 0, NULL,
	    "encryption, and who may speak, on all tcp addresses" },
	{ "curve.secret", OPTION_PATH, TOP(secret), "", 0, 0, NULL,
	    "file with the keys of this daemon, made by `ehdsctl keygen'" },
	{ "curve.clients", OPTION_PATH, TOP(allowed), "", 0, 0, NULL,
	    "file with the group `clients', read again with each reload" },
	{ "clients", OPTION_NAMED, 0, "", 0, 0, NULL,
	    "senders that have a key, by name" },
	{ "clients.key", OPTION_TEXTS, CLIENT(keys), "", 0, 0, NULL,
	    "public key, or list of keys while one is replaced by another" },
	{ "clients.rights", OPTION_TEXTS, CLIENT(rights), "", 0, 0, NULL,
	    "submit, fetch, receive, or a list of them; without it all" },
	{ "clients.country", OPTION_TEXTS, CLIENT(country), "", 0, 0, NULL,
	    "country, or list of countries, of the documents that it may submit; without it all" },
	{ "clients.route", OPTION_TEXTS, CLIENT(route), "", 0, 0, NULL,
	    "route, or list of routes, that its documents may take; without it all" },
	{ "clients.credit", OPTION_GROUP, 0, "", 0, 0, NULL,
	    "as limits.credit, for this sender" },
	{ "clients.credit.documents", OPTION_COUNT, CLIENT(credit.documents), "0", 0, 65536, NULL,
	    "documents; 0: as limits.credit" },
	{ "clients.credit.bytes", OPTION_SIZE, CLIENT(credit.bytes), "0B", 0, 64 * GIB, NULL,
	    "bytes; 0: as limits.credit" },
	{ "clients.waiting", OPTION_GROUP, 0, "", 0, 0, NULL,
	    "as limits.waiting, for this sender" },
	{ "clients.waiting.documents", OPTION_COUNT, CLIENT(waiting.documents), "0", 0, 1000000000, NULL,
	    "documents; 0: as limits.waiting" },
	{ "clients.waiting.bytes", OPTION_SIZE, CLIENT(waiting.bytes), "0B", 0, 65536 * GIB, NULL,
	    "bytes; 0: as limits.waiting" },
	{ "routes", OPTION_LIST, 0, "", 0, 0, NULL,
	    "which documents go to which peers; the first that matches counts" },
	{ "routes.name", OPTION_TEXT, ROUTE(name), "", 0, 0, NULL,
	    "name by which a sender may ask for this route" },
	{ "routes.match", OPTION_GROUP, 0, "", 0, 0, NULL,
	    "which documents; without it all" },
	{ "routes.match.country", OPTION_TEXTS, ROUTE(country), "", 0, 0, NULL,
	    "country, or list of countries, of the mapping that took the document" },
	{ "routes.match.category", OPTION_TEXTS, ROUTE(category), "", 0, 0, NULL,
	    "category, or list of categories, of the mapping that took the document" },
	{ "routes.to", OPTION_TEXTS, ROUTE(to), "", 0, 0, NULL,
	    "peer, or list of peers, each of which gets the document" },
	{ "routes.policy", OPTION_GROUP, 0, "", 0, 0, NULL,
	    "what becomes of results that are not perfect" },
	{ "routes.policy.nonconformant", OPTION_CHOICE, ROUTE(nonconformant), "hold", 0, 0, policies,
	    "when the result breaks a rule of its profile" },
	{ "routes.policy.unmapped", OPTION_CHOICE, ROUTE(unmapped), "forward-with-warning", 0, 0, policies,
	    "when a code has no row in its table or a statement was dropped" },
	{ "peers", OPTION_NAMED, 0, "", 0, 0, NULL,
	    "who gets documents, by name" },
	{ "peers.connect", OPTION_TEXT, PEER(connect), "", 0, 0, NULL,
	    "address of a peer that speaks ehds-protocol(7)" },
	{ "peers.key", OPTION_TEXT, PEER(key), "", 0, 0, NULL,
	    "public key of the peer, for CURVE" },
	{ "peers.directory", OPTION_PATH, PEER(directory), "", 0, 0, NULL,
	    "folder that gets one file per document" },
	{ "peers.post", OPTION_TEXT, PEER(post), "", 0, 0, NULL,
	    "URL at which a FHIR server takes Bundles: https://HOST/BASE/Bundle" },
	{ "peers.ca", OPTION_PATH, PEER(ca), "", 0, 0, NULL,
	    "file of the certificates that the server's is checked against; default: the system's" },
	{ "peers.certificate", OPTION_PATH, PEER(certificate), "", 0, 0, NULL,
	    "file of the certificate that this daemon shows to the server" },
	{ "peers.certificate-key", OPTION_PATH, PEER(certificate_key), "", 0, 0, NULL,
	    "file of its key, without a password" },
	{ "peers.as", OPTION_CHOICE, PEER(as), "fhir-json", 0, 0, formats,
	    "format of the documents that this peer gets" },
	{ "peers.in-flight", OPTION_COUNT, PEER(in_flight), "16", 1, 1024, NULL,
	    "most documents that the peer has not acknowledged yet" },
	{ "peers.acknowledge", OPTION_DURATION, PEER(acknowledge), "30s", 100, 3600 * SECOND, NULL,
	    "time after which a missing acknowledgement counts as a failed attempt" },
	{ "peers.retry", OPTION_GROUP, 0, "", 0, 0, NULL,
	    "when a delivery that failed is tried again" },
	{ "peers.retry.first", OPTION_DURATION, PEER(first), "1s", 10, DAY, NULL,
	    "pause after the first failed attempt; it doubles with each further one" },
	{ "peers.retry.max", OPTION_DURATION, PEER(most), "10m", 10, 30 * DAY, NULL,
	    "longest pause" },
	{ "peers.retry.give-up", OPTION_DURATION, PEER(give_up), "7d", 100, 3650 * DAY, NULL,
	    "time after which the document is held for an operator" },
	{ "debug", OPTION_GROUP, 0, "", 0, 0, NULL,
	    "for tests of recovery only: the daemon kills a process of its own" },
	{ "debug.crash-at", OPTION_CHOICE, TOP(crash_row), "never", 0, 0, rows,
	    "where on the road of a document" },
	{ "debug.crash-process", OPTION_CHOICE, TOP(crash_process), "broker", 0, 0, processes,
	    "which process is killed" },
	{ "debug.crash-after", OPTION_COUNT, TOP(crash_after), "0", 0, 1000000, NULL,
	    "how many documents pass there unharmed first" },
};

const size_t option_count = sizeof(options) / sizeof(options[0]);

const struct option *
option_find(const char *path)
{
	for (size_t i = 0; i < option_count; i++)
		if (strcmp(options[i].path, path) == 0)
			return &options[i];
	return NULL;
}

const char *
option_in_group(const struct option *option, const char *group)
{
	size_t length = strlen(group);
	const char *rest = option->path;

	if (length > 0) {
		if (strncmp(rest, group, length) != 0 || rest[length] != '.')
			return NULL;
		rest += length + 1;
	}
	return strchr(rest, '.') == NULL ? rest : NULL;
}

void
option_describe(const struct option *option, char *out)
{
	static const char *const words[] = {
		[OPTION_TEXT] = "text", [OPTION_TEXTS] = "text or list", [OPTION_PATH] = "path",
		[OPTION_PATHS] = "path or list", [OPTION_COUNT] = "number", [OPTION_SIZE] = "size",
		[OPTION_DURATION] = "time", [OPTION_CHOICE] = "", [OPTION_GROUP] = "group",
		[OPTION_LIST] = "list of groups", [OPTION_NAMED] = "groups by name",
	};
	size_t length = (size_t)snprintf(out, 160, "%s", words[option->type]);

	if (option->type == OPTION_COUNT)
		snprintf(out + length, 160 - length, ", %lld to %lld", option->least, option->most);
	for (size_t i = 0; option->choices != NULL && option->choices[i] != NULL && length < 160; i++)
		length += (size_t)snprintf(out + length, 160 - length, "%s%s", i > 0 ? " | " : "",
		    option->choices[i]);
}

void
configuration_help(FILE *out)
{
	for (size_t i = 0; i < option_count; i++) {
		char words[160];

		option_describe(&options[i], words);
		fprintf(out, "%-28s %s%s%s\n", options[i].path, words,
		    options[i].fallback[0] != '\0' ? "; default " : "", options[i].fallback);
		fprintf(out, "%-28s %s\n", "", options[i].help);
	}
}
