/* The loop pass, second part: in the body, loads of slots become params or loads in the entry segment, and every snapshot
 * names every param, since frame memory is stale from the header on. */
#include "ir/opt_loop.h"

/* Removed instructions leave a hole; new ones are few, so that each is inserted by itself. */
typedef struct Walk {
    PwLoop *l;
    uint8_t *seen;    /* by segment */
    uint8_t *settled; /* by snapshot: its entries are rewritten */
    bool nomem;
} Walk;

/* -- snapshots -- */

static void drop_numbers(PwLoop *l, PwSnap *snap)
{
    PwRef *drop = &l->t->arg.at[snap->drops];
    uint32_t n = 0;
    for (uint32_t k = 0; k < snap->ndrops; k++) {
        uint32_t slot = pw_loop_slot_of(l, drop[k]);
        if (slot == PW_NONE || !l->slot[slot].taken || l->slot[slot].type == PW_T_O)
            drop[n++] = drop[k];
    }
    snap->ndrops = n;
}

static void settle_snap(Walk *w, PwSnapNo snap, const PwLoopPath *path)
{
    PwLoop *l = w->l;
    uint32_t first, n = pw_loop_entries(l, snap, &first);
    if (w->settled[snap.i])
        return;
    w->settled[snap.i] = 1;
    if (path->object)
        pw_loop_snap_objects(l, snap, path);
    for (uint32_t k = 0; k < n; k++) {
        PwEntry *e = &l->t->entry.at[first + k];
        if (e->kind == PW_E_KEEP && l->slot[k].taken && !(path->stored && path->stored[k]))
            *e = (PwEntry){PW_E_OWN, pw_loop_held(l, k, path)};
    }
}

/* -- instructions -- */

/* The slot that operand k is the object of, when that slot is carried as a number. */
static const PwLoopSlot *number_slot(const PwLoop *l, const PwIns *ins, unsigned k)
{
    uint32_t slot = ins->nargs > k ? pw_loop_slot_of(l, pw_operand_ref(l->t, ins, k)) : PW_NONE;
    const PwLoopSlot *s = slot == PW_NONE ? NULL : &l->slot[slot];
    return s && s->taken && s->type != PW_T_O ? s : NULL;
}

/* What is left of an instruction whose operand is no object any more: nothing, except that somebody may use its value. */
static bool gone_with_object(PwLoop *l, uint32_t ref)
{
    const PwIns *ins = &l->t->ins.at[ref];
    const PwLoopSlot *s = number_slot(l, ins, 0);
    if (!s && ins->op != PW_OP_ois && ins->op != PW_OP_gisnot)
        return false;
    switch ((PwOp)ins->op) {
    case PW_OP_gtype:
    case PW_OP_gnotnull:
    case PW_OP_incref:
    case PW_OP_decref: return true;
    case PW_OP_unbox_i:
    case PW_OP_unbox_f:
    case PW_OP_unbox_b: pw_replace_set(&l->map, (PwRef){ref}, s->param); return true;
    case PW_OP_ois:
        if (!s && !number_slot(l, ins, 1))
            return false;
        pw_replace_set(&l->map, (PwRef){ref}, pw_tree_const(l->t, PW_OP_kbool, 0));
        return true;
    case PW_OP_gisnot: return s || number_slot(l, ins, 1);
    default: return false;
    }
}

/* The load of a slot goes: to what the path has for it, or to the one load in the entry segment. */
static bool gone_to_entry(PwLoop *l, uint32_t ref, const PwLoopPath *path)
{
    uint32_t slot = l->slot_of[ref];
    if (slot == PW_NONE)
        return false;
    pw_replace_set(&l->map, (PwRef){ref}, l->slot[slot].taken ? pw_loop_held(l, slot, path) : l->slot[slot].entry);
    return true;
}

/* In front of `ret`, the frame's memory must be true: params whose slot no stslot has made true go home. Numbers need no object
 * for that: nobody sees the frame again. */
static uint32_t settle_ret(Walk *w, uint32_t seg, uint32_t at, const PwLoopPath *path)
{
    PwLoop *l = w->l;
    uint32_t n = 0;
    for (uint32_t k = 0; k < l->nslots; k++) {
        const PwLoopSlot *s = &l->slot[k];
        if (!s->taken || (path->stored && path->stored[k]))
            continue;
        PwRef v = pw_loop_held(l, k, path);
        if (pw_ref_type(l->t, v) != PW_T_O)
            v = pw_tree_const(l->t, PW_OP_knull, 0);
        PwRef st = pw_tree_ins(l->t, PW_OP_stslot, 0, k, &v, 1, PW_NOSNAP);
        w->nomem |= !pw_seg_insert(&l->t->seg.at[seg], at + n, &st.i, 1);
        n++;
    }
    return n;
}

/* Where the stslots in front of element `at` begin. */
static uint32_t first_store(const PwTree *t, const PwSeg *seg, uint32_t at)
{
    while (at > 0 && seg->list.at[at - 1] != PW_GONE && t->ins.at[seg->list.at[at - 1]].op == PW_OP_stslot)
        at--;
    return at;
}

