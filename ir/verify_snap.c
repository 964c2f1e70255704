/* Rules about snapshots. */
#include "ir/verify_internal.h"

static bool in_range(uint32_t from, uint64_t n, uint32_t limit)
{
    return from <= limit && n <= limit - from;
}

/* A value that an exit can make an object of. */
static bool exit_value(const PwTree *t, PwRef r)
{
    if (r.i >= t->ins.n)
        return false;
    unsigned type = t->ins.at[r.i].type;
    return type == PW_T_O || type == PW_T_I || type == PW_T_F || type == PW_T_B;
}

static bool entry_ok(PwVerify *v, uint32_t snap, const PwEntry *e, bool may_keep)
{
    switch (e->kind) {
    case PW_E_KEEP:
        return may_keep || pw_verify_bad(v, "snapshot #%u keeps what is no slot of the root frame at the root", snap);
    case PW_E_NULL:
        return true;
    case PW_E_OWN:
    case PW_E_BORROW:
        return exit_value(v->tree, e->ref) ||
               pw_verify_bad(v, "snapshot #%u has an entry that is no o, i, f or b value", snap);
    default:
        return pw_verify_bad(v, "snapshot #%u has an entry of no known kind", snap);
    }
}

/* The function object of a frame: none for the root, an object for the others. */
static bool func_ok(const PwTree *t, const PwSnapFrame *f, bool root)
{
    if (root || f->func.i == PW_NONE)
        return root && f->func.i == PW_NONE;
    return f->func.i < t->ins.n && t->ins.at[f->func.i].type == PW_T_O && t->ins.at[f->func.i].op != PW_OP_vtuple;
}

static bool frame_ok(PwVerify *v, uint32_t snap, uint32_t k, const PwSnapFrame *f)
{
    const PwTree *t = v->tree;
    uint32_t slots = (uint32_t)f->nlocals + f->nstack, kept = k ? 0 : (uint32_t)t->nlocals + t->nstack;
    if (!pw_verify_sym_is(t, f->code.i, k ? "code" : "kind rootcode"))
        return pw_verify_bad(v, "snapshot #%u, frame %u: s%u is not its code", snap, k, f->code.i);
    if (!func_ok(t, f, k == 0))
        return pw_verify_bad(v, "snapshot #%u, frame %u: the root has no function value, other frames have one", snap,
                             k);
    if (!k && f->nlocals != t->nlocals)
        return pw_verify_bad(v, "snapshot #%u: the root frame has %u locals, the tree %u", snap, f->nlocals,
                             t->nlocals);
    if (f->cont >= PW_CONT_COUNT || (k && f[-1].nstack < pw_cont_operands[f->cont]))
        return pw_verify_bad(v, "snapshot #%u, frame %u: no known continuation", snap, k);
    if (slots > PW_MAX_SLOTS || !in_range(f->entries, slots, t->entry.n))
        return pw_verify_bad(v, "snapshot #%u, frame %u: too many slots", snap, k);
    for (uint32_t i = 0; i < slots; i++)
        if (!entry_ok(v, snap, &t->entry.at[f->entries + i], i < kept))
            return false;
    return true;
}

static bool drops_ok(PwVerify *v, uint32_t snap, const PwSnap *s)
{
    const PwTree *t = v->tree;
    if (s->ndrops > PW_MAX_SLOTS || !in_range(s->drops, s->ndrops, t->arg.n))
        return pw_verify_bad(v, "snapshot #%u has too many drops", snap);
    for (uint32_t k = 0; k < s->ndrops; k++) {
        PwRef r = t->arg.at[s->drops + k];
        if (r.i >= t->ins.n || t->ins.at[r.i].type != PW_T_O || t->ins.at[r.i].op == PW_OP_vtuple)
            return pw_verify_bad(v, "snapshot #%u drops what is no object", snap);
    }
    return true;
}

static bool seg_link_ok(PwVerify *v, uint32_t snap, const PwSnap *s)
{
    const PwTree *t = v->tree;
    if (s->seg == PW_NONE || (s->seg < t->seg.n && t->seg.at[s->seg].from.i == snap))
        return true;
    return pw_verify_bad(v, "snapshot #%u names a segment that does not continue it", snap);
}

