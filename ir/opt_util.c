/* What the passes share. */
#include "ir/opt_internal.h"

PwStatus pw_opt_nomem(PwErr *err)
{
    return pw_err_set(err, PW_NOMEM, "out of memory while optimising a tree");
}

PwStatus pw_opt_built(const PwTree *t, PwErr *err)
{
    if (!t->failed)
        return PW_OK;
    return pw_err_set(err, PW_ABORT, "the tree grew over a limit, or memory ran out, while it was optimised");
}

/* -- replacing values -- */

bool pw_replace_init(PwReplace *m, const PwTree *t, PwArena *arena)
{
    m->n = t->ins.n;
    m->at = pw_arena_alloc(arena, ((size_t)m->n + 1) * sizeof *m->at);
    for (uint32_t k = 0; m->at && k < m->n; k++)
        m->at[k].i = k;
    return m->at != NULL;
}

PwRef pw_replace_get(PwReplace *m, PwRef r)
{
    while (r.i < m->n && m->at[r.i].i != r.i) {
        PwRef next = m->at[r.i];
        if (next.i < m->n)
            m->at[r.i] = m->at[next.i];
        r = next;
    }
    return r;
}

void pw_replace_apply(PwReplace *m, PwTree *t)
{
    for (uint32_t k = 0; k < t->arg.n; k++)
        t->arg.at[k] = pw_replace_get(m, t->arg.at[k]);
    for (uint32_t k = 0; k < t->entry.n; k++) {
        if (t->entry.at[k].kind >= PW_E_OWN)
            t->entry.at[k].ref = pw_replace_get(m, t->entry.at[k].ref);
    }
    for (uint32_t k = 0; k < t->frame.n; k++) {
        if (t->frame.at[k].func.i != PW_NONE)
            t->frame.at[k].func = pw_replace_get(m, t->frame.at[k].func);
    }
}

/* -- segments -- */

void pw_seg_compact(PwSeg *seg)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < seg->list.n; k++) {
        if (seg->list.at[k] != PW_GONE)
            seg->list.at[n++] = seg->list.at[k];
    }
    seg->list.n = n;
}

bool pw_seg_insert(PwSeg *seg, uint32_t at, const uint32_t *list, uint32_t n)
{
    if (!n)
        return true;
    if (!PW_VEC_ROOM(&seg->list, n))
        return false;
    uint32_t *p = seg->list.at + at;
    memmove(p + n, p, (seg->list.n - at) * sizeof *p);
    memcpy(p, list, n * sizeof *p);
    seg->list.n += n;
    return true;
}

uint32_t pw_loop_segment(const PwTree *t)
{
    for (uint32_t k = 0; k < t->seg.n; k++) {
        if (t->seg.at[k].is_loop)
            return k;
    }
    return PW_NONE;
}

/* The root's code as the tree's other snapshots name it. */
static PwSymNo root_code(PwTree *t)
{
    for (uint32_t k = 0; k < t->sym.n; k++)
        if (t->sym.at[k].kind == PW_S_rootcode)
            return (PwSymNo){k};
    return pw_tree_sym(t, PW_S_rootcode, PW_NOSYM, 0, NULL, &t->code);
}

PwSnapNo pw_opt_header_snap(PwTree *t, PwArena *arena)
{
    uint32_t n = (uint32_t)t->nlocals + t->nstack;
    PwEntry *entry = pw_arena_alloc(arena, (n + 1) * sizeof *entry);
    if (!entry) {
        t->failed = true;
        return PW_NOSNAP;
    }
    for (uint32_t k = 0; k < n; k++)
        entry[k] = (PwEntry){PW_E_KEEP, PW_NOREF};
    PwSnapFrame frame = {
        .code = root_code(t),
        .func = PW_NOREF,
        .unit = t->unit,
        .nlocals = t->nlocals,
        .nstack = t->nstack,
        .cont = PW_CONT_PUSH,
    };
    return pw_tree_snap(t, &frame, 1, entry, n, NULL, 0);
}