/* In front of `yield` likewise, but all of it is seen again: numbers become objects, before anything is stored. */
static uint32_t settle_yield(Walk *w, uint32_t seg, uint32_t at, const PwLoopPath *path)
{
    static const PwOp box[PW_T_COUNT] = {[PW_T_I] = PW_OP_box_i, [PW_T_F] = PW_OP_box_f, [PW_T_B] = PW_OP_box_b};
    PwLoop *l = w->l;
    PwTree *t = l->t;
    uint32_t first = first_store(t, &t->seg.at[seg], at), n = 0;
    PwSnapNo before = t->ins.at[t->seg.at[seg].list.at[at]].snap;
    for (uint32_t k = 0; k < l->nslots; k++) {
        const PwLoopSlot *s = &l->slot[k];
        if (!s->taken || (path->stored && path->stored[k]))
            continue;
        PwRef v = pw_loop_held(l, k, path);
        PwType type = pw_ref_type(t, v);
        if (type != PW_T_O) {
            v = pw_tree_ins(t, box[type], 0, 0, &v, 1, type == PW_T_B ? PW_NOSNAP : before);
            w->nomem |= !pw_seg_insert(&t->seg.at[seg], first++, &v.i, 1);
            n++;
        }
        PwRef st = pw_tree_ins(t, PW_OP_stslot, 0, k, &v, 1, PW_NOSNAP);
        w->nomem |= !pw_seg_insert(&t->seg.at[seg], at + n, &st.i, 1);
        n++;
    }
    return n;
}

static void walk(Walk *w, uint32_t seg, const PwLoopPath *parent);

static void walk_side(Walk *w, uint32_t side, const PwLoopPath *path)
{
    if (side == PW_NONE || w->seen[side])
        return;
    w->seen[side] = 1;
    walk(w, side, path);
}

/* Element k of a segment; returns how many were put in front of it. */
static uint32_t walk_one(Walk *w, uint32_t seg, uint32_t k, const PwLoopPath *path)
{
    PwLoop *l = w->l;
    uint32_t ref = l->t->seg.at[seg].list.at[k];
    pw_loop_use_objects(l, ref, path);
    if (l->t->ins.at[ref].snap.i != PW_NONE) {
        settle_snap(w, l->t->ins.at[ref].snap, path);
        walk_side(w, pw_side_of(l->t, &l->t->ins.at[ref]), path);
    }
    const PwIns *ins = &l->t->ins.at[ref];
    if (ins->op == PW_OP_stslot && ins->imm < l->nslots)
        path->stored[ins->imm] = 1;
    if (ins->op == PW_OP_ret)
        return settle_ret(w, seg, k, path);
    if (ins->op == PW_OP_yield)
        return settle_yield(w, seg, k, path);
    if (ref < l->nrefs && (gone_to_entry(l, ref, path) || gone_with_object(l, ref)))
        l->t->seg.at[seg].list.at[k] = PW_GONE;
    return 0;
}

static void walk_list(Walk *w, uint32_t seg, uint32_t from, const PwLoopPath *path)
{
    PwLoop *l = w->l;
    for (uint32_t k = from; k < l->t->seg.at[seg].list.n; k++)
        k += walk_one(w, seg, k, path);
    pw_seg_compact(&l->t->seg.at[seg]);
}

/* A path's own copy of what holds for the one it continues; nothing of it is needed when nothing was done. */
static bool copy_path(PwLoop *l, PwLoopPath *path, const PwLoopPath *parent)
{
    if (l->any_stored) {
        path->stored = pw_arena_alloc(&l->arena, l->nslots + 1);
        if (path->stored && parent->stored)
            memcpy(path->stored, parent->stored, l->nslots);
    }
    if (parent->object) {
        path->object = pw_arena_alloc(&l->arena, (l->nslots + 1) * sizeof *path->object);
        if (path->object)
            memcpy(path->object, parent->object, l->nslots * sizeof *path->object);
    }
    return (path->stored || !l->any_stored) && (path->object || !parent->object);
}

static void walk(Walk *w, uint32_t seg, const PwLoopPath *parent)
{
    PwLoopPath path = {0};
    const PwTree *t = w->l->t;
    if (!copy_path(w->l, &path, parent)) {
        w->nomem = true;
        return;
    }
    /* `catch` stays first: no object is made while an exception is set */
    uint32_t first = t->seg.at[seg].list.n && t->ins.at[t->seg.at[seg].list.at[0]].op == PW_OP_catch;
    if (first)
        walk_one(w, seg, 0, &path);
    uint32_t made = pw_loop_make_objects(w->l, seg, first, &path);
    if (made == PW_NONE)
        w->nomem = true;
    else
        walk_list(w, seg, first + made, &path);
}

PwStatus pw_loop_rewrite(PwLoop *l, PwErr *err)
{
    Walk w = {.l = l};
    w.seen = pw_arena_alloc(&l->arena, l->t->seg.n + 1);
    w.settled = pw_arena_alloc(&l->arena, l->t->snap.n + 1);
    if (!w.seen || !w.settled)
        return pw_opt_nomem(err);
    walk(&w, 0, &(PwLoopPath){0});
    if (w.nomem)
        return pw_opt_nomem(err);
    for (uint32_t k = 0; k < l->t->snap.n; k++)
        drop_numbers(l, &l->t->snap.at[k]);
    pw_replace_apply(&l->map, l->t);
    return pw_opt_built(l->t, err);
}
