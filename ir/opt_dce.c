/* dce: values that nobody needs. Needed is what has an effect, may leave, raise or end a segment; what a needed instruction
 * or its snapshot names; and what goes around the loop to a needed param. Guards, and
 * checked ops, stay in any case. */
#include "ir/opt_internal.h"

typedef struct Dce {
    PwTree *t;
    PwArena arena;
    uint8_t *live;     /* by ref */
    uint8_t *named;    /* by snapshot: its values are marked */
    uint32_t *param;   /* by ref: its place among the params, PW_NONE for others */
    uint32_t *stack, n; /* marked, operands not yet */
    PW_VEC(uint32_t) edge; /* enter and jumps */
    bool nomem;
} Dce;

static void mark(Dce *d, PwRef r)
{
    if (r.i == PW_NONE || d->live[r.i])
        return;
    d->live[r.i] = 1;
    d->stack[d->n++] = r.i;
}

static void mark_snap(Dce *d, PwSnapNo no)
{
    if (no.i == PW_NONE || d->named[no.i])
        return;
    d->named[no.i] = 1;
    const PwTree *t = d->t;
    const PwSnap *s = &t->snap.at[no.i];
    for (uint32_t k = 0; k < s->nframes; k++) {
        const PwSnapFrame *f = &t->frame.at[s->frames + k];
        mark(d, f->func);
        for (uint32_t e = 0; e < (uint32_t)f->nlocals + f->nstack; e++) {
            const PwEntry *x = &t->entry.at[f->entries + e];
            if (x->kind >= PW_E_OWN)
                mark(d, x->ref);
        }
    }
    for (uint32_t k = 0; k < s->ndrops; k++)
        mark(d, t->arg.at[s->drops + k]);
}

static bool is_edge(const PwIns *ins)
{
    return ins->op == PW_OP_enter || ins->op == PW_OP_jump;
}

static void mark_operands(Dce *d, uint32_t ref)
{
    const PwIns *ins = &d->t->ins.at[ref];
    for (unsigned k = 0; k < ins->nargs && !is_edge(ins); k++)
        mark(d, pw_operand_ref(d->t, ins, k));
    mark_snap(d, ins->snap);
    for (uint32_t k = 0; d->param[ref] != PW_NONE && k < d->edge.n; k++)
        mark(d, pw_operand_ref(d->t, &d->t->ins.at[d->edge.at[k]], d->param[ref]));
}

static bool is_root(const PwIns *ins)
{
    const uint32_t needed = PW_FLAG_S | PW_FLAG_G | PW_FLAG_E | PW_FLAG_O | PW_FLAG_T;
    if (ins->op == PW_OP_param)
        return ins->type == PW_T_O; /* it carries a reference */
    return pw_ins_flags(ins) & needed;
}

static void find_roots(Dce *d)
{
    uint32_t params = 0;
    for (uint32_t s = 0; s < d->t->seg.n; s++) {
        const PwSeg *seg = &d->t->seg.at[s];
        for (uint32_t k = 0; k < seg->list.n; k++) {
            uint32_t ref = seg->list.at[k];
            const PwIns *ins = &d->t->ins.at[ref];
            if (ins->op == PW_OP_param)
                d->param[ref] = params++;
            if (is_edge(ins) && !PW_VEC_PUSH(&d->edge, ref))
                d->nomem = true;
            if (is_root(ins))
                mark(d, (PwRef){ref});
        }
    }
}

/* Operands for params that go. */
static void cut_operands(Dce *d, const uint8_t *keep)
{
    for (uint32_t k = 0; k < d->edge.n; k++) {
        PwIns *ins = &d->t->ins.at[d->edge.at[k]];
        PwRef *arg = &d->t->arg.at[ins->args];
        unsigned n = 0;
        for (unsigned j = 0; j < ins->nargs; j++) {
            if (keep[j])
                arg[n++] = arg[j];
        }
        ins->nargs = (uint8_t)n;
    }
}

static void sweep(Dce *d)
{
    uint8_t keep[PW_MAX_ARGS + 1] = {0};
    for (uint32_t s = 0; s < d->t->seg.n; s++) {
        PwSeg *seg = &d->t->seg.at[s];
        for (uint32_t k = 0; k < seg->list.n; k++) {
            uint32_t ref = seg->list.at[k];
            if (d->param[ref] != PW_NONE)
                keep[d->param[ref]] = d->live[ref];
            if (!d->live[ref])
                seg->list.at[k] = PW_GONE;
        }
        pw_seg_compact(seg);
    }
    cut_operands(d, keep);
}

static bool init(Dce *d)
{
    uint32_t n = d->t->ins.n;
    d->live = pw_arena_alloc(&d->arena, n + 1u);
    d->named = pw_arena_alloc(&d->arena, d->t->snap.n + 1u);
    d->param = pw_arena_alloc(&d->arena, (n + 1u) * sizeof *d->param);
    d->stack = pw_arena_alloc(&d->arena, (n + 1u) * sizeof *d->stack);
    if (!d->live || !d->named || !d->param || !d->stack)
        return false;
    memset(d->param, 0xff, n * sizeof *d->param);
    return true;
}

PwStatus pw_opt_dce(PwTree *t, PwErr *err)
{
    Dce d = {.t = t};
    d.nomem = !init(&d);
    if (!d.nomem)
        find_roots(&d);
    while (d.n && !d.nomem)
        mark_operands(&d, d.stack[--d.n]);
    if (!d.nomem)
        sweep(&d);
    PW_VEC_FREE(&d.edge);
    pw_arena_free(&d.arena);
    return d.nomem ? pw_opt_nomem(err) : pw_opt_prune(t, err);
}
