/* loop: the raw tree, which keeps what goes around the loop in frame memory, becomes an entry segment and a loop segment with
 * params. Slots that some snapshot gives a value are params; the others stay in memory, which nobody writes, and are loaded
 * once. A param is a number when the trace checks the slot for int, float or bool and every back-edge can supply one. */
#include "ir/opt_loop.h"

/* -- the entry segment -- */

static PwRef emit(PwLoop *l, uint32_t seg, PwOp op, int64_t imm, const PwRef *args, unsigned n, PwSnapNo snap)
{
    PwRef r = pw_tree_emit(l->t, seg, op, 0, imm, args, n, snap);
    if (r.i != PW_NONE)
        pw_ins(l->t, r)->unit = l->t->unit;
    return r;
}

static void load_slots(PwLoop *l, uint32_t seg)
{
    for (uint32_t k = 0; k < l->nslots; k++) {
        if (l->slot[k].taken || l->slot[k].read)
            l->slot[k].entry = emit(l, seg, PW_OP_slot, k, NULL, 0, PW_NOSNAP);
    }
}

static void unbox_slots(PwLoop *l, uint32_t seg, PwSnapNo header)
{
    for (uint32_t k = 0; k < l->nslots; k++) {
        PwLoopSlot *s = &l->slot[k];
        s->unboxed = s->entry;
        if (!s->taken || s->type == PW_T_O)
            continue;
        emit(l, seg, PW_OP_gnotnull, 0, &s->entry, 1, header);
        emit(l, seg, PW_OP_gtype, l->sym[s->type], &s->entry, 1, header);
        if (s->type == PW_T_I)
            s->unboxed = emit(l, seg, PW_OP_unbox_i, 0, &s->entry, 1, header);
        else
            s->unboxed = emit(l, seg, s->type == PW_T_F ? PW_OP_unbox_f : PW_OP_unbox_b, 0, &s->entry, 1, PW_NOSNAP);
    }
}

/* The trace owns the slots it takes from here on; of numbers it needs no object. */
static void release_slots(PwLoop *l, uint32_t seg)
{
    for (uint32_t k = 0; k < l->nslots; k++) {
        if (l->slot[k].taken && l->slot[k].type != PW_T_O)
            emit(l, seg, PW_OP_decref, 0, &l->slot[k].entry, 1, PW_NOSNAP);
    }
}

static void make_entry(PwLoop *l, uint32_t seg, PwSnapNo header)
{
    PwRef arg[PW_MAX_ARGS];
    unsigned n = 0;
    load_slots(l, seg);
    unbox_slots(l, seg, header);
    release_slots(l, seg);
    for (uint32_t k = 0; k < l->nslots; k++) {
        if (l->slot[k].taken)
            arg[n++] = l->slot[k].unboxed;
    }
    emit(l, seg, PW_OP_enter, 0, arg, n, PW_NOSNAP);
}

/* -- the loop segment -- */

static void make_params(PwLoop *l)
{
    for (uint32_t k = 0; k < l->nslots; k++) {
        PwLoopSlot *s = &l->slot[k];
        if (s->taken)
            s->param = pw_tree_ins(l->t, PW_OP_param, 0, pw_type_letter(s->type), NULL, 0, PW_NOSNAP);
    }
}

static bool place_params(PwLoop *l, uint32_t seg)
{
    uint32_t list[PW_MAX_ARGS], n = 0;
    for (uint32_t k = 0; k < l->nslots; k++) {
        if (l->slot[k].taken)
            list[n++] = l->slot[k].param.i;
    }
    return pw_seg_insert(&l->t->seg.at[seg], 0, list, n);
}

/* The new entry segment, last so far, becomes segment 0; all others move up by one. */
static void renumber(PwTree *t)
{
    PwSeg entry = t->seg.at[t->seg.n - 1];
    memmove(t->seg.at + 1, t->seg.at, (t->seg.n - 1) * sizeof *t->seg.at);
    t->seg.at[0] = entry;
    for (uint32_t k = 1; k < t->seg.n; k++) {
        PwSeg *s = &t->seg.at[k];
        s->parent = s->parent == PW_NONE ? 0 : s->parent + 1;
        if (s->from.i != PW_NONE)
            t->snap.at[s->from.i].seg = k;
    }
    t->seg.at[1].is_loop = true;
}

static bool ever_loops(const PwTree *t)
{
    for (uint32_t s = 0; s < t->seg.n; s++) {
        const PwSeg *seg = &t->seg.at[s];
        if (seg->list.n && t->ins.at[seg->list.at[seg->list.n - 1]].op == PW_OP_loop)
            return true;
    }
    return false;
}

static uint32_t count_params(const PwLoop *l)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < l->nslots; k++)
        n += l->slot[k].taken;
    return n;
}

static PwStatus run(PwLoop *l, bool unbox, PwErr *err)
{
    PwTree *t = l->t;
    if (!pw_loop_prepare(l))
        return pw_opt_nomem(err);
    if (count_params(l) > PW_MAX_ARGS)
        return pw_err_set(err, PW_ABORT, "more than %d slots change in the loop", PW_MAX_ARGS);
    pw_loop_choose(l, unbox);
    make_params(l);
    PwSnapNo header = pw_opt_header_snap(t, &l->arena);
    uint32_t entry = pw_tree_seg(t, PW_NOSNAP, PW_NONE);
    if (t->failed)
        return pw_opt_built(t, err);
    make_entry(l, entry, header);
    PwStatus status = pw_loop_rewrite(l, err);
    if (!status)
        status = pw_loop_edges(l, err);
    if (!status && !place_params(l, 0))
        status = pw_opt_nomem(err);
    if (!status)
        renumber(t);
    return status;
}

PwStatus pw_opt_make_loop(PwTree *t, bool unbox, PwErr *err)
{
    PwStatus status = pw_opt_prune(t, err); /* what is left is reached: the parts may count on it */
    t->optimised = true;
    if (status || !ever_loops(t))
        return status;
    PwLoop l = {.t = t};
    status = run(&l, unbox, err);
    pw_arena_free(&l.arena);
    return status ? status : pw_opt_prune(t, err); /* guards that went may have had side traces */
}

PwStatus pw_opt_loop(PwTree *t, PwErr *err)
{
    return pw_opt_make_loop(t, true, err);
}
