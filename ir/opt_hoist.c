/* hoist: from the loop segment to the entry segment goes what has the same result in every iteration: operands from outside
 * the loop, and nothing read that any path around the loop writes. Guards leave with the state at the header there. A load must
 * not run before the guard that makes it safe: guards that stay taint what they look at.
 *   hard   type, null and identity guards: no load through the object
 *   soft   conditions (bounds): no load of elements
 * A guard with a side trace stays, unless a condition with the same snapshot is more likely what the side trace is for. Guards
 * behind the second guard that stays and has a side trace stay too: the paths differ from there on. (The first is the loop's
 * own condition; what holds behind it nearly always holds in front of it.) Checks of variables that the loop never sets move
 * in any case. */
#include "ir/opt_internal.h"

enum { HARD = 1, SOFT = 2, DEPTH = 32 };

typedef struct Hoist {
    PwTree *t;
    PwArena arena;
    uint8_t *outside; /* by ref: defined in the entry segment */
    uint8_t *taint;   /* by ref */
    PwWrites writes;  /* of the loop */
    PwSnapNo header;  /* made when the first guard needs it */
    PW_VEC(uint32_t) moved;
    uint8_t *condition; /* by snapshot: a condition or a checked op names it */
    unsigned branches;  /* guards with a side trace that stay in front of here */
    uint8_t all;      /* taints too deep to follow: they hold for everything */
    bool nomem;
} Hoist;

static void taint(Hoist *h, PwRef r, uint8_t how, int depth)
{
    const PwIns *ins = pw_ins_const(h->t, r);
    if (pw_is_const(ins) || (h->taint[r.i] & how) == how)
        return;
    if (depth == 0) {
        h->all |= how;
        return;
    }
    h->taint[r.i] |= how;
    for (unsigned k = 0; k < ins->nargs; k++)
        taint(h, pw_operand_ref(h->t, ins, k), how, depth - 1);
}

/* What an instruction does, as far as hoisting goes. */
typedef enum Kind {
    STAYS,
    PURE,    /* no memory at all */
    LOAD,    /* of a field: safe once type and null guards held */
    ELEMENT, /* of an array: safe once bounds were checked */
    CHECK,   /* a value that leaves when it does not fit */
    GUARD,
} Kind;

static Kind value_kind(const PwIns *ins)
{
    const uint32_t never = PW_FLAG_S | PW_FLAG_E | PW_FLAG_O | PW_FLAG_N | PW_FLAG_T | PW_FLAG_V;
    uint32_t flags = pw_ins_flags(ins);
    if (flags & never || pw_ins_writes(ins) || ins->op == PW_OP_param)
        return STAYS;
    if (flags & PW_FLAG_G)
        return CHECK;
    switch ((PwOp)ins->op) {
    case PW_OP_ldf:
    case PW_OP_values:
    case PW_OP_typeof:
    case PW_OP_unbox_f:
    case PW_OP_unbox_b: return LOAD;
    case PW_OP_ldx:
    case PW_OP_dictval: return ELEMENT;
    case PW_OP_call: return strchr(pw_helper_info[ins->aux].args, 'o') ? ELEMENT : PURE;
    default: return PURE;
    }
}

static Kind kind_of(const PwIns *ins)
{
    if (ins->type != PW_T_V)
        return value_kind(ins);
    switch ((PwOp)ins->op) {
    case PW_OP_gtrue:
    case PW_OP_gfalse:
    case PW_OP_gtype:
    case PW_OP_gclass:
    case PW_OP_gis:
    case PW_OP_gisnot:
    case PW_OP_gnull:
    case PW_OP_gnotnull:
    case PW_OP_gptr:
    case PW_OP_gkeys:
    case PW_OP_gckeys:
    case PW_OP_gdepth: return GUARD; /* inlined calls leave the depth as it is */
    default: return STAYS;
    }
}

/* Taints that forbid to run this early. */
static uint8_t forbidden(Kind kind)
{
    return kind == PURE ? 0 : kind == ELEMENT ? HARD | SOFT : HARD;
}

/* What a side trace is likely to be for. */
static bool is_condition(const PwIns *ins)
{
    return ins->op == PW_OP_gtrue || ins->op == PW_OP_gfalse ||
           (ins->type != PW_T_V && ins->op != PW_OP_unbox_i && pw_ins_flags(ins) & PW_FLAG_G);
}

/* A variable that the loop never sets has one type on most paths. */
static bool on_slot(const PwTree *t, const PwIns *ins)
{
    bool about_it = ins->op == PW_OP_gtype || ins->op == PW_OP_gnotnull || ins->op == PW_OP_unbox_i;
    return about_it && pw_operand(t, ins, 0)->op == PW_OP_slot;
}

/* A class, function or code that may not be there when the tree is linked, or what hangs on one: something else stands in for it, and
 * the guard that tells (no object has this class) is in the loop. */
static bool may_be_missing(const PwTree *t, const PwIns *konst)
{
    if (konst->op != PW_OP_kobj)
        return false;
    for (uint32_t s = (uint32_t)konst->imm; s != PW_NONE; s = t->sym.at[s].parent.i) {
        uint32_t kind = t->sym.at[s].kind;
        if (kind == PW_S_htype || kind == PW_S_pyfunc || kind == PW_S_codeobj)
            return true;
    }
    return false;
}

