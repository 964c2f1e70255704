/* fold: forward along every path from the root. Equal pure values and loads become one, constants are computed, stores reach
 * the loads behind them, and guards that must hold go. A side segment is walked where the first op names its snapshot, with
 * what is known there; then everything that it learnt is undone. */
#include "ir/opt_fold.h"

static bool init(PwFold *f, PwTree *t)
{
    f->t = t;
    f->now = 1;
    f->mask = 1;
    while (f->mask < t->ins.n)
        f->mask *= 2;
    f->bucket = pw_arena_alloc(&f->arena, (size_t)f->mask * sizeof *f->bucket);
    f->seen = pw_arena_alloc(&f->arena, t->seg.n + 1);
    if (!f->bucket || !f->seen || !pw_replace_init(&f->map, t, &f->arena) || !pw_fold_facts_init(f))
        return false;
    memset(f->bucket, 0xff, (size_t)f->mask * sizeof *f->bucket);
    f->mask--;
    return true;
}

static void resolve_operands(PwFold *f, const PwIns *ins)
{
    for (unsigned k = 0; k < ins->nargs; k++) {
        PwRef *a = &f->t->arg.at[ins->args + k];
        *a = pw_replace_get(&f->map, *a);
    }
}

/* Two of these with equal operands have equal values, until what they read is written. */
static bool shareable(const PwIns *ins)
{
    const uint32_t never = PW_FLAG_S | PW_FLAG_N | PW_FLAG_O | PW_FLAG_E | PW_FLAG_T | PW_FLAG_V;
    return ins->type != PW_T_V && ins->op != PW_OP_param && !(pw_ins_flags(ins) & never) && !pw_ins_writes(ins);
}

/* The value that r is instead, or PW_NOREF. */
static PwRef replacement(PwFold *f, PwRef r)
{
    PwRef v = pw_fold_number(f, r);
    if (v.i == PW_NONE && shareable(pw_fold_ins(f, r)))
        v = pw_fold_find(f, pw_fold_ins(f, r));
    return v;
}

/* One instruction; true: it goes. */
static bool visit(PwFold *f, PwRef r)
{
    if (pw_fold_ins(f, r)->type == PW_T_V) {
        if (pw_fold_guard(f, r))
            return true;
    } else {
        PwRef v = replacement(f, r);
        if (v.i != PW_NONE) {
            pw_replace_set(&f->map, r, v);
            return true;
        }
        pw_fold_define(f, r);
    }
    if (pw_ins_writes(pw_fold_ins(f, r)))
        pw_fold_write(f, pw_fold_ins(f, r));
    if (shareable(pw_fold_ins(f, r)))
        pw_fold_note(f, pw_fold_ins(f, r), r);
    return false;
}

static void walk(PwFold *f, uint32_t seg);

static void undo(PwFold *f, uint32_t facts, uint32_t known)
{
    while (f->undo.n > facts) {
        const PwUndo *u = &f->undo.at[--f->undo.n];
        f->fact[u->ref] = u->old;
    }
    pw_fold_forget(f, known);
}

static void walk_side(PwFold *f, uint32_t side)
{
    PwClock *before = side == PW_NONE || f->seen[side] ? NULL : pw_alloc(sizeof *before);
    if (side == PW_NONE || f->seen[side])
        return;
    if (!before) {
        f->nomem = true;
        return;
    }
    f->seen[side] = 1;
    *before = f->clock;
    uint32_t facts = f->undo.n, known = f->known.n;
    walk(f, side);
    undo(f, facts, known);
    f->clock = *before;
    pw_free(before);
}

static void walk(PwFold *f, uint32_t seg)
{
    for (uint32_t k = 0; k < f->t->seg.at[seg].list.n && !f->nomem && !f->t->failed; k++) {
        PwRef r = {f->t->seg.at[seg].list.at[k]};
        resolve_operands(f, pw_fold_ins(f, r));
        walk_side(f, pw_side_of(f->t, pw_fold_ins(f, r)));
        if (visit(f, r))
            f->t->seg.at[seg].list.at[k] = PW_GONE;
    }
    pw_seg_compact(&f->t->seg.at[seg]);
}

/* At the loop header, all that any path around the loop writes may have been written. */
static void forget_written(PwFold *f)
{
    for (uint32_t s = 1; s < f->t->seg.n; s++) {
        const PwSeg *seg = &f->t->seg.at[s];
        for (uint32_t k = 0; k < seg->list.n; k++) {
            const PwIns *ins = &f->t->ins.at[seg->list.at[k]];
            if (pw_ins_writes(ins))
                pw_fold_write(f, ins);
        }
    }
}

/* Stores that the walk above "made" must not be taken for loads' values. */
static void walk_loop(PwFold *f, uint32_t loop)
{
    uint32_t known = f->known.n;
    forget_written(f);
    pw_fold_forget(f, known);
    f->clock.cells = 0;
    walk(f, loop);
}

PwStatus pw_opt_fold(PwTree *t, PwErr *err)
{
    PwFold f = {0};
    PwStatus status = PW_OK;
    uint32_t loop = pw_loop_segment(t);
    if (init(&f, t)) {
        walk(&f, 0);
        if (loop != PW_NONE)
            walk_loop(&f, loop);
    } else {
        f.nomem = true;
    }
    if (f.nomem)
        status = pw_opt_nomem(err);
    else
        pw_replace_apply(&f.map, t);
    PW_VEC_FREE(&f.known);
    PW_VEC_FREE(&f.undo);
    pw_arena_free(&f.arena);
    return status ? status : pw_opt_prune(t, err);
}
