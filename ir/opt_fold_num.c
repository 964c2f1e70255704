/* fold: constants and identities. Only what is exact for all operands; an op that would leave stays. */
#include "ir/opt_fold.h"

#include <math.h>

static PwRef const_of(PwFold *f, PwType type, PwCell v)
{
    if (type == PW_T_I)
        return pw_tree_kint(f->t, v.i);
    if (type == PW_T_F)
        return pw_tree_const(f->t, PW_OP_kflt, v.i);
    return pw_tree_const(f->t, PW_OP_kbool, v.i != 0);
}

static bool is_number(const PwIns *ins)
{
    return ins->op == PW_OP_kint || ins->op == PW_OP_kflt || ins->op == PW_OP_kbool;
}

/* Was the result not rounded? Machines with wider doubles in their registers (x87) may round another way than this one. */
static bool is_exact(PwOp op, double a, double b, double r)
{
    const double tiny = 0x1p-900; /* above, the error is a double */
    switch (op) {
    case PW_OP_fadd: return r - a == b && r - b == a;
    case PW_OP_fsub: return r + b == a && a - r == b;
    case PW_OP_fmul: return fma(a, b, -r) == 0 && (fabs(r) > tiny || a == 0 || b == 0);
    case PW_OP_fdiv: return fma(r, b, -a) == 0 && (fabs(a) > tiny || a == 0) && (fabs(r) > tiny || r == 0);
    case PW_OP_fsqrt: return fma(r, r, -a) == 0 && (fabs(a) > tiny || a == 0);
    default: return true;
    }
}

static PwRef evaluate(PwFold *f, const PwIns *ins)
{
    PwCell v[2] = {{0}, {0}}, out;
    if (!ins->nargs || ins->nargs > 2)
        return PW_NOREF;
    for (unsigned k = 0; k < ins->nargs; k++) {
        const PwIns *a = pw_operand(f->t, ins, k);
        if (!is_number(a))
            return PW_NOREF;
        v[k].i = a->imm;
    }
    PwType type = (PwType)ins->type;
    if (pw_num_eval((PwOp)ins->op, &v[0], &v[1], &out) != PW_GO_ON ||
        (type == PW_T_F && !is_exact((PwOp)ins->op, v[0].f, v[1].f, out.f)))
        return PW_NOREF;
    return const_of(f, type, out);
}

static bool is_int(const PwIns *ins, int64_t v)
{
    return ins->op == PW_OP_kint && ins->imm == v;
}

static bool is_float(const PwIns *ins, double v)
{
    int64_t bits;
    memcpy(&bits, &v, sizeof bits);
    return ins->op == PW_OP_kflt && ins->imm == bits;
}

/* a op a */
static PwRef with_itself(PwFold *f, const PwIns *ins, PwRef a)
{
    switch ((PwOp)ins->op) {
    case PW_OP_isub:
    case PW_OP_isub_nc:
    case PW_OP_ixor: return pw_tree_kint(f->t, 0);
    case PW_OP_iand:
    case PW_OP_ior: return a;
    default: return PW_NOREF;
    }
}

/* a op 0 and the like: what makes the right operand do nothing. */
static PwRef with_right(PwFold *f, const PwIns *ins, PwRef a, const PwIns *b)
{
    switch ((PwOp)ins->op) {
    case PW_OP_iadd:
    case PW_OP_iadd_nc:
    case PW_OP_isub:
    case PW_OP_isub_nc:
    case PW_OP_ior:
    case PW_OP_ixor:
    case PW_OP_ishl:
    case PW_OP_ishr: return is_int(b, 0) ? a : PW_NOREF;
    case PW_OP_imul:
    case PW_OP_imul_nc: return is_int(b, 1) ? a : is_int(b, 0) ? pw_tree_kint(f->t, 0) : PW_NOREF;
    case PW_OP_idiv: return is_int(b, 1) ? a : PW_NOREF;
    case PW_OP_imod: return is_int(b, 1) ? pw_tree_kint(f->t, 0) : PW_NOREF;
    case PW_OP_iand: return is_int(b, -1) ? a : is_int(b, 0) ? pw_tree_kint(f->t, 0) : PW_NOREF;
    case PW_OP_fadd: return is_float(b, -0.0) ? a : PW_NOREF;
    case PW_OP_fsub: return is_float(b, 0.0) ? a : PW_NOREF;
    case PW_OP_fmul:
    case PW_OP_fdiv: return is_float(b, 1.0) ? a : PW_NOREF;
    default: return PW_NOREF;
    }
}

