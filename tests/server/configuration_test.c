/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/configuration.h"

#include "server/options.h"

#include "../check_main.h"
#include "../temporary.h"

#include <string.h>
#include <sys/stat.h>

static const struct environment nowhere = { .state_home = "/s", .home = "/h" };

/* Loads the text as a file called c.yaml; the error as text without its folder, "" when there is none. */
static const char *
load(struct configuration **out, const char *yaml)
{
	static char text[1024];
	char *folder = temporary_folder(), *path = temporary_path(folder, "c.yaml");
	struct ehds_error error = { 0 };
	FILE *file = fopen(path, "w");

	fputs(yaml, file);
	fclose(file);
	text[0] = '\0';
	if (configuration_load(out, path, &nowhere, &error) != 0) {
		ck_assert_ptr_null(*out);
		ck_assert_int_eq(error.kind, EHDS_ERROR_CONFIG);
		error_format(&error, text, sizeof(text));
		memmove(text, text + strlen(folder) + 1, strlen(text + strlen(folder) + 1) + 1);
	}
	free(path);
	temporary_remove(folder);
	return text;
}

static const char *
fault(const char *yaml)
{
	struct configuration *configuration;
	const char *text = load(&configuration, yaml);

	configuration_free(&configuration);
	return text;
}

START_TEST(needs_no_file)
{
	struct configuration *configuration;

	ck_assert_int_eq(configuration_load(&configuration, NULL, &nowhere, NULL), 0);
	ck_assert_uint_eq(configuration->listen.count, 1);
	ck_assert_str_eq(configuration->listen.items[0], "tcp://127.0.0.1:7411");
	ck_assert_str_eq(configuration->state, "/s/ehdsd");
	ck_assert_str_eq(configuration->control, "ipc:///s/ehdsd/control");
	ck_assert_int_eq(configuration->document, 33554432);
	ck_assert_int_eq(configuration->seconds, 10000);
	ck_assert_int_eq(configuration->crash_row, CRASH_NEVER);
	configuration_free(&configuration);
	ck_assert_ptr_null(configuration);
}
END_TEST

START_TEST(state_is_below_home_when_nothing_else_is_said)
{
	const struct environment home = { .state_home = NULL, .home = "/h" };
	struct configuration *configuration;

	ck_assert_int_eq(configuration_load(&configuration, NULL, &home, NULL), 0);
	ck_assert_str_eq(configuration->state, "/h/.local/state/ehdsd");
	configuration_free(&configuration);
}
END_TEST

START_TEST(reads_every_kind_of_value)
{
	struct configuration *configuration;
	const char *text = load(&configuration,
	    "listen: [ tcp://127.0.0.1:1, ipc:///tmp/x ]\n"
	    "state: /var/lib/x\n"
	    "mappings: [ /a, b ]\n"
	    "workers: 3\n"
	    "keep: 2h\n"
	    "log: debug\n"
	    "limits: { document: 512KiB, seconds: 1500ms }\n"
	    "routes:\n"
	    "  - name: out\n"
	    "    match: { country: [ xx, \"no\" ], category: laboratory }\n"
	    "    to: [ p, q ]\n"
	    "    policy: { nonconformant: refuse, unmapped: hold }\n"
	    "  - to: q\n"
	    "peers:\n"
	    "  p: { connect: tcp://127.0.0.1:2, as: fhir-xml, in-flight: 4, retry: { first: 2s, max: 1m, give-up: 1d } }\n"
	    "  q: { directory: /out }\n");

	ck_assert_str_eq(text, "");
	ck_assert_uint_eq(configuration->listen.count, 2);
	ck_assert_str_eq(configuration->control, "ipc:///var/lib/x/control");
	ck_assert_str_eq(configuration->mappings.items[0], "/a");
	ck_assert_ptr_nonnull(strstr(configuration->mappings.items[1], "/b"));
	ck_assert_int_eq(configuration->mappings.items[1][0], '/');
	ck_assert_int_eq(configuration->workers, 3);
	ck_assert_int_eq(configuration->keep, 7200000);
	ck_assert_int_eq(configuration->document, 524288);
	ck_assert_int_eq(configuration->seconds, 1500);
	ck_assert_uint_eq(configuration->route_count, 2);
	ck_assert_str_eq(configuration->routes[0].country.items[1], "no");
	ck_assert_int_eq(configuration->routes[0].nonconformant, POLICY_REFUSE);
	ck_assert_int_eq(configuration->routes[0].unmapped, POLICY_HOLD);
	ck_assert_int_eq(configuration->routes[1].nonconformant, POLICY_HOLD);
	ck_assert_int_eq(configuration->routes[1].unmapped, POLICY_FORWARD);
	ck_assert_int_eq(configuration->peers[0].as, PEER_FHIR_XML);
	ck_assert_int_eq(configuration->peers[0].most, 60000);
	ck_assert_int_eq(configuration->peers[0].acknowledge, 30000);
	ck_assert_str_eq(configuration->peers[1].connect, "");
	ck_assert_ptr_eq(configuration_peer(configuration, "q"), &configuration->peers[1]);
	ck_assert_ptr_null(configuration_peer(configuration, "r"));
	configuration_free(&configuration);
}
END_TEST

