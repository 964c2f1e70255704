/* Code generation: an optimised tree in, position-independent machine code out. The only layer that knows LLVM.
 *
 *   PwCg *cg;
 *   pw_cg_new(&layout, &(PwCgOptions){0}, &cg, &err);
 *   pw_cg_compile(cg, tree, &blob, &err);       any number of trees, one after another
 *   pw_cg_free(cg);
 *
 * The code   is one function `int64_t tree(PwCell *run)` (ir/native.h) and its constants, in one blob: no relocation is
 * left, no symbol is called, nothing in it is written to. It may be mapped anywhere at a multiple of 64 bytes. Helpers
 * are called through run[PW_RUN_HELPERS]. `x*` arguments: the array lies in the tree's own stack frame. vectorcall's
 * count is that of all operands, keyword arguments included. `loop`     in a tree that was not rotated (the loop pass
 * switched off) leaves through its snapshot, which is the loop header. Probes (options.probes) every op with
 * flag G leaves through its own snapshot, never into a side segment, when the byte run[PW_RUN_FAIL].p[snapshot] is not
 * 0; and run[PW_RUN_BYTECODES] is kept. Target     everything that differs between targets comes from the PwLayout (its description), from
 * base/level.def (CPU levels), codegen/target.def (LLVM's name for it) and codegen/reloc.def (what relocations of its objects
 * mean). Ctx        one PwCg belongs to one thread
 * at a time; different ones are independent. No Python.
 */
#ifndef PW_CODEGEN_CODEGEN_H
#define PW_CODEGEN_CODEGEN_H

#include "ir/ir.h"
#include "ir/layout.h"

typedef struct PwCg PwCg;

typedef struct PwCgOptions {
    const char *cpu;      /* CPU level, a name of base/level.def; NULL: the target's first */
    const char *pipeline; /* LLVM passes in opt's notation; NULL: PW_CG_PIPELINE */
    bool probes;
} PwCgOptions;

/* The passes that pay for trees. Measured on trees of 100 ops: 7.8 ms each with code of 1.46 KB; default<O2> 11.1
 * ms, 1.42 KB. */
extern const char PW_CG_PIPELINE[];

/* Machine code of one tree. */
typedef struct PwBlob {
    uint8_t *text; /* owned: pw_blob_free */
    uint32_t size;
    uint32_t entry; /* offset of the function */
} PwBlob;
void pw_blob_free(PwBlob *blob);

/* What   a compiler for the target that layout->triple names. Copies layout and options.
 * Fails  UNSUPPORTED for a triple that is not in target.def or that this LLVM lacks, or a CPU level that it does not have (the
 * sentence lists those that are known); NOMEM. */
PwStatus pw_cg_new(const PwLayout *layout, const PwCgOptions *options, PwCg **out, PwErr *err) PW_MUST_CHECK;
void pw_cg_free(PwCg *cg);
/* The CPU level in force, e.g. "x86-64". Static. */
const char *pw_cg_cpu(const PwCg *cg);

/* What   compiles one verified tree. Borrows tree; *out is the caller's.
 * Fails  INVALID a value is used where it is not defined; UNSUPPORTED the object needs something that a blob cannot
 * have (the sentence names the relocation or the symbol, and the op that makes it); NOMEM; INTERNAL. */
PwStatus pw_cg_compile(PwCg *cg, const PwTree *tree, PwBlob *out, PwErr *err) PW_MUST_CHECK;
/* Appends the tree as LLVM text, before or after LLVM's passes. */
PwStatus pw_cg_text(PwCg *cg, const PwTree *tree, bool optimised, PwWriter *out, PwErr *err) PW_MUST_CHECK;
/* Appends the blob's instructions, one a line, and its constants as bytes. Needs no PwCg. */
PwStatus pw_cg_disasm(const char *triple, const PwBlob *blob, PwWriter *out, PwErr *err) PW_MUST_CHECK;

/* What   makes a blob of an ELF object: lays its code and constants out and applies the relocations between them.
 * Shape  the function is the object's only global function, or the first of its text.
 * Fails  UNSUPPORTED, naming the first thing that a blob cannot have; CORRUPT for a damaged object; never crashes. */
PwStatus pw_object_to_blob(const void *object, size_t n, PwBlob *out, PwErr *err) PW_MUST_CHECK;

#endif
