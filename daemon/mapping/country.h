/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the packs of a folder share: OIDs, time zone, language. A top folder with a country.yaml is a
 * country and sees its own naming on top of what all share; one without is shared by all.
 */
#ifndef EHDS_MAPPING_COUNTRY_H
#define EHDS_MAPPING_COUNTRY_H

#include "base/finding.h"
#include "base/timezone.h"
#include "mapping/files.h"
#include "mapping/naming.h"

struct country {
	const char *name;			/* of the folder */
	const char *path;			/* of its country.yaml; NULL: a shared folder */
	const struct naming *naming;
	const struct timezone_data *zone;	/* NULL */
	const char *zone_name, *language;	/* NULL */
	const char *summary_title;		/* what a document composed of several sources is called; NULL */
};

struct countries;

/*
 * Reads all country and naming files. Mistakes are errors in lint: lint-country-name, lint-timezone,
 * lint-language, and naming's.
 */
struct countries *
countries_read(struct mapping_files *files, struct ehds_findings *lint);

void
countries_free(struct countries **countries);

/* The country in whose folder a file of that name lies; never NULL. */
const struct country *
country_of(const struct countries *countries, const char *file_name);

#endif