START_TEST(an_empty_file_is_all_defaults)
{
	ck_assert_str_eq(fault("# nothing\n"), "");
}
END_TEST

START_TEST(unknown_options_are_errors_with_place_and_suggestion)
{
	ck_assert_str_eq(fault("work: 1\n"), "c.yaml:1:1: error: config-key: unknown option 'work'");
	ck_assert_str_eq(fault("workerss: 1\n"),
	    "c.yaml:1:1: error: config-key: unknown option 'workerss', did you mean 'workers'?");
	ck_assert_str_eq(fault("limits:\n  secnds: 1s\n"),
	    "c.yaml:2:3: error: config-key: unknown option 'secnds', did you mean 'seconds'?");
	ck_assert_str_eq(fault("limits: { size: 1 }\n"),
	    "c.yaml:1:11: error: config-key: unknown option 'size' in limits");
	ck_assert_str_eq(fault("limits.document: 1MiB\n"),
	    "c.yaml:1:1: error: config-key: unknown option 'limits.document'");
	ck_assert_ptr_nonnull(strstr(fault("workers: 1\nworkers: 2\n"),
	    "c.yaml:2:1: error: yaml-duplicate-key"));
}
END_TEST

START_TEST(values_of_the_wrong_kind_or_range_are_errors)
{
	ck_assert_str_eq(fault("workers: many\n"),
	    "c.yaml:1:10: error: config-value: workers: 'many' is not a whole number");
	ck_assert_str_eq(fault("workers: 513\n"),
	    "c.yaml:1:10: error: config-value: workers: '513' is out of range, expected 0 to 512");
	ck_assert_str_eq(fault("limits: { document: 32 }\n"),
	    "c.yaml:1:21: error: config-value: limits.document: '32' is not"
	    " a size such as 512KiB, 32MiB or 1GiB");
	ck_assert_str_eq(fault("limits: { document: 2GiB }\n"),
	    "c.yaml:1:21: error: config-value: limits.document: '2GiB' is out of range, expected 1KiB to 1GiB");
	ck_assert_str_eq(fault("limits: { document: 999999999999GiB }\n"),
	    "c.yaml:1:21: error: config-value: limits.document: '999999999999GiB' is out of range, expected 1KiB to 1GiB");
	ck_assert_str_eq(fault("keep: 1w\n"),
	    "c.yaml:1:7: error: config-value: keep: '1w' is not a time such as 500ms, 10s, 15m, 2h or 7d");
	ck_assert_str_eq(fault("log: wrning\n"),
	    "c.yaml:1:6: error: config-value: log: 'wrning' is no choice, did you mean 'warning'?");
	ck_assert_str_eq(fault("log: loud\n"),
	    "c.yaml:1:6: error: config-value: log: 'loud' is no choice, expected error | warning | info | debug");
	ck_assert_str_eq(fault("workers: [ 1 ]\n"),
	    "c.yaml:1:10: error: config-type: workers takes one value, not a list");
	ck_assert_str_eq(fault("workers: { n: 1 }\n"),
	    "c.yaml:1:10: error: config-type: workers takes one value, not a group");
	ck_assert_str_eq(fault("listen: []\n"), "c.yaml:1:9: error: config-value: listen is an empty list");
	ck_assert_str_eq(fault("state: \"\"\n"), "c.yaml:1:8: error: config-value: state is empty");
	ck_assert_str_eq(fault("- a\n"),
	    "c.yaml:1:1: error: config-type: the file is a group of options: 'name: value'");
	ck_assert_str_eq(fault("routes: { to: p }\n"),
	    "c.yaml:1:9: error: config-type: routes is a list: each item starts with '- '");
	ck_assert_str_eq(fault("peers: [ p ]\n"),
	    "c.yaml:1:8: error: config-type: peers is a group: 'NAME: { connect: ... }'");
}
END_TEST

