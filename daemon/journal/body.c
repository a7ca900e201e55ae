/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Bodies in and out of the journal. Health documents are wordy: zstd at its fastest level makes them a
 * fifth of their size in less time than SQLite needs to write the other four fifths twice (log and file),
 * and a month of documents takes a fifth of the disk. Rejected: zlib (four times as slow at the same size),
 * and files of their own beside SQLite (two things to keep in step after a crash).
 */
#include "journal/store_internal.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define PACK_LEVEL 1
#define PACK_LEAST 512		/* smaller ones would not become smaller */
#define UNPACKED_MOST (1LL << 31)	/* larger than any body that was ever taken: the file is damaged */

/* Into store->packed: its length, or 0 when packing does not pay. */
static size_t
pack(struct store *store, const struct store_bytes *bytes)
{
	size_t bound = ZSTD_compressBound(bytes->length), length;

	if (bytes->length < PACK_LEAST)
		return 0;
	if (bound > store->packed_capacity) {
		free(store->packed);
		store->packed = malloc(bound);
		store->packed_capacity = store->packed != NULL ? bound : 0;
	}
	if (store->packed == NULL)
		return 0;
	length = ZSTD_compress2(store->packer, store->packed, store->packed_capacity, bytes->data, bytes->length);
	return ZSTD_isError(length) || length >= bytes->length ? 0 : length;
}

void
store_open_packer(struct store *store)
{
	store->packer = ZSTD_createCCtx();
	must(store->packer != NULL);
	ZSTD_CCtx_setParameter(store->packer, ZSTD_c_compressionLevel, PACK_LEVEL);
	/* A disk that forgets a bit is noticed here, and not by a patient. */
	ZSTD_CCtx_setParameter(store->packer, ZSTD_c_checksumFlag, 1);
}

int
store_put_body(struct store *store, long long document, enum store_body body, const struct store_bytes *bytes,
    struct ehds_error *error)
{
	struct store_bytes stored = *bytes;
	size_t packed = body == STORE_OUTCOME ? 0 : pack(store, bytes);
	char sha256[DIGEST_HEX] = "";

	if (packed > 0)
		stored = (struct store_bytes){ store->packed, packed };
	/* That of a source stands in its document already. */
	if (body != STORE_SOURCE)
		digest_sha256(sha256, bytes->data, bytes->length);
	return store_run(store, error, SQL_INSERT_BODY, "iibt", store_body_key(document, body),
	    (long long)bytes->length, &stored, sha256);
}

int
store_take_body(struct store *store, void **out, size_t *length, sqlite3_stmt *row, int column,
    struct ehds_error *error)
{
	long long unpacked = sqlite3_column_int64(row, column);
	const void *bytes = sqlite3_column_blob(row, column + 1);
	size_t stored = (size_t)sqlite3_column_bytes(row, column + 1);

	*out = NULL;
	*length = 0;
	if (unpacked < 0 || unpacked > UNPACKED_MOST)
		return error_set(error, EHDS_ERROR_TEMPORARY, STORE_DAMAGED, store->path, 0, 0,
		    "a body of %lld bytes is damaged", unpacked);
	*out = malloc((size_t)unpacked + 1);
	if (*out == NULL)
		return error_set(error, EHDS_ERROR_TEMPORARY, "journal-read", store->path, 0, 0,
		    "no memory for a body of %lld bytes", unpacked);
	*length = (size_t)unpacked;
	((char *)*out)[*length] = '\0';
	if (stored == *length && stored > 0)
		memcpy(*out, bytes, stored);
	if (stored == *length || ZSTD_decompress(*out, *length, bytes, stored) == *length)
		return 0;
	free(*out);
	*out = NULL;
	*length = 0;
	return error_set(error, EHDS_ERROR_TEMPORARY, STORE_DAMAGED, store->path, 0, 0,
	    "a body of %lld bytes is damaged", unpacked);
}
