/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A conformance folder for one run: the facts of the real one, and those of packages named on the
 * command line. It lies in TMPDIR and is taken away afterwards; the real one is not touched.
 */
#ifndef EHDS_CTL_OVERLAY_H
#define EHDS_CTL_OVERLAY_H

#include <stdbool.h>
#include <stddef.h>

struct overlay {
	char *folder;		/* owns; NULL: there is none */
};

/*
 * conformance: the real folder; NULL: there is none. Says what went wrong and returns an exit
 * status.
 */
int
overlay_open(struct overlay *overlay, const char *conformance, char *const *packages, size_t count);

/* Accepts one that was not opened. */
void
overlay_close(struct overlay *overlay);

/*
 * Writes the facts of the FHIR packages (.tgz or folders) into folder, which is made; all or
 * nothing. quiet: no line for each. Says what went wrong and returns an exit status. In package.c.
 */
int
package_add(const char *folder, char *const *files, size_t count, bool quiet);

#endif
