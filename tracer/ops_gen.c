/* Generators: yielding. */
#include "ir/native.h"
#include "tracer/ops.h"

/* Makes the frame memory of the root true: objects first, since making them can raise. */
static bool settle_root(PwRec *r)
{
    RFrame *f = &r->frame[0];
    for (uint32_t i = 0; i < f->nlocals + f->nstack && !r->t->failed; i++) {
        RVal *v = &f->slot[i];
        if (v->state != R_VAL)
            continue;
        rec_object(r, v);
        rec_own(r, v);
    }
    for (uint32_t i = 0; i < f->nlocals + f->nstack && !r->t->failed; i++) {
        RVal *v = &f->slot[i];
        PwRef ref = v->state == R_VAL ? v->ref : pw_tree_const(r->t, PW_OP_knull, 0);
        if (v->state != R_KEEP)
            rec_emit(r, PW_OP_stslot, 0, i, &ref, 1, PW_NOSNAP);
    }
    return !r->t->failed;
}

/* A generator that was resumed natively yields natively. In a loop's tree, where slots are carried in registers, the tree leaves
 * just before the YIELD_VALUE, and the runtime yields. */
bool rec_op_yield_value(PwRec *r, int oparg)
{
    (void)oparg;
    RFrame *f = &r->frame[0];
    if (r->depth)
        return rec_fail(r, "a generator that is followed into");
    if (r->t->kind == PW_ROOT_LOOP) {
        if (!rec_end_exit(r))
            return false;
        if (!r->t->failed) /* nothing to follow from here */
            r->t->snap.at[rec_before(r).i].hot = 1;
        return true;
    }
    rec_object(r, rec_at(r, 1));
    RVal v = rec_pop(r);
    rec_own(r, &v);
    if (r->ev->unit >> PW_YIELD_UNIT_BITS)
        return rec_fail(r, "a generator of more than %d code units", 1 << PW_YIELD_UNIT_BITS);
    int64_t imm = (int64_t)f->nstack << PW_YIELD_UNIT_BITS | r->ev->unit;
    if (settle_root(r))
        rec_emit(r, PW_OP_yield, 0, imm, &v.ref, 1, PW_NOSNAP);
    r->ended = true;
    return true;
}
