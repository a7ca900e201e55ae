/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reader of TZif files, version 2 and later (RFC 9636, section 3). The 32-bit block of version 1 is
 * passed over; files that count leap seconds ("right/...") are refused, because our instants do not
 * count them.
 */
#include "base/alloc.h"
#include "base/file.h"
#include "base/timezone.h"
#include "base/timezone_data.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "/usr/share/zoneinfo"
#define FILE_MAX_BYTES ((size_t)1024 * 1024)
#define HEADER 44
#define OFFSET_MAX 86400

/* The counts of a header, in the order of the file. */
struct counts {
	uint32_t utc, standard, leap, times, types, characters;
};

struct file {
	const unsigned char *bytes;
	size_t length;
	const char *name;
	struct ehds_error *error;
};

static int
damaged(const struct file *file, const char *what)
{
	return error_set(file->error, EHDS_ERROR_CONFIG, "timezone", file->name, 0, 0,
	    "damaged time zone file: %s", what);
}

static uint32_t
read_32(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Two's complement, without a shift into the sign. */
static int64_t
read_64(const unsigned char *bytes)
{
	uint64_t value = (uint64_t)read_32(bytes) << 32 | read_32(bytes + 4);
	int64_t number;

	memcpy(&number, &value, sizeof(number));
	return number;
}

static int
read_header(const struct file *file, size_t at, struct counts *counts)
{
	uint32_t *fields[] = { &counts->utc, &counts->standard, &counts->leap, &counts->times, &counts->types,
		&counts->characters };
	size_t i;

	if (file->length - at < HEADER || memcmp(file->bytes + at, "TZif", 4) != 0)
		return damaged(file, "no TZif header");
	if (file->bytes[at + 4] < '2')
		return damaged(file, "version 1, which ends in 2038; version 2 or later is needed");
	for (i = 0; i < 6; i++) {
		*fields[i] = read_32(file->bytes + at + 20 + 4 * i);
		/* No count can be over the size of the file: sums below stay far from overflow. */
		if (*fields[i] > FILE_MAX_BYTES)
			return damaged(file, "a count in its header is too large");
	}
	return 0;
}

static size_t
block_size(const struct counts *counts, size_t time_size)
{
	return counts->times * (time_size + 1) + counts->types * (size_t)6 + counts->characters +
	    counts->leap * (time_size + 4) + counts->standard + counts->utc;
}

/* One type of local time: six bytes, of which the first four are its offset. */
static int
read_offset(const struct file *file, const unsigned char *types, const struct counts *counts, unsigned index,
    int *offset)
{
	uint32_t value;

	if (index >= counts->types)
		return damaged(file, "a change to a type of local time that is not there");
	value = read_32(types + 6 * (size_t)index);
	*offset = value <= INT32_MAX ? (int)value : -(int)(~value) - 1;
	if (*offset < -OFFSET_MAX || *offset > OFFSET_MAX)
		return damaged(file, "an offset of more than a day");
	return 0;
}

static int
read_table(const struct file *file, const unsigned char *block, const struct counts *counts,
    struct timezone_data *zone)
{
	const unsigned char *indexes = block + 8 * (size_t)counts->times, *types = indexes + counts->times;
	size_t i;

	if (read_offset(file, types, counts, 0, &zone->first) != 0)
		return -1;
	zone->times = must_alloc(counts->times * sizeof(*zone->times));
	zone->offsets = must_alloc(counts->times * sizeof(*zone->offsets));
	zone->count = counts->times;
	for (i = 0; i < counts->times; i++) {
		zone->times[i] = read_64(block + 8 * i);
		if (i > 0 && zone->times[i] <= zone->times[i - 1])
			return damaged(file, "its changes are not in the order of time");
		if (read_offset(file, types, counts, indexes[i], &zone->offsets[i]) != 0)
			return -1;
	}
	return 0;
}

static int
read_footer(const struct file *file, size_t at, struct timezone_data *zone)
{
	const char *start = (const char *)file->bytes + at + 1, *close;

	if (at >= file->length || file->bytes[at] != '\n')
		return damaged(file, "its last line is missing");
	close = memchr(start, '\n', file->length - at - 1);
	if (close == NULL)
		return damaged(file, "its last line is cut off");
	return timezone_rule_parse(&zone->rule, start, (size_t)(close - start), file->name, file->error);
}

static int
read_file(const struct file *file, struct timezone_data *zone)
{
	struct counts counts;
	size_t second;

	if (read_header(file, 0, &counts) != 0)
		return -1;
	second = HEADER + block_size(&counts, 4);
	if (second > file->length)
		return damaged(file, "it is cut off");
	if (read_header(file, second, &counts) != 0)
		return -1;
	if (counts.leap > 0)
		return damaged(file, "it counts leap seconds");
	if (file->length - second - HEADER < block_size(&counts, 8))
		return damaged(file, "it is cut off");
	if (read_table(file, file->bytes + second + HEADER, &counts, zone) != 0)
		return -1;
	return read_footer(file, second + HEADER + block_size(&counts, 8), zone);
}

int
timezone_parse(struct timezone_data **out, const void *bytes, size_t length, const char *name,
    struct ehds_error *error)
{
	struct file file = { .bytes = bytes, .length = length, .name = name, .error = error };
	struct timezone_data *zone;

	*out = NULL;
	if (length > FILE_MAX_BYTES)
		return damaged(&file, "it is larger than 1 MiB");
	zone = must_alloc(sizeof(*zone));
	if (read_file(&file, zone) != 0) {
		timezone_free(&zone);
		return -1;
	}
	*out = zone;
	return 0;
}

/* "Europe/Paris", and nothing that leads out of the folder. */
static bool
is_zone_name(const char *name)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";

	return name[0] != '\0' && name[0] != '/' && strlen(name) < 128 && name[strspn(name, allowed)] == '\0';
}

int
timezone_load(struct timezone_data **out, const char *name, struct ehds_error *error)
{
	struct buffer file = { .limit = 0 };
	char *path;
	int result = -1;

	*out = NULL;
	if (!is_zone_name(name))
		return error_set(error, EHDS_ERROR_CONFIG, "timezone", NULL, 0, 0,
		    "'%.100s' is no name of a time zone, such as Europe/Brussels", name);
	path = path_join(FOLDER, name);
	if (file_exists(path) && file_read(&file, path, FILE_MAX_BYTES, NULL) == 0)
		result = timezone_parse(out, file.data, file.length, path, error);
	else
		error_set(error, EHDS_ERROR_CONFIG, "timezone", NULL, 0, 0,
		    "there is no time zone '%s' in " FOLDER " (is tzdata installed?)", name);
	buffer_free(&file);
	free(path);
	return result;
}

void
timezone_free(struct timezone_data **zone)
{
	if (*zone == NULL)
		return;
	free((*zone)->times);
	free((*zone)->offsets);
	free(*zone);
	*zone = NULL;
}
