/* SPDX-License-Identifier: EUPL-1.2 */
/* Addresses of sockets, checked before libzmq sees them: its own answers name no place and no cure. */
#ifndef EHDS_WIRE_ENDPOINT_H
#define EHDS_WIRE_ENDPOINT_H

#include "base/error.h"

#include <stdbool.h>

/*
 * Whether text is an address that ehdsd can use: tcp://HOST:PORT (PORT may be * to bind to any free one) or
 * ipc:///PATH. Returns 0, or -1 with a CONFIG error "endpoint" (without a place: the caller has it).
 */
int
endpoint_check(const char *text, struct ehds_error *error);

/* Whether only this machine can reach it: ipc, or tcp to 127.0.0.0/8, [::1] or localhost. */
bool
endpoint_is_local(const char *text);

/* The path of an ipc:// address, or NULL. Borrows. */
const char *
endpoint_path(const char *text);

/*
 * Where the control socket of a daemon that was started without a configuration file is:
 * ipc://$XDG_STATE_HOME/ehdsd/control, or below home. Either may be NULL. Gives the address.
 */
char *
endpoint_default_control(const char *state_home, const char *home);

#endif