/* op (op' x) */
static PwRef of_inverse(PwFold *f, const PwIns *ins)
{
    static const struct {
        uint8_t op, of;
    } pair[] = {
        {PW_OP_unbox_i, PW_OP_box_i}, {PW_OP_unbox_f, PW_OP_box_f}, {PW_OP_unbox_b, PW_OP_box_b},
        {PW_OP_bnot, PW_OP_bnot},     {PW_OP_inot, PW_OP_inot},     {PW_OP_fneg, PW_OP_fneg},
    };
    const PwIns *a = pw_operand(f->t, ins, 0);
    for (size_t k = 0; k < sizeof pair / sizeof *pair; k++) {
        if (ins->op == pair[k].op && a->op == pair[k].of)
            return pw_operand_ref(f->t, a, 0);
    }
    return PW_NOREF;
}

/* True and False are known objects. */
static PwRef unbox_single(PwFold *f, const PwIns *ins)
{
    const PwIns *a = pw_operand(f->t, ins, 0);
    if (ins->op != PW_OP_unbox_b || a->op != PW_OP_kobj || f->t->sym.at[a->imm].kind != PW_S_single)
        return PW_NOREF;
    return pw_tree_const(f->t, PW_OP_kbool, !strcmp(f->t->sym.at[a->imm].name, "True"));
}

static PwRef identity(PwFold *f, PwRef r)
{
    const PwIns ins = *pw_fold_ins(f, r); /* a copy: new constants may move the original */
    if (ins.nargs == 1) {
        PwRef v = of_inverse(f, &ins);
        return v.i == PW_NONE ? unbox_single(f, &ins) : v;
    }
    if (ins.nargs != 2)
        return PW_NOREF;
    PwRef a = pw_operand_ref(f->t, &ins, 0), b = pw_operand_ref(f->t, &ins, 1);
    PwRef v = pw_ref_is(a, b) ? with_itself(f, &ins, a) : PW_NOREF;
    if (v.i == PW_NONE)
        v = with_right(f, &ins, a, pw_fold_ins(f, b));
    if (v.i == PW_NONE && pw_op_info[ins.op].flags & PW_FLAG_C)
        v = with_right(f, &ins, b, pw_fold_ins(f, a));
    return v;
}

/* An op whose result always fits needs no check. */
static void drop_check(PwFold *f, PwRef r)
{
    PwIns *ins = pw_fold_ins(f, r);
    int64_t lo, hi;
    if (ins->op != PW_OP_iadd && ins->op != PW_OP_isub && ins->op != PW_OP_imul)
        return;
    if (!pw_fold_interval(f, ins, &lo, &hi))
        return;
    ins->op = ins->op == PW_OP_iadd ? PW_OP_iadd_nc : ins->op == PW_OP_isub ? PW_OP_isub_nc : PW_OP_imul_nc;
    ins->snap = PW_NOSNAP;
}

PwRef pw_fold_number(PwFold *f, PwRef r)
{
    const PwIns *ins = pw_fold_ins(f, r);
    if (pw_ins_flags(ins) & (PW_FLAG_S | PW_FLAG_N | PW_FLAG_T | PW_FLAG_V))
        return PW_NOREF;
    PwRef v = evaluate(f, ins);
    if (v.i == PW_NONE)
        v = identity(f, r);
    if (v.i == PW_NONE && pw_fold_ins(f, r)->type == PW_T_B) {
        int truth = pw_fold_truth(f, r);
        if (truth >= 0)
            v = pw_tree_const(f->t, PW_OP_kbool, truth);
    }
    if (v.i == PW_NONE)
        drop_check(f, r);
    return v;
}
