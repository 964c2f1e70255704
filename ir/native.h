/* The contract between compiled (or interpreted) trees and the runtime: one function per tree and an array of cells.
 *
 *   int64_t tree(PwCell *run);
 *
 * run    PW_RUN_COUNT cells, each 8 bytes on every target, set up by the runtime before each entry.
 * result an exit: snapshot * 2, plus PW_EXIT_THROW when an exception is set and the frame must go on by raising it; or
 *        PW_EXIT_RET: the root frame returned the object (owned) in run[PW_RUN_RET]; or
 *        PW_EXIT_YIELD - n: it yields that object, with n values on its stack, and *run[PW_RUN_PREV] is set.
 * At an exit the live values of its snapshot are in the cells run[PW_RUN_EXITS].p[0 ..): pw_snap_live tells which, in order.
 * Ctx    GIL held, no exception set on entry. The tree never releases the GIL itself; opaque helpers may.
 *
 * Before an opaque op in a snapshot of one frame, the tree stores the snapshot number in run[PW_RUN_SYNC] and its live values
 * in the exit cells: the runtime can then show the frame's locals to whoever asks, and has set the frame's prev_instr... see
 * sync below. In a snapshot of several frames it also calls the helper sync_begin before and sync_end after the op.
 * sync   frame->prev_instr of the root frame: the tree stores the address run[PW_RUN_CODE].p + 2 * unit in *run[PW_RUN_PREV].p
 *        before every opaque op (unit of the snapshot's root frame; of the call, when it has inlined frames: unit - 1, the
 *        last cache entry of the call). The snapshot of `free` is the state after its bytecode, which is still under way: unit - 1,
 *        and sync_after in place of sync_begin.
 */
#ifndef PW_IR_NATIVE_H
#define PW_IR_NATIVE_H

#include "ir/ir.h"

typedef union PwCell {
    int64_t i;
    double f;
    void *p;
    uint64_t bits;
} PwCell;

typedef enum PwRunCell {
    PW_RUN_SLOTS,    /* p: PyObject *[]: localsplus of the root frame */
    PW_RUN_LINKS,    /* p: PwCell[]: one per symbol of the tree, then i: one per segment: 0, and it is left at once, because a symbol
                        that only it and those behind it need could not be linked (pw_tree_sym_segs) */
    PW_RUN_HELPERS,  /* p: PwCell[]: one function pointer per row of helpers.def */
    PW_RUN_EXITS,    /* p: PwCell[]: room for the largest snapshot's live values */
    PW_RUN_BREAKER,  /* p: int *: the eval breaker; gpoll leaves when it is not 0 */
    PW_RUN_TRACING,  /* p: uint8_t *: use_tracing of the current cframe; guntraced leaves when it is not 0 */
    PW_RUN_DEPTH,    /* p: int *: recursion_remaining of the thread state; gdepth leaves when it is <= imm */
    PW_RUN_FUNC,     /* p: PyObject *: the root frame's function */
    PW_RUN_CODE,     /* p: first code unit of the root's code */
    PW_RUN_PREV,     /* p: address of the root frame's prev_instr */
    PW_RUN_RET,      /* p: out: the object returned */
    PW_RUN_SYNC,     /* i: out: snapshot of the opaque op that is running, or -1 */
    PW_RUN_FAIL,     /* p: uint8_t[]: one byte per snapshot; only code compiled with probes reads it: not 0 = leave here */
    PW_RUN_TRUE,     /* p: PyObject *: True */
    PW_RUN_FALSE,    /* p: PyObject *: False */
    PW_RUN_RUNTIME,  /* p: the runtime's own, see launcher/rt */
    PW_RUN_SEEN,     /* p: address of the root frame's frame object pointer; gunseen leaves when that is not null */
    PW_RUN_BYTECODES, /* p: uint64_t *: bytecodes done; only code compiled with counters adds to it, at the end of each segment
                         that goes back to the header, returns or yields. The rest is the exit's PwXSnap.work */
    PW_RUN_COUNT
} PwRunCell;

#define PW_EXIT_THROW 1
#define PW_EXIT_RET (INT64_C(-1))
#define PW_EXIT_YIELD (INT64_C(-2))
enum { PW_YIELD_UNIT_BITS = 20 }; /* of the number of op yield */

typedef int64_t (*PwTreeFn)(PwCell *run);

/* The values a snapshot needs from the code: every ref of its entries (through vtuples), function refs of its frames and
 * drops that is no constant and no vtuple, each once, in order of first appearance (frames outermost first: func, then
 * entries; then drops). At most `room` are stored; the return value is the count. */
uint32_t pw_snap_live(const PwTree *t, PwSnapNo snap, PwRef *out, uint32_t room);

/* -- exit tables (ir/exits.c): what the runtime needs to know of a tree's snapshots, as flat arrays without pointers, the same
 *    in an image and in memory. -- */

typedef enum PwXSrc {
    PW_X_CELL,   /* exit cell x, of type `type` */
    PW_X_SYM,    /* link cell x (o or i) */
    PW_X_IMM,    /* PwExits.imm[x]: i, f (bits) or b by `type` */
    PW_X_VTUPLE, /* a tuple of PwExits.val[x + 1 ...], their count in val[x].x; one vtuple has one x in its snapshot */
    PW_X_NULL,
} PwXSrc;
typedef struct PwXVal {
    uint8_t src;  /* PwXSrc */
    uint8_t type; /* PwType */
    uint8_t kind; /* PwEntryKind (frames' slots); unused elsewhere */
    uint8_t pad;
    uint32_t x;
} PwXVal;
typedef struct PwXFrame {
    uint32_t code;    /* symbol */
    uint32_t func;    /* val index of the function; PW_NONE for the root frame */
    uint32_t unit;
    uint16_t nlocals, nstack;
    uint32_t slots;   /* val[slots .. + nlocals + nstack); frames that are alike share them */
    uint32_t cont;
} PwXFrame;
typedef struct PwXSnap {
    uint32_t frames, nframes; /* frame[] */
    uint32_t drops, ndrops;   /* val[] */
    uint32_t nlive;           /* exit cells used */
    uint32_t work;            /* bytecodes that are done here, since the root or, in a loop, since its header */
} PwXSnap;
typedef struct PwExits {
    const PwXSnap *snap;
    const PwXFrame *frame;
    const PwXVal *val;
    const int64_t *imm;
    uint32_t nsnap, nframe, nval, nimm, maxlive;
} PwExits;
/* What   for each symbol the segment that all ops which need it are in or behind; 0: the root, its loop, or nobody knows. What no op
 *        needs is an assumption about its parent, and needed where that is.
 * Shape  seg: t->sym.n elements. Takes verified trees. */
void pw_tree_sym_segs(const PwTree *t, uint32_t *seg);

/* Makes the exit table of a tree (all its snapshots, by number). One block: free with pw_free((void *)x->snap). NOMEM. */
PwStatus pw_exits_make(const PwTree *t, PwExits *x) PW_MUST_CHECK;

#endif
