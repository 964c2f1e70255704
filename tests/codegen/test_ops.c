/* Each op that touches objects, run natively and by the reference interpreter in the same world. */
#include <stdio.h>

#include "tests/cmocka.h"
#include "world.h"

#define HEAD "tree func unit=0 nlocals=4 nstack=8 code=00 key=1 optimised\nsym s0 = rootcode digest=01\n"
#define FRAME " frame code=s0 unit=7 locals=[keep, keep, keep, keep] stack="
#define NONE8 "[null, null, null, null, null, null, null, null]"

static PwCg *make(bool probes)
{
    PwCg *cg = NULL;
    PwErr err = {0};
    PwLayout layout = world_layout();
    if (pw_cg_new(&layout, &(PwCgOptions){.probes = probes}, &cg, &err))
        fail_msg("%s", err.text);
    return cg;
}

/* Runs text by both engines. */
static int64_t run(void **state, const char *text)
{
    PwTree *t = world_parse(text);
    int64_t result = world_run_both(*state, t);
    pw_tree_free(t);
    return result;
}

static void test_slots(void **state)
{
    world_reset();
    world.slots[1] = world_int(5);
    world.slots[2] = NULL;
    const char *text = HEAD "snap #0" FRAME "[own v0, own v1, own v2, null, null, null, null, null]\n"
                            "seg 0:\n  v0 = slot 1\n  v1 = slot 2\n  v2 = func\n  stslot 3 v0\n  exit #0\n";
    assert_int_equal(run(state, text), 0);
    assert_ptr_equal(world.exits[0].p, world.slots[1]);
    assert_ptr_equal(world.slots[3], world.slots[1]);
}

static void test_ret(void **state)
{
    world_reset();
    world.slots[0] = world_int(5);
    assert_int_equal(run(state, HEAD "seg 0:\n  v0 = slot 0\n  ret v0\n"), PW_EXIT_RET);
    assert_ptr_equal(world.run[PW_RUN_RET].p, world.slots[0]);
}

static void test_yield(void **state)
{
    world_reset();
    world.slots[0] = world_int(5);
    const char *text = HEAD "snap #0" FRAME "[own v0, null, null, null, null, null, null, null]\n"
                            "seg 0:\n  v0 = slot 0\n  yield 2097159 v0 #0\n"; /* unit 7, two values below */
    assert_int_equal(run(state, text), PW_EXIT_YIELD - 2);
    assert_ptr_equal(world.run[PW_RUN_RET].p, world.slots[0]);
    assert_ptr_equal(*(char **)world.run[PW_RUN_PREV].p, (char *)world.run[PW_RUN_CODE].p + 14);
}

static void test_fields(void **state)
{
    for (unsigned k = 0; k < PW_F_COUNT; k++) {
        char text[1000];
        bool integer = pw_field_info[k].type == 'i';
        if (pw_field_info[k].type == 'p')
            continue;
        world_reset();
        world.slots[0] = world_object(700);
        memset((char *)world.slots[0] + 16, 0x93, 600);
        PwLayout l = world_layout();
        ((char *)world.slots[0])[l.field[k]] = (char)0xa7;
        snprintf(text, sizeof text,
                 HEAD "snap #0" FRAME "[own v1, null, null, null, null, null, null, null]\nseg 0:\n  v0 = slot 0\n"
                      "  v1 = ldf %s v0\n  stf %s v0 %s\n  exit #0\n",
                 pw_field_info[k].name, pw_field_info[k].name, integer ? "-2i" : "null");
        assert_int_equal(run(state, text), 0);
    }
}

