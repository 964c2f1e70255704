/* rc: an incref and a later decrement of the same value cancel when nothing between them releases anything: all the while the
 * object had two references, so the decrement was not the last. Exits between them hand out one reference less: an entry of
 * their snapshot that moved the reference makes its own instead (own -> borrow), or one of its drops goes.
 * Between the two may stand: loads, stores, pure values, guards without a side trace, increfs, and calls that only add
 * references. str_append is not among them: it looks at the count of its operand. */
#include "ir/opt_internal.h"

enum { WINDOW = 64, PENDING = 16 }; /* instructions between the two; increfs that wait at a time */

typedef struct Wait {
    PwRef value;
    uint32_t at; /* place of the incref */
} Wait;

typedef struct Rc {
    PwTree *t;
    uint32_t *uses; /* by snapshot: instructions that name it */
    Wait wait[PENDING];
    uint32_t n;
} Rc;

static bool only_adds(const PwIns *ins)
{
    switch (ins->aux) {
    case PW_H_list_append:
    case PW_H_list_slice:
    case PW_H_list_repeat:
    case PW_H_list_concat:
    case PW_H_tuple_slice:
    case PW_H_list_iter:
    case PW_H_tuple_iter:
    case PW_H_method_new:
    case PW_H_cell_new:
    case PW_H_slice_new: return true;
    default: return false;
    }
}

/* May something lose a reference here, or look at a count? */
static bool releases(const PwIns *ins)
{
    if (pw_ins_flags(ins) & PW_FLAG_O || (ins->op == PW_OP_call && ins->aux == PW_H_str_append))
        return true;
    if (ins->op == PW_OP_incref)
        return false;
    if (!((pw_ins_writes(ins) | pw_ins_reads(ins)) & PW_FX_RC))
        return false;
    return ins->op != PW_OP_call || !only_adds(ins);
}

static bool is_decrement(const PwIns *ins)
{
    return ins->op == PW_OP_decref || ins->op == PW_OP_drop || ins->op == PW_OP_free;
}

/* -- snapshots between the two -- */

/* The entry through which the reference moves, or NULL. A vtuple may hold it too; then the pair stays. */
static PwEntry *moving_entry(PwTree *t, const PwSnap *s, PwRef value)
{
    for (uint32_t k = 0; k < s->nframes; k++) {
        const PwSnapFrame *f = &t->frame.at[s->frames + k];
        for (uint32_t e = 0; e < (uint32_t)f->nlocals + f->nstack; e++) {
            PwEntry *x = &t->entry.at[f->entries + e];
            if (x->kind == PW_E_OWN && pw_ref_is(x->ref, value))
                return x;
        }
    }
    return NULL;
}

static uint32_t drop_place(const PwTree *t, const PwSnap *s, PwRef value)
{
    uint32_t k = 0;
    while (k < s->ndrops && !pw_ref_is(t->arg.at[s->drops + k], value))
        k++;
    return k;
}

static bool can_hand_out_less(PwTree *t, const PwSnap *s, PwRef value)
{
    return moving_entry(t, s, value) || drop_place(t, s, value) < s->ndrops;
}

static void hand_out_less(PwTree *t, PwSnap *s, PwRef value)
{
    uint32_t k = drop_place(t, s, value);
    if (k < s->ndrops) {
        t->arg.at[s->drops + k] = t->arg.at[s->drops + s->ndrops - 1];
        s->ndrops--;
    } else {
        moving_entry(t, s, value)->kind = PW_E_BORROW;
    }
}

/* Calls visit once for each snapshot that instructions in list[from .. to) name; false when it says so, or when one is
 * named outside too. */
static bool each_snap(Rc *rc, const PwSeg *seg, uint32_t from, uint32_t to, PwRef value, bool change)
{
    for (uint32_t k = from; k < to; k++) {
        if (seg->list.at[k] == PW_GONE)
            continue;
        PwSnapNo no = rc->t->ins.at[seg->list.at[k]].snap;
        uint32_t inside = 0;
        bool first = true;
        for (uint32_t j = from; j < to && no.i != PW_NONE; j++) {
            if (seg->list.at[j] == PW_GONE || rc->t->ins.at[seg->list.at[j]].snap.i != no.i)
                continue;
            inside++;
            first &= j >= k;
        }
        if (no.i == PW_NONE || !first)
            continue;
        if (change)
            hand_out_less(rc->t, &rc->t->snap.at[no.i], value);
        else if (inside != rc->uses[no.i] || !can_hand_out_less(rc->t, &rc->t->snap.at[no.i], value))
            return false;
    }
    return true;
}

/* -- pairs -- */

static void add_wait(Rc *rc, PwRef value, uint32_t at)
{
    if (rc->n == PENDING)
        memmove(rc->wait, rc->wait + 1, --rc->n * sizeof *rc->wait);
    rc->wait[rc->n++] = (Wait){value, at};
}

/* Removes the decrement at `at` with its incref; false when none waits for it. */
static bool cancel(Rc *rc, PwSeg *seg, uint32_t at, PwRef value)
{
    for (uint32_t k = rc->n; k-- > 0;) {
        uint32_t from = rc->wait[k].at;
        if (!pw_ref_is(rc->wait[k].value, value))
            continue;
        if (at - from > WINDOW || !each_snap(rc, seg, from, at, value, false))
            return false;
        each_snap(rc, seg, from, at, value, true);
        PwSnapNo own = rc->t->ins.at[seg->list.at[at]].snap;
        if (own.i != PW_NONE)
            rc->uses[own.i]--;
        seg->list.at[from] = seg->list.at[at] = PW_GONE;
        memmove(rc->wait + k, rc->wait + k + 1, (--rc->n - k) * sizeof *rc->wait);
        return true;
    }
    return false;
}

static void walk(Rc *rc, PwSeg *seg)
{
    rc->n = 0;
    for (uint32_t k = 0; k < seg->list.n; k++) {
        const PwIns *ins = &rc->t->ins.at[seg->list.at[k]];
        if (is_decrement(ins) && cancel(rc, seg, k, pw_operand_ref(rc->t, ins, 0)))
            continue;
        if (releases(ins) || pw_side_of(rc->t, ins) != PW_NONE)
            rc->n = 0;
        else if (ins->op == PW_OP_incref)
            add_wait(rc, pw_operand_ref(rc->t, ins, 0), k);
    }
    pw_seg_compact(seg);
}

PwStatus pw_opt_rc(PwTree *t, PwErr *err)
{
    Rc rc = {.t = t, .uses = pw_calloc(t->snap.n + 1u, sizeof *rc.uses)};
    if (!rc.uses)
        return pw_opt_nomem(err);
    for (uint32_t s = 0; s < t->seg.n; s++) {
        for (uint32_t k = 0; k < t->seg.at[s].list.n; k++) {
            PwSnapNo no = t->ins.at[t->seg.at[s].list.at[k]].snap;
            if (no.i != PW_NONE)
                rc.uses[no.i]++;
        }
    }
    for (uint32_t s = 0; s < t->seg.n; s++)
        walk(&rc, &t->seg.at[s]);
    pw_free(rc.uses);
    return pw_opt_prune(t, err);
}
