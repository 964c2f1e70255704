/* The tables, the builder, copies; every allocation fails once. */
#include "tests/cmocka.h"
#include "tests/ir/irtest.h"

static void tables(void **state)
{
    (void)state;
    assert_string_equal(pw_op_info[PW_OP_drop].name, "drop");
    assert_int_equal(pw_op_info[PW_OP_drop].flags, PW_FLAG_G | PW_FLAG_S);
    assert_int_equal(pw_op_info[PW_OP_vcall].flags, PW_FLAG_N | PW_FLAG_O | PW_FLAG_E | PW_FLAG_S);
    assert_int_equal(pw_helper_info[PW_H_fpow].flags, 0);
    assert_int_equal(pw_sym_info[PW_S_attridx].result, 'i');
    for (int t = 0; t < PW_T_COUNT; t++)
        assert_int_equal(pw_type_of_letter(pw_type_letter((PwType)t)), t);
    assert_int_equal(pw_type_of_letter('?'), PW_T_COUNT);
    assert_int_equal(pw_type_of_letter(0), PW_T_COUNT);
    PwDigest a = pw_ir_digest(), b = pw_ir_digest();
    assert_memory_equal(&a, &b, sizeof a);
}

/* Every op that is no '?' has a type letter and known operand letters; every symbol's letters are known. */
static void rows(void **state)
{
    (void)state;
    for (int k = 0; k < PW_OP_COUNT; k++) {
        assert_true(pw_op_info[k].result == '?' || pw_type_of_letter(pw_op_info[k].result) != PW_T_COUNT);
        for (const char *a = pw_op_info[k].args; *a; a++)
            assert_true(*a == '?' || *a == '*' || pw_type_of_letter(*a) != PW_T_COUNT);
    }
    for (int k = 0; k < PW_S_COUNT; k++)
        assert_int_equal(strspn(pw_sym_info[k].uses, "NID"), strlen(pw_sym_info[k].uses));
    for (int k = 0; k < PW_CONT_COUNT; k++)
        assert_non_null(pw_cont_name[k]);
}

static void effects(void **state)
{
    (void)state;
    PwIns load = {.op = PW_OP_ldf, .aux = PW_F_LIST_SIZE}, call = {.op = PW_OP_call, .aux = PW_H_list_append};
    assert_int_equal(pw_ins_reads(&load), PW_FX_SIZE);
    assert_int_equal(pw_ins_writes(&load), 0);
    assert_true(pw_ins_writes(&call) & PW_FX_LIST);
    assert_int_equal(pw_ins_flags(&call), PW_FLAG_E | PW_FLAG_S);
    load.op = PW_OP_stx, load.aux = PW_A_LIST;
    assert_int_equal(pw_ins_writes(&load), PW_FX_LIST);
}

static void interning(void **state)
{
    (void)state;
    PwTree *t = pw_tree_new();
    PwRef seven = pw_tree_kint(t, 7);
    for (int i = 0; i < 1000; i++)
        (void)pw_tree_kint(t, i);
    assert_int_equal(t->ins.n, 1000);
    assert_int_equal(pw_tree_kint(t, 7).i, seven.i);
    assert_int_not_equal(pw_tree_const(t, PW_OP_kflt, 7).i, seven.i);
    PwDigest d = {{1}};
    PwSymNo code = pw_tree_sym(t, PW_S_rootcode, PW_NOSYM, 0, NULL, &d);
    PwSymNo a = pw_tree_sym(t, PW_S_const, code, 3, NULL, NULL), b = pw_tree_sym(t, PW_S_const, code, 4, NULL, NULL);
    char name[] = "int";
    PwSymNo s = pw_tree_sym(t, PW_S_btype, PW_NOSYM, 0, name, NULL);
    name[0] = 'x'; /* copied */
    assert_int_not_equal(a.i, b.i);
    assert_int_equal(pw_tree_sym(t, PW_S_const, code, 3, NULL, NULL).i, a.i);
    assert_int_equal(pw_tree_sym(t, PW_S_btype, PW_NOSYM, 0, "int", NULL).i, s.i);
    assert_false(t->failed);
    pw_tree_free(t);
}

/* Operands and entries given from inside the tree's own vectors survive that these grow. */
static void aliasing(void **state)
{
    (void)state;
    PwTree *t = irt_tree(IRT_LOOP "snap #0 frame code=s0 unit=10 locals=[keep, own 5i] stack=[keep]\n"
                                  "seg 0:\n  v0 = iadd 1i 2i #0\n  loop #0\n");
    PwRef first = {t->seg.at[0].list.at[0]};
    for (int i = 0; i < 200; i++) {
        PwRef r = pw_tree_ins(t, PW_OP_iadd, 0, 0, &t->arg.at[pw_ins(t, first)->args], 2, (PwSnapNo){0});
        assert_int_equal(pw_arg(t, r, 1).i, pw_arg(t, first, 1).i);
        PwSnap *s = &t->snap.at[t->snap.n - 1];
        PwSnapNo n =
            pw_tree_snap(t, &t->frame.at[s->frames], 1, &t->entry.at[t->frame.at[s->frames].entries], 3, NULL, 0);
        assert_int_equal(t->entry.at[t->frame.at[t->snap.at[n.i].frames].entries + 1].kind, PW_E_OWN);
    }
    assert_false(t->failed);
    pw_tree_free(t);
}

