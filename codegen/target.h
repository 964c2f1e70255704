/* The targets that can be compiled for: target.def, with the descriptions of codegen/targets/, which are in this program. */
#ifndef PW_CODEGEN_TARGET_H
#define PW_CODEGEN_TARGET_H

#include <llvm-c/TargetMachine.h>

#include "ir/layout.h"

/* One row of target.def. Static data. */
typedef struct PwTarget {
    const char *triple, *llvm;
    LLVMCodeModel model;
    unsigned divides; /* bits of the widest integer division that its instructions do */
    bool converts;    /* they convert between 64-bit integers and double */
} PwTarget;

/* Row number k, NULL behind the last; and by triple, NULL when it is not known. */
const PwTarget *pw_target_at(unsigned k);
const PwTarget *pw_target_find(const char *triple);
/* " a b c": all triples, for sentences. Static. */
const char *pw_target_names(void);
/* What   the layout of a target: `name` is a triple of target.def or, with a slash or a dot in it, a file that holds a description.
 * Fails  UNSUPPORTED with the triples that are known; SYNTAX with the file's line; IO; NOMEM. */
PwStatus pw_target_layout(const char *name, PwLayout *out, PwErr *err) PW_MUST_CHECK;

#endif