/* Which segments can be reached: a segment's instructions name the snapshots whose side segments come after it. */
static void find_live(const PwTree *t, uint8_t *live, uint32_t *stack)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < t->seg.n; k++) {
        if (k != 0 && !t->seg.at[k].is_loop)
            continue;
        live[k] = 1;
        stack[n++] = k;
    }
    while (n) {
        const PwSeg *seg = &t->seg.at[stack[--n]];
        for (uint32_t k = 0; k < seg->list.n; k++) {
            const PwIns *ins = &t->ins.at[seg->list.at[k]];
            uint32_t side = pw_side_of(t, ins);
            if (side == PW_NONE || live[side] || !(pw_ins_flags(ins) & (t->snap.at[ins->snap.i].throws ? PW_FLAG_E : PW_FLAG_G)))
                continue;
            live[side] = 1;
            stack[n++] = side;
        }
    }
}

PwStatus pw_opt_prune(PwTree *t, PwErr *err)
{
    uint32_t n = t->seg.n, kept = 0;
    uint8_t *live = pw_calloc(n + 1, 1);
    uint32_t *number = pw_calloc(n + 1, sizeof *number);
    if (!live || !number) {
        pw_free(live);
        pw_free(number);
        return pw_opt_nomem(err);
    }
    find_live(t, live, number);
    for (uint32_t k = 0; k < n; k++)
        number[k] = live[k] ? kept++ : PW_NONE;
    for (uint32_t k = 0; k < n && kept < n; k++) {
        PwSeg seg = t->seg.at[k];
        if (!live[k]) {
            PW_VEC_FREE(&t->seg.at[k].list);
            t->snap.at[seg.from.i].seg = PW_NONE;
            continue;
        }
        if (seg.parent != PW_NONE)
            seg.parent = number[seg.parent];
        if (seg.from.i != PW_NONE)
            t->snap.at[seg.from.i].seg = number[k];
        t->seg.at[number[k]] = seg;
    }
    t->seg.n = kept;
    pw_free(live);
    pw_free(number);
    return PW_OK;
}

/* -- questions -- */

uint32_t pw_btype(const PwTree *t, const char *name)
{
    for (uint32_t k = 0; k < t->sym.n; k++) {
        if (t->sym.at[k].kind == PW_S_btype && !strcmp(t->sym.at[k].name, name))
            return k;
    }
    return PW_NONE;
}

bool pw_fixed_type(const PwTree *t, uint32_t sym)
{
    return t->sym.at[sym].kind == PW_S_btype && strcmp(t->sym.at[sym].name, "module") != 0;
}

void pw_writes_add(PwWrites *w, const PwIns *ins)
{
    if (ins->op == PW_OP_stf)
        w->field |= UINT64_C(1) << ins->aux;
    else if (ins->op == PW_OP_stx)
        w->array |= UINT32_C(1) << ins->aux;
    else if (ins->op == PW_OP_stslot)
        w->other |= PW_FX_FRAME;
    else
        w->other |= pw_ins_writes(ins) & ~(uint32_t)PW_FX_FRAME;
}

bool pw_writes_hit(const PwTree *t, const PwWrites *w, const PwIns *ins)
{
    if (ins->op == PW_OP_gtype && pw_fixed_type(t, (uint32_t)ins->imm))
        return false;
    uint32_t reads = pw_ins_reads(ins);
    if (reads & w->other)
        return true;
    if (ins->op == PW_OP_ldf)
        return w->field >> ins->aux & 1;
    if (ins->op == PW_OP_ldx)
        return w->array >> ins->aux & 1;
    if (ins->op == PW_OP_values) /* element stores leave the pointer to the elements alone */
        return false;
    for (uint32_t k = 0; k < PW_F_COUNT; k++) {
        if (w->field >> k & 1 && reads & pw_field_info[k].fx)
            return true;
    }
    for (uint32_t k = 0; k < PW_A_COUNT; k++) {
        if (w->array >> k & 1 && reads & pw_array_info[k].fx)
            return true;
    }
    return false;
}
