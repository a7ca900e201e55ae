/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * libehds: national health documents to FHIR R4 documents of the HL7 Europe guides, and the check
 * of FHIR documents against those guides. The same code that the daemon ehdsd runs. It opens no
 * socket, reads no clock and writes no file; it reads files in ehds_open only.
 *
 * Structs are opaque. Strings are UTF-8, NUL-terminated, and borrowed unless the text says
 * otherwise.
 *
 * Threads: one thread of a process at a time. To use all cores, fork after ehds_open, as ehdsd does: the
 * children share what was loaded.
 *
 * Hostile input: documents are bounded (size, depth, elements) before they are parsed, and document
 * type declarations and entities are refused. Still, a program that keeps other things of value
 * does well to convert in a process of its own, as ehdsd does.
 */
#ifndef EHDS_EHDS_H
#define EHDS_EHDS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define EHDS_API __attribute__((visibility("default")))
#else
#define EHDS_API
#endif

/* One loaded generation of mappings and conformance facts. Immutable. */
struct ehds;

/* What became of one document. */
struct ehds_result;

enum ehds_state {
	EHDS_CONVERTED = 0,	/* the document is made (or was valid) and conforms */
	EHDS_HELD = 1,		/* it does not conform, or a mapping is at fault: someone must look */
	EHDS_REFUSED = 2,	/* the sender must cure it; there is no document */
};

enum ehds_format {
	EHDS_FHIR_JSON = 0,	/* HL7 FHIR R4 4.0.1, json.html; one line */
	EHDS_FHIR_XML = 1,	/* HL7 FHIR R4 4.0.1, xml.html; UTF-8 with a declaration */
};

/* The version of the library, "0.1.0". */
EHDS_API const char *
ehds_version(void);

/*
 * Loads mappings and conformance facts.
 *
 * mappings: count folders, later ones override earlier ones (Europe, nation, site). NULL with count
 * 0: no mappings; ehds_convert then holds every document and ehds_validate works.
 * conformance: a folder of conformance facts; NULL: those built into the library.
 * message: receives one line that says what is wrong and where (FILE:LINE:COLUMN: ...); at most
 * size bytes with the NUL. May be NULL with size 0.
 *
 * Gives a struct ehds, which the caller gives back to ehds_close. NULL when something could not be
 * loaded: message then says what. Nothing is half loaded.
 */
EHDS_API struct ehds *
ehds_open(const char *const *mappings, size_t count, const char *conformance, char *message, size_t size);

/*
 * Frees *ehds and sets it to NULL; accepts NULL in it. Results made with it must be freed before.
 */
EHDS_API void
ehds_close(struct ehds **ehds);

/*
 * Converts one national document.
 *
 * name: what the document is called in findings ("discharge.xml"); NULL: "-".
 * bytes, length: the document as it was received, in any encoding that its XML declaration names
 * out of UTF-8, UTF-16, ISO-8859-1, ISO-8859-15, windows-1252. Borrowed during the call only.
 * date: the instant that mappings see as today, "2026-11-22T10:00:00+01:00"; NULL: the document's
 * own date.
 *
 * Gives a result; never NULL. The same bytes, date and mappings give the same document, byte for
 * byte. Ids in it are name-based (RFC 9562, version 5) and times are the document's.
 */
EHDS_API struct ehds_result *
ehds_convert(const struct ehds *ehds, const char *name, const void *bytes, size_t length, enum ehds_format format,
    const char *date);

/*
 * Checks a FHIR R4 document (XML or JSON) against the rules of R4 and a profile.
 *
 * profile: canonical URL of the profile of the whole document, perhaps with |version; NULL: the
 * profiles that the document claims in meta.profile.
 *
 * Gives a result; never NULL: EHDS_CONVERTED when it conforms, EHDS_HELD when it does not,
 * EHDS_REFUSED when the bytes are neither XML nor JSON of FHIR. It has an outcome and no document.
 */
EHDS_API struct ehds_result *
ehds_validate(const struct ehds *ehds, const char *name, const void *bytes, size_t length, const char *profile);

EHDS_API enum ehds_state
ehds_result_state(const struct ehds_result *result);

/* The pack that took the document, "country/format"; NULL when none did. */
EHDS_API const char *
ehds_result_pack(const struct ehds_result *result);

/*
 * The FHIR document, in the format that was asked for, NUL-terminated; *length without the NUL.
 * NULL and 0 when the document was refused. One that is held is given too: it is for people who
 * look for the fault, not for forwarding.
 */
EHDS_API const char *
ehds_result_document(const struct ehds_result *result, size_t *length);

/*
 * One OperationOutcome (FHIR R4, JSON) with every finding: rule, place in the source, FHIRPath in
 * the result, value found and value expected; its last issue sums up what became of the clinical
 * statements. Never NULL.
 */
EHDS_API const char *
ehds_result_outcome(const struct ehds_result *result, size_t *length);

/* Frees *result, wiping what it held of the patient, and sets it to NULL; accepts NULL in it. */
EHDS_API void
ehds_result_free(struct ehds_result **result);

#ifdef __cplusplus
}
#endif

#endif
