/* fold: guards that what is known implies, and what a guard that held tells. */
#include "ir/opt_fold.h"

/* A condition in one form: (a op b) is not `neg`. Only ilt, ieq, iult, flt, fle, feq, ois, isnull are left as op; anything
 * else is its own op with itself as operand. */
typedef struct Cond {
    PwOp op;
    PwRef a, b;
    bool neg;
} Cond;

static Cond form(PwOp op, const PwRef *arg, bool swap, bool neg)
{
    return swap ? (Cond){op, arg[1], arg[0], neg} : (Cond){op, arg[0], arg[1], neg};
}

static Cond cond_of(const PwFold *f, PwRef r)
{
    const PwIns *ins = pw_ins_const(f->t, r);
    const PwRef *arg = &f->t->arg.at[ins->args];
    bool ordered = ins->nargs == 2 && arg[0].i > arg[1].i; /* of commutative ones: the smaller first */
    switch ((PwOp)ins->op) {
    case PW_OP_ilt: return form(PW_OP_ilt, arg, false, false);
    case PW_OP_igt: return form(PW_OP_ilt, arg, true, false);
    case PW_OP_ile: return form(PW_OP_ilt, arg, true, true);
    case PW_OP_ige: return form(PW_OP_ilt, arg, false, true);
    case PW_OP_ieq: return form(PW_OP_ieq, arg, ordered, false);
    case PW_OP_ine: return form(PW_OP_ieq, arg, ordered, true);
    case PW_OP_iult: return form(PW_OP_iult, arg, false, false);
    case PW_OP_flt: return form(PW_OP_flt, arg, false, false);
    case PW_OP_fgt: return form(PW_OP_flt, arg, true, false);
    case PW_OP_fle: return form(PW_OP_fle, arg, false, false);
    case PW_OP_fge: return form(PW_OP_fle, arg, true, false);
    case PW_OP_feq: return form(PW_OP_feq, arg, ordered, false);
    case PW_OP_fne: return form(PW_OP_feq, arg, ordered, true);
    case PW_OP_ois: return form(PW_OP_ois, arg, ordered, false);
    case PW_OP_isnull: return (Cond){PW_OP_isnull, arg[0], PW_NOREF, false};
    default: return (Cond){PW_OP_gtrue, r, PW_NOREF, false};
    }
}

static Cond same_object(PwRef a, PwRef b)
{
    return a.i < b.i ? (Cond){PW_OP_ois, a, b, false} : (Cond){PW_OP_ois, b, a, false};
}

static PwKnown key_of(const Cond *c)
{
    return (PwKnown){.op = PW_OP_gtrue, .imm = c->op, .arg = {c->a.i, c->b.i, PW_NONE}};
}

/* -- asking -- */

static int from_range(const PwFold *f, const Cond *c)
{
    if (c->op != PW_OP_ilt && c->op != PW_OP_ieq && c->op != PW_OP_iult)
        return -1;
    PwFact a = pw_fold_fact(f, c->a), b = pw_fold_fact(f, c->b);
    bool apart = a.hi < b.lo || b.hi < a.lo;
    if (c->op == PW_OP_ieq)
        return pw_ref_is(c->a, c->b) ? 1 : apart ? 0 : -1;
    if (pw_ref_is(c->a, c->b))
        return 0;
    if (c->op == PW_OP_iult && (a.lo < 0 || b.lo < 0))
        return -1;
    return a.hi < b.lo ? 1 : a.lo >= b.hi ? 0 : -1;
}

static int from_facts(const PwFold *f, const Cond *c)
{
    if (c->op == PW_OP_isnull) {
        uint8_t null = pw_fold_fact(f, c->a).null;
        return null ? null == 1 : -1;
    }
    if (c->op == PW_OP_ois) {
        PwFact a = pw_fold_fact(f, c->a), b = pw_fold_fact(f, c->b);
        return pw_ref_is(c->a, c->b) ? 1 : a.null && b.null && a.null != b.null ? 0 : -1;
    }
    if (c->op == PW_OP_gtrue) {
        const PwIns *ins = pw_ins_const(f->t, c->a);
        return ins->op == PW_OP_kbool ? ins->imm != 0 : -1;
    }
    return from_range(f, c);
}

static int truth_of(PwFold *f, Cond c)
{
    int truth = from_facts(f, &c);
    if (truth < 0) {
        PwKnown key = key_of(&c);
        PwRef known = pw_fold_find_key(f, &key, 0);
        if (known.i != PW_NONE)
            truth = pw_fold_ins(f, known)->imm != 0;
    }
    return truth < 0 ? -1 : truth ^ c.neg;
}

int pw_fold_truth(PwFold *f, PwRef cond)
{
    return truth_of(f, cond_of(f, cond));
}

/* -- learning -- */

