/* Live values of snapshots, exit tables. */
#include "tests/cmocka.h"
#include "tests/ir/irtest.h"

static const char text[] = "tree loop unit=10 nlocals=2 nstack=1 raw\n"
                           "sym s0 = rootcode digest=01\n"
                           "sym s1 = str \"a\"\n"
                           "sym s2 = codeobj digest=02\n"
                           "snap #0 frame code=s0 unit=10 locals=[keep, own v1] stack=[own v1]\n"
                           "snap #1 frame code=s0 unit=11 cont=push locals=[keep, own v3] stack=[borrow @s1]\n"
                           "  frame code=s2 func=v0 unit=3 cont=push locals=[own v3, own 2.5f, null, borrow v0, own "
                           "v2] stack=[own 7i, own true]\n"
                           "  drops=[v0]\n"
                           "snap #2 frame code=s0 unit=10 locals=[keep, keep] stack=[own null]\n"
                           "seg 0:\n"
                           "  v0 = slot 1\n"
                           "  v1 = iadd 1i 2i #2\n"
                           "  gpoll #0\n"
                           "  v2 = vtuple 2.5f v0 v1\n"
                           "  v3 = vtuple v1 v2\n"
                           "  drop v0 #1\n"
                           "  loop #2\n";

static void live(void **state)
{
    (void)state;
    PwTree *t = irt_tree(text);
    PwRef out[8], one[1];
    assert_int_equal(pw_snap_live(t, (PwSnapNo){0}, out, 8), 1);
    assert_int_equal(pw_ins(t, out[0])->op, PW_OP_iadd);
    assert_int_equal(pw_snap_live(t, (PwSnapNo){1}, out, 8), 2); /* through the vtuples: v1, then v0 */
    assert_int_equal(pw_ins(t, out[0])->op, PW_OP_iadd);
    assert_int_equal(pw_ins(t, out[1])->op, PW_OP_slot);
    assert_int_equal(pw_snap_live(t, (PwSnapNo){1}, one, 1), 2);
    assert_int_equal(one[0].i, out[0].i);
    assert_int_equal(pw_snap_live(t, (PwSnapNo){1}, NULL, 0), 2);
    assert_int_equal(pw_snap_live(t, (PwSnapNo){2}, out, 8), 0);
    pw_tree_free(t);
}

/* Many values, each named twice: counting without a buffer finds the same number. */
static void live_many(void **state)
{
    (void)state;
    enum { N = 900 };
    PwTree *t = irt_tree("tree loop nlocals=1800 raw\nsym s0 = rootcode digest=01\n"
                         "seg 0:\n  v0 = slot 0\n  ret v0\n");
    PwEntry entries[2 * N];
    PwRef out[N];
    for (int i = 0; i < N; i++) {
        PwRef r = pw_tree_ins(t, PW_OP_slot, 0, i, NULL, 0, PW_NOSNAP);
        entries[i] = entries[2 * N - 1 - i] = (PwEntry){PW_E_BORROW, r};
    }
    PwSnapFrame f = {.code = {0}, .func = PW_NOREF, .nlocals = 2 * N};
    PwSnapNo s = pw_tree_snap(t, &f, 1, entries, 2 * N, NULL, 0);
    assert_int_equal(pw_snap_live(t, s, NULL, 0), N);
    assert_int_equal(pw_snap_live(t, s, out, 10), N);
    assert_int_equal(pw_snap_live(t, s, out, N), N);
    for (int i = 0; i < N; i++)
        assert_int_equal(out[i].i, entries[i].ref.i);
    pw_tree_free(t);
}

static void val_is(const PwExits *x, uint32_t at, PwXSrc src, PwType type, PwEntryKind kind)
{
    assert_true(at < x->nval);
    assert_int_equal(x->val[at].src, src);
    assert_int_equal(x->val[at].type, type);
    assert_int_equal(x->val[at].kind, kind);
}

static void tables(void **state)
{
    (void)state;
    PwTree *t = irt_tree(text);
    PwExits x;
    assert_int_equal(pw_exits_make(t, &x), PW_OK);
    assert_int_equal(x.nsnap, 3);
    assert_int_equal(x.nframe, 4);
    assert_int_equal(x.maxlive, 2);
    assert_int_equal(x.nimm, 3); /* 2.5, 7, true: each once */
    const PwXFrame *root = &x.frame[x.snap[1].frames], *inner = root + 1;
    assert_int_equal(root->func, PW_NONE);
    val_is(&x, root->slots, PW_X_NULL, PW_T_O, PW_E_KEEP);
    val_is(&x, root->slots + 1, PW_X_VTUPLE, PW_T_O, PW_E_OWN);
    val_is(&x, root->slots + 2, PW_X_SYM, PW_T_O, PW_E_BORROW);
    assert_int_equal(x.val[root->slots + 2].x, 1);
    val_is(&x, inner->func, PW_X_CELL, PW_T_O, PW_E_BORROW);
    val_is(&x, inner->slots + 1, PW_X_IMM, PW_T_F, PW_E_OWN);
    val_is(&x, inner->slots + 2, PW_X_NULL, PW_T_O, PW_E_NULL);
    val_is(&x, inner->slots + 6, PW_X_IMM, PW_T_B, PW_E_OWN);
    assert_int_equal(x.imm[x.val[inner->slots + 6].x], 1);
    assert_int_equal(x.val[inner->slots].x, x.val[root->slots + 1].x); /* one vtuple, one x */
    uint32_t outer = x.val[root->slots + 1].x;
    assert_int_equal(x.val[outer].x, 2);
    val_is(&x, outer + 1, PW_X_CELL, PW_T_I, PW_E_OWN);
    val_is(&x, outer + 2, PW_X_VTUPLE, PW_T_O, PW_E_OWN);
    assert_int_equal(x.val[outer + 2].x, x.val[inner->slots + 4].x);
    assert_int_equal(x.val[x.val[outer + 2].x].x, 3);
    assert_int_equal(x.snap[1].ndrops, 1);
    val_is(&x, x.snap[1].drops, PW_X_CELL, PW_T_O, PW_E_OWN);
    assert_int_equal(x.val[x.snap[1].drops].x, 1);
    pw_free((void *)(uintptr_t)x.snap);
    pw_tree_free(t);
}

/* How much an exit has spared the interpreter: along the parents, a loop once around. */
static void work(void **state)
{
    (void)state;
    PwTree *t = irt_tree("tree loop nlocals=1 raw\nsym s0 = rootcode digest=01\n"
                         "snap #0 past=3 frame code=s0 unit=3 locals=[keep] stack=[]\n"
                         "snap #1 past=4 frame code=s0 unit=9 locals=[keep] stack=[]\n"
                         "snap #2 past=5 frame code=s0 unit=0 locals=[keep] stack=[]\n"
                         "seg 0 length=5:\n  v0 = slot 0\n  gnotnull v0 #0\n  gpoll #2\n  loop #2\n"
                         "seg 1 from #0 in 0 length=7:\n  gnotnull v0 #1\n  gpoll #2\n  loop #2\n");
    PwExits x;
    assert_int_equal(pw_tree_past(t, 0), 0);
    assert_int_equal(pw_tree_past(t, 1), 3);
    assert_int_equal(pw_exits_make(t, &x), PW_OK);
    assert_int_equal(x.snap[0].work, 3);
    assert_int_equal(x.snap[1].work, 7);
    pw_free((void *)(uintptr_t)x.snap);
    pw_tree_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(live), cmocka_unit_test(live_many), cmocka_unit_test(tables), cmocka_unit_test(work)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
