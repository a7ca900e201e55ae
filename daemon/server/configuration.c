/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From ehdsd.yaml to struct configuration. The walk knows only kinds of groups; what exists is in
 * options.c. What one value cannot know (does the peer exist, is the address safe) is checked after all are
 * read.
 */
#include "server/configuration.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "format/yaml.h"
#include "server/options.h"
#include "server/watch.h"
#include "wire/endpoint.h"
#include "wire/syslog.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One load. */
struct load {
	struct configuration *configuration;
	const char *file;		/* that is being read */
	char *folder;			/* of the file; owns */
	struct ehds_error *error;
};

#define wrong(load, node, rule, ...) \
	error_set((load)->error, EHDS_ERROR_CONFIG, rule, (load)->file, (node)->line, (node)->column, \
	    __VA_ARGS__)

static int
read_group(struct load *load, void *base, const char *group, const struct yaml_node *node);

/* Defaults for all options of one struct: those below `group`, that is, but not in another struct. */
static void
apply_defaults(void *base, const char *group)
{
	for (size_t i = 0; i < option_count; i++) {
		const struct option *option = &options[i];

		if (option_in_group(option, group) == NULL)
			continue;
		if (option->type == OPTION_GROUP)
			apply_defaults(base, option->path);
		else
			option_default(base, option);
	}
}

static void
release_all(void *base, const char *group)
{
	for (size_t i = 0; i < option_count; i++) {
		const struct option *option = &options[i];

		if (option_in_group(option, group) == NULL)
			continue;
		if (option->type == OPTION_GROUP)
			release_all(base, option->path);
		else
			option_release(base, option);
	}
}

static int
unknown_key(struct load *load, const char *group, const struct yaml_node *node)
{
	const char *names[64], *near;
	size_t count = 0;

	for (size_t i = 0; i < option_count && count < 64; i++)
		if (option_in_group(&options[i], group) != NULL)
			names[count++] = option_in_group(&options[i], group);
	near = text_nearest(node->key, names, count);
	if (near != NULL)
		return error_set(load->error, EHDS_ERROR_CONFIG, "config-key", load->file, node->key_line,
		    node->key_column,
		    "unknown option '%s', did you mean '%s'?", node->key, near);
	return error_set(load->error, EHDS_ERROR_CONFIG, "config-key", load->file, node->key_line,
	    node->key_column,
	    "unknown option '%s'%s%s", node->key, group[0] != '\0' ? " in " : "", group);
}

/* ---- clients ------------------------------------------------------------------------------------------- */

/* What a right is called, and that it exists. */
static int
read_right(struct load *load, unsigned *may, const char *word, const struct yaml_node *node)
{
	static const char *const rights[] = { [RIGHT_SUBMIT] = "submit", [RIGHT_FETCH] = "fetch",
		[RIGHT_RECEIVE] = "receive" };
	const char *near;

	for (unsigned i = 0; i < 3; i++) {
		if (strcmp(rights[i], word) != 0)
			continue;
		*may |= 1u << i;
		return 0;
	}
	near = text_nearest(word, rights, 3);
	return wrong(load, node, "config-client", "'%s' is no right: submit, fetch or receive%s%s%s", word,
	    near != NULL ? "; did you mean '" : "", near != NULL ? near : "", near != NULL ? "'?" : "");
}

/* Names are what plain senders may choose, so that the two can be told apart wherever they are written. */
static bool
is_client_name(const char *name)
{
	return name[0] != '\0' && strlen(name) <= 64 && strcmp(name, "anonymous") != 0
	    && strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@-")
	    == strlen(name);
}

/* The client just read against itself and those before it. */
static int
check_client(struct load *load, struct client_settings *client, const struct yaml_node *node)
{
	const struct configuration *configuration = load->configuration;
	const struct yaml_node *keys = yaml_get(node, "key"), *rights = yaml_get(node, "rights");
	const struct client_settings *other;

	if (!is_client_name(client->name))
		return wrong(load, node, "config-client",
		    "the name of a client has 1 to 64 letters, digits and . _ @ -, and is not 'anonymous'");
	for (other = configuration->clients; other != client; other++)
		if (strcmp(other->name, client->name) == 0)
			return wrong(load, node, "config-client", "there is a client '%s' already", client->name);
	if (client->keys.count == 0)
		return wrong(load, node, "config-client", "client '%s' needs a key", client->name);
	for (size_t i = 0; i < client->keys.count; i++) {
		if (!keys_valid(client->keys.items[i]))
			return wrong(load, keys, "config-client",
			    "'%s' is no CURVE key: 40 characters of Z85, in quotes", client->keys.items[i]);
		other = configuration_client_of_key(configuration, client->keys.items[i]);
		if (other != NULL && other != client)
			return wrong(load, keys, "config-client", "client '%s' has this key already",
			    other->name);
	}
	for (size_t i = 0; i < client->rights.count; i++)
		if (read_right(load, &client->may, client->rights.items[i], rights) != 0)
			return -1;
	if (client->rights.count == 0)
		client->may = 1u << RIGHT_SUBMIT | 1u << RIGHT_FETCH | 1u << RIGHT_RECEIVE;
	return 0;
}