static bool moves(Hoist *h, const PwIns *ins, Kind kind)
{
    uint8_t seen = h->all;
    for (unsigned k = 0; k < ins->nargs; k++) {
        PwRef a = pw_operand_ref(h->t, ins, k);
        if ((kind == LOAD || kind == ELEMENT || kind == CHECK) && may_be_missing(h->t, pw_ins_const(h->t, a)))
            return false;
        if (!pw_is_const(pw_ins_const(h->t, a)) && !h->outside[a.i])
            return false;
        seen |= h->taint[a.i];
    }
    if (kind == STAYS || seen & forbidden(kind) || pw_writes_hit(h->t, &h->writes, ins))
        return false;
    if (kind != GUARD && kind != CHECK)
        return true;
    if (h->branches > 1 && !on_slot(h->t, ins))
        return false;
    return pw_side_of(h->t, ins) == PW_NONE || (h->condition[ins->snap.i] && !is_condition(ins));
}

/* A value is as tainted as what it is made of. */
static void inherit(Hoist *h, uint32_t ref)
{
    const PwIns *ins = &h->t->ins.at[ref];
    for (unsigned k = 0; k < ins->nargs && ins->type != PW_T_V; k++)
        h->taint[ref] |= h->taint[pw_operand_ref(h->t, ins, k).i];
}

static void move(Hoist *h, uint32_t ref, Kind kind)
{
    if (kind == GUARD || kind == CHECK) {
        if (h->header.i == PW_NONE)
            h->header = pw_opt_header_snap(h->t, &h->arena);
        h->t->ins.at[ref].snap = h->header;
    }
    h->outside[ref] = 1;
    inherit(h, ref);
    h->nomem |= !PW_VEC_PUSH(&h->moved, ref);
}

/* A condition on an object, not on its contents. */
static bool on_object(const PwTree *t, const PwIns *guard)
{
    if (guard->op != PW_OP_gtrue && guard->op != PW_OP_gfalse)
        return true;
    const PwIns *cond = pw_operand(t, guard, 0);
    return cond->op == PW_OP_ois || cond->op == PW_OP_isnull || cond->op == PW_OP_call;
}

static void stay(Hoist *h, uint32_t ref, Kind kind)
{
    const PwIns *ins = &h->t->ins.at[ref];
    if (pw_side_of(h->t, ins) != PW_NONE)
        h->branches++;
    inherit(h, ref);
    for (unsigned k = 0; k < ins->nargs && kind == GUARD; k++)
        taint(h, pw_operand_ref(h->t, ins, k), on_object(h->t, ins) ? HARD | SOFT : SOFT, DEPTH);
}

static void walk(Hoist *h, PwSeg *seg)
{
    for (uint32_t k = 0; k < seg->list.n && !h->nomem; k++) {
        uint32_t ref = seg->list.at[k];
        Kind kind = kind_of(&h->t->ins.at[ref]);
        if (moves(h, &h->t->ins.at[ref], kind)) {
            move(h, ref, kind);
            seg->list.at[k] = PW_GONE;
        } else {
            stay(h, ref, kind);
        }
    }
    pw_seg_compact(seg);
}

static bool init(Hoist *h)
{
    PwTree *t = h->t;
    h->outside = pw_arena_alloc(&h->arena, t->ins.n + 1u);
    h->taint = pw_arena_alloc(&h->arena, t->ins.n + 1u);
    h->condition = pw_arena_alloc(&h->arena, t->snap.n + 1u);
    if (!h->outside || !h->taint || !h->condition)
        return false;
    for (uint32_t k = 0; k < t->seg.at[0].list.n; k++)
        h->outside[t->seg.at[0].list.at[k]] = 1;
    for (uint32_t s = 1; s < t->seg.n; s++) {
        for (uint32_t k = 0; k < t->seg.at[s].list.n; k++) {
            const PwIns *ins = &t->ins.at[t->seg.at[s].list.at[k]];
            pw_writes_add(&h->writes, ins);
            if (ins->snap.i != PW_NONE && is_condition(ins))
                h->condition[ins->snap.i] = 1;
        }
    }
    return true;
}

/* In the entry segment: behind loads and guards, in front of the first op that has an effect, since guards leave with
 * nothing done. */
static uint32_t place(const PwTree *t)
{
    const PwSeg *entry = &t->seg.at[0];
    uint32_t k = 0;
    while (k < entry->list.n && !(pw_ins_flags(&t->ins.at[entry->list.at[k]]) & (PW_FLAG_S | PW_FLAG_T)))
        k++;
    return k;
}

PwStatus pw_opt_hoist(PwTree *t, PwErr *err)
{
    Hoist h = {.t = t, .header = PW_NOSNAP};
    uint32_t loop = pw_loop_segment(t);
    if (loop == PW_NONE)
        return PW_OK;
    h.nomem = !init(&h);
    if (!h.nomem)
        walk(&h, &t->seg.at[loop]);
    if (!h.nomem)
        h.nomem = !pw_seg_insert(&t->seg.at[0], place(t), h.moved.at, h.moved.n);
    PW_VEC_FREE(&h.moved);
    pw_arena_free(&h.arena);
    return h.nomem ? pw_opt_nomem(err) : PW_OK;
}
