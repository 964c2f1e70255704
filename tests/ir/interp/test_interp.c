/* The reference interpreter: exits, helpers, opaque ops, drops, fuel, fail guards, nested runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/ir/fake.h"
#include "tests/ir/irtest.h"

static FakeRun run; /* what helpers look at */
static PwInterp *interp;

static PwTree *start(const char *text)
{
    static PwLayout layout;
    PwTree *t = irt_tree(text);
    PwErr err = {0};
    layout = fake_layout();
    layout.tuple_items = offsetof(FakeObject, digit);
    fake_run_init(&run);
    for (uint32_t k = 0; k < t->sym.n; k++) {
        const char *name = t->sym.at[k].name;
        if (name && !strcmp(name, "int"))
            run.links[k].p = &fake_int_type;
        if (name && !strcmp(name, "float"))
            run.links[k].p = &fake_float_type;
    }
    assert_int_equal(pw_interp_new(t, &layout, &interp, &err), PW_OK);
    return t;
}

static void stop(PwTree *t)
{
    pw_interp_free(interp);
    interp = NULL;
    pw_tree_free(t);
    assert_int_equal(fake_live, 0);
}

static int64_t go(uint64_t fuel)
{
    return pw_interp_run(interp, run.run, fuel, NULL);
}

#define HEAD                                                                                                           \
    "tree loop unit=10 nlocals=2 nstack=1 raw\n"                                                                       \
    "sym s0 = rootcode digest=01\n"                                                                                    \
    "sym s1 = btype \"int\"\n"                                                                                         \
    "sym s2 = btype \"float\"\n"

/* Counts slot 0 up to 5. */
#define COUNT                                                                                                          \
    HEAD "snap #0 frame code=s0 unit=10 locals=[keep, keep] stack=[keep]\n"                                            \
         "snap #1 frame code=s0 unit=11 locals=[keep, keep] stack=[keep]\n"                                            \
         "snap #2 frame code=s0 unit=10 locals=[own v3, keep] stack=[keep]\n"                                          \
         "seg 0:\n"                                                                                                    \
         "  gpoll #0\n"                                                                                                \
         "  v0 = slot 0\n"                                                                                             \
         "  gtype v0 s1 #0\n"                                                                                          \
         "  v1 = unbox_i v0 #0\n"                                                                                      \
         "  v2 = ilt v1 5i\n"                                                                                          \
         "  gtrue v2 #1\n"                                                                                             \
         "  v3 = iadd v1 1i #0\n"                                                                                      \
         "  decref v0\n"                                                                                               \
         "  loop #2\n"

static int64_t slot_int(unsigned k)
{
    int64_t v;
    fake_long_value(run.slots[k], &v);
    return v;
}

static void loops_and_fuel(void **state)
{
    (void)state;
    PwTree *t = start(COUNT);
    uint64_t steps = 0;
    run.slots[0] = fake_long_new(0);
    assert_int_equal(pw_interp_run(interp, run.run, 2, &steps), 2 * 2); /* leaves at the third `loop` */
    assert_int_equal(steps, 9 * 3);
    assert_int_equal(run.exits[0].i, 3);
    fake_leave(t, &run, 2);
    assert_int_equal(go(100), 1 * 2); /* the condition */
    fake_leave(t, &run, 1);
    assert_int_equal(slot_int(0), 5);
    run.breaker = 1;
    assert_int_equal(go(100), 0);
    run.breaker = 0;
    fake_release(run.slots[0]);
    run.slots[0] = fake_float_new(1.5);
    assert_int_equal(go(100), 0); /* another type */
    fake_release(run.slots[0]);
    stop(t);
}

static void probes(void **state)
{
    (void)state;
    PwTree *t = start(COUNT);
    uint8_t fail[3] = {0, 1, 0};
    run.run[PW_RUN_FAIL].p = fail;
    run.slots[0] = fake_long_new(0);
    assert_int_equal(go(100), 1 * 2);
    assert_int_equal(slot_int(0), 0);
    fake_release(run.slots[0]);
    stop(t);
}

/* Exits with a side segment are forced too; those of a branch's other way never. */
static void fail_guards_and_sides(void **state)
{
    (void)state;
    for (unsigned other = 0; other < 2; other++) {
        uint8_t fail[2] = {1, 0};
        char text[600];
        snprintf(text, sizeof text,
                 HEAD "snap #0%s frame code=s0 unit=10 locals=[keep, keep] stack=[keep]\n"
                      "snap #1 frame code=s0 unit=11 locals=[keep, keep] stack=[keep]\n"
                      "seg 0:\n  gtrue true #0\n  exit #1\nseg 1 from #0 in 0:\n  exit #1\n",
                 other ? " other" : "");
        PwTree *t = start(text);
        run.run[PW_RUN_FAIL].p = fail;
        assert_int_equal(go(100), other ? 1 * 2 : 0);
        stop(t);
    }
}

/* -- raising, opaque ops -- */

static int64_t seen_sync;
static int begun, ended;

static void *null_getattr(void *a, void *b)
{
    (void)a, (void)b;
    seen_sync = run.run[PW_RUN_SYNC].i;
    assert_ptr_equal(run.exits[0].p, run.slots[0]);
    return NULL;
}

static int begin(void *cells)
{
    assert_ptr_equal(cells, run.run);
    begun++;
    return 0;
}

static int end(void *cells)
{
    assert_ptr_equal(cells, run.run);
    ended++;
    return 0;
}

