/* The loop pass: where a side path uses a slot as an object that the loop carries as a number, the path makes the object at its
 * top. From there on the slot holds it, for this path and those that continue it; at the back-edge it is unboxed again. */
#include "ir/opt_loop.h"

static bool has_object(const PwLoopPath *path, uint32_t slot)
{
    return path->object && path->object[slot].i != PW_NONE;
}

/* The state in which the segment begins: boxing can run out of memory there (behind `catch` that raises in its place). */
static PwSnapNo top_snap(PwLoop *l, uint32_t seg)
{
    PwTree *t = l->t;
    const PwSnap *s = &t->snap.at[t->seg.at[seg].from.i];
    const PwSnapFrame *f = &t->frame.at[s->frames];
    uint32_t n = 0;
    for (uint32_t d = 0; d < s->nframes; d++)
        n += (uint32_t)f[d].nlocals + f[d].nstack;
    return pw_tree_snap(t, f, s->nframes, &t->entry.at[f->entries], n, &t->arg.at[s->drops], s->ndrops); /* past: 0 */
}

static PwRef box(PwLoop *l, uint32_t seg, const PwLoopSlot *s, PwSnapNo snap)
{
    PwOp op = s->type == PW_T_I ? PW_OP_box_i : s->type == PW_T_F ? PW_OP_box_f : PW_OP_box_b;
    PwRef r = pw_tree_ins(l->t, op, 0, 0, &s->param, 1, op == PW_OP_box_b ? PW_NOSNAP : snap);
    if (r.i != PW_NONE)
        pw_ins(l->t, r)->unit = pw_ins(l->t, (PwRef){l->t->seg.at[seg].list.at[0]})->unit;
    return r;
}

/* How many references the recording has to the object of a slot where the segment begins: others may hold the same number. */
static uint32_t owners(const PwLoop *l, uint32_t seg, uint32_t slot)
{
    const PwTree *t = l->t;
    const PwSnap *s = &t->snap.at[t->seg.at[seg].from.i];
    uint32_t n = 0;
    for (uint32_t k = 0; k < s->ndrops; k++)
        n += pw_loop_slot_of(l, t->arg.at[s->drops + k]) == slot;
    for (uint32_t d = 0; d < s->nframes; d++) {
        const PwSnapFrame *f = &t->frame.at[s->frames + d];
        for (uint32_t k = 0; k < (uint32_t)f->nlocals + f->nstack; k++) {
            const PwEntry *e = &t->entry.at[f->entries + k];
            n += e->kind == PW_E_OWN && (pw_loop_slot_of(l, e->ref) == slot || pw_ref_is(e->ref, l->slot[slot].param));
        }
    }
    return n;
}

/* The object of slot k, and a reference for each owner but the first, in front of element `at`; how many that are, or PW_NONE. */
static uint32_t make_object(PwLoop *l, uint32_t seg, uint32_t at, uint32_t k, PwSnapNo snap, PwLoopPath *path)
{
    uint32_t n = 0, refs = owners(l, seg, k);
    PwRef object = box(l, seg, &l->slot[k], snap), ref = object;
    do {
        if (l->t->failed || !pw_seg_insert(&l->t->seg.at[seg], at + n++, &ref.i, 1))
            return PW_NONE;
        ref = n < refs ? pw_tree_ins(l->t, PW_OP_incref, 0, 0, &object, 1, PW_NOSNAP) : ref;
        if (ref.i != PW_NONE)
            pw_ins(l->t, ref)->unit = pw_ins(l->t, object)->unit;
    } while (n < refs);
    path->object[k] = object;
    return n;
}

static bool room_for_objects(PwLoop *l, PwLoopPath *path)
{
    if (path->object)
        return true;
    path->object = pw_arena_alloc(&l->arena, (l->nslots + 1) * sizeof *path->object);
    for (uint32_t k = 0; path->object && k < l->nslots; k++)
        path->object[k] = PW_NOREF;
    return path->object != NULL;
}

uint32_t pw_loop_make_objects(PwLoop *l, uint32_t seg, uint32_t at, PwLoopPath *path)
{
    uint32_t n = 0;
    PwSnapNo snap = PW_NOSNAP;
    for (uint32_t k = 0; seg && k < l->nslots; k++) {
        const PwLoopSlot *s = &l->slot[k];
        if (!s->taken || s->type == PW_T_O || !*pw_loop_as_object(l, seg, k) || has_object(path, k))
            continue;
        if (!room_for_objects(l, path))
            return PW_NONE;
        if (snap.i == PW_NONE)
            snap = top_snap(l, seg);
        uint32_t made = make_object(l, seg, at + n, k, snap, path);
        if (made == PW_NONE)
            return PW_NONE;
        n += made;
    }
    return n;
}

static void use_object(PwLoop *l, PwRef *r, const PwLoopPath *path)
{
    uint32_t slot = pw_loop_slot_of(l, *r);
    if (slot != PW_NONE && has_object(path, slot))
        *r = path->object[slot];
}

void pw_loop_use_objects(PwLoop *l, uint32_t ref, const PwLoopPath *path)
{
    const PwIns *ins = &l->t->ins.at[ref];
    for (unsigned k = 0; path->object && k < ins->nargs; k++)
        use_object(l, &l->t->arg.at[ins->args + k], path);
}

void pw_loop_snap_objects(PwLoop *l, PwSnapNo snap, const PwLoopPath *path)
{
    const PwSnap *s = &l->t->snap.at[snap.i];
    for (uint32_t k = 0; k < s->ndrops; k++)
        use_object(l, &l->t->arg.at[s->drops + k], path);
    for (uint32_t d = 0; d < s->nframes; d++) {
        const PwSnapFrame *f = &l->t->frame.at[s->frames + d];
        for (uint32_t k = 0; k < (uint32_t)f->nlocals + f->nstack; k++) {
            PwEntry *e = &l->t->entry.at[f->entries + k];
            if (e->kind >= PW_E_OWN)
                use_object(l, &e->ref, path);
        }
    }
}