const struct client_settings *
configuration_client_of_key(const struct configuration *configuration, const char *key)
{
	for (size_t i = 0; i < configuration->client_count; i++)
		for (size_t k = 0; k < configuration->clients[i].keys.count; k++)
			if (strcmp(configuration->clients[i].keys.items[k], key) == 0)
				return &configuration->clients[i];
	return NULL;
}

const struct client_settings *
configuration_client(const struct configuration *configuration, const char *name)
{
	for (size_t i = 0; i < configuration->client_count; i++)
		if (strcmp(configuration->clients[i].name, name) == 0)
			return &configuration->clients[i];
	return NULL;
}

/* ---- routes and peers ---------------------------------------------------------------------------------- */

static int
read_routes(struct load *load, const struct yaml_node *node)
{
	struct configuration *configuration = load->configuration;

	if (node->kind != YAML_SEQUENCE)
		return wrong(load, node, "config-type", "routes is a list: each item starts with '- '");
	configuration->routes = must_alloc((node->count + 1) * sizeof(*configuration->routes));
	for (const struct yaml_node *item = node->children; item != NULL; item = item->next) {
		struct route_settings *route = &configuration->routes[configuration->route_count++];

		apply_defaults(route, "routes");
		if (read_group(load, route, "routes", item) != 0)
			return -1;
	}
	return 0;
}

static int
read_peers(struct load *load, const struct yaml_node *node)
{
	struct configuration *configuration = load->configuration;

	if (node->kind != YAML_MAPPING)
		return wrong(load, node, "config-type", "peers is a group: 'NAME: { connect: ... }'");
	configuration->peers = must_alloc((node->count + 1) * sizeof(*configuration->peers));
	for (const struct yaml_node *item = node->children; item != NULL; item = item->next) {
		struct peer_settings *peer = &configuration->peers[configuration->peer_count++];

		apply_defaults(peer, "peers");
		peer->name = must_strdup(item->key);
		if (strlen(item->key) > 64)
			return wrong(load, item, "config-peer", "the name of a peer has at most 64 bytes");
		if (read_group(load, peer, "peers", item) != 0)
			return -1;
	}
	return 0;
}

/* A client may stand in the file itself or in that of curve.clients; not in both. */
static int
read_clients(struct load *load, const struct yaml_node *node)
{
	struct configuration *configuration = load->configuration;

	if (node->kind != YAML_MAPPING)
		return wrong(load, node, "config-type", "clients is a group: 'NAME: { key: ... }'");
	configuration->clients = must_realloc(configuration->clients,
	    (configuration->client_count + node->count + 1) * sizeof(*configuration->clients));
	for (const struct yaml_node *item = node->children; item != NULL; item = item->next) {
		struct client_settings *client = &configuration->clients[configuration->client_count++];

		memset(client, 0, sizeof(*client));
		apply_defaults(client, "clients");
		client->name = must_strdup(item->key);
		if (read_group(load, client, "clients", item) != 0 || check_client(load, client, item) != 0)
			return -1;
	}
	return 0;
}

static int
read_option(struct load *load, void *base, const struct option *option, const struct yaml_node *node)
{
	switch (option->type) {
	case OPTION_GROUP:
		return read_group(load, base, option->path, node);
	case OPTION_LIST:
		return read_routes(load, node);
	case OPTION_NAMED:
		return strcmp(option->path, "clients") == 0 ? read_clients(load, node)
		    : read_peers(load, node);
	case OPTION_TEXT:
	case OPTION_TEXTS:
	case OPTION_PATH:
	case OPTION_PATHS:
	case OPTION_COUNT:
	case OPTION_SIZE:
	case OPTION_DURATION:
	case OPTION_CHOICE:
		break;
	}
	return option_read(base, option, node, load->file, load->folder, load->error);
}

