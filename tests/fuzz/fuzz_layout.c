/* The layout of a target, which caches and images hold as text. */
#include "tests/fuzz/fuzz.h"

#include "ir/layout.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    PwLayout l, again;
    PwErr err = {0};
    if (pw_layout_parse((const char *)data, size, "input", &l, &err) != PW_OK) {
        fuzz_check(err.text[0], "refused without a sentence");
        return 0;
    }
    PwWriter text = {0}, second = {0};
    pw_layout_print(&l, &text);
    fuzz_check(pw_layout_parse((const char *)text.at, text.n, "text", &again, &err) == PW_OK, "printed text cannot be parsed");
    pw_layout_print(&again, &second);
    fuzz_check(text.n == second.n && !memcmp(text.at, second.at, text.n), "printed text reads as something else");
    pw_writer_free(&text);
    pw_writer_free(&second);
    return 0;
}
