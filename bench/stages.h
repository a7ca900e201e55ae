/* SPDX-License-Identifier: EUPL-1.2 */
/* What processes hold, and what each thread of one has cost, by what it does. */
#ifndef EHDS_BENCH_STAGES_H
#define EHDS_BENCH_STAGES_H

#include <stdbool.h>
#include <sys/types.h>

struct process {
	pid_t pid, parent;
	long rss, peak;			/* KiB */
	char name[32];
};

/* False when there is no such process. */
bool
read_process(struct process *process, pid_t pid);

/* The process and everything below it, at most limit of them. */
size_t
read_family(pid_t top, struct process *family, size_t limit);

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
