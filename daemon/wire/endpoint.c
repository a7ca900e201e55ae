/* SPDX-License-Identifier: EUPL-1.2 */
/* See endpoint.h. */
#include "wire/endpoint.h"

#include "base/alloc.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#define wrong(error, ...) error_set(error, EHDS_ERROR_CONFIG, "endpoint", NULL, 0, 0, __VA_ARGS__)

static int
check_path(const char *text, const char *path, struct ehds_error *error)
{
	/* sockaddr_un is the limit of the kernel: 108 bytes with the NUL. */
	size_t most = sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1;

	if (path[0] != '/')
		return wrong(error, "'%s' needs an absolute path: ipc:///run/...", text);
	if (strlen(path) > most)
		return wrong(error, "the path of '%s' has %zu bytes, a socket's path has at most %zu", text,
		    strlen(path), most);
	return 0;
}

int
endpoint_check(const char *text, struct ehds_error *error)
{
	const char *path = endpoint_path(text), *colon, *digits;

	if (path != NULL)
		return check_path(text, path, error);
	if (!text_starts_with(text, "tcp://"))
		return wrong(error, "'%s' is neither tcp://HOST:PORT nor ipc:///PATH", text);
	colon = strrchr(text + 6, ':');
	if (colon == NULL || colon == text + 6)
		return wrong(error, "'%s' has no port: tcp://HOST:PORT", text);
	digits = colon + 1;
	if (strcmp(digits, "*") == 0)
		return 0;
	if (strspn(digits, "0123456789") != strlen(digits) || strlen(digits) > 5 || atoi(digits) < 1
	    || atoi(digits) > 65535)
		return wrong(error, "'%s': '%s' is no port, expected 1 to 65535", text, digits);
	return 0;
}

bool
endpoint_is_local(const char *text)
{
	char host[64];
	struct in_addr address;
	size_t length;

	if (endpoint_path(text) != NULL || text_starts_with(text, "inproc://"))
		return true;
	if (!text_starts_with(text, "tcp://") || strrchr(text + 6, ':') == NULL)
		return false;
	length = (size_t)(strrchr(text + 6, ':') - (text + 6));
	if (length >= sizeof(host))
		return false;
	memcpy(host, text + 6, length);
	host[length] = '\0';
	if (strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
		return true;
	return inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

const char *
endpoint_path(const char *text)
{
	return text_starts_with(text, "ipc://") ? text + 6 : NULL;
}

char *
endpoint_default_control(const char *state_home, const char *home)
{
	if (state_home != NULL && state_home[0] == '/')
		return must_printf("ipc://%s/ehdsd/control", state_home);
	return must_printf("ipc://%s/.local/state/ehdsd/control", home != NULL ? home : "");
}
