/* Preparing a tree for the interpreter: segments become one array of steps, snapshots know their live values and the step
 * where their side segment starts. */
#include "ir/interp_internal.h"

static PwStatus nomem(PwErr *err)
{
    return pw_err_set(err, PW_NOMEM, "out of memory while preparing a tree for the interpreter");
}

static bool has_code(const PwIns *ins)
{
    return ins->op != PW_OP_param && ins->op != PW_OP_vtuple;
}

static uint32_t operand(const PwTree *t, const PwIns *ins, unsigned k)
{
    return k < ins->nargs ? t->arg.at[ins->args + k].i : 0;
}

static PwStep step_of(const PwTree *t, uint32_t ref)
{
    const PwIns *ins = &t->ins.at[ref];
    return (PwStep){
        .op = ins->op,
        .nargs = ins->nargs,
        .aux = ins->aux,
        .flags = pw_ins_flags(ins),
        .dst = ref,
        .a = operand(t, ins, 0),
        .b = operand(t, ins, 1),
        .c = operand(t, ins, 2),
        .args = ins->args,
        .snap = ins->snap.i,
        .imm = ins->imm,
    };
}

/* Copies one segment's instructions to the steps; the place of its first one is returned through *pc. */
static PwStatus add_segment(PwInterp *in, uint32_t seg, uint32_t *pc, PwErr *err)
{
    const PwTree *t = in->tree;
    const PwSeg *s = &t->seg.at[seg];
    uint32_t at = *pc;
    if (!s->list.n)
        return PW_OK; /* a side trace that nothing leads to any more */
    for (uint32_t k = 0; k < s->list.n; k++) {
        uint32_t ref = s->list.at[k];
        const PwIns *ins = &t->ins.at[ref];
        if (ins->op == PW_OP_param && !PW_VEC_PUSH(&in->param, ref))
            return nomem(err);
        if (has_code(ins))
            in->step[(*pc)++] = step_of(t, ref);
        if (ins->op != PW_OP_call || in->sig[ins->aux].ready)
            continue;
        PwStatus status = pw_interp_signature(&in->sig[ins->aux], (PwHelper)ins->aux, err);
        if (status)
            return status;
    }
    if (!(in->step[*pc - 1].flags & PW_FLAG_T) || *pc == at)
        return pw_err_set(err, PW_INVALID, "segment %u does not end in an op with flag T", seg);
    if (s->is_loop)
        in->loop_pc = at;
    if (s->from.i != PW_NONE)
        in->snap[s->from.i].pc = at;
    return PW_OK;
}

static PwStatus add_segments(PwInterp *in, PwErr *err)
{
    const PwTree *t = in->tree;
    size_t n = 1;
    for (uint32_t k = 0; k < t->seg.n; k++)
        n += t->seg.at[k].list.n;
    in->step = pw_arena_alloc(&in->arena, (n + 1) * sizeof *in->step);
    if (!in->step)
        return nomem(err);
    in->step++; /* step[-1] exists: the check above may look at it */
    uint32_t pc = 0;
    for (uint32_t k = 0; k < t->seg.n; k++) {
        PwStatus status = add_segment(in, k, &pc, err);
        if (status)
            return status;
    }
    return PW_OK;
}

static PwStatus add_snap(PwInterp *in, uint32_t snap, PwErr *err)
{
    const PwSnap *s = &in->tree->snap.at[snap];
    PwStepSnap *x = &in->snap[snap];
    x->pc = PW_NONE;
    x->nframes = s->nframes;
    x->unit = s->nframes ? in->tree->frame.at[s->frames].unit : 0;
    x->live = in->live.n;
    uint32_t room = in->live.cap - in->live.n;
    x->nlive = pw_snap_live(in->tree, (PwSnapNo){snap}, room ? in->live.at + in->live.n : NULL, room);
    if (x->nlive > room) {
        if (!PW_VEC_ROOM(&in->live, x->nlive))
            return nomem(err);
        pw_snap_live(in->tree, (PwSnapNo){snap}, in->live.at + in->live.n, x->nlive);
    }
    in->live.n += x->nlive;
    return PW_OK;
}

static PwStatus add_snaps(PwInterp *in, PwErr *err)
{
    uint32_t n = in->tree->snap.n;
    in->snap = pw_arena_alloc(&in->arena, (n + 1) * sizeof *in->snap);
    if (!in->snap)
        return nomem(err);
    for (uint32_t k = 0; k < n; k++) {
        PwStatus status = add_snap(in, k, err);
        if (status)
            return status;
    }
    return PW_OK;
}

/* Constants get their values now, except those that the link table holds. */
static PwStatus add_constants(PwInterp *in, PwErr *err)
{
    const PwTree *t = in->tree;
    in->constant = pw_arena_alloc(&in->arena, (t->ins.n + 1) * sizeof *in->constant);
    in->sig = pw_arena_alloc(&in->arena, PW_H_COUNT * sizeof *in->sig);
    if (!in->constant || !in->sig)
        return nomem(err);
    for (uint32_t k = 0; k < t->ins.n; k++) {
        const PwIns *ins = &t->ins.at[k];
        if (ins->op == PW_OP_kint || ins->op == PW_OP_kflt || ins->op == PW_OP_kbool)
            in->constant[k].i = ins->imm;
        if (ins->op != PW_OP_kobj && ins->op != PW_OP_kidx)
            continue;
        if (!PW_VEC_PUSH(&in->link, ((PwLink){k, (uint32_t)ins->imm})))
            return nomem(err);
    }
    return PW_OK;
}

PwStatus pw_interp_new(const PwTree *tree, const PwLayout *layout, PwInterp **out, PwErr *err)
{
    *out = NULL;
    if (layout->pointer != sizeof(void *) || layout->long_size != sizeof(long))
        return pw_err_set(err, PW_INVALID, "the layout of %s is not this process's own", layout->triple);
    PwInterp *in = pw_calloc(1, sizeof *in);
    if (!in)
        return nomem(err);
    in->tree = tree;
    in->layout = layout;
    in->loop_pc = PW_NONE;
    PwStatus status = add_constants(in, err);
    if (!status)
        status = add_snaps(in, err);
    if (!status)
        status = add_segments(in, err);
    if (status)
        pw_interp_free(in);
    else
        *out = in;
    return status;
}

void pw_interp_free(PwInterp *in)
{
    if (!in)
        return;
    pw_arena_free(&in->arena);
    pw_free(in->spare);
    PW_VEC_FREE(&in->param);
    PW_VEC_FREE(&in->link);
    PW_VEC_FREE(&in->live);
    pw_free(in);
}