static void test_interior(void **state)
{
    world_reset();
    uint8_t *o = world_object(400), *values = world_object(100);
    for (unsigned k = 8; k < 400; k++)
        o[k] = (uint8_t)k;
    world.slots[0] = o;
    memcpy(o - 32, &values, sizeof values);
    uint8_t *keys = world_object(300);
    memcpy(o + 40, &keys, sizeof keys);
    keys[9] = 4;
    for (unsigned k = 32; k < 300; k++)
        keys[k] = (uint8_t)(k * 3);
    const char *simple =
        HEAD "snap #0" FRAME NONE8 "\n"
             "snap #1" FRAME "[own v2, own v4, own v7, own v8, own v9, null, null, null]\n"
             "seg 0:\n  v0 = slot 0\n  v1 = tupleitems v0\n  v2 = ldx TUPLE v1 2i\n"
             "  v3 = strdata v0\n  v4 = ldx U8 v3 133i\n  v5 = values v0\n  gptr v5 #0\n  v6 = addp v0 72i\n"
             "  v7 = ldx ATTR v6 0i\n  v8 = dictval v0 3i\n  stx ATTR v5 1i v2\n  v9 = typeof v0\n  exit #1\n";
    assert_int_equal(run(state, simple), 2);
    memset(o - 32, 0, 8);
    assert_int_equal(run(state, simple), 0);
}

/* One tree per guard; `good` says whether the world is made so that it holds. */
static void test_guards(void **state)
{
    static const char *const guards[] = {
        "gtype v0 s1 #0", "gclass v0 s3 #0", "gis v0 v1 #0", "gisnot v0 v1 #0", "gnull v0 #0", "gnotnull v0 #0",
        "gkeys v0 s2 #0", "gckeys v0 s4 #0", "gpoll #0",     "guntraced #0",    "gunseen #0",    "gdepth 3 #0",
    };
    for (unsigned k = 0; k < sizeof guards / sizeof *guards; k++)
        for (unsigned variant = 0; variant < 8; variant++) {
            char text[1000];
            world_reset();
            uint8_t *type = world_object(500), *keys = world_object(64), *dict = world_object(64);
            memcpy(dict + WORLD_TYPE, &type, sizeof type), memcpy(dict + 40, &keys, sizeof keys);
            if (variant != 7)
                memcpy(type + 416, &keys, sizeof keys);
            *(uint32_t *)(keys + 12) = 4000000000u;
            *(uint32_t *)(type + 388) = 3000000000u;
            world.slots[0] = variant == 5 && (k == 4 || k == 5) ? NULL : dict;
            world.slots[1] = variant & 1 ? dict : type;
            world.links[1].p = variant & 1 ? type : keys;
            world.links[2].i = variant & 1 ? 4000000000 : 7;
            world.links[3].i = variant & 1 ? 3000000000 : 7;
            world.links[4].i = variant & 1 ? 4000000000 : 7;
            world.breaker = variant == 3;
            world.tracing = variant == 2;
            world.depth = (int)variant;
            snprintf(text, sizeof text,
                     HEAD "sym s1 = btype \"dict\"\nsym s2 = keysver s0\nsym s3 = typever s1\nsym s4 = ckeysver s1\n"
                          "snap #0" FRAME NONE8 "\nsnap #1" FRAME NONE8
                          "\nseg 0:\n  v0 = slot 0\n  v1 = slot 1\n  %s\n  exit #1\n",
                     guards[k]);
            int64_t result = run(state, text);
            assert_true(result == 0 || result == 2);
            if (k < 2 || k == 6 || (k == 7 && variant != 7))
                assert_int_equal(result, variant & 1 ? 2 : 0);
        }
}

