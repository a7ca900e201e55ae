/* SPDX-License-Identifier: EUPL-1.2 */
/* The daemon's own accept(2) and accept4(2): see accept.c. Linked into ehdsd and seen by libzmq there. */
#ifndef EHDS_WIRE_ACCEPT_H
#define EHDS_WIRE_ACCEPT_H

#include <sys/socket.h>

/* As the C library's, but for a full table of descriptors: ENFILE after a pause, never EMFILE. */
int
accept4(int listener, struct sockaddr *restrict address, socklen_t *restrict length, int flags);

#endif
