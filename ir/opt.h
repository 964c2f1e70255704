/* The optimiser: raw tree in, optimised tree out. */
#ifndef PW_IR_OPT_H
#define PW_IR_OPT_H

#include "ir/ir.h"

typedef enum PwPass {
#define PW_PASS(name, text) PW_PASS_##name,
#include "ir/passes.def"
#undef PW_PASS
    PW_PASS_COUNT
} PwPass;

/* Called after each pass with its name, for dumps. */
typedef void (*PwOptWatch)(void *arg, const char *pass, const PwTree *t);

/* What   runs the passes of passes.def whose bit is set in `passes` (all: PW_PASSES_ALL) on a copy of raw.
 * Own    borrows raw; *out is the caller's.
 * Fails  NOMEM; INVALID when a pass broke a rule (verified after every pass in builds without NDEBUG or with verify set). */
#define PW_PASSES_ALL ((1u << PW_PASS_COUNT) - 1)
PwStatus pw_opt_run(const PwTree *raw, uint32_t passes, bool verify, PwOptWatch watch, void *arg, PwTree **out,
                    PwErr *err) PW_MUST_CHECK;
/* Parses a PREWARM_PASSES value such as "-sink,-rc" into a mask; unknown names are a USAGE error. */
PwStatus pw_opt_parse(const char *text, uint32_t *passes, PwErr *err) PW_MUST_CHECK;

#endif
