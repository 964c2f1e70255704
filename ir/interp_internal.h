/* Inside the reference interpreter: the prepared form of a tree, and the pieces of interp*.c that call each other. */
#ifndef PW_IR_INTERP_INTERNAL_H
#define PW_IR_INTERP_INTERNAL_H

#include <ffi.h>

#include "ir/interp.h"

/* What an instruction came to. */
typedef enum PwGo {
    PW_GO_ON,    /* next instruction */
    PW_GO_LEAVE, /* a guard failed */
    PW_GO_THROW, /* an exception is set */
    PW_GO_NONE,  /* pw_num_eval: not an op on numbers */
} PwGo;

/* One op on i, f and b values, as ops.def says. The optimiser folds constants with it.
 * Shape  unused operands may be NULL; a b value is .i 0 or 1. *out is written only with PW_GO_ON. */
PwGo pw_num_eval(PwOp op, const PwCell *a, const PwCell *b, PwCell *out);

/* A prepared instruction. */
typedef struct PwStep {
    uint8_t op, nargs;
    uint16_t aux;
    uint32_t flags;    /* PW_FLAG_*, the helper's row taken into account */
    uint32_t dst;      /* index into val */
    uint32_t a, b, c;  /* the first operands: indexes into val (0 where there is none) */
    uint32_t args;     /* all operands: PwTree.arg[args ..) */
    uint32_t snap;     /* PW_NONE without one */
    int64_t imm;
} PwStep;

typedef struct PwStepSnap {
    uint32_t live, nlive; /* PwInterp.live[] */
    uint32_t pc;          /* where its side segment starts, or PW_NONE */
    uint32_t nframes;
    uint32_t unit;        /* of the root frame */
} PwStepSnap;

typedef struct PwLink {
    uint32_t ref, sym;
} PwLink;

/* A helper's signature as libffi wants it. At most 8 C arguments. */
typedef struct PwHelperSig {
    ffi_cif cif;
    ffi_type *arg[8];
    bool ready;
} PwHelperSig;

struct PwInterp {
    const PwTree *tree;
    const PwLayout *layout;
    PwArena arena; /* step, snap, constant, sig */
    PwStep *step;
    PwStepSnap *snap;
    PwCell *constant;       /* initial values: what constants are */
    PwCell *spare;          /* values for one run, NULL while a run has them */
    PwHelperSig *sig;       /* by helper */
    uint32_t loop_pc;       /* first instruction of the loop segment, PW_NONE without one */
    uint32_t loop_seg;
    PW_VEC(uint32_t) param; /* its params */
    PW_VEC(PwLink) link;    /* constants that are read from the link table */
    PW_VEC(PwRef) live;
};

/* One run: what the cells of `run` point at, and how much is left. */
typedef struct PwRun {
    PwInterp *in;
    PwCell *val;  /* by ref; a run has its own, since an opaque op may run the same tree again */
    PwCell *temp; /* operands of enter and jump, and of helpers that take an array; PW_MAX_ARGS + 1 */
    PwCell *cell, *exits;
    const PwCell *helper;
    const uint8_t *fail;
    uint64_t fuel;
    bool starved; /* fuel is used up: the next gpoll leaves */
} PwRun;

PwStatus pw_interp_signature(PwHelperSig *sig, PwHelper helper, PwErr *err) PW_MUST_CHECK;
/* Calls helper s->aux with the step's operands; the result goes to s->dst. */
PwGo pw_interp_call(PwRun *r, const PwStep *s);
PwGo pw_interp_vcall(PwRun *r, const PwStep *s);

/* Stores the live values of a snapshot in the exit cells. */
void pw_interp_cells(PwRun *r, uint32_t snap);
/* Around an opaque op: the snapshot is current, the root frame's prev_instr right, inlined frames real. */
void pw_interp_sync(PwRun *r, uint32_t snap, bool after);
void pw_interp_unsync(PwRun *r, uint32_t snap);
PwGo pw_interp_catch(PwRun *r, const PwStep *s);
bool pw_interp_kept(PwRun *r, const PwStep *s);
/* The raw `loop` op: makes frame memory as its snapshot says. THROW when out of memory. */
PwGo pw_interp_settle(PwRun *r, uint32_t snap);

/* Objects, by layout offsets (ir/interp_mem.c). */
void pw_interp_load(const void *at, PwCKind kind, PwCell *out);
void pw_interp_store(void *at, PwCKind kind, const PwCell *v);
void *pw_interp_element(void *base, PwCKind kind, int64_t index);
intptr_t pw_interp_refs(const PwRun *r, void *object);
void pw_interp_incref(const PwRun *r, void *object);
void pw_interp_decref(const PwRun *r, void *object); /* deallocates at zero */
bool pw_interp_unbox(const PwRun *r, void *object, int64_t *out);
/* A new reference to an object for a value of this type; NULL when out of memory. */
void *pw_interp_box(const PwRun *r, PwType type, const PwCell *v);
void *pw_interp_dictval(const PwLayout *l, char *dict, int64_t index);
uint32_t pw_interp_keysver(const PwLayout *l, char *keys); /* of a keys object */

#endif
