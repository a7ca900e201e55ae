/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The identifier of a Bundle for a conditional create. Promises: what is found is short, and nothing but
 * letters that stand in a header as they are; the same bytes give the same.
 */
#include "base/alloc.h"
#include "wire/http.h"

#include "target.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%";

	for (int xml = 0; xml < 2; xml++) {
		char out[HTTP_IDENTIFIER], again[HTTP_IDENTIFIER];

		if (!http_identifier(out, (const char *)bytes, length, xml != 0))
			continue;
		must(strlen(out) < HTTP_IDENTIFIER && strspn(out, letters) == strlen(out));
		must(strstr(out, "%7C") != NULL);
		must(http_identifier(again, (const char *)bytes, length, xml != 0));
		must(strcmp(out, again) == 0);
	}
	return 0;
}