static void limits(void **state)
{
    (void)state;
    PwTree *t = pw_tree_new();
    PwRef none = PW_NOREF;
    assert_int_equal(pw_tree_ins(t, PW_OP_bnot, 0, 0, &none, 1, PW_NOSNAP).i, PW_NONE);
    assert_true(t->failed);
    t->failed = false;
    assert_int_equal(pw_tree_emit(t, 0, PW_OP_slot, 0, 0, NULL, 0, PW_NOSNAP).i, PW_NONE); /* no segment yet */
    assert_true(t->failed);
    t->failed = false;
    for (int i = 0; i < PW_MAX_SEGS; i++)
        assert_int_equal(pw_tree_seg(t, PW_NOSNAP, PW_NONE), i);
    assert_int_equal(pw_tree_seg(t, PW_NOSNAP, PW_NONE), PW_NONE);
    assert_true(t->failed);
    t->failed = false;
    for (int i = (int)t->ins.n; i < PW_MAX_INS; i++)
        assert_int_equal(pw_tree_kint(t, i + 10).i, i);
    assert_int_equal(pw_tree_kint(t, -1).i, PW_NONE);
    assert_true(t->failed);
    pw_tree_free(t);
}

static void copies(void **state)
{
    (void)state;
    PwTree *t = irt_tree("tree loop unit=10 nlocals=1 nstack=0 code=01 qualname=\"f\" file=\"x.py\" raw\n"
                         "sym s0 = rootcode digest=01\nsym s1 = str \"x\"\n"
                         "snap #0 frame code=s0 unit=10 locals=[borrow @s1] stack=[]\n"
                         "seg 0:\n  gpoll #0\n  loop #0\n");
    PwTree *u = pw_tree_copy(t);
    char *before = irt_text(t);
    pw_tree_free(t);
    char *after = irt_text(u);
    assert_string_equal(before, after);
    assert_int_equal(pw_tree_sym(u, PW_S_str, PW_NOSYM, 0, "x", NULL).i, 1); /* interns what the copy holds */
    pw_free(before);
    pw_free(after);
    pw_tree_free(u);
}

/* What a tree goes through, once; false when memory ran out somewhere. */
static bool all_of_it(const char *text)
{
    PwTree *t = NULL, *u = NULL, *v = NULL;
    PwWriter bytes = {0}, print = {0};
    PwExits x;
    bool ok = false;
    if (pw_tree_parse(text, strlen(text), &t, NULL) || pw_tree_verify(t, NULL) || !(u = pw_tree_copy(t)))
        goto done;
    (void)pw_tree_kint(u, 12345);
    (void)pw_tree_sym(u, PW_S_str, PW_NOSYM, 0, "new", NULL);
    if (u->failed || pw_tree_encode(t, &bytes) || pw_tree_decode(bytes.at, bytes.n, &v, NULL))
        goto done;
    pw_tree_print(v, &print);
    if (print.failed || pw_exits_make(v, &x))
        goto done;
    pw_free((void *)(uintptr_t)x.snap);
    ok = true;
done:
    pw_tree_free(t);
    pw_tree_free(u);
    pw_tree_free(v);
    pw_writer_free(&bytes);
    pw_writer_free(&print);
    return ok;
}

static void memory_runs_out(void **state)
{
    (void)state;
    static const char text[] =
        IRT_LOOP "sym s1 = str \"a\"\n"
                 "snap #0 frame code=s0 unit=10 locals=[own v2, borrow @s1] stack=[own 2f] drops=[v0]\n"
                 "snap #1 frame code=s0 unit=10 locals=[keep, keep] stack=[keep]\n"
                 "seg 0:\n  v0 = slot 1\n  v1 = isub 1i 2i #1\n  v2 = vtuple v1 v0\n"
                 "  drop v0 #0\n  loop #1\nseg 1 from #0 in 0:\n  ret @s1\n";
    assert_true(all_of_it(text));
    uint64_t n = 0;
    do {
        assert_true(++n < 1000);
        pw_alloc_fail_after(n);
    } while (!all_of_it(text));
    pw_alloc_fail_after(0);
    assert_true(n > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables),   cmocka_unit_test(rows),
        cmocka_unit_test(effects),  cmocka_unit_test(interning),
        cmocka_unit_test(aliasing), cmocka_unit_test(limits),
        cmocka_unit_test(copies),   cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
