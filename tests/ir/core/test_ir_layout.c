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

/* A description that is true of no machine, but could be. */
static PwLayout some_layout(void)
{
    PwLayout l = {.triple = "x86_64-linux-gnu"};
    uint32_t k = 0;
#define PW_FACT(name, expression, least, most, step) l.name = (least) ? (least) : (most) < 8 ? (most) : (step) ? (step) * (++k % 2) : 8 * (++k % 4);
#include "ir/layout.def"
#undef PW_FACT
    l.pointer = l.long_size = 8;
    l.digit_size = 2;
    l.ob_refcnt = 16;
    for (k = 0; k < PW_SIZE_COUNT; k++)
        l.basic[k] = 16 + k, l.item[k] = k;
    for (k = 0; k < PW_F_COUNT; k++)
        l.field[k] = 8 * k;
    return l;
}

static void round_trip(void **state)
{
    (void)state;
    PwLayout l = some_layout(), m;
    PwErr err = {0};
    char *text = text_of(&l), *again, commented[8192];
    if (pw_layout_parse(text, strlen(text), "x", &m, &err) != PW_OK)
        fail_msg("%s", err.text);
    assert_memory_equal(&l, &m, sizeof l);
    assert_int_equal(pw_layout_compare(&l, &m, NULL), PW_OK);
    PwDigest a = pw_layout_digest(&l), b = pw_layout_digest(&m);
    assert_memory_equal(&a, &b, sizeof a);
    again = text_of(&m);
    assert_string_equal(text, again);
    for (char *at = text, *nl; (nl = strchr(at, '\n')) && nl[1]; at = nl + 1) /* sorted by name */
        assert_true(strncmp(at, nl + 1, 30) < 0);
    snprintf(commented, sizeof commented, "# a comment\n\n%s# another", text);
    assert_int_equal(pw_layout_parse(commented, strlen(commented), "x", &m, &err), PW_OK);
    assert_memory_equal(&l, &m, sizeof l);
    pw_free(text);
    pw_free(again);
}

static void differences(void **state)
{
    (void)state;
    PwLayout l = some_layout(), m = l;
    PwErr err = {0};
    m.dict_keys += 8;
    assert_int_equal(pw_layout_compare(&l, &m, &err), PW_STALE);
    char expected[80];
    snprintf(expected, sizeof expected, "expected dict_keys %u, found %u", l.dict_keys, m.dict_keys);
    assert_string_equal(err.text, expected);
    m = l;
    m.field[PW_F_LIST_ITEMS] = 4000;
    assert_int_equal(pw_layout_compare(&l, &m, &err), PW_STALE);
    assert_non_null(strstr(err.text, "field.LIST_ITEMS"));
    m = l;
    strcpy(m.triple, "arm-linux-gnueabihf");
    assert_int_equal(pw_layout_compare(&l, &m, &err), PW_STALE);
    assert_string_equal(err.text, "expected triple x86_64-linux-gnu, found arm-linux-gnueabihf");
}

static void refused(const char *text, const char *what)
{
    PwLayout l;
    PwErr err = {0};
    assert_int_equal(pw_layout_parse(text, strlen(text), "file", &l, &err), PW_SYNTAX);
    if (!strstr(err.text, what))
        fail_msg("\"%s\" is not in \"%s\"", what, err.text);
}

/* The text of some_layout with one line replaced. */
static void refused_line(const char *name, const char *line, const char *what)
{
    PwLayout l = some_layout();
    char *text = text_of(&l), copy[8192], key[64];
    snprintf(key, sizeof key, "\n%s ", name);
    char *at = strstr(text, key), *rest = at ? strchr(at + 1, '\n') : NULL;
    assert_non_null(rest);
    snprintf(copy, sizeof copy, "%.*s%s%s", (int)(at + 1 - text), text, line, rest);
    refused(copy, what);
    pw_free(text);
}

static void refusals(void **state)
{
    (void)state;
    PwLayout l = some_layout();
    char *text = text_of(&l), copy[8192];
    snprintf(copy, sizeof copy, "%sbogus 3\n", text);
    refused(copy, "found the unknown fact \"bogus\"");
    snprintf(copy, sizeof copy, "%spointer 8\n", text);
    refused(copy, "another for \"pointer\"");
    refused("pointer x\n", "file, line 1: expected a number, found \"pointer x\"");
    refused("# comment\npointer -1\n", "file, line 2: expected a number");
    refused("pointer 4294967296\n", "expected a number");
    refused("pointer 99999999999\n", "expected a number");
    refused("pointer\n", "name value");
    refused("", "no line for");
    refused(strchr(text, '\n') + 1, "no line for \"align_double\"");
    refused("triple 0123456789012345678901234567890123456789\n", "expected a triple");
    pw_free(text);
}

static void impossible(void **state)
{
    (void)state;
    refused_line("pointer", "pointer 6", "pointer 6 cannot be: expected a multiple of 4 from 4 to 8");
    refused_line("little_endian", "little_endian 0", "little_endian 0 cannot be");
    refused_line("dict_keys", "dict_keys 9", "dict_keys 9 cannot be: expected a multiple of 8");
    refused_line("float_value", "float_value 40000", "float_value 40000 cannot be");
    refused_line("field.LIST_SIZE", "field.LIST_SIZE 12", "field.LIST_SIZE 12 cannot be: expected a multiple of 8");
    refused_line("digit_size", "digit_size 4", "digit_bits 15 cannot be with digit_size 4 of line");
    refused_line("pointer", "pointer 4", "long_size 8 cannot be with pointer 4 of line");
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(round_trip), cmocka_unit_test(differences),
                                       cmocka_unit_test(refusals), cmocka_unit_test(impossible),
                                       cmocka_unit_test(sizes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
