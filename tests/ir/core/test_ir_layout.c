/* Layouts as text. */
#include "ir/layout.h"
#include "tests/cmocka.h"
#include "tests/ir/irtest.h"

static char *text_of(const PwLayout *l)
{
    PwWriter w = {0};
    pw_layout_print(l, &w);
    pw_write_u8(&w, 0);
    return (char *)w.at;
}

static PwLayout some_layout(void)
{
    PwLayout l;
    uint32_t *word = (uint32_t *)(void *)((char *)&l + sizeof l.triple);
    memset(&l, 0, sizeof l);
    for (uint32_t k = 0; k < (sizeof l - sizeof l.triple) / 4; k++)
        word[k] = k * 8 + 1;
    strcpy(l.triple, "x86_64-linux-gnu");
    l.values_before = -32;
    return l;
}

static void round_trip(void **state)
{
    (void)state;
    PwLayout l = some_layout(), m;
    char *text = text_of(&l), *again;
    assert_int_equal(pw_layout_parse(text, strlen(text), &m, NULL), PW_OK);
    assert_memory_equal(&l, &m, sizeof l);
    again = text_of(&m);
    assert_string_equal(text, again);
    for (char *a = text, *b; (b = strchr(a, '\n')) && b[1]; a = b + 1) /* sorted by name */
        assert_true(strncmp(a, b + 1, 30) < 0);
    pw_free(text);
    pw_free(again);
}

static void refused(const char *text, const char *what)
{
    PwLayout l;
    PwErr err = {0};
    assert_int_equal(pw_layout_parse(text, strlen(text), &l, &err), PW_STALE);
    if (!strstr(err.text, what))
        fail_msg("\"%s\" is not in \"%s\"", what, err.text);
}

static void refusals(void **state)
{
    (void)state;
    PwLayout l = some_layout();
    char *text = text_of(&l), copy[8192];
    snprintf(copy, sizeof copy, "%sbogus 3\n", text);
    refused(copy, "unknown fact \"bogus\"");
    snprintf(copy, sizeof copy, "%spointer 8\n", text);
    refused(copy, "another for \"pointer\"");
    refused("pointer x\n", "expected a number, found \"pointer x\"");
    refused("pointer -1\n", "expected a number");
    refused("pointer 4294967296\n", "expected a number");
    refused("pointer\n", "name value");
    refused("", "found none for");
    refused(strchr(text, '\n') + 1, "found none for");
    refused("triple 0123456789012345678901234567890123456789\n", "expected a triple");
    pw_free(text);
}

static void sizes(void **state)
{
    (void)state;
    PwLayout l = {.pointer = 4, .long_size = 4};
    assert_int_equal(pw_layout_size(&l, PW_C_SSIZE), 4);
    assert_int_equal(pw_layout_size(&l, PW_C_F64), 8);
    assert_int_equal(pw_layout_size(&l, PW_C_U8), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(round_trip), cmocka_unit_test(refusals),
                                       cmocka_unit_test(sizes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
