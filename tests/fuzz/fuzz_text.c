/* The parser of IR text. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    PwTree *t = NULL;
    PwErr err = {0};
    if (pw_tree_parse((const char *)data, size, &t, &err) == PW_OK) {
        if (pw_tree_verify(t, &err) == PW_OK)
            fuzz_use_tree(t);
    } else {
        fuzz_check(!t && err.text[0], "refused without a sentence");
    }
    pw_tree_free(t);
    return 0;
}
