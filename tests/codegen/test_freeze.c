/* Freezing: what is made is sound for every target; damaged marshal data is refused or makes something that is sound, too. */
#include "tests/cmocka.h"

#include "base/alloc.h"
#include "codegen/freeze.h"
#include "codegen/target.h"

/* marshal.dumps(compile(..., "t.py", "exec")) by CPython 3.11 of:
 *
 *     def f(a, *, b=(1, 2.5, 3j, -7, 2**40, 10**30, "x y", "\xe9\u20ac", b"z", None, ...)):
 *         def g(): return a in {"one", "two", 5}
 *         try: return g()
 *         except ValueError: return "\U0001f600"
 */
static const uint8_t module[] = {
    99, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 243, 18, 0, 0, 0, 151, 0, 100, 0, 100, 1, 156, 1, 100, 2,
    132, 2, 90, 0, 100, 3, 83, 0, 41, 4, 41, 11, 233, 1, 0, 0, 0, 103, 0, 0, 0, 0, 0, 0, 4, 64, 121, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 8, 64, 105, 249, 255, 255, 255, 108, 3, 0, 0, 0, 0, 0, 0, 0, 0, 4, 108, 7, 0, 0, 0, 0, 0, 0, 0, 169, 55,
    167, 51, 4, 77, 147, 101, 39, 3, 122, 3, 120, 32, 121, 117, 5, 0, 0, 0, 195, 169, 226, 130, 172, 243, 1, 0, 0, 0, 122, 78,
    46, 41, 1, 218, 1, 98, 99, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 3, 0, 0, 0, 243, 68, 0, 0, 0, 135, 0, 151, 0,
    136, 0, 102, 1, 100, 1, 132, 8, 125, 2, 2, 0, 124, 2, 166, 0, 0, 0, 171, 0, 0, 0, 0, 0, 0, 0, 0, 0, 83, 0, 35, 0, 116, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 36, 0, 114, 4, 1, 0, 89, 0, 100, 2, 83, 0, 119, 0, 120, 3, 89, 0, 119, 1, 41, 3, 78, 99, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 19, 0, 0, 0, 243, 12, 0, 0, 0, 149, 1, 151, 0, 137, 0, 100, 1, 118, 0, 83, 0,
    41, 2, 78, 62, 3, 0, 0, 0, 218, 3, 111, 110, 101, 218, 3, 116, 119, 111, 233, 5, 0, 0, 0, 169, 0, 41, 1, 218, 1, 97, 115,
    1, 0, 0, 0, 128, 250, 4, 116, 46, 112, 121, 218, 1, 103, 122, 12, 102, 46, 60, 108, 111, 99, 97, 108, 115, 62, 46, 103, 3,
    0, 0, 0, 115, 14, 0, 0, 0, 248, 128, 0, 144, 65, 208, 25, 42, 208, 20, 42, 208, 13, 42, 243, 0, 0, 0, 0, 117, 4, 0, 0, 0,
    240, 159, 152, 128, 41, 1, 218, 10, 86, 97, 108, 117, 101, 69, 114, 114, 111, 114, 41, 3, 114, 10, 0, 0, 0, 114, 3, 0, 0,
    0, 114, 12, 0, 0, 0, 115, 3, 0, 0, 0, 96, 32, 32, 114, 11, 0, 0, 0, 218, 1, 102, 114, 15, 0, 0, 0, 2, 0, 0, 0, 115, 54, 0,
    0, 0, 248, 128, 0, 216, 4, 42, 208, 4, 42, 208, 4, 42, 208, 4, 42, 208, 4, 42, 216, 16, 17, 144, 1, 145, 3, 148, 3, 136,
    26, 248, 221, 11, 21, 208, 4, 42, 208, 4, 42, 208, 4, 42, 152, 108, 152, 108, 152, 108, 208, 4, 42, 248, 248, 248, 115, 12,
    0, 0, 0, 135, 9, 17, 0, 145, 10, 31, 3, 158, 1, 31, 3, 78, 41, 1, 114, 15, 0, 0, 0, 114, 9, 0, 0, 0, 114, 13, 0, 0, 0, 114,
    11, 0, 0, 0, 250, 8, 60, 109, 111, 100, 117, 108, 101, 62, 114, 16, 0, 0, 0, 1, 0, 0, 0, 115, 43, 0, 0, 0, 240, 3, 1, 1, 1,
    224, 14, 83, 240, 0, 3, 1, 43, 240, 0, 3, 1, 43, 240, 0, 3, 1, 43, 240, 0, 3, 1, 43, 240, 0, 3, 1, 43, 240, 0, 3, 1, 43,
    240, 0, 3, 1, 43, 114, 13, 0, 0, 0,
};