static int
read_group(struct load *load, void *base, const char *group, const struct yaml_node *node)
{
	if (node->kind != YAML_MAPPING)
		return wrong(load, node, "config-type", "%s is a group of options: 'name: value'",
		    group[0] != '\0' ? group : "the file");
	for (const struct yaml_node *item = node->children; item != NULL; item = item->next) {
		char *path = must_printf("%s%s%s", group, group[0] != '\0' ? "." : "", item->key);
		const struct option *option = strchr(item->key, '.') == NULL ? option_find(path) : NULL;

		free(path);
		if (option == NULL)
			return unknown_key(load, group, item);
		if (read_option(load, base, option, item) != 0)
			return -1;
	}
	return 0;
}

/* ---- what one value cannot know ------------------------------------------------------------------------ */

/* The node of an option that may be missing, for places in errors. */
static const struct yaml_node *
place_of(const struct yaml_node *root, const char *key)
{
	static const struct yaml_node nowhere;
	const struct yaml_node *node = yaml_get(root, key);

	return node != NULL ? node : &nowhere;
}

/* cure: what would make an address that others can reach safe; NULL when it is. */
static int
check_address(struct load *load, const char *address, const char *what, const char *cure,
    const struct yaml_node *node)
{
	struct ehds_error cause = { 0 };

	if (endpoint_check(address, &cause) != 0)
		return wrong(load, node, "config-address", "%s: %s", what, cause.text);
	if (cure == NULL || endpoint_is_local(address))
		return 0;
	return wrong(load, node, "config-address",
	    "%s: %s can be reached from other machines, and without CURVE nobody knows who speaks: %s, or use"
	    " a loopback address (tcp://127.0.0.1:PORT) or ipc", what, address, cure);
}

/* The node of item `index` of a value that is one or a list. */
static const struct yaml_node *
item_of(const struct yaml_node *node, size_t index)
{
	const struct yaml_node *item = node->children;

	while (item != NULL && index-- > 0)
		item = item->next;
	return item != NULL ? item : node;
}

static int
check_addresses(struct load *load, const struct yaml_node *root)
{
	struct configuration *configuration = load->configuration;
	const struct yaml_node *listen = place_of(root, "listen"), *control = place_of(root, "control");
	const char *cure = configuration->curve ? NULL : "set curve.secret and curve.clients";

	for (size_t i = 0; i < configuration->listen.count; i++)
		if (check_address(load, configuration->listen.items[i], "listen", cure,
		    item_of(listen, i)) != 0)
			return -1;
	if (check_address(load, configuration->control, "control", NULL, control) != 0)
		return -1;
	if (endpoint_path(configuration->control) == NULL)
		return wrong(load, control, "config-address",
		    "control: '%s' is no ipc address: whoever reaches it is an operator",
		    configuration->control);
	return 0;
}

/* Where others look at us, or hear of us: as the daemon itself would read it at its start. */
static int
check_watchers(struct load *load, const struct yaml_node *root)
{
	const struct configuration *configuration = load->configuration;
	const struct syslog_settings settings = { .address = configuration->audit_syslog, .ca = "", .certificate = "",
	    .key = "" };
	const char *fault = watch_fault(configuration->metrics);
	struct ehds_error cause = { 0 };
	struct syslog *syslog = NULL;

	if (fault != NULL)
		return wrong(load, place_of(root, "metrics"), "config-address", "metrics: '%s' %s", configuration->metrics,
		    fault);
	if (settings.address[0] != '\0' && syslog_open(&syslog, &settings, &cause) != 0)
		return wrong(load, place_of(place_of(root, "audit"), "syslog"), "config-address", "audit.syslog: %s",
		    cause.text);
	syslog_close(&syslog);
	return 0;
}

/* Both or neither: CURVE without a list would let everybody in, a list without it nobody. */
static int
check_curve(struct load *load, const struct yaml_node *root)
{
	struct configuration *configuration = load->configuration;
	const struct yaml_node *curve = yaml_get(root, "curve"), *secret = yaml_get(curve, "secret");
	const struct yaml_node *clients = yaml_get(root, "clients");
	struct ehds_error cause = { 0 };
	char text[700];

	if (secret == NULL && (curve != NULL || clients != NULL))
		return wrong(load, curve != NULL ? curve : clients, "config-curve",
		    "clients are known by CURVE, which needs curve.secret: `ehdsctl keygen' makes one");
	if (secret == NULL)
		return 0;
	if (keys_load(&configuration->keys, configuration->secret, &cause) != 0)
		return wrong(load, secret, "config-curve", "%s", error_format(&cause, text, sizeof(text)));
	configuration->curve = true;
	return 0;
}

