/* SPDX-License-Identifier: EUPL-1.2 */
/* What each thread of a process has cost, by what it does. */
#ifndef EHDS_BENCH_STAGES_H
#define EHDS_BENCH_STAGES_H

#include <sys/types.h>

/* Seconds on a processor, since each thread began. */
struct stages {
	double wire;		/* libzmq's threads: TCP, CURVE */
	double broker;		/* the loop: frames, hashes, hand over to workers and back, forwarding */
	double journal;		/* the writer: zstd, SQLite, fsync */
	double rest;		/* peers inside the process */
};

struct stages
stages_read(pid_t process);

/* One line for what lies between two readings, in milliseconds a document. */
void
stages_print(const struct stages *from, const struct stages *to, size_t documents);

#endif