static void test_boxes(void **state)
{
    static const int64_t values[] = {0,
                                     1,
                                     -1,
                                     1 << 30,
                                     -(1 << 30),
                                     (1 << 30) - 1,
                                     INT64_C(1) << 60,
                                     -(INT64_C(1) << 60),
                                     (INT64_C(1) << 60) - 1,
                                     INT64_MAX,
                                     INT64_MIN,
                                     INT64_C(123456789012345678)};
    const char *text =
        HEAD "snap #0" FRAME NONE8 "\nsnap #1" FRAME "[own v1, null, null, null, null, null, null, null]\n"
             "snap #2" FRAME "[own v2, own v4, own v6, own v1, own v3, own v5, null, null]\n"
             "seg 0:\n  v0 = slot 0\n  v1 = unbox_i v0 #0\n  v2 = box_i v1 #1\n  v7 = slot 1\n"
             "  v3 = unbox_f v7\n  v4 = box_f v3 #1\n  v8 = slot 2\n  v5 = unbox_b v8\n  v6 = box_b v5\n"
             "  exit #2\n";
    for (unsigned k = 0; k < sizeof values / sizeof *values; k++)
        for (unsigned raise = 0; raise < 3; raise++) {
            world_reset();
            world.slots[0] = world_int(values[k]);
            world.slots[1] = world_float(-2.5);
            world.slots[2] = world.run[k & 1 ? PW_RUN_TRUE : PW_RUN_FALSE].p;
            world.raise_at = raise;
            assert_int_equal(run(state, text), raise ? 3 : 4);
            if (!raise)
                assert_int_equal(world.exits[3].i, values[k]);
        }
    world_reset();
    world.slots[0] = world_big_int();
    assert_int_equal(run(state, text), 0);
}

static void test_references(void **state)
{
    static const char *const ops[] = {"incref v0", "decref v0", "drop v0 #1", "free v0 #2"};
    for (unsigned k = 0; k < 4; k++)
        for (intptr_t count = 1; count < 4; count++) {
            char text[1000];
            world_reset();
            world.slots[0] = world_object(32);
            *(intptr_t *)world.slots[0] = count;
            snprintf(text, sizeof text,
                     HEAD "snap #0" FRAME NONE8 "\nsnap #1" FRAME NONE8 " drops=[v0]\n"
                          "snap #2 frame code=s0 unit=20 locals=[keep, keep, keep, own v0] stack=" NONE8 "\n"
                          "  frame code=s0 func=v1 unit=3 locals=[] stack=[]\n"
                          "seg 0:\n  v0 = slot 0\n  v1 = func\n  %s\n  exit #0\n",
                     ops[k]);
            assert_int_equal(run(state, text), k == 2 && count == 1 ? 2 : 0);
            assert_int_equal(world.nlog > 0, count == 1 && (k == 1 || k == 3));
        }
}

static void test_calls(void **state)
{
    const char *text =
        HEAD "sym s1 = tuplestr \"a,b\"\nsnap #0" FRAME "[own v0, own v1, null, null, null, null, null, null]\n"
             "snap #1 frame code=s0 unit=20 locals=[keep, keep, keep, own v0] stack=" NONE8 "\n"
             "  frame code=s0 func=v2 unit=3 locals=[] stack=[own v1]\n"
             "snap #2" FRAME "[own v3, own v4, own v5, own v6, own v7, own v8, own v9, own v10]\n"
             "seg 0:\n  v0 = slot 0\n  v1 = slot 1\n  v2 = func\n  v3 = call binop v0 v1 13i #0\n"
             "  v4 = call truth v1 #0\n  call setattr v0 v1 null #1\n  v5 = vcall v0 v1 v2 kw=s1 #1\n"
             "  guntraced #0\n  v6 = vcall v0 #0\n  v7 = mktuple v1 v0 #0\n  v8 = mklist v1 #0\n"
             "  v9 = call dict_of v1 v0 v1 v0 #0\n  v11 = call fpow 2f 0.5f\n  v10 = call fsin v11\n"
             "  v12 = call str_eq v0 v1\n  gfalse v12 #0\n  exit #2\n";
    for (uint32_t raise = 0; raise < 16; raise++) {
        world_reset();
        world.slots[0] = world_int(1);
        world.slots[1] = world_int(-1);
        world.links[1].p = world_object(32);
        world.raise_at = raise;
        int64_t result = run(state, text);
        if (!raise)
            assert_int_equal(result, 4);
    }
}