/* The key of a peer that is in a file is read now. */
static int
check_peer_key(struct load *load, struct peer_settings *peer, const struct yaml_node *node)
{
	if (peer->key[0] == '\0')
		return 0;
	if (!keys_valid(peer->key))
		return wrong(load, place_of(node, "key"), "config-peer",
		    "'%s' is no CURVE key: 40 characters of Z85, in quotes", peer->key);
	if (!load->configuration->curve)
		return wrong(load, place_of(node, "key"), "config-peer",
		    "peer '%s' is known by CURVE, which needs curve.secret: `ehdsctl keygen' makes one",
		    peer->name);
	return 0;
}

/* Whether the URL is HTTP, and safe: without TLS on this machine only. */
static int
check_url(struct load *load, const struct peer_settings *peer, const struct yaml_node *node)
{
	const char *url = peer->post, *host = strstr(url, "://");
	char *endpoint;
	bool local, tls = text_starts_with(url, "https://");

	if (host == NULL || (!tls && !text_starts_with(url, "http://")) || strpbrk(url, " \t\r\n#@") != NULL
	    || host[3] == '/' || host[3] == '\0')
		return wrong(load, place_of(node, "post"), "config-peer",
		    "'%s' is no URL that documents can be posted to: https://HOST/BASE/Bundle", url);
	host += 3;
	endpoint = must_printf("tcp://%.*s%s", (int)strcspn(host, "/?"), host,
	    strrchr(host, ':') > strrchr(host, ']') && strchr(host, ':') != NULL ? "" : ":80");
	local = endpoint_is_local(endpoint);
	free(endpoint);
	if (!tls && !local)
		return wrong(load, place_of(node, "post"), "config-address",
		    "post: %s is on another machine, and without TLS anybody between can read and change: use"
		    " https", url);
	if ((peer->certificate[0] != '\0') != (peer->certificate_key[0] != '\0'))
		return wrong(load, node, "config-peer",
		    "peer '%s': certificate and certificate-key belong together", peer->name);
	return 0;
}

static int
check_peer(struct load *load, struct peer_settings *peer, const struct yaml_node *node)
{
	bool connects = peer->connect[0] != '\0', stores = peer->directory[0] != '\0';
	bool posts = peer->post[0] != '\0';

	if (connects + stores + posts != 1)
		return wrong(load, node, "config-peer", "peer '%s' needs one of connect, directory and post",
		    peer->name);
	if (peer->first > peer->most)
		return wrong(load, node, "config-peer", "peer '%s': retry.first is longer than retry.max",
		    peer->name);
	if (posts)
		return check_url(load, peer, node);
	if (check_peer_key(load, peer, node) != 0)
		return -1;
	return connects ? check_address(load, peer->connect, "connect", peer->key[0] != '\0'
	    ? NULL : "set the peer's key", node) : 0;
}

static int
check_route(struct load *load, const struct route_settings *route, const struct yaml_node *node)
{
	const struct configuration *configuration = load->configuration;
	const char **names = must_alloc((configuration->peer_count + 1) * sizeof(*names)), *near;
	int result = 0;

	for (size_t i = 0; i < configuration->peer_count; i++)
		names[i] = configuration->peers[i].name;
	if (route->to.count == 0)
		result = wrong(load, node, "config-missing",
		    "a route needs 'to': the peers that get the documents");
	for (size_t i = 0; i < route->to.count && result == 0; i++) {
		const char *name = route->to.items[i];

		if (configuration_peer(configuration, name) != NULL)
			continue;
		near = text_nearest(name, names, configuration->peer_count);
		result = wrong(load, place_of(node, "to"), "config-peer", "there is no peer '%s'%s%s%s", name,
		    near != NULL ? ", did you mean '" : "", near != NULL ? near : "", near != NULL
		    ? "'?" : "");
	}
	free(names);
	return result;
}

static int
check_all(struct load *load, const struct yaml_node *root)
{
	const struct configuration *configuration = load->configuration;
	const struct yaml_node *peers = yaml_get(root, "peers"), *routes = yaml_get(root, "routes");
	const struct yaml_node *node;
	size_t i = 0;

	if (check_curve(load, root) != 0 || check_addresses(load, root) != 0 || check_watchers(load, root) != 0)
		return -1;
	for (node = peers != NULL ? peers->children : NULL; node != NULL; node = node->next)
		if (check_peer(load, &configuration->peers[i++], node) != 0)
			return -1;
	i = 0;
	for (node = routes != NULL ? routes->children : NULL; node != NULL; node = node->next)
		if (check_route(load, &configuration->routes[i++], node) != 0)
			return -1;
	return 0;
}

