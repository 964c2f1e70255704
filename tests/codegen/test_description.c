/* The descriptions of codegen/targets/: that of the machine this runs on is what its compiler and Python's headers say, and all of
 * them can be read. CPU levels: the least of each target is what its machines have. */
#include <stdio.h>

#include "base/cpu.h"
#include "base/target.h"
#include "host/layout.h"
#include "tests/cmocka.h"

static PwLayout read_description(const char *triple)
{
    char path[1024], text[16384];
    PwLayout l;
    PwErr err = {0};
    snprintf(path, sizeof path, "%s/%s.txt", PW_DESCRIPTIONS, triple);
    FILE *f = fopen(path, "r");
    if (!f)
        fail_msg("%s cannot be read", path);
    size_t n = fread(text, 1, sizeof text, f);
    fclose(f);
    if (pw_layout_parse(text, n, path, &l, &err) != PW_OK)
        fail_msg("%s (made anew by scripts/describe-targets)", err.text);
    assert_string_equal(l.triple, triple);
    return l;
}

static void own(void **state)
{
    (void)state;
    PwLayout expected = read_description(PW_TARGET), found;
    PwErr err = {0};
    pw_host_layout(&found);
    if (pw_layout_compare(&expected, &found, &err) != PW_OK)
        fail_msg("%s: %s (made anew by scripts/describe-targets)", PW_TARGET, err.text);
}

static void others(void **state)
{
    (void)state;
    static const char *const triples[] = {
        "x86_64-linux-gnu", "i686-linux-gnu", "arm-linux-gnueabihf", "aarch64-linux-gnu",
    };
    for (size_t k = 0; k < sizeof triples / sizeof *triples; k++) {
        unsigned n;
        PwLayout l = read_description(triples[k]);
        assert_int_equal(l.pointer, strstr(triples[k], "64") ? 8 : 4);
        assert_non_null(pw_levels(triples[k], &n));
        assert_true(n > 0);
    }
}

static void levels(void **state)
{
    (void)state;
    unsigned n, none;
    const PwLevel *level = pw_levels(PW_TARGET, &n);
    assert_true(n > 0 && pw_cpu_has(level->name));
    for (unsigned k = 2; k < n; k++) /* from the least up: whoever has one has those below it */
        assert_true(!pw_cpu_has(level[k].name) || pw_cpu_has(level[k - 1].name));
    assert_false(pw_cpu_has("vax"));
    assert_false(pw_cpu_has(strcmp(PW_TARGET, "aarch64-linux-gnu") ? "armv8.2-a" : "x86-64"));
    assert_null(pw_levels("vax-dec-ultrix", &none));
    assert_int_equal(none, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(own), cmocka_unit_test(others), cmocka_unit_test(levels)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
