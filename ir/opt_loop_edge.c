/* The loop pass, third part: `loop` becomes `jump`. What the raw op did with frame memory is done with operands: numbers for
 * object params are boxed, objects for number params are checked, unboxed and released. */
#include "ir/opt_loop.h"

typedef struct Edge {
    PwLoop *l;
    uint32_t seg;
    PwSnapNo snap;   /* of the `loop` op: boxing raises there */
    PwSnapNo guards; /* a copy of it for guards, made when needed: nobody records a side trace from an optimiser's guard */
    uint32_t first;  /* its entries */
    uint32_t unit;
} Edge;

static PwRef emit(Edge *e, PwOp op, int64_t imm, const PwRef *args, unsigned n, PwSnapNo snap)
{
    PwRef r = pw_tree_emit(e->l->t, e->seg, op, 0, imm, args, n, snap);
    if (r.i != PW_NONE)
        pw_ins(e->l->t, r)->unit = e->unit;
    return r;
}

static PwSnapNo guard_snap(Edge *e)
{
    PwTree *t = e->l->t;
    if (e->guards.i != PW_NONE)
        return e->guards;
    const PwSnap *s = &t->snap.at[e->snap.i];
    const PwSnapFrame *f = &t->frame.at[s->frames];
    uint32_t past = s->past;
    e->guards = pw_tree_snap(t, f, 1, &t->entry.at[f->entries], (uint32_t)f->nlocals + f->nstack, &t->arg.at[s->drops],
                             s->ndrops);
    if (e->guards.i != PW_NONE)
        t->snap.at[e->guards.i].past = past;
    return e->guards;
}

static PwEntry entry(const Edge *e, uint32_t k)
{
    return e->l->t->entry.at[e->first + k];
}

static PwOp unbox_op(PwType type)
{
    return type == PW_T_I ? PW_OP_unbox_i : type == PW_T_F ? PW_OP_unbox_f : PW_OP_unbox_b;
}

/* The number in an object that goes to a param of type i, f or b. */
static PwRef unbox(Edge *e, PwRef object, PwType type)
{
    PwSnapNo snap = guard_snap(e);
    emit(e, PW_OP_gnotnull, 0, &object, 1, snap);
    emit(e, PW_OP_gtype, e->l->sym[type], &object, 1, snap);
    return emit(e, unbox_op(type), 0, &object, 1, type == PW_T_I ? snap : PW_NOSNAP);
}

static PwRef box(Edge *e, PwRef v);

/* The tuple that a vtuple stands for; what it owns moves into it. */
static PwRef make_tuple(Edge *e, PwRef v)
{
    PwRef item[PW_MAX_ARGS];
    unsigned n = pw_ins(e->l->t, v)->nargs;
    for (unsigned k = 0; k < n; k++)
        item[k] = box(e, pw_arg(e->l->t, v, k));
    return emit(e, PW_OP_mktuple, 0, item, n, e->snap);
}

/* An owned object for any value; objects as they are. */
static PwRef box(Edge *e, PwRef v)
{
    if (e->l->t->failed)
        return v;
    const PwIns *ins = pw_ins(e->l->t, v);
    if (ins->op == PW_OP_vtuple)
        return make_tuple(e, v);
    switch ((PwType)ins->type) {
    case PW_T_I: return emit(e, PW_OP_box_i, 0, &v, 1, e->snap);
    case PW_T_F: return emit(e, PW_OP_box_f, 0, &v, 1, e->snap);
    case PW_T_B: return emit(e, PW_OP_box_b, 0, &v, 1, PW_NOSNAP);
    default: return v;
    }
}

static bool is_object(const PwTree *t, PwRef r)
{
    const PwIns *ins = pw_ins_const(t, r);
    return ins->type == PW_T_O && ins->op != PW_OP_vtuple;
}

/* The operand for an object param. One number in two slots is one object, as at an exit. */
static PwRef object_operand(Edge *e, uint32_t k, const PwRef *made)
{
    PwLoop *l = e->l;
    PwEntry x = entry(e, k);
    if (x.kind == PW_E_NULL)
        return pw_tree_const(l->t, PW_OP_knull, 0);
    if (is_object(l->t, x.ref)) {
        if (x.kind == PW_E_BORROW)
            emit(e, PW_OP_incref, 0, &x.ref, 1, PW_NOSNAP);
        return x.ref;
    }
    for (uint32_t j = 0; j < k; j++) {
        PwEntry y = entry(e, j);
        if (!l->slot[j].taken || l->slot[j].type != PW_T_O || y.kind < PW_E_OWN || !pw_ref_is(x.ref, y.ref))
            continue;
        emit(e, PW_OP_incref, 0, &made[j], 1, PW_NOSNAP);
        return made[j];
    }
    return box(e, x.ref);
}

/* Guards first: they leave with nothing done. made is by slot. */
static void unbox_operands(Edge *e, PwRef *made)
{
    for (uint32_t k = 0; k < e->l->nslots; k++) {
        PwType type = e->l->slot[k].type;
        if (!e->l->slot[k].taken || type == PW_T_O)
            continue;
        PwRef v = entry(e, k).ref;
        made[k] = is_object(e->l->t, v) ? unbox(e, v, type) : v;
    }
}

static void box_operands(Edge *e, PwRef *made)
{
    for (uint32_t k = 0; k < e->l->nslots; k++) {
        if (e->l->slot[k].taken && e->l->slot[k].type == PW_T_O)
            made[k] = object_operand(e, k, made);
    }
}

/* Objects that were owned and whose number goes on. */
static void release_unboxed(Edge *e)
{
    for (uint32_t k = 0; k < e->l->nslots; k++) {
        PwEntry x = entry(e, k);
        if (e->l->slot[k].taken && e->l->slot[k].type != PW_T_O && x.kind == PW_E_OWN && is_object(e->l->t, x.ref))
            emit(e, PW_OP_decref, 0, &x.ref, 1, PW_NOSNAP);
    }
}

static void make_jump(PwLoop *l, uint32_t seg, PwRef *made)
{
    PwTree *t = l->t;
    PwSeg *s = &t->seg.at[seg];
    const PwIns *loop = &t->ins.at[s->list.at[--s->list.n]];
    Edge e = {.l = l, .seg = seg, .snap = loop->snap, .guards = PW_NOSNAP, .unit = loop->unit};
    e.first = t->frame.at[t->snap.at[loop->snap.i].frames].entries;
    unbox_operands(&e, made);
    box_operands(&e, made);
    release_unboxed(&e);
    PwRef arg[PW_MAX_ARGS];
    unsigned n = 0;
    for (uint32_t k = 0; k < l->nslots; k++) {
        if (l->slot[k].taken)
            arg[n++] = made[k];
    }
    emit(&e, PW_OP_jump, 0, arg, n, PW_NOSNAP);
}

PwStatus pw_loop_edges(PwLoop *l, PwErr *err)
{
    PwRef *made = pw_arena_alloc(&l->arena, (l->nslots + 1) * sizeof *made);
    if (!made)
        return pw_opt_nomem(err);
    for (uint32_t s = 0; s < l->t->seg.n; s++) {
        const PwSeg *seg = &l->t->seg.at[s];
        if (!l->t->failed && l->t->ins.at[seg->list.at[seg->list.n - 1]].op == PW_OP_loop)
            make_jump(l, s, made);
    }
    return pw_opt_built(l->t, err);
}
