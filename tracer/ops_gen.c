/* Generators: yielding. */
#include "ir/native.h"
#include "tracer/ops.h"

/* Objects in all slots of the root: making them can raise. */
static void objects_in_slots(PwRec *r)
{
    RFrame *f = &r->frame[0];
    for (uint32_t i = 0; i < f->nlocals + f->nstack && !r->t->failed; i++) {
        RVal *v = &f->slot[i];
        if (v->state != R_VAL)
            continue;
        rec_object(r, v);
        rec_own(r, v);
    }
}

/* Makes the root's frame memory true. */
static void store_slots(PwRec *r)
{
    RFrame *f = &r->frame[0];
    for (uint32_t i = 0; i < f->nlocals + f->nstack && !r->t->failed; i++) {
        RVal *v = &f->slot[i];
        PwRef ref = v->state == R_VAL ? v->ref : pw_tree_const(r->t, PW_OP_knull, 0);
        if (v->state != R_KEEP)
            rec_emit(r, PW_OP_stslot, 0, i, &ref, 1, PW_NOSNAP);
    }
}

/* Ends the segment, however short it is: resuming a generator natively costs less than doing it in the interpreter. */
bool rec_op_yield_value(PwRec *r, int oparg)
{
    (void)oparg;
    if (r->depth)
        return rec_fail(r, "a generator that is followed into");
    if (r->ev->unit >> PW_YIELD_UNIT_BITS)
        return rec_fail(r, "a generator of more than %d code units", 1 << PW_YIELD_UNIT_BITS);
    if (r->frame[0].nstack > r->t->nstack + 1u) /* in a loop inside the root's: `stslot` knows the root's slots only. The exit yields */
        return rec_end_exit(r);
    objects_in_slots(r);
    PwSnapNo before = rec_raise(r);
    RVal v = rec_pop(r);
    store_slots(r);
    int64_t imm = (int64_t)r->frame[0].nstack << PW_YIELD_UNIT_BITS | r->ev->unit;
    rec_emit(r, PW_OP_yield, 0, imm, &v.ref, 1, before);
    rec_ended(r, true);
    return true;
}
