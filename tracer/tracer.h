/* The recorder: from bytecodes that CPython executes to a trace tree.
 *
 * It is fed one event per bytecode, before the bytecode executes, with the frame's memory current (host/host.h). It follows
 * the state of the frames abstractly (which value each slot holds, who owns it), emits guards for what it sees, and ends the
 * segment when the loop closes, the function returns, or something comes that is not covered.
 *
 * Own    the recorder borrows the tree (the caller's) and appends one segment to it. A failed recording leaves the tree with
 *        that segment missing (root: the tree is useless).
 * Ctx    GIL held; one recording at a time. Runs no Python code, sets no exceptions.
 */
#ifndef PW_TRACER_TRACER_H
#define PW_TRACER_TRACER_H

#include "host/host.h"
#include "ir/ir.h"

enum {
#define PW_LIMIT(name, value, text) PW_LIMIT_##name = value,
#include "tracer/limits.def"
#undef PW_LIMIT
};

typedef struct PwRec PwRec;

/* What the recorder asks its owner. */
typedef struct PwRecEnv {
    void *arg;
    /* Is there a tree (or a root that is being given up on: false) whose loop header this is? */
    bool (*has_tree)(void *arg, PyCodeObject *code, uint32_t unit);
    /* May this function be inlined? false after an earlier recording failed inside it. */
    bool (*may_inline)(void *arg, PyCodeObject *code);
    /* Recording failed inside this inlined code: do not inline it any more. */
    void (*never_inline)(void *arg, PyCodeObject *code);
} PwRecEnv;

typedef enum PwRecStep {
    PW_REC_MORE,  /* go on feeding events */
    PW_REC_DONE,  /* the segment is complete and valid; end recording */
    PW_REC_FAILED /* given up: pw_rec_why tells; end recording */
} PwRecStep;

/* What   begins a new tree at a loop header (frame->prev_instr == unit - 1), a function's entry (unit 0) or, of the same kind,
 *        where a generator is resumed (the unit behind a YIELD_VALUE; what was sent lies on the stack).
 * Own    *tree is new and the caller's, also after a failure.
 * Fails  ABORT when this place cannot be a root; NOMEM. */
PwStatus pw_rec_begin_root(const PwRecEnv *env, PwRootKind kind, _PyInterpreterFrame *frame, uint32_t unit, PwTree **tree,
                           PwRec **rec, PwErr *err) PW_MUST_CHECK;

/* What   begins a side trace at snapshot `from` of a tree, whose state the frames are about to have.
 * Shape  frame is the root frame (already restored, or about to be); inner frames are met by their CALL events (rebuilt).
 * Fails  ABORT when the tree is full or this snapshot cannot be continued; NOMEM. */
PwStatus pw_rec_begin_side(const PwRecEnv *env, PwTree *tree, PwSnapNo from, _PyInterpreterFrame *frame, PwRec **rec,
                           PwErr *err) PW_MUST_CHECK;

/* Takes one event. */
PwRecStep pw_rec_event(PwRec *rec, const PwHostEvent *event);

/* After a failure: another time the same exit may be followed. */
bool pw_rec_later(const PwRec *rec);

/* Ends the recording before an event decided it (the program ends, the exit path failed): keeps what is valid.
 * true: the segment was completed with an exit; false: nothing usable. */
bool pw_rec_stop(PwRec *rec);

/* Why it failed: a sentence, with the place. Valid until pw_rec_free. unit and code of the place in *unit, *code. */
const char *pw_rec_why(const PwRec *rec, PyCodeObject **code, uint32_t *unit);
/* Bytecodes followed so far. */
uint32_t pw_rec_length(const PwRec *rec);
void pw_rec_free(PwRec *rec);

#endif
