/* sink: boxes that only exits need. A box whose object nothing but reference counts, type guards, unboxing and snapshots use
 * is never made: snapshots name its number, and exits make the object. (Tuples the recorder makes virtual itself.) */
#include "ir/opt_internal.h"

static bool is_box(const PwIns *ins)
{
    return ins->op == PW_OP_box_i || ins->op == PW_OP_box_f || ins->op == PW_OP_box_b;
}

/* Does this use go with the object? */
static bool goes(const PwTree *t, const PwIns *ins, const PwIns *box)
{
    static const char *const type[] = {"int", "float", "bool"};
    switch ((PwOp)ins->op) {
    case PW_OP_incref:
    case PW_OP_decref:
    case PW_OP_drop:
    case PW_OP_free:
    case PW_OP_gnotnull: return true;
    case PW_OP_unbox_i: return box->op == PW_OP_box_i;
    case PW_OP_unbox_f: return box->op == PW_OP_box_f;
    case PW_OP_unbox_b: return box->op == PW_OP_box_b;
    case PW_OP_gtype: return (uint32_t)ins->imm == pw_btype(t, type[box->op - PW_OP_box_i]);
    default: return false;
    }
}

_Static_assert(PW_OP_box_f == PW_OP_box_i + 1 && PW_OP_box_b == PW_OP_box_i + 2, "goes: order of the box ops");

/* needed[ref]: somebody needs the object itself. */
static uint32_t find_needed(const PwTree *t, uint8_t *needed)
{
    uint32_t boxes = 0;
    for (uint32_t s = 0; s < t->seg.n; s++) {
        const PwSeg *seg = &t->seg.at[s];
        for (uint32_t k = 0; k < seg->list.n; k++) {
            const PwIns *ins = &t->ins.at[seg->list.at[k]];
            boxes += is_box(ins);
            for (unsigned j = 0; j < ins->nargs && ins->op != PW_OP_vtuple; j++) {
                const PwIns *a = pw_operand(t, ins, j);
                if (is_box(a) && !goes(t, ins, a))
                    needed[pw_operand_ref(t, ins, j).i] = 1;
            }
        }
    }
    return boxes;
}

static bool sinks(const PwTree *t, const uint8_t *needed, PwRef r)
{
    return r.i != PW_NONE && is_box(&t->ins.at[r.i]) && !needed[r.i];
}

/* An exit makes the object where it needs one; there is none to release. */
static void cut_drops(PwTree *t, const uint8_t *needed)
{
    for (uint32_t s = 0; s < t->snap.n; s++) {
        PwSnap *snap = &t->snap.at[s];
        uint32_t n = 0;
        for (uint32_t k = 0; k < snap->ndrops; k++) {
            PwRef r = t->arg.at[snap->drops + k];
            if (!sinks(t, needed, r))
                t->arg.at[snap->drops + n++] = r;
        }
        snap->ndrops = n;
    }
}

static void remove_boxes(PwTree *t, PwReplace *m, const uint8_t *needed)
{
    for (uint32_t s = 0; s < t->seg.n; s++) {
        PwSeg *seg = &t->seg.at[s];
        for (uint32_t k = 0; k < seg->list.n; k++) {
            PwRef r = {seg->list.at[k]};
            const PwIns *ins = pw_ins_const(t, r);
            bool user = ins->nargs && ins->op != PW_OP_vtuple && sinks(t, needed, pw_operand_ref(t, ins, 0));
            if (!user && !sinks(t, needed, r))
                continue;
            if (ins->type != PW_T_V)
                pw_replace_set(m, r, pw_operand_ref(t, ins, 0));
            seg->list.at[k] = PW_GONE;
        }
        pw_seg_compact(seg);
    }
}

PwStatus pw_opt_sink(PwTree *t, PwErr *err)
{
    PwArena arena = {0};
    PwReplace map;
    PwStatus status = PW_OK;
    uint8_t *needed = pw_arena_alloc(&arena, t->ins.n + 1u);
    if (!needed || !pw_replace_init(&map, t, &arena)) {
        status = pw_opt_nomem(err);
    } else if (find_needed(t, needed)) {
        cut_drops(t, needed);
        remove_boxes(t, &map, needed);
        pw_replace_apply(&map, t);
    }
    pw_arena_free(&arena);
    return status ? status : pw_opt_prune(t, err);
}
