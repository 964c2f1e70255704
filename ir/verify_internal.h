/* What ir/verify*.c share. Every check returns false with the rule and the place in v->err. */
#ifndef PW_IR_VERIFY_INTERNAL_H
#define PW_IR_VERIFY_INTERNAL_H

#include "ir/ir.h"

/* Where a value stands, by its number. */
typedef struct PwPlace {
    uint32_t seg, pos; /* PW_NONE: in no segment */
} PwPlace;

typedef struct PwVerify {
    const PwTree *tree;
    PwErr *err;
    PwPlace *place;    /* by value */
    uint32_t *size;    /* by value: values in a vtuple */
    PwPlace *named;    /* by snapshot: the first op that names it; seg PW_NONE: no op does */
    bool *everywhere;  /* by snapshot: ops of several segments name it */
    uint32_t *checked; /* by snapshot: the last segment + 1 in which its refs were found to be available */
    uint32_t *attach;  /* by segment: position in its parent whose earlier values it may use */
    uint32_t seg, pos; /* the instruction being checked, for messages; seg PW_NONE: none */
} PwVerify;

bool pw_verify_bad(PwVerify *v, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* verify_sym.c: symbols and constants. */
bool pw_verify_syms(PwVerify *v);
bool pw_verify_const(PwVerify *v, const PwIns *ins);
bool pw_verify_sym_is(const PwTree *t, int64_t number, const char *sort); /* a sort of syms.def, or "kind NAME" */
/* verify_snap.c: what holds for snapshots wherever they are named, and what holds at an op that names one. */
bool pw_verify_snaps(PwVerify *v);
bool pw_verify_snap_at(PwVerify *v, const PwIns *ins);
/* verify_ins.c: one instruction in its place. */
bool pw_verify_ins(PwVerify *v, PwRef self);
/* verify.c: whether r is defined before position pos of segment seg on every way there. */
bool pw_verify_available(const PwVerify *v, PwRef r, uint32_t seg, uint32_t pos);

static inline bool pw_is_const(const PwIns *ins)
{
    return pw_op_info[ins->op].flags & PW_FLAG_K;
}

#endif
