/* SPDX-License-Identifier: EUPL-1.2 */
/* Fact files. Promises: a refusal says why and in which line; facts that are taken can be bound and looked at. */
#include "base/alloc.h"
#include "conform/profile_store.h"

#include "target.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };
	struct profiles *profiles = profiles_new();
	const struct package_info *package;

	if (profiles_take(profiles, "fuzz.facts", (const char *)bytes, length, &error) == 0) {
		profiles_bind(profiles);
		for (package = profiles_first_package(profiles); package != NULL; package = package->next)
			must(strstr(profiles_packages(profiles), package->label) != NULL);
		profile_of_type(profiles, "Patient");
	} else {
		must(error.kind == EHDS_ERROR_CONFIG && error.text[0] != '\0');
	}
	profiles_free(&profiles);
	return 0;
}
