/* SPDX-License-Identifier: EUPL-1.2 */
/* What every fuzz target is: one function, called with one input after the other. A broken promise aborts. */
#ifndef EHDS_TESTS_FUZZ_TARGET_H
#define EHDS_TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#endif