bool pw_verify_snaps(PwVerify *v)
{
    const PwTree *t = v->tree;
    for (uint32_t i = 0; i < t->snap.n; i++) {
        const PwSnap *s = &t->snap.at[i];
        if (!s->nframes || s->nframes > PW_MAX_DEPTH || !in_range(s->frames, s->nframes, t->frame.n))
            return pw_verify_bad(v, "snapshot #%u has no frame or too many", i);
        if (s->hot > 1 || s->other > 1 || s->throws > 1 || s->other + s->throws > 1)
            return pw_verify_bad(v, "snapshot #%u: a mark is neither 0 nor 1, or there are two that exclude each other", i);
        for (uint32_t k = 0; k < s->nframes; k++)
            if (!frame_ok(v, i, k, &t->frame.at[s->frames + k]))
                return false;
        if (!drops_ok(v, i, s) || !seg_link_ok(v, i, s))
            return false;
    }
    return true;
}

/* -- at an op -- */

static bool ref_here(PwVerify *v, uint32_t snap, PwRef r)
{
    return pw_verify_available(v, r, v->seg, v->pos) ||
           pw_verify_bad(v, "its snapshot #%u needs a value that is not defined before it", snap);
}

static bool refs_here(PwVerify *v, uint32_t snap)
{
    const PwTree *t = v->tree;
    const PwSnap *s = &t->snap.at[snap];
    for (uint32_t k = 0; k < s->nframes; k++) {
        const PwSnapFrame *f = &t->frame.at[s->frames + k];
        if (f->func.i != PW_NONE && !ref_here(v, snap, f->func))
            return false;
        for (uint32_t i = 0; i < (uint32_t)f->nlocals + f->nstack; i++) {
            const PwEntry *e = &t->entry.at[f->entries + i];
            if ((e->kind == PW_E_OWN || e->kind == PW_E_BORROW) && !ref_here(v, snap, e->ref))
                return false;
        }
    }
    for (uint32_t k = 0; k < s->ndrops; k++)
        if (!ref_here(v, snap, t->arg.at[s->drops + k]))
            return false;
    return true;
}

/* `loop`: one frame, the state of the root. */
static bool is_root_state(const PwTree *t, const PwSnap *s)
{
    const PwSnapFrame *f = &t->frame.at[s->frames];
    return s->nframes == 1 && !s->ndrops && f->unit == t->unit && f->nstack == t->nstack;
}

static bool drops_operand(const PwTree *t, const PwSnap *s, PwRef r)
{
    for (uint32_t k = 0; k < s->ndrops; k++)
        if (pw_ref_is(t->arg.at[s->drops + k], r))
            return true;
    return false;
}

bool pw_verify_snap_at(PwVerify *v, const PwIns *ins)
{
    const PwTree *t = v->tree;
    bool wants = pw_ins_flags(ins) & (PW_FLAG_G | PW_FLAG_O | PW_FLAG_E) || ins->op == PW_OP_loop;
    if (!wants)
        return ins->snap.i == PW_NONE || pw_verify_bad(v, "this op has no snapshot");
    if (ins->snap.i >= t->snap.n)
        return pw_verify_bad(v, "this op needs a snapshot");
    const PwSnap *s = &t->snap.at[ins->snap.i];
    if (ins->op == PW_OP_loop && !is_root_state(t, s))
        return pw_verify_bad(v, "snapshot #%u is not a state of the root", ins->snap.i);
    if (ins->op == PW_OP_drop && !t->optimised && !drops_operand(t, s, t->arg.at[ins->args]))
        return pw_verify_bad(v, "snapshot #%u does not list the operand among its drops", ins->snap.i);
    if (s->other && (!(pw_ins_flags(ins) & PW_FLAG_G) || pw_ins_flags(ins) & PW_FLAG_S))
        return pw_verify_bad(v, "snapshot #%u is that of a branch's other way; no guard leads to it", ins->snap.i);
    if (s->throws && (pw_ins_flags(ins) & (PW_FLAG_E | PW_FLAG_G)) != PW_FLAG_E)
        return pw_verify_bad(v, "snapshot #%u is that of an op that raises; this one cannot", ins->snap.i);
    if (v->checked[ins->snap.i] == v->seg + 1)
        return true; /* checked at an earlier op of this segment */
    v->checked[ins->snap.i] = v->seg + 1;
    return refs_here(v, ins->snap.i);
}