/* What raises goes on in the segment of its snapshot; other exceptions leave. */
static void test_caught(void **state)
{
    const char *text =
        HEAD "snap #0" FRAME NONE8 "\nsnap #1 throws" FRAME "[own v0, own v1, null, null, null, null, null, null]\n"
             "snap #2 frame code=s0 unit=20 locals=[keep, keep, keep, own v0] stack=" NONE8 "\n"
             "  frame code=s0 func=v4 unit=3 locals=[] stack=[own v1]\n"
             "snap #3" FRAME "[own v2, own v1, null, null, null, null, null, null]\n"
             "snap #4" FRAME "[own v3, own v1, null, null, null, null, null, null]\n"
             "seg 0:\n  v0 = slot 0\n  v1 = slot 1\n  v4 = func\n  v2 = call binop v0 v1 13i #1\n  gkept 3 #0\n"
             "  v5 = vcall v0 v1 #0\n  exit #3\n"
             "seg 1 from #1 in 0:\n  v3 = catch 3 #2\n  guntraced #4\n  gkept 2 #4\n  exit #4\n";
    static const int64_t wanted[] = {6, 8, 6, 1};
    for (uint32_t raise = 0; raise < 4; raise++) {
        world_reset();
        world.slots[0] = world_int(1);
        world.slots[1] = world_int(-1);
        world.raise_at = raise;
        assert_int_equal(run(state, text), wanted[raise]);
    }
    world_reset();
    world.depth = 3;
    world.slots[0] = world_int(1);
    world.slots[1] = world_int(-1);
    assert_int_equal(run(state, text), 0);
}

static void test_sides_and_loop(void **state)
{
    /* s = 0; i = 0; while i < n: s += i * 3 if i & 1 else 1; i += 1 */
    const char *text =
        HEAD "snap #0" FRAME NONE8 "\nsnap #1" FRAME "[own v3, own v4, null, null, null, null, null, null]\n"
             "snap #2" FRAME "[own v3, own v4, null, null, null, null, null, null]\n"
             "snap #3" FRAME "[own v4, own v3, null, null, null, null, null, null]\n"
             "seg 0:\n  v0 = slot 0\n  v1 = unbox_i v0 #0\n  v2 = ilt 0i v1\n  gtrue v2 #0\n  enter 0i 0i\n"
             "seg 1 loop:\n  v3 = param i\n  v4 = param i\n  gpoll #1\n  v5 = ilt v3 v1\n  gtrue v5 #1\n"
             "  v6 = iand v3 1i\n  v7 = ieq v6 0i\n  gfalse v7 #2\n  v8 = imul v3 3i #3\n  v9 = iadd v4 v8 #3\n"
             "  v10 = iadd v3 1i #3\n  jump v10 v9\n"
             "seg 2 from #2 in 1:\n  v11 = iadd v4 1i #3\n  v12 = iadd v3 1i #3\n  jump v12 v11\n";
    world_reset();
    world.slots[0] = world_int(1001);
    assert_int_equal(run(state, text), 2);
    assert_int_equal(world.exits[0].i, 1001);
    assert_int_equal(world.exits[1].i, 3 * 500 * 500 + 501);
    world_reset();
    world.breaker = 1;
    world.slots[0] = world_int(INT64_MAX);
    assert_int_equal(run(state, text), 2);
    world_reset();
    world.slots[0] = world_int(-3);
    assert_int_equal(run(state, text), 0);
}

static void test_fail_guards(void **state)
{
    (void)state;
    PwCg *cg = make(true);
    PwTree *t = world_parse(HEAD "snap #0" FRAME NONE8 "\nsnap #1" FRAME NONE8 "\nsnap #2" FRAME NONE8
                                 "\nsnap #3" FRAME NONE8 "\n"
                                 "seg 0:\n  v0 = slot 0\n  gnotnull v0 #0\n  v1 = unbox_i v0 #1\n  v2 = iadd v1 1i #2\n"
                                 "  gnull v0 #3\n  ret v0\n"
                                 "seg 1 from #3 in 0:\n  ret v0\n");
    for (unsigned k = 0; k < 4; k++) {
        world_reset();
        world.slots[0] = world_int(3);
        world.run[PW_RUN_FAIL].p = world.fail;
        world.fail[k] = 1;
        assert_int_equal(world_run_native(cg, t), 2 * (int64_t)k); /* #3: not into the side segment */
    }
    world.fail[3] = 0;
    assert_int_equal(world_run_native(cg, t), PW_EXIT_RET);
    world.fail[3] = 1;
    t->snap.at[3].other = 1; /* not a branch's other way */
    assert_int_equal(world_run_native(cg, t), PW_EXIT_RET);
    pw_tree_free(t);
    pw_cg_free(cg);
}

