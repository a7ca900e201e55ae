/* SPDX-License-Identifier: EUPL-1.2 */
/* See stages.h. From /proc/PID/task/TID/schedstat, which counts nanoseconds. */
#include "stages.h"

#include "base/alloc.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
read_process(struct process *process, pid_t pid)
{
	char path[64], line[256];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	*process = (struct process){ .pid = pid };
	while (fgets(line, sizeof(line), file) != NULL) {
		sscanf(line, "Name: %31s", process->name);
		sscanf(line, "PPid: %d", &process->parent);
		sscanf(line, "VmRSS: %ld", &process->rss);
		sscanf(line, "VmHWM: %ld", &process->peak);
	}
	fclose(file);
	return true;
}

/*
 * The daemon and everything below it, parents before children because pids are taken in order of
 * /proc.
 */
size_t
read_family(pid_t top, struct process *family, size_t limit)
{
	DIR *proc = opendir("/proc");
	struct dirent *item;
	size_t count = 0;

	must(proc != NULL);
	if (read_process(&family[0], top))
		count = 1;
	while (count < limit && (item = readdir(proc)) != NULL) {
		struct process process;

		if (atoi(item->d_name) <= 0 || !read_process(&process, atoi(item->d_name)))
			continue;
		for (size_t i = 0; i < count; i++)
			if (family[i].pid == process.parent) {
				family[count++] = process;
				break;
			}
	}
	closedir(proc);
	return count;
}

static double
seconds_of(pid_t process, const char *thread, char name[32])
{
	unsigned long long nanoseconds = 0;
	char path[300];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/task/%.20s/comm", (long)process, thread);
	file = fopen(path, "re");
	name[0] = '\0';
	if (file != NULL) {
		if (fgets(name, 32, file) == NULL)
			name[0] = '\0';
		fclose(file);
	}
	snprintf(path, sizeof(path), "/proc/%ld/task/%.20s/schedstat", (long)process, thread);
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	if (fscanf(file, "%llu", &nanoseconds) != 1)
		nanoseconds = 0;
	fclose(file);
	return (double)nanoseconds / 1e9;
}

struct stages
stages_read(pid_t process)
{
	struct stages stages = { 0 };
	struct dirent *item;
	char path[64], name[32];
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%ld/task", (long)process);
	tasks = opendir(path);
	while (tasks != NULL && (item = readdir(tasks)) != NULL) {
		double seconds;

		if (item->d_name[0] == '.')
			continue;
		seconds = seconds_of(process, item->d_name, name);
		if (strncmp(name, "ZMQbg", 5) == 0)
			stages.wire += seconds;
		else if (strncmp(name, "ehdsd-journal", 13) == 0)
			stages.journal += seconds;
		else if (atoi(item->d_name) == (int)process)
			stages.broker += seconds;
		else
			stages.rest += seconds;
	}
	if (tasks != NULL)
		closedir(tasks);
	return stages;
}

void
stages_print(const struct stages *from, const struct stages *to, size_t documents)
{
	double part = 1e3 / (double)documents;
	double wire = (to->wire - from->wire) * part, broker = (to->broker - from->broker) * part;
	double journal = (to->journal - from->journal) * part, rest = (to->rest - from->rest) * part;

	printf("  the broker's own time, ms a document: wire and CURVE %.3f, loop %.3f, journal %.3f, rest %.3f;"
	    " together %.3f\n", wire, broker, journal, rest, wire + broker + journal + rest);
}
