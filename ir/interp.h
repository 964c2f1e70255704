/* The reference interpreter: runs any tree, raw or optimised, without LLVM. The oracle for codegen, the engine of a recording
 * run, and of `prewarm run --engine=ir`. Helpers are called through libffi by the signatures of helpers.def.
 * Ctx    GIL held when the tree touches objects; ir/ itself knows no Python: objects are pointers and layout offsets. */
#ifndef PW_IR_INTERP_H
#define PW_IR_INTERP_H

#include "ir/layout.h"
#include "ir/native.h"

typedef struct PwInterp PwInterp;

/* Prepares a tree to be run many times. Borrows tree and layout, which must outlive it and not change (growing a tree needs a
 * new PwInterp). layout must be this process's own. NOMEM, INVALID. */
PwStatus pw_interp_new(const PwTree *tree, const PwLayout *layout, PwInterp **out, PwErr *err) PW_MUST_CHECK;
void pw_interp_free(PwInterp *in);

/* Runs the tree as its native code would (see ir/native.h: same cells, same result). Additionally:
 * fuel    loop back-edges that may be taken; when it is used up, leaves at the loop header as if by gpoll, through the raw
 *         `loop` op's own snapshot (optimised trees: through the header's gpoll snapshot when there is one, else fuel is ignored).
 * Reads run[PW_RUN_FAIL] when it is not NULL. Counts executed instructions in *steps when steps is not NULL. */
int64_t pw_interp_run(PwInterp *in, PwCell *run, uint64_t fuel, uint64_t *steps);

#endif