START_TEST(a_country_that_yaml_reads_as_false_must_be_quoted)
{
	ck_assert_str_eq(fault("routes:\n  - { match: { country: no }, to: p }\npeers: { p: { directory: /x } }\n"),
	    "c.yaml:2:25: error: config-value: routes.match.country: 'no' without quotes reads as boolean in YAML: put it"
	    " in quotes");
}
END_TEST

START_TEST(peers_and_routes_are_checked_against_each_other)
{
	ck_assert_str_eq(fault("peers:\n  p: { as: fhir-json }\n"),
	    "c.yaml:2:6: error: config-peer: peer 'p' needs one of connect, directory and post");
	ck_assert_str_eq(fault("peers:\n  p: { directory: /x, connect: tcp://127.0.0.1:1 }\n"),
	    "c.yaml:2:6: error: config-peer: peer 'p' needs one of connect, directory and post");
	ck_assert_str_eq(fault("peers: { p: { post: https://fhir.example.org/r4/Bundle, ca: x.pem } }\n"), "");
	ck_assert_str_eq(fault("peers: { p: { post: \"http://[::1]:8080/Bundle\" } }\n"), "");
	ck_assert_str_eq(fault("peers: { p: { post: http://localhost/Bundle } }\n"), "");
	ck_assert_ptr_nonnull(strstr(fault("peers: { p: { post: http://fhir.example.org/Bundle } }\n"),
	    "c.yaml:1:21: error: config-address: post: http://fhir.example.org/Bundle is on another machine"));
	ck_assert_ptr_nonnull(strstr(fault("peers: { p: { post: http://127.0.0.1.example.org/Bundle } }\n"),
	    "config-address"));
	ck_assert_ptr_nonnull(strstr(fault("peers: { p: { post: \"http://localhost@example.org/Bundle\" } }\n"),
	    "config-peer"));
	ck_assert_str_eq(fault("peers: { p: { post: ftp://localhost/Bundle } }\n"), "c.yaml:1:21: error: config-peer:"
	    " 'ftp://localhost/Bundle' is no URL that documents can be posted to: https://HOST/BASE/Bundle");
	ck_assert_str_eq(fault("peers: { p: { post: https://localhost/Bundle, certificate: a } }\n"),
	    "c.yaml:1:13: error: config-peer: peer 'p': certificate and certificate-key belong together");
	ck_assert_str_eq(fault("peers:\n  p: { directory: /x, retry: { first: 1h, max: 1m } }\n"),
	    "c.yaml:2:6: error: config-peer: peer 'p': retry.first is longer than retry.max");
	ck_assert_str_eq(fault("peers: { hospital: { directory: /x } }\nroutes:\n  - to: [ hospitl ]\n"),
	    "c.yaml:3:9: error: config-peer: there is no peer 'hospitl', did you mean 'hospital'?");
	ck_assert_str_eq(fault("routes:\n  - to: nobody\n"),
	    "c.yaml:2:9: error: config-peer: there is no peer 'nobody'");
	ck_assert_str_eq(fault("routes:\n  - { match: { country: xx } }\n"),
	    "c.yaml:2:5: error: config-missing: a route needs 'to': the peers that get the documents");
}
END_TEST

START_TEST(a_peers_name_has_a_limit)
{
	char yaml[200];

	snprintf(yaml, sizeof(yaml), "peers: { %065d: { directory: /x } }\n", 0);
	ck_assert_ptr_nonnull(strstr(fault(yaml), "config-peer: the name of a peer has at most 64 bytes"));
}
END_TEST

START_TEST(addresses_that_others_can_reach_are_refused_without_curve)
{
	ck_assert_ptr_nonnull(strstr(fault("listen: tcp://0.0.0.0:7411\n"),
	    "c.yaml:1:9: error: config-address: listen:"
	    " tcp://0.0.0.0:7411 can be reached from other machines, and without CURVE nobody knows who speaks:"
	    " set curve.secret and curve.clients, or use a loopback address"));
	ck_assert_ptr_nonnull(strstr(fault("listen: [ tcp://127.0.0.1:1, tcp://0.0.0.0:7411 ]\n"),
	    "c.yaml:1:30: error: config-address: listen: tcp://0.0.0.0:7411 can be reached"));
	ck_assert_ptr_nonnull(strstr(fault("peers: { p: { connect: tcp://example.org:1 } }\n"),
	    "c.yaml:1:13: error: config-address: connect: tcp://example.org:1 can be reached"));
	ck_assert_str_eq(fault("listen: 7411\n"),
	    "c.yaml:1:9: error: config-address: listen: '7411' is neither tcp://HOST:PORT nor ipc:///PATH");
	ck_assert_str_eq(fault("control: tcp://127.0.0.1:1\n"), "c.yaml:1:10: error: config-address: control:"
	    " 'tcp://127.0.0.1:1' is no ipc address: whoever reaches it is an operator");
}
END_TEST

