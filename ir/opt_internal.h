/* Inside the optimiser: the passes, and what they share.
 *
 * A pass works on one tree in place. Snapshot numbers of the raw tree never change: they are the exits that side traces are
 * recorded from; passes only append snapshots. Refs of removed instructions stay in PwTree.ins, named by no segment.
 */
#ifndef PW_IR_OPT_INTERNAL_H
#define PW_IR_OPT_INTERNAL_H

#include "ir/opt.h"

/* One function per pass. Fails  NOMEM, ABORT (over a limit). A tree that failed half-way is useless. */
#define PW_PASS(name, text) PwStatus pw_opt_##name(PwTree *t, PwErr *err) PW_MUST_CHECK;
#include "ir/passes.def"
#undef PW_PASS
/* The loop pass; without `unbox` all params stay objects, so that a tree is optimised in form only. */
PwStatus pw_opt_make_loop(PwTree *t, bool unbox, PwErr *err) PW_MUST_CHECK;

PwStatus pw_opt_nomem(PwErr *err);
/* NOMEM or ABORT when a builder failed, else OK. */
PwStatus pw_opt_built(const PwTree *t, PwErr *err) PW_MUST_CHECK;

/* -- replacing values -- */

/* What each ref became; refs beyond n (made later) became nothing else. */
typedef struct PwReplace {
    PwRef *at;
    uint32_t n;
} PwReplace;

bool pw_replace_init(PwReplace *m, const PwTree *t, PwArena *arena); /* false when out of memory */
PwRef pw_replace_get(PwReplace *m, PwRef r);
static inline void pw_replace_set(PwReplace *m, PwRef from, PwRef to) { m->at[from.i] = to; }
/* Applies it to all operands, snapshot entries, drops and functions of the tree. */
void pw_replace_apply(PwReplace *m, PwTree *t);

/* -- segments -- */

/* Marks an element of a segment's list as removed until pw_seg_compact. */
#define PW_GONE PW_NONE
void pw_seg_compact(PwSeg *seg);
/* Puts n instruction numbers in front of element `at`; false when out of memory. */
bool pw_seg_insert(PwSeg *seg, uint32_t at, const uint32_t *list, uint32_t n);
/* Forgets side segments that no guard leads to any more, and renumbers the rest. */
PwStatus pw_opt_prune(PwTree *t, PwErr *err) PW_MUST_CHECK;
uint32_t pw_loop_segment(const PwTree *t); /* PW_NONE without one */

/* A new snapshot of the state at the root: everything in frame memory, as the interpreter left it. For guards of the entry
 * segment. The arena is for the call only. */
PwSnapNo pw_opt_header_snap(PwTree *t, PwArena *arena);

/* -- questions -- */

static inline const PwIns *pw_operand(const PwTree *t, const PwIns *ins, unsigned k)
{
    return &t->ins.at[t->arg.at[ins->args + k].i];
}
static inline PwRef pw_operand_ref(const PwTree *t, const PwIns *ins, unsigned k)
{
    return t->arg.at[ins->args + k];
}
static inline bool pw_is_const(const PwIns *ins) { return pw_op_info[ins->op].flags & PW_FLAG_K; }
/* The side segment of an instruction's snapshot, or PW_NONE. */
static inline uint32_t pw_side_of(const PwTree *t, const PwIns *ins)
{
    return ins->snap.i == PW_NONE ? PW_NONE : t->snap.at[ins->snap.i].seg;
}
/* The symbol btype `name` of the tree, or PW_NONE when the tree does not name it. */
uint32_t pw_btype(const PwTree *t, const char *name);
/* A btype whose instances' __class__ can never be assigned to. */
bool pw_fixed_type(const PwTree *t, uint32_t sym);
/* Classes that may be written, split by how: stores through stf and stx touch one field or array only. */
typedef struct PwWrites {
    uint32_t other; /* PW_FX_*: written by ops that are neither stf nor stx */
    uint64_t field; /* bit per row of fields.def: stf */
    uint32_t array; /* bit per row of arrays.def: stx */
} PwWrites;
void pw_writes_add(PwWrites *w, const PwIns *ins);
/* May what ins reads have been changed by these writes? FRAME counts as written by stslot only: nobody else writes the
 * slots of a running frame. */
bool pw_writes_hit(const PwTree *t, const PwWrites *w, const PwIns *ins);

_Static_assert(PW_F_COUNT <= 64 && PW_A_COUNT <= 32, "PwWrites has a bit per row");

#endif
