/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/endpoint.h"

#include "../check_main.h"

#include <string.h>

static const char *
fault(const char *text)
{
	static struct ehds_error error;

	error_clear(&error);
	if (endpoint_check(text, &error) == 0)
		return "";
	ck_assert_int_eq(error.kind, EHDS_ERROR_CONFIG);
	ck_assert_str_eq(error.rule, "endpoint");
	return error.text;
}

START_TEST(accepts_tcp_and_ipc)
{
	ck_assert_str_eq(fault("tcp://127.0.0.1:7411"), "");
	ck_assert_str_eq(fault("tcp://[::1]:7411"), "");
	ck_assert_str_eq(fault("tcp://127.0.0.1:*"), "");
	ck_assert_str_eq(fault("ipc:///run/ehdsd/control"), "");
}
END_TEST

START_TEST(refuses_the_rest_and_says_what_is_expected)
{
	char path[140] = "ipc:///";

	ck_assert_str_eq(fault("udp://x:1"), "'udp://x:1' is neither tcp://HOST:PORT nor ipc:///PATH");
	ck_assert_str_eq(fault("tcp://7411"), "'tcp://7411' has no port: tcp://HOST:PORT");
	ck_assert_str_eq(fault("tcp://h:65536"), "'tcp://h:65536': '65536' is no port, expected 1 to 65535");
	ck_assert_str_eq(fault("tcp://h:"), "'tcp://h:': '' is no port, expected 1 to 65535");
	ck_assert_str_eq(fault("ipc://control"), "'ipc://control' needs an absolute path: ipc:///run/...");
	memset(path + 7, 'x', 107);
	ck_assert_ptr_nonnull(strstr(fault(path), "has 108 bytes, a socket's path has at most 107"));
}
END_TEST

START_TEST(knows_what_only_this_machine_can_reach)
{
	ck_assert(endpoint_is_local("tcp://127.0.0.1:1"));
	ck_assert(endpoint_is_local("tcp://127.8.9.1:1"));
	ck_assert(endpoint_is_local("tcp://localhost:1"));
	ck_assert(endpoint_is_local("tcp://[::1]:1"));
	ck_assert(endpoint_is_local("ipc:///x"));
	ck_assert(!endpoint_is_local("tcp://*:1"));
	ck_assert(!endpoint_is_local("tcp://0.0.0.0:1"));
	ck_assert(!endpoint_is_local("tcp://128.0.0.1:1"));
	ck_assert(!endpoint_is_local("tcp://localhost.example:1"));
	ck_assert(!endpoint_is_local("tcp://lo:1"));
}
END_TEST

START_TEST(finds_the_control_socket_of_a_daemon_without_a_file)
{
	char *with = endpoint_default_control("/s", "/h"), *without = endpoint_default_control(NULL, "/h");

	ck_assert_str_eq(with, "ipc:///s/ehdsd/control");
	ck_assert_str_eq(without, "ipc:///h/.local/state/ehdsd/control");
	free(with);
	free(without);
}
END_TEST

TESTS("wire/endpoint", accepts_tcp_and_ipc, refuses_the_rest_and_says_what_is_expected,
    knows_what_only_this_machine_can_reach, finds_the_control_socket_of_a_daemon_without_a_file)