/* Two public keys of RFC 26's kind; who has the secret ones is of no matter here. */
#define KEY "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
#define OTHER "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"

/* The secret file of the pair that the manual page of zmq_curve(7) publishes, beside the configuration. */
static const char *
curve_fault(const char *keys, unsigned mode, const char *clients, const char *yaml)
{
	static char text[2048];
	char *folder = temporary_folder(), *path = temporary_path(folder, "c.yaml");
	char *key_path = temporary_path(folder, "key"), *list = temporary_path(folder, "list.yaml"), *at;
	const struct { const char *path, *text; } files[] = { { key_path, keys }, { list, clients },
		{ path, yaml } };
	struct configuration *configuration;
	struct ehds_error error = { 0 };

	for (size_t i = 0; i < 3; i++) {
		FILE *file = fopen(files[i].path, "w");

		fputs(files[i].text, file);
		fclose(file);
	}
	chmod(key_path, mode);
	text[0] = '\0';
	if (configuration_load(&configuration, path, &nowhere, &error) != 0)
		error_format(&error, text, sizeof(text));
	configuration_free(&configuration);
	while ((at = strstr(text, folder)) != NULL)
		memmove(at, at + strlen(folder) + 1, strlen(at + strlen(folder) + 1) + 1);
	free(list);
	free(key_path);
	free(path);
	temporary_remove(folder);
	return text;
}

#define SECRET "public: \"" OTHER "\"\nsecret: \"JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6\"\n"
#define WITH_CURVE "curve: { secret: key, clients: list.yaml }\n"

START_TEST(curve_needs_a_secret_that_is_one_and_that_nobody_else_reads)
{
	ck_assert_str_eq(curve_fault(SECRET, 0600, "", WITH_CURVE "listen: tcp://0.0.0.0:1\n"), "");
	ck_assert_str_eq(curve_fault(SECRET, 0644, "", WITH_CURVE),
	    "c.yaml:1:18: error: config-curve: key: error: key-mode:"
	    " has mode 0644: a secret key is for its owner alone: chmod 600");
	ck_assert_str_eq(curve_fault("public: x\n", 0600, "", WITH_CURVE),
	    "c.yaml:1:18: error: config-curve: key:1:9: error: key-file: public: is no CURVE key: 40 characters of Z85");
	ck_assert_str_eq(curve_fault("public: \"" KEY "\"\nsecret: \"JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6\"\n",
	    0600, "", WITH_CURVE),
	    "c.yaml:1:18: error: config-curve: key:1:9: error: key-file: the public key is not that of the secret one");
	ck_assert_str_eq(curve_fault(SECRET, 0600, "", "curve: { clients: list.yaml }\n"),
	    "c.yaml:1:8: error: config-curve: clients are known by CURVE, which needs curve.secret: `ehdsctl keygen'"
	    " makes one");
	ck_assert_str_eq(curve_fault(SECRET, 0600, "", "peers: { p: { connect: tcp://127.0.0.1:1, key: \"" KEY "\" } }\n"),
	    "c.yaml:1:48: error: config-peer: peer 'p' is known by CURVE, which needs curve.secret: `ehdsctl keygen'"
	    " makes one");
	ck_assert_str_eq(curve_fault(SECRET, 0600, "", WITH_CURVE
	    "peers: { p: { connect: tcp://192.0.2.1:1, key: \"" KEY "\" } }\n"), "");
}
END_TEST

