/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Golden verdicts: what the gate must say of a FHIR document. Files CASE.yaml in the folder cases/ of a conformance
 * folder; each names a document beside it, may change it in one place, and lists every error and warning that the gate
 * has to find, and no other:
 *
 *	case: A laboratory report without its DiagnosticReport
 *	document: laboratory.xml
 *	profile: http://...		(optional: what it claims)
 *	replace: { this: "...", by: "..." }	(optional; `this` stands in the document exactly once)
 *	findings:			(absent: none)
 *	  - error min at Bundle.entry
 *
 * A finding is its severity, its rule and its FHIRPath.
 */
#ifndef EHDS_CONVERT_VERDICTS_H
#define EHDS_CONVERT_VERDICTS_H

#include "base/error.h"
#include "base/finding.h"
#include "convert/convert.h"

#include <stddef.h>

/*
 * Hears each case: its file, its title, and what does not hold (empty: it holds): errors at the file's line, rules
 * verdict-file, verdict-document, verdict-missing and verdict-unexpected, and those of a YAML file that cannot be read.
 */
typedef void (*verdict_listener)(void *user, const char *file, const char *title, const struct ehds_findings *failures);

struct verdict_count {
	size_t passed, failed;
};

/*
 * Runs the cases of folder (a conformance folder; without cases/ there are none) with the converter's facts. Error:
 * CONFIG folder-read.
 */
int
verdicts_run(struct verdict_count *count, const struct converter *converter, const char *folder, verdict_listener listener,
    void *user, struct ehds_error *error);

#endif
