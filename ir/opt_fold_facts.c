/* fold: what is known of single values: exact type, null or not, interval. */
#include "ir/opt_fold.h"

bool pw_fold_facts_init(PwFold *f)
{
    uint32_t n = f->map.n;
    f->fact = pw_arena_alloc(&f->arena, ((size_t)n + 1) * sizeof *f->fact);
    if (!f->fact)
        return false;
    for (uint32_t k = 0; k < n; k++)
        f->fact[k] = (PwFact){.type = PW_NONE, .lo = INT64_MIN, .hi = INT64_MAX};
    for (unsigned k = 0; k < PW_T_COUNT; k++)
        f->type_of_value[k] = PW_NONE;
    f->type_of_value[PW_T_I] = pw_btype(f->t, "int");
    f->type_of_value[PW_T_F] = pw_btype(f->t, "float");
    f->type_of_value[PW_T_B] = pw_btype(f->t, "bool");
    f->str_type = pw_btype(f->t, "str");
    f->list_type = pw_btype(f->t, "list");
    f->tuple_type = pw_btype(f->t, "tuple");
    return true;
}

static PwFact fact_of_const(const PwFold *f, const PwIns *ins)
{
    PwFact fact = {.type = PW_NONE, .lo = INT64_MIN, .hi = INT64_MAX};
    if (ins->op == PW_OP_kint)
        fact.lo = fact.hi = ins->imm;
    if (ins->op == PW_OP_knull)
        fact.null = 1;
    if (ins->op != PW_OP_kobj)
        return fact;
    fact.null = 2;
    const PwSym *sym = &f->t->sym.at[ins->imm];
    if (sym->kind == PW_S_str)
        fact.type = f->str_type;
    if (sym->kind == PW_S_single && (!strcmp(sym->name, "True") || !strcmp(sym->name, "False")))
        fact.type = f->type_of_value[PW_T_B];
    fact.type_stamp = UINT32_MAX;
    return fact;
}

PwFact pw_fold_fact(const PwFold *f, PwRef r)
{
    const PwIns *ins = &f->t->ins.at[r.i];
    if (pw_is_const(ins))
        return fact_of_const(f, ins);
    return r.i < f->map.n ? f->fact[r.i] : (PwFact){.type = PW_NONE, .lo = INT64_MIN, .hi = INT64_MAX};
}

/* The fact to change; NULL for constants, of which all is known. */
static PwFact *edit(PwFold *f, PwRef r)
{
    if (r.i >= f->map.n || pw_is_const(&f->t->ins.at[r.i]))
        return NULL;
    if (!PW_VEC_PUSH(&f->undo, ((PwUndo){r.i, f->fact[r.i]})))
        f->nomem = true;
    return &f->fact[r.i];
}

void pw_fold_learn_type(PwFold *f, PwRef r, uint32_t sym)
{
    PwFact *fact = sym == PW_NONE ? NULL : edit(f, r);
    if (!fact)
        return;
    fact->type = sym;
    fact->type_stamp = f->now;
    fact->null = 2;
}

void pw_fold_learn_null(PwFold *f, PwRef r, bool null)
{
    PwFact *fact = edit(f, r);
    if (fact)
        fact->null = null ? 1 : 2;
}

void pw_fold_learn_range(PwFold *f, PwRef r, int64_t lo, int64_t hi)
{
    PwFact old = pw_fold_fact(f, r);
    if ((lo <= old.lo && hi >= old.hi) || lo > hi)
        return;
    PwFact *fact = edit(f, r);
    if (!fact)
        return;
    fact->lo = lo > old.lo ? lo : old.lo;
    fact->hi = hi < old.hi ? hi : old.hi;
}

bool pw_fold_has_type(const PwFold *f, PwRef r, uint32_t sym)
{
    PwFact fact = pw_fold_fact(f, r);
    if (fact.type != sym || sym == PW_NONE)
        return false;
    return pw_fixed_type(f->t, sym) || f->clock.other[PW_FXN_TYPE] < fact.type_stamp;
}

/* -- at the definition -- */

static uint32_t type_of_helper(const PwFold *f, unsigned helper)
{
    switch (helper) {
    case PW_H_str_concat:
    case PW_H_str_append:
    case PW_H_str_at:
    case PW_H_str_chr:
    case PW_H_str_slice:
    case PW_H_str_join:
    case PW_H_str_build: return f->str_type;
    case PW_H_list_slice:
    case PW_H_list_repeat:
    case PW_H_list_concat: return f->list_type;
    case PW_H_tuple_slice: return f->tuple_type;
    case PW_H_range3: return pw_btype(f->t, "range_iterator");
    case PW_H_list_iter: return pw_btype(f->t, "list_iterator");
    case PW_H_tuple_iter: return pw_btype(f->t, "tuple_iterator");
    case PW_H_dict_of: return pw_btype(f->t, "dict");
    case PW_H_set_of: return pw_btype(f->t, "set");
    case PW_H_method_new: return pw_btype(f->t, "method");
    case PW_H_cell_new: return pw_btype(f->t, "cell");
    case PW_H_slice_new: return pw_btype(f->t, "slice");
    default: return PW_NONE;
    }
}

