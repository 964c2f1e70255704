/* Random trees, raw against optimised: the same exit with the same frame, or the state at a header that the raw tree came
 * through; and no object lost or released twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/ir/fake.h"
#include "gen.h"
#include "ir/opt.h"

enum { FUEL = 6, TREES = 2000, RUNS = 6 };

/* PREWARM_DIFF_TREES: how many, for long runs. */
static uint64_t trees(void)
{
    const char *n = getenv("PREWARM_DIFF_TREES");
    return n ? strtoull(n, NULL, 10) : TREES;
}

typedef struct Outcome {
    int64_t exit;
    uint32_t unit;
    void *type[GEN_SLOTS];
    uint64_t bits[GEN_SLOTS];
} Outcome;

static void fill(FakeRun *r, uint64_t seed)
{
    static const int64_t special[] = {0, 1, -1, INT64_MAX, INT64_MIN, 3};
    fake_run_init(r);
    r->links[GEN_INT].p = &fake_int_type;
    r->links[GEN_FLOAT].p = &fake_float_type;
    r->links[GEN_BOOL].p = &fake_bool_type;
    for (unsigned k = 0; k < GEN_SLOTS; k++) {
        uint32_t v = gen_random(&seed, 40);
        if (k == 2 && v != 7)
            r->slots[k] = fake_float_new(v * 0.25);
        else if (k == 4 && v != 7)
            r->slots[k] = fake_object(PW_T_B, (PwCell){.i = v & 1});
        else
            r->slots[k] = fake_long_new(v < 6 ? special[v] : v - 10);
    }
}

static Outcome run(const PwTree *t, uint64_t seed, uint64_t fuel)
{
    PwLayout layout = fake_layout();
    PwInterp *in;
    PwErr err = {0};
    FakeRun r;
    fill(&r, seed);
    assert_int_equal(pw_interp_new(t, &layout, &in, &err), PW_OK);
    Outcome o = {.exit = pw_interp_run(in, r.run, fuel, NULL)};
    pw_interp_free(in);
    uint32_t snap = (uint32_t)(o.exit / 2);
    assert_true(o.exit >= 0 && o.exit % 2 == 0 && snap < t->snap.n);
    o.unit = t->frame.at[t->snap.at[snap].frames].unit;
    fake_leave(t, &r, snap);
    for (unsigned k = 0; k < GEN_SLOTS; k++) {
        FakeObject *x = r.slots[k];
        int64_t v = 0;
        o.type[k] = x->type;
        if (x->type == &fake_float_type)
            memcpy(&v, &x->value, sizeof v);
        else
            fake_long_value(x, &v);
        o.bits[k] = (uint64_t)v;
        fake_release(x);
    }
    assert_int_equal(fake_live, 0);
    assert_int_equal(fake_true.refs, 1 << 20);
    assert_int_equal(fake_false.refs, 1 << 20);
    return o;
}

static bool same_frame(const Outcome *a, const Outcome *b)
{
    if (a->unit != b->unit || memcmp(a->type, b->type, sizeof a->type))
        return false;
    for (unsigned k = 0; k < GEN_SLOTS; k++) {
        double x, y;
        memcpy(&x, &a->bits[k], sizeof x);
        memcpy(&y, &b->bits[k], sizeof y);
        bool nan = a->type[k] == &fake_float_type && x != x && y != y;
        if (a->bits[k] != b->bits[k] && !nan)
            return false;
    }
    return true;
}

/* An optimiser's guard left at a header: some number of rounds of the raw tree ends there. */
static bool header_state(const PwTree *raw, uint64_t seed, const Outcome *o)
{
    for (uint64_t fuel = 0; fuel <= FUEL; fuel++) {
        Outcome r = run(raw, seed, fuel);
        if (same_frame(&r, o))
            return true;
    }
    if (o->unit != 10)
        return false;
    FakeRun start; /* before the first round */
    bool same = true;
    fill(&start, seed);
    for (unsigned k = 0; k < GEN_SLOTS; k++) {
        FakeObject *x = start.slots[k];
        same &= x->type == o->type[k];
        fake_release(x);
    }
    return same;
}

static void show(const PwTree *raw, const PwTree *opt)
{
    PwWriter w = {0};
    pw_tree_print(raw, &w);
    pw_tree_print(opt, &w);
    fprintf(stderr, "%.*s\n", (int)w.n, (const char *)w.at);
    pw_writer_free(&w);
}

static unsigned check(uint64_t seed, uint32_t passes)
{
    PwErr err = {0};
    unsigned exact = 0;
    PwTree *raw = gen_tree(seed), *opt = NULL;
    assert_non_null(raw);
    PwStatus status = pw_tree_verify(raw, &err);
    if (!status)
        status = pw_opt_run(raw, passes, true, NULL, NULL, &opt, &err);
    if (status)
        fail_msg("tree %llu: %s", (unsigned long long)seed, err.text);
    for (uint64_t k = 0; k < RUNS; k++) {
        Outcome a = run(raw, seed + k, FUEL), b = run(opt, seed + k, FUEL);
        bool header = b.exit / 2 >= (int64_t)raw->snap.n;
        bool same = a.exit == b.exit || (a.unit == 10 && b.unit == 10);
        exact += !header;
        if (header ? header_state(raw, seed + k, &b) : same && same_frame(&a, &b))
            continue;
        show(raw, opt);
        fail_msg("tree %llu, run %llu: exit %lld, optimised %lld", (unsigned long long)seed, (unsigned long long)k,
                 (long long)a.exit, (long long)b.exit);
    }
    pw_tree_free(raw);
    pw_tree_free(opt);
    return exact;
}

static void all_passes(void **state)
{
    (void)state;
    unsigned exact = 0;
    for (uint64_t seed = 0; seed < trees(); seed++)
        exact += check(seed, PW_PASSES_ALL);
    assert_true(exact > trees()); /* not all left at the header */
}

static void each_pass(void **state)
{
    (void)state;
    for (unsigned pass = 0; pass < PW_PASS_COUNT; pass++) {
        for (uint64_t seed = 0; seed < trees() / 8; seed++) {
            check(seed, 1u << pass);
            check(seed, PW_PASSES_ALL & ~(1u << pass));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_passes), cmocka_unit_test(each_pass)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