START_TEST(the_file_of_clients_is_part_of_the_configuration_with_places_of_its_own)
{
	ck_assert_str_eq(curve_fault(SECRET, 0600, "clients:\n  a: { key: \"" KEY "\", rights: [ submit, fetch ],"
	    " country: dk, route: [ x ], credit: { documents: 4 }, waiting: { bytes: 1MiB } }\n", WITH_CURVE), "");
	ck_assert_str_eq(curve_fault(SECRET, 0600, "clients:\n  a: { keyy: \"" KEY "\" }\n", WITH_CURVE),
	    "list.yaml:2:8: error: config-key: unknown option 'keyy', did you mean 'key'?");
	ck_assert_str_eq(curve_fault(SECRET, 0600, "peers: {}\n", WITH_CURVE),
	    "list.yaml:1:1: error: config-key: a file of clients has one group: 'clients:'");
	ck_assert_str_eq(curve_fault(SECRET, 0600, "clients:\n  a: { rights: submit }\n", WITH_CURVE),
	    "list.yaml:2:6: error: config-client: client 'a' needs a key");
	ck_assert_str_eq(curve_fault(SECRET, 0600, "clients:\n  a: { key: abc }\n", WITH_CURVE),
	    "list.yaml:2:13: error: config-client: 'abc' is no CURVE key: 40 characters of Z85, in quotes");
	ck_assert_str_eq(curve_fault(SECRET, 0600, "clients:\n  a: { key: \"" KEY "\" }\n  b: { key: \"" KEY "\" }\n",
	    WITH_CURVE), "list.yaml:3:13: error: config-client: client 'a' has this key already");
	ck_assert_str_eq(curve_fault(SECRET, 0600, "clients:\n  a: { key: \"" KEY "\", rights: sumbit }\n", WITH_CURVE),
	    "list.yaml:2:65: error: config-client: 'sumbit' is no right: submit, fetch or receive; did you mean 'submit'?");
	ck_assert_ptr_nonnull(strstr(curve_fault(SECRET, 0600, "clients:\n  a b: { key: \"" KEY "\" }\n", WITH_CURVE),
	    "list.yaml:2:8: error: config-client: the name of a client has 1 to 64 letters"));
	ck_assert_str_eq(curve_fault(SECRET, 0600, "clients:\n  a: { key: \"" KEY "\" }\n",
	    WITH_CURVE "clients: { a: { key: \"" OTHER "\" } }\n"),
	    "list.yaml:2:6: error: config-client: there is a client 'a' already");
}
END_TEST

START_TEST(a_file_that_is_not_there_is_an_error)
{
	struct configuration *configuration;
	struct ehds_error error = { 0 };

	ck_assert_int_eq(configuration_load(&configuration, "/nowhere/c.yaml", &nowhere, &error), -1);
	ck_assert_str_eq(error.rule, "file-read");
	ck_assert_str_eq(error.file, "/nowhere/c.yaml");
}
END_TEST

/* Every option stands in ehdsd.yaml(5) as .It Cm NAME, with its default, and nothing else does. */
START_TEST(the_manual_and_the_table_know_the_same_options)
{
	char *path = source_path("daemon/server/ehdsd.yaml.5"), line[512], expected[200];
	FILE *manual = fopen(path, "r");
	size_t found = 0, index = 0;

	ck_assert_ptr_nonnull(manual);
	while (fgets(line, sizeof(line), manual) != NULL) {
		if (strncmp(line, ".It Cm ", 7) != 0)
			continue;
		ck_assert_uint_lt(index, option_count);
		if (options[index].fallback[0] != '\0' && options[index].fallback[0] != '/')
			snprintf(expected, sizeof(expected), ".It Cm %s Pq default %s\n", options[index].path,
			    options[index].fallback);
		else
			snprintf(expected, sizeof(expected), ".It Cm %s\n", options[index].path);
		ck_assert_str_eq(line, expected);
		index++;
		found++;
	}
	ck_assert_uint_eq(found, option_count);
	fclose(manual);
	free(path);
}
END_TEST

START_TEST(help_lists_every_option_with_its_default)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	configuration_help(out);
	fclose(out);
	for (size_t i = 0; i < option_count; i++)
		ck_assert_msg(strstr(text, options[i].path) != NULL
		    && strstr(text, options[i].help) != NULL, "%s", options[i].path);
	ck_assert_ptr_nonnull(strstr(text, "limits.depth                 number, 8 to 10000; default 128\n"));
	free(text);
}
END_TEST

TESTS("server/configuration", needs_no_file, state_is_below_home_when_nothing_else_is_said,
    reads_every_kind_of_value, an_empty_file_is_all_defaults,
    unknown_options_are_errors_with_place_and_suggestion, values_of_the_wrong_kind_or_range_are_errors,
    a_country_that_yaml_reads_as_false_must_be_quoted, peers_and_routes_are_checked_against_each_other,
    a_peers_name_has_a_limit, addresses_that_others_can_reach_are_refused_without_curve,
    curve_needs_a_secret_that_is_one_and_that_nobody_else_reads,
    the_file_of_clients_is_part_of_the_configuration_with_places_of_its_own,
    a_file_that_is_not_there_is_an_error, the_manual_and_the_table_know_the_same_options,
    help_lists_every_option_with_its_default)