/* A segment whose own symbol is not there is left as if there were none. */
static void test_unlinked(void **state)
{
    PwTree *t = world_parse("tree func nlocals=8 nstack=0 code=01 raw\nsym s0 = rootcode digest=01\nsym s1 = single \"None\"\n"
                            "sym s2 = rootglobals\nsym s3 = dictval s2 \"name\"\nsym s4 = isinst s3 \"function\"\nsnap #0" FRAME NONE8
                            "\nsnap #1" FRAME NONE8 "\nsnap #2" FRAME NONE8 "\n"
                            "seg 0:\n  v0 = slot 0\n  gnull v0 #0\n  ret v0\n"
                            "seg 1 from #0 in 0:\n  v1 = slot 1\n  gnotnull v1 #1\n  incref @s1\n  ret @s1\n"
                            "seg 2 from #1 in 1:\n  gis v0 @s3 #2\n  incref @s3\n  ret @s3\n");
    uint32_t seg[5];
    const uint32_t expected[5] = {0, 1, 2, 2, 2};
    pw_tree_sym_segs(t, seg);
    assert_memory_equal(seg, expected, sizeof seg);
    for (world_unlinked = 0; world_unlinked < 3; world_unlinked++) {
        world_reset();
        world.slots[0] = world.links[1].p = world.links[3].p = world_object(64);
        assert_int_equal(world_run_native(*state, t), world_unlinked == 1 ? 0 : world_unlinked == 2 ? 2 : PW_EXIT_RET);
    }
    world_unlinked = 0;
    pw_tree_free(t);
}

static void test_refusals(void **state)
{
    static const char *const bad[] = {
        HEAD "seg 0:\n  v0 = slot 0\n",                          /* no end */
        HEAD "snap #0" FRAME NONE8 "\nseg 0:\n  jump\n",         /* no loop */
        HEAD "seg 0:\n  v0 = slot 0\n  ret v0\n  v1 = slot 1\n", /* behind the end */
    };
    for (unsigned k = 0; k < sizeof bad / sizeof *bad; k++) {
        PwErr err = {0};
        PwBlob blob;
        PwTree *t = world_parse(bad[k]);
        assert_int_equal(pw_cg_compile(*state, t, &blob, &err), PW_INVALID);
        assert_null(blob.text);
        assert_true(err.text[0]);
        pw_tree_free(t);
    }
    PwLayout layout = world_layout();
    PwCg *cg;
    PwErr err = {0};
    strcpy(layout.triple, "vax-dec-ultrix");
    assert_int_equal(pw_cg_new(&layout, &(PwCgOptions){0}, &cg, &err), PW_UNSUPPORTED);
    assert_non_null(strstr(err.text, "x86_64-linux-gnu"));
}

static int setup(void **state)
{
    *state = make(false);
    return 0;
}

static int teardown(void **state)
{
    pw_cg_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slots),       cmocka_unit_test(test_ret),      cmocka_unit_test(test_yield),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_interior),    cmocka_unit_test(test_guards),   cmocka_unit_test(test_boxes),
        cmocka_unit_test(test_references),  cmocka_unit_test(test_calls),    cmocka_unit_test(test_sides_and_loop),
        cmocka_unit_test(test_caught),
        cmocka_unit_test(test_fail_guards), cmocka_unit_test(test_unlinked), cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