static PwStatus freeze(const PwLayout *target, const void *data, size_t n, PwFrozen *f, PwFrozenStrings *strings, PwErr *err)
{
    *strings = (PwFrozenStrings){.target = target};
    return pw_freeze(strings, data, n, f, err);
}

static void check(const PwLayout *target, const PwFrozen *f, const PwFrozenStrings *strings)
{
    PwErr err = {0};
    PwFrozenWords words = {(const uint32_t *)(const void *)f->moves.at, (const uint32_t *)(const void *)f->links.at, f->moves.n / 4, f->links.n / 4};
    if (pw_frozen_check(f->data.n, target->pointer, strings->n, &words, &err) != PW_OK)
        fail_msg("%s", err.text);
    assert_true(f->hot <= f->data.n && f->hot % 8 == 0 && f->data.n % 8 == 0 && f->root < f->hot);
    assert_int_equal(strings->places.n, strings->n * 4);
}

static uint64_t word(const PwLayout *target, const PwFrozen *f, uint32_t at)
{
    uint64_t v = 0;
    memcpy(&v, f->data.at + at, target->pointer);
    return v;
}

static void targets(void **state)
{
    (void)state;
    for (unsigned k = 0; pw_target_at(k); k++) {
        PwLayout target;
        PwFrozen f;
        PwFrozenStrings strings;
        PwErr err = {0};
        assert_int_equal(pw_target_layout(pw_target_at(k)->triple, &target, &err), PW_OK);
        if (freeze(&target, module, sizeof module, &f, &strings, &err) != PW_OK)
            fail_msg("%s: %s", target.triple, err.text);
        check(&target, &f, &strings);
        assert_int_equal(word(&target, &f, f.root), PW_FROZEN_REFS);
        uint32_t consts = (uint32_t)word(&target, &f, f.root + 3 * target.pointer); /* co_consts: a tuple */
        assert_int_equal(word(&target, &f, consts), PW_FROZEN_REFS);
        assert_in_range(word(&target, &f, consts + 2 * target.pointer), 1, 20);
        assert_int_equal(f.data.at[f.root + (target.pointer == 8 ? 52 : 28)], (uint8_t)PW_FROZEN_WARMUP);
        assert_in_range(f.tuples, 5, 30);
        pw_frozen_free(&f);
        pw_frozen_strings_free(&strings);
    }
}

static void damage(void **state)
{
    (void)state;
    PwLayout target;
    uint32_t seed = 1, refused = 0, frozen = 0;
    assert_int_equal(pw_target_layout("x86_64-linux-gnu", &target, NULL), PW_OK);
    for (int i = 0; i < 30000; i++) {
        uint8_t copy[sizeof module];
        memcpy(copy, module, sizeof module);
        size_t n = i % 5 ? sizeof module : (size_t)i / 5 % sizeof module;
        for (int k = 0; k < 1 + i % 3; k++) {
            seed = seed * 1664525u + 1013904223u;
            copy[(seed >> 8) % sizeof module] = (uint8_t)(seed >> 24);
        }
        PwFrozen f;
        PwFrozenStrings strings;
        PwErr err = {0};
        PwStatus status = freeze(&target, copy, n, &f, &strings, &err);
        assert_int_equal(status != PW_OK, err.text[0] != 0);
        if (status == PW_OK)
            check(&target, &f, &strings);
        *(status == PW_OK ? &frozen : &refused) += 1;
        pw_frozen_free(&f);
        pw_frozen_strings_free(&strings);
    }
    assert_true(refused > 1000 && frozen > 1000);
}

static void no_memory(void **state)
{
    (void)state;
    PwLayout target;
    PwStatus status = PW_NOMEM;
    assert_int_equal(pw_target_layout("i686-linux-gnu", &target, NULL), PW_OK);
    for (uint64_t n = 1; status != PW_OK; n++) {
        PwFrozen f;
        PwFrozenStrings strings;
        pw_alloc_fail_after(n);
        status = freeze(&target, module, sizeof module, &f, &strings, NULL);
        pw_alloc_fail_after(0);
        assert_true(status == PW_OK || status == PW_NOMEM);
        assert_true(n < 10000);
        pw_frozen_free(&f);
        pw_frozen_strings_free(&strings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(targets), cmocka_unit_test(damage), cmocka_unit_test(no_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
