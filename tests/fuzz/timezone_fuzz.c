/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * TZif files. Promises: a refusal says why; every instant and every local time of a zone has an
 * offset within a day.
 */
#include "base/alloc.h"
#include "base/text.h"
#include "base/timezone.h"

#include "target.h"

#include <limits.h>

static void
must_be_offset(int minutes)
{
	must(minutes >= -1440 && minutes <= 1440);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const long long instants[] = { LLONG_MIN, -4000000000LL, -1, 0, 1711846800, 4000000000LL,
	    LLONG_MAX };
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };
	struct timezone_data *zone;
	size_t i;

	if (timezone_parse(&zone, bytes, length, "fuzz", &error) != 0) {
		must(zone == NULL && error.kind == EHDS_ERROR_CONFIG &&
		    text_starts_with(error.text, "damaged"));
		return 0;
	}
	for (i = 0; i < sizeof(instants) / sizeof(instants[0]); i++)
		must_be_offset(timezone_offset_at(zone, instants[i]));
	for (int year = 1; year < 9999; year += 41)
		must_be_offset(timezone_offset(zone, year, 1 + year % 12, 1 + year % 28, year % 25, 0, 60,
		    NULL));
	timezone_free(&zone);
	return 0;
}
