/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A helper of tests/convert/mutants.py: converts what comes on standard input, with the public API of
 * libehds, one document after the other in one process. When it dies, the document that killed it is the
 * one that it was given last.
 *
 *	mutant_driver MAPPINGS CONFORMANCE
 *
 * In, for each document: a line "LENGTH\n" and so many bytes. Out: a line "STATE PACK LENGTH LENGTH\n"
 * (the pack is "-" when none took it), the document as JSON, the outcome.
 */
#include "ehds/ehds.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define LARGEST ((size_t)64 * 1024 * 1024)

static void
answer(struct ehds_result *result)
{
	size_t document_length, outcome_length;
	const char *document = ehds_result_document(result, &document_length);
	const char *outcome = ehds_result_outcome(result, &outcome_length);
	const char *pack = ehds_result_pack(result);

	printf("%d %s %zu %zu\n", (int)ehds_result_state(result), pack != NULL ? pack : "-", document_length,
	    outcome_length);
	if (document != NULL)
		fwrite(document, 1, document_length, stdout);
	fwrite(outcome, 1, outcome_length, stdout);
	fflush(stdout);
	ehds_result_free(&result);
}

/* false at the end of the input, and when it is not what it should be. */
static bool
next_document(char **bytes, size_t *length)
{
	char line[32], *end;

	if (fgets(line, sizeof(line), stdin) == NULL)
		return false;
	*length = strtoul(line, &end, 10);
	if (*end != '\n' || *length > LARGEST)
		return false;
	*bytes = malloc(*length + 1);
	if (*bytes == NULL || fread(*bytes, 1, *length, stdin) != *length) {
		free(*bytes);
		return false;
	}
	return true;
}

int
main(int argc, char **argv)
{
	char message[1024], *bytes;
	struct ehds *ehds;
	size_t length;

	if (argc != 3) {
		fprintf(stderr, "Usage: mutant_driver MAPPINGS CONFORMANCE\n");
		return 2;
	}
	ehds = ehds_open((const char *const[]){ argv[1] }, 1, argv[2], message, sizeof(message));
	if (ehds == NULL) {
		fprintf(stderr, "%s\n", message);
		return 2;
	}
	while (next_document(&bytes, &length)) {
		answer(ehds_convert(ehds, "mutant.xml", bytes, length, EHDS_FHIR_JSON, NULL));
		free(bytes);
	}
	ehds_close(&ehds);
	return 0;
}
