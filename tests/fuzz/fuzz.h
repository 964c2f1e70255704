/* Fuzzing: what is read from disk, fed with bytes that attack it. Each fuzz_NAME.c has one LLVMFuzzerTestOneInput, which libFuzzer
 * calls in the preset `fuzz` (scripts/fuzz), and which replay.c calls in all other builds, on the seeds, on what was found
 * once, and on simple damage to both.
 *
 * An input that is refused is fine. What was accepted must hold what the headers promise; otherwise the process aborts. */
#ifndef PW_TESTS_FUZZ_H
#define PW_TESTS_FUZZ_H

#include "ir/ir.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Aborts with a sentence unless `ok`. */
void fuzz_check(bool ok, const char *what);
/* A tree that was accepted: it can be printed and read again, encoded and decoded, given exit tables, and optimised. */
void fuzz_use_tree(const PwTree *t);

#endif
