/* Snapshots of the abstract state. */
#include "tracer/rec.h"

/* Frames and entries of the present state into a new snapshot. */
PwSnapNo rec_snap_drops(PwRec *r, uint32_t unit, const PwRef *drops, unsigned ndrops)
{
    PwSnapFrame frames[PW_MAX_DEPTH];
    PW_VEC(PwEntry) entries = {0};
    PwSnapNo snap = PW_NOSNAP;
    PwRef all[64 + PW_MAX_DEPTH];
    unsigned n = 0;
    while (n < ndrops && n < 64) {
        all[n] = drops[n];
        n++;
    }
    for (uint32_t d = 0; d <= r->depth; d++) {
        RFrame *f = &r->frame[d];
        frames[d] = (PwSnapFrame){.code = f->code,
                                  .func = f->func,
                                  .unit = d < r->depth ? r->frame[d + 1].ret_unit : unit,
                                  .nlocals = (uint16_t)f->nlocals,
                                  .nstack = (uint16_t)f->nstack,
                                  .cont = f->cont};
        if (f->held.state == R_VAL && f->held.own)
            all[n++] = f->held.ref;
        for (uint32_t i = 0; i < f->nlocals + f->nstack; i++) {
            RVal *v = &f->slot[i];
            PwEntry e = {PW_E_NULL, PW_NOREF};
            if (v->state == R_KEEP)
                e.kind = PW_E_KEEP;
            else if (v->state == R_VAL) {
                bool o = !r->t->failed && pw_ref_type(r->t, v->ref) == PW_T_O &&
                         pw_ins(r->t, v->ref)->op != PW_OP_vtuple;
                e = (PwEntry){!o || v->own ? PW_E_OWN : PW_E_BORROW, v->ref};
            }
            if (!PW_VEC_PUSH(&entries, e))
                r->t->failed = true;
        }
    }
    if (!r->t->failed)
        snap = pw_tree_snap(r->t, frames, r->depth + 1, entries.at, entries.n, all, n);
    if (snap.i != PW_NONE)
        r->t->snap.at[snap.i].past = r->length - r->begun;
    PW_VEC_FREE(&entries);
    return snap;
}

PwSnapNo rec_snap_other(PwRec *r, uint32_t unit, const PwRef *drops, unsigned ndrops)
{
    PwSnapNo snap = rec_snap_drops(r, unit, drops, ndrops);
    if (snap.i != PW_NONE) {
        r->t->snap.at[snap.i].other = 1;
        r->t->snap.at[snap.i].past += !r->counted; /* the branch is done there */
    }
    return snap;
}

PwSnapNo rec_snap_at(PwRec *r, uint32_t unit)
{
    return rec_snap_drops(r, unit, NULL, 0);
}

PwSnapNo rec_before(PwRec *r)
{
    RFrame *f = rec_top(r);
    if (r->before.i == PW_NONE)
        r->before = rec_snap_at(r, f->kw_unit != PW_NONE ? f->kw_unit : r->unit);
    return r->before;
}

PwSnapNo rec_raise(PwRec *r)
{
    /* The instruction itself, behind its EXTENDED_ARGs: what the exception table and the line table are asked with. */
    if (rec_top(r)->kw_unit == PW_NONE && r->ev->unit == r->unit)
        return rec_before(r);
    return rec_snap_at(r, r->ev->unit);
}

void rec_opaque_done(PwRec *r)
{
    r->opaque = true;
    r->epoch++;
    r->keyed.n = 0;
}