static void
derive_defaults(struct configuration *configuration, const struct environment *environment)
{
	if (configuration->state[0] == '\0') {
		free(configuration->state);
		configuration->state = environment->state_home != NULL && environment->state_home[0] == '/'
		    ? path_join(environment->state_home, "ehdsd")
		    : must_printf("%s/.local/state/ehdsd", environment->home != NULL
		    ? environment->home : "");
	}
	if (configuration->control[0] == '\0') {
		free(configuration->control);
		configuration->control = must_printf("ipc://%s/control", configuration->state);
	}
}

static char *
folder_of(const char *file)
{
	const char *slash = strrchr(file, '/');
	char *cwd, *folder;

	if (slash != NULL && file[0] == '/') {
		folder = must_printf("%.*s", (int)(slash == file ? 1 : slash - file), file);
		return folder;
	}
	/* Absolute, because the daemon leaves the folder that it was started in. */
	cwd = getcwd(NULL, 0);
	must(cwd != NULL);
	folder = slash != NULL ? must_printf("%s/%.*s", cwd, (int)(slash - file), file) : must_strdup(cwd);
	free(cwd);
	return folder;
}

static int
load_file(struct load *load, const struct environment *environment)
{
	struct yaml_file *yaml;
	int result = 0;

	if (yaml_load(&yaml, load->file, load->error) != 0)
		return -1;
	if (yaml_root(yaml) != NULL)
		result = read_group(load, load->configuration, "", yaml_root(yaml));
	if (result == 0) {
		derive_defaults(load->configuration, environment);
		result = check_all(load, yaml_root(yaml));
	}
	yaml_free(&yaml);
	return result;
}

/* The file of curve.clients: the group `clients' and nothing else. */
static int
load_clients(struct load *load)
{
	struct yaml_file *yaml;
	int result = 0;

	if (load->configuration->allowed[0] == '\0')
		return 0;
	load->file = load->configuration->allowed;
	if (yaml_load(&yaml, load->file, load->error) != 0)
		return -1;
	for (const struct yaml_node *item = yaml_root(yaml) != NULL ? yaml_root(yaml)->children : NULL;
	    item != NULL && result == 0; item = item->next)
		result = item->key != NULL && strcmp(item->key, "clients") == 0 ? read_clients(load, item)
		    : error_set(load->error, EHDS_ERROR_CONFIG, "config-key", load->file, item->key_line,
		    item->key_column, "a file of clients has one group: 'clients:'");
	yaml_free(&yaml);
	return result;
}

int
configuration_load(struct configuration **out, const char *file, const struct environment *environment,
    struct ehds_error *error)
{
	struct load load = { .configuration = must_alloc(sizeof(**out)), .file = file, .error = error };
	int result;

	*out = NULL;
	apply_defaults(load.configuration, "");
	if (file != NULL) {
		load.folder = folder_of(file);
		load.configuration->file = must_printf("%s/%s", load.folder, strrchr(file, '/') != NULL
		    ? strrchr(file, '/') + 1 : file);
		result = load_file(&load, environment);
		if (result == 0)
			result = load_clients(&load);
	} else {
		derive_defaults(load.configuration, environment);
		result = check_all(&load, NULL);
	}
	free(load.folder);
	if (result == 0)
		*out = load.configuration;
	else
		configuration_free(&load.configuration);
	return result;
}

void
configuration_free(struct configuration **configuration)
{
	struct configuration *old = *configuration;

	*configuration = NULL;
	if (old == NULL)
		return;
	for (size_t i = 0; i < old->route_count; i++)
		release_all(&old->routes[i], "routes");
	for (size_t i = 0; i < old->peer_count; i++) {
		release_all(&old->peers[i], "peers");
		free(old->peers[i].name);
	}
	for (size_t i = 0; i < old->client_count; i++) {
		release_all(&old->clients[i], "clients");
		free(old->clients[i].name);
	}
	free(old->routes);
	free(old->peers);
	free(old->clients);
	keys_wipe(&old->keys);
	release_all(old, "");
	free(old->file);
	free(old);
}

const struct peer_settings *
configuration_peer(const struct configuration *configuration, const char *name)
{
	for (size_t i = 0; i < configuration->peer_count; i++)
		if (strcmp(configuration->peers[i].name, name) == 0)
			return &configuration->peers[i];
	return NULL;
}