static void learn_less(PwFold *f, PwRef a, PwRef b, bool truth)
{
    PwFact x = pw_fold_fact(f, a), y = pw_fold_fact(f, b);
    if (!truth) { /* a >= b */
        pw_fold_learn_range(f, a, y.lo, INT64_MAX);
        pw_fold_learn_range(f, b, INT64_MIN, x.hi);
        return;
    }
    if (y.hi > INT64_MIN)
        pw_fold_learn_range(f, a, INT64_MIN, y.hi - 1);
    if (x.lo < INT64_MAX)
        pw_fold_learn_range(f, b, x.lo + 1, INT64_MAX);
}

static void learn_equal(PwFold *f, PwRef a, PwRef b)
{
    PwFact x = pw_fold_fact(f, a), y = pw_fold_fact(f, b);
    pw_fold_learn_range(f, a, y.lo, y.hi);
    pw_fold_learn_range(f, b, x.lo, x.hi);
}

static void learn(PwFold *f, Cond c, bool truth)
{
    truth ^= c.neg;
    pw_fold_note_key(f, key_of(&c), pw_tree_const(f->t, PW_OP_kbool, truth));
    if (c.op == PW_OP_ilt)
        learn_less(f, c.a, c.b, truth);
    if (c.op == PW_OP_ieq && truth)
        learn_equal(f, c.a, c.b);
    if (c.op == PW_OP_iult && truth && pw_fold_fact(f, c.b).lo >= 0) {
        pw_fold_learn_range(f, c.a, 0, INT64_MAX);
        learn_less(f, c.a, c.b, true);
    }
    if (c.op == PW_OP_isnull)
        pw_fold_learn_null(f, c.a, truth);
}

void pw_fold_learn_truth(PwFold *f, PwRef cond, bool truth)
{
    learn(f, cond_of(f, cond), truth);
}

/* -- guards -- */

/* gtrue (bnot c) is gfalse c. */
static void strip_not(PwFold *f, PwIns *ins)
{
    while (pw_operand(f->t, ins, 0)->op == PW_OP_bnot) {
        f->t->arg.at[ins->args] = pw_operand_ref(f->t, pw_operand(f->t, ins, 0), 0);
        ins->op = ins->op == PW_OP_gtrue ? PW_OP_gfalse : PW_OP_gtrue;
    }
}

static bool guard_truth(PwFold *f, PwRef r)
{
    strip_not(f, pw_fold_ins(f, r));
    PwRef cond = pw_operand_ref(f->t, pw_fold_ins(f, r), 0);
    bool want = pw_fold_ins(f, r)->op == PW_OP_gtrue;
    if (pw_fold_truth(f, cond) == want)
        return true;
    pw_fold_learn_truth(f, cond, want);
    return false;
}

static bool guard_cond(PwFold *f, Cond c, bool want)
{
    if (truth_of(f, c) == want)
        return true;
    learn(f, c, want);
    return false;
}

static bool guard_type(PwFold *f, PwRef r)
{
    const PwIns *ins = pw_fold_ins(f, r);
    PwRef object = pw_operand_ref(f->t, ins, 0);
    uint32_t sym = (uint32_t)ins->imm;
    if (pw_fold_has_type(f, object, sym))
        return true;
    pw_fold_learn_type(f, object, sym);
    return false;
}

/* Guards that hold until something that they read is written. */
static bool guard_again(PwFold *f, PwRef r)
{
    const PwIns *ins = pw_fold_ins(f, r);
    if (pw_fold_find(f, ins).i != PW_NONE)
        return true;
    pw_fold_note(f, ins, r);
    return false;
}

bool pw_fold_guard(PwFold *f, PwRef r)
{
    const PwIns *ins = pw_fold_ins(f, r);
    PwRef a = ins->nargs > 0 ? pw_operand_ref(f->t, ins, 0) : PW_NOREF;
    PwRef b = ins->nargs > 1 ? pw_operand_ref(f->t, ins, 1) : PW_NOREF;
    switch ((PwOp)ins->op) {
    case PW_OP_gtrue:
    case PW_OP_gfalse: return guard_truth(f, r);
    case PW_OP_gtype: return guard_type(f, r);
    case PW_OP_gis: return guard_cond(f, same_object(a, b), true);
    case PW_OP_gisnot: return guard_cond(f, same_object(a, b), false);
    case PW_OP_gnull: return guard_cond(f, (Cond){PW_OP_isnull, a, PW_NOREF, false}, true);
    case PW_OP_gnotnull: return guard_cond(f, (Cond){PW_OP_isnull, a, PW_NOREF, false}, false);
    case PW_OP_gclass:
    case PW_OP_gptr:
    case PW_OP_gkeys:
    case PW_OP_gckeys:
    case PW_OP_guntraced:
    case PW_OP_gdepth: return guard_again(f, r);
    default: return false;
    }
}