static uint32_t type_of_result(const PwFold *f, const PwIns *ins)
{
    switch ((PwOp)ins->op) {
    case PW_OP_box_i: return f->type_of_value[PW_T_I];
    case PW_OP_box_f: return f->type_of_value[PW_T_F];
    case PW_OP_box_b: return f->type_of_value[PW_T_B];
    case PW_OP_mktuple: return f->tuple_type;
    case PW_OP_mklist: return f->list_type;
    case PW_OP_call: return type_of_helper(f, ins->aux);
    default: return PW_NONE;
    }
}

static void define_field(PwFold *f, PwRef r, const PwIns *ins)
{
    switch (ins->aux) {
    case PW_F_LIST_SIZE:
    case PW_F_LIST_ALLOCATED:
    case PW_F_STR_LENGTH:
    case PW_F_DICT_USED:
    case PW_F_SET_USED: pw_fold_learn_range(f, r, 0, INT64_MAX / 8); return; /* each takes eight bytes or one of them */
    case PW_F_RANGEIT_LEN: pw_fold_learn_range(f, r, 0, INT64_MAX); return;
    case PW_F_OB_TYPE: pw_fold_learn_null(f, r, false); return;
    default: return;
    }
}

void pw_fold_define(PwFold *f, PwRef r)
{
    const PwIns *ins = pw_fold_ins(f, r);
    int64_t lo, hi;
    if (ins->type == PW_T_I && pw_fold_interval(f, ins, &lo, &hi))
        pw_fold_learn_range(f, r, lo, hi);
    if (ins->op == PW_OP_ldf)
        define_field(f, r, ins);
    if (ins->op == PW_OP_func || ins->op == PW_OP_typeof)
        pw_fold_learn_null(f, r, false);
    if (ins->type != PW_T_O || !(pw_ins_flags(ins) & PW_FLAG_N))
        return;
    pw_fold_learn_null(f, r, false);
    pw_fold_learn_type(f, r, type_of_result(f, ins));
}

/* -- intervals -- */

static PwFact operand_fact(const PwFold *f, const PwIns *ins, unsigned k)
{
    return pw_fold_fact(f, pw_operand_ref(f->t, ins, k));
}

static bool add_interval(PwFact a, PwFact b, int64_t *lo, int64_t *hi)
{
    return !__builtin_add_overflow(a.lo, b.lo, lo) && !__builtin_add_overflow(a.hi, b.hi, hi);
}

static bool sub_interval(PwFact a, PwFact b, int64_t *lo, int64_t *hi)
{
    return !__builtin_sub_overflow(a.lo, b.hi, lo) && !__builtin_sub_overflow(a.hi, b.lo, hi);
}

static bool mul_interval(PwFact a, PwFact b, int64_t *lo, int64_t *hi)
{
    const int64_t x[2] = {a.lo, a.hi}, y[2] = {b.lo, b.hi};
    for (int k = 0; k < 4; k++) {
        int64_t v;
        if (__builtin_mul_overflow(x[k & 1], y[k >> 1], &v))
            return false;
        *lo = k == 0 || v < *lo ? v : *lo;
        *hi = k == 0 || v > *hi ? v : *hi;
    }
    return true;
}

/* Not negative and at most `hi`. */
static bool up_to(int64_t top, int64_t *lo, int64_t *hi)
{
    *lo = 0;
    *hi = top;
    return top >= 0;
}

bool pw_fold_interval(const PwFold *f, const PwIns *ins, int64_t *lo, int64_t *hi)
{
    PwFact a = ins->nargs > 0 ? operand_fact(f, ins, 0) : (PwFact){0};
    PwFact b = ins->nargs > 1 ? operand_fact(f, ins, 1) : (PwFact){0};
    switch ((PwOp)ins->op) {
    case PW_OP_iadd:
    case PW_OP_iadd_nc: return add_interval(a, b, lo, hi);
    case PW_OP_isub:
    case PW_OP_isub_nc: return sub_interval(a, b, lo, hi);
    case PW_OP_imul:
    case PW_OP_imul_nc: return mul_interval(a, b, lo, hi);
    case PW_OP_imod: return b.lo > 0 && up_to(b.hi - 1, lo, hi);
    case PW_OP_iand: return a.lo >= 0 ? up_to(a.hi, lo, hi) : b.lo >= 0 && up_to(b.hi, lo, hi);
    case PW_OP_ishr: return a.lo >= 0 && up_to(a.hi, lo, hi);
    case PW_OP_idiv: return a.lo >= 0 && b.lo > 0 && up_to(a.hi, lo, hi);
    case PW_OP_b2i: return up_to(1, lo, hi);
    case PW_OP_ldx: return ins->aux == PW_A_U8 && up_to(255, lo, hi);
    case PW_OP_call: return ins->aux == PW_H_str_ord && up_to(0x10ffff, lo, hi);
    default: return false;
    }
}