static void raising(void **state)
{
    (void)state;
    PwTree *t = start(HEAD "snap #0 frame code=s0 unit=10 locals=[keep, keep] stack=[keep]\n"
                           "snap #1 frame code=s0 unit=20 locals=[borrow v0, keep] stack=[keep]\n"
                           "  frame code=s0 func=v0 unit=3 locals=[] stack=[borrow v0]\n"
                           "seg 0:\n"
                           "  v0 = slot 0\n"
                           "  v1 = call getattr v0 v0 #1\n"
                           "  free v1 #0\n"
                           "  exit #0\n");
    run.helpers[PW_H_getattr].p = (void *)null_getattr;
    run.helpers[PW_H_sync_begin].p = (void *)begin;
    run.helpers[PW_H_sync_end].p = (void *)end;
    run.run[PW_RUN_CODE].p = (char *)NULL + 1000;
    run.slots[0] = fake_long_new(7);
    begun = ended = 0;
    assert_int_equal(go(0), 1 * 2 + PW_EXIT_THROW);
    assert_int_equal(seen_sync, 1);
    assert_int_equal(begun, 1);
    assert_int_equal(ended, 1);
    assert_int_equal(run.run[PW_RUN_SYNC].i, -1);
    assert_ptr_equal(run.prev, (char *)NULL + 1000 + 2 * 19); /* inside the call */
    fake_release(run.slots[0]);
    stop(t);
}

/* -- a last reference -- */

#define DROP(side)                                                                                                     \
    HEAD "snap #0 frame code=s0 unit=10 locals=[null, keep] stack=[keep] drops=[v0]\n"                                 \
         "snap #1 frame code=s0 unit=11 locals=[null, keep] stack=[keep]\n"                                            \
         "seg 0:\n"                                                                                                    \
         "  v0 = slot 0\n"                                                                                             \
         "  drop v0 #0\n"                                                                                              \
         "  exit #1\n" side

static void drops(void **state)
{
    (void)state;
    PwTree *t = start(DROP(""));
    FakeObject *o = run.slots[0] = fake_long_new(1);
    o->refs = 2;
    assert_int_equal(go(0), 1 * 2); /* not the last one */
    assert_int_equal(o->refs, 1);
    assert_int_equal(go(0), 0); /* left, undropped */
    assert_int_equal(o->refs, 1);
    fake_leave(t, &run, 0);
    stop(t);
    t = start(DROP("seg 1 from #0 in 0:\n  decref v0\n  exit #1\n"));
    run.slots[0] = fake_long_new(1);
    assert_int_equal(go(0), 1 * 2); /* the side trace released it */
    stop(t);
}

/* -- arrays, virtual tuples, numbers of slots -- */

static void *sum_of(void *const *items, int64_t n)
{
    int64_t sum = 0, v;
    for (int64_t k = 0; k < n; k++) {
        fake_long_value(items[k], &v);
        sum = sum * 10 + v;
    }
    return fake_long_new(sum);
}

static void *stop_after(void *const *items, int64_t n)
{
    run.breaker = 1;
    return sum_of(items, n);
}

static void *tuple_of(void *const *items, int64_t n)
{
    void *sum = sum_of(items, n);
    for (int64_t k = 0; k < n; k++)
        fake_release(items[k]); /* stolen */
    return sum;
}

static void arrays(void **state)
{
    (void)state;
    PwTree *t = start(HEAD "snap #0 frame code=s0 unit=10 locals=[own v3, own v3] stack=[own v2]\n"
                           "snap #1 frame code=s0 unit=11 locals=[keep, keep] stack=[keep]\n"
                           "seg 0:\n"
                           "  gpoll #1\n"
                           "  v0 = slot 0\n"
                           "  v1 = call str_build v0 v0 v0 #1\n"
                           "  v2 = vtuple v1 4i v0\n"
                           "  v3 = iadd 40i 2i #1\n"
                           "  loop #0\n");
    run.helpers[PW_H_str_build].p = (void *)stop_after;
    run.helpers[PW_H_tuple_of].p = (void *)tuple_of;
    run.slots[0] = fake_long_new(3);
    assert_int_equal(go(1), 1 * 2); /* once around: frame memory is made; then the poll */
    assert_ptr_equal(run.slots[0], run.slots[1]); /* one number, one object */
    assert_int_equal(slot_int(0), 42);
    assert_int_equal(slot_int(2), 333 * 100 + 4 * 10 + 3);
    for (unsigned k = 0; k < 3; k++)
        fake_release(run.slots[k]);
    stop(t);
}

/* -- an opaque op that runs the same tree -- */

static int depth;

static void *run_again(void *a, void *b)
{
    (void)a, (void)b;
    if (depth++ < 3)
        assert_int_equal(go(0), 0);
    return fake_long_new(depth);
}

static void nested(void **state)
{
    (void)state;
    PwTree *t = start(HEAD "snap #0 frame code=s0 unit=10 locals=[own v1, own v4] stack=[keep]\n"
                           "snap #1 frame code=s0 unit=11 locals=[keep, keep] stack=[keep]\n"
                           "seg 0:\n"
                           "  v0 = slot 0\n"
                           "  v1 = unbox_i v0 #1\n"
                           "  v2 = iadd v1 1i #1\n"
                           "  v3 = call getattr v0 v0 #1\n"
                           "  decref v3\n"
                           "  v4 = iadd v2 v1 #1\n"
                           "  exit #0\n");
    run.helpers[PW_H_getattr].p = (void *)run_again;
    run.slots[0] = fake_long_new(10);
    depth = 0;
    assert_int_equal(go(0), 0);
    assert_int_equal(run.exits[0].i, 10);
    assert_int_equal(run.exits[1].i, 21); /* v2 was not the inner runs' */
    fake_release(run.slots[0]);
    stop(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loops_and_fuel), cmocka_unit_test(probes), cmocka_unit_test(fail_guards_and_sides), cmocka_unit_test(raising),
        cmocka_unit_test(drops),          cmocka_unit_test(arrays),      cmocka_unit_test(nested),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
