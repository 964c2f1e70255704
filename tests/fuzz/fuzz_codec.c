/* Stored trees. The input is a body (ir/codec.h): the head with its digests is made here, since no damage gets past them. */
#include "tests/fuzz/fuzz.h"

#include "ir/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    PwTree *t = NULL, *headless = NULL;
    PwErr err = {0};
    PwWriter whole = {0};
    PwDigest tables = pw_ir_digest(), body = pw_digest(data, size);
    pw_write_bytes(&whole, PW_CODEC_MAGIC, 4);
    pw_write_bytes(&whole, &tables, sizeof tables);
    pw_write_bytes(&whole, &body, sizeof body);
    pw_write_bytes(&whole, data, size);
    if (pw_tree_decode(whole.at, whole.n, &t, &err) == PW_OK)
        fuzz_use_tree(t);
    else
        fuzz_check(!t && err.text[0], "refused without a sentence");
    fuzz_check(pw_tree_decode(data, size, &headless, &err) != PW_OK || size > PW_CODEC_HEAD, "bytes without a head were accepted");
    pw_tree_free(headless);
    pw_tree_free(t);
    pw_writer_free(&whole);
    return 0;
}
