/* Inside codegen: a compiler's state, and the pieces of lower*.c that call each other. */
#ifndef PW_CODEGEN_LOWER_H
#define PW_CODEGEN_LOWER_H

#include <llvm-c/Core.h>
#include <llvm-c/TargetMachine.h>

#include "base/cpu.h"
#include "codegen/codegen.h"
#include "codegen/target.h"
#include "ir/native.h"

/* Kinds of memory that never overlap, one TBAA type each: the effect classes of fx.def, then what trees have besides.
 */
typedef enum PwMem {
    PW_MEM_FX_LAST = PW_FX_COUNT - 1, /* below: PW_FXN_* */
    PW_MEM_FIXED,                     /* fields that never change after creation */
    PW_MEM_DIGITS,                    /* of ints */
    PW_MEM_FLOAT,                     /* values of floats */
    PW_MEM_CELLS,                     /* run cells that the tree writes */
    PW_MEM_CONST,                     /* run cells and tables that never change while a tree runs: invariant */
    PW_MEM_EXITS,                     /* exit cells */
    PW_MEM_STACK,                     /* arrays of operands in the tree's stack frame */
    PW_MEM_ANY,                       /* may be anything */
    PW_MEM_COUNT,
} PwMem;

/* What a call may do, for LLVM. */
typedef enum PwCallEffect {
    PW_CALL_ALL,
    PW_CALL_PURE,
    PW_CALL_READS,
    PW_CALL_FRESH,
    PW_CALL_ARGS,
    PW_CALL_COUNT
} PwCallEffect;

struct PwCg {
    PwLayout layout;
    const PwTarget *target;
    const PwLevel *level;
    char *pipeline;
    bool probes;
    LLVMContextRef ctx;
    LLVMTargetMachineRef machine;
    LLVMTargetDataRef data;
    LLVMTypeRef i1, i8, i32, i64, f64, ptr, word, size_long; /* word: as wide as a pointer */
    LLVMTypeRef f80; /* where results are wider than f64 until they are stored: that type; else NULL */
    LLVMTypeRef fn_type;
    LLVMTypeRef helper_type[PW_H_COUNT];
    LLVMValueRef tbaa[PW_MEM_COUNT];  /* NULL: none */
    LLVMValueRef empty, likely, even; /* metadata: !{}, branch weights of a guard, of a guard with a side segment */
    unsigned md_tbaa, md_invariant, md_prof, md_deref, md_nonnull;
    LLVMAttributeRef effect[PW_CALL_COUNT]; /* NULL for PW_CALL_ALL */
    LLVMAttributeRef willreturn, nounwind, cold;
};

/* One tree being lowered. */
typedef struct PwLow {
    PwCg *cg;
    const PwTree *tree;
    LLVMModuleRef module;
    LLVMBuilderRef b;     /* where code goes now */
    LLVMBuilderRef entry; /* end of the entry block: loads of run cells, stack arrays */
    LLVMValueRef fn, run;
    LLVMValueRef cell[PW_RUN_COUNT]; /* loaded run cells, or NULL */
    LLVMValueRef array;              /* operands of calls, long enough for all; NULL so far */
    LLVMValueRef scratch;            /* 8 bytes for helpers' results; NULL so far */
    LLVMValueRef rounding;           /* a double: pw_low_rounded; NULL so far */
    uint32_t lowering;               /* the segment */
    PwArena arena;                   /* the arrays below */
    LLVMValueRef *val;               /* by instruction; NULL: not defined so far */
    LLVMBasicBlockRef *seg;          /* by segment; NULL: not reached so far */
    LLVMBasicBlockRef *exit;         /* by snapshot * 2 + throw; NULL: not reached so far */
    uint8_t *linked;                 /* by segment: some symbol is needed there and behind it only */
    PW_VEC(uint32_t) todo;           /* segments reached and not lowered yet */
    PW_VEC(uint32_t) left;           /* exits reached */
    PW_VEC(PwRef) live;              /* of one snapshot */
    PwRef at;                        /* the instruction being lowered */
    PwStatus status;                 /* of the first failure */
    PwErr *err;
} PwLow;

/* Makes the function in c->module. The status says how it went; frees nothing of the module. */
PwStatus pw_low_tree(PwCg *cg, const PwTree *tree, LLVMModuleRef module, PwErr *err) PW_MUST_CHECK;
/* Remembers the first failure; lowering goes on with undefined values and is then thrown away. */
void pw_low_fail(PwLow *c, PwStatus status, const char *what);

/* -- values and memory (lower_mem.c) -- */
LLVMValueRef pw_low_val(PwLow *c, PwRef r); /* never NULL */
LLVMValueRef pw_low_arg(PwLow *c, unsigned k);
static inline const PwIns *pw_low_ins(const PwLow *c)
{
    return &c->tree->ins.at[c->at.i];
}
static inline void pw_low_set(PwLow *c, LLVMValueRef v)
{
    c->val[c->at.i] = v;
}
LLVMTypeRef pw_low_type(const PwCg *cg, PwType t);
LLVMValueRef pw_low_int(const PwLow *c, int64_t v);
LLVMValueRef pw_low_at(PwLow *c, LLVMValueRef base, int64_t offset);
LLVMValueRef pw_low_load(PwLow *c, LLVMTypeRef type, LLVMValueRef base, int64_t offset, PwMem mem);
void pw_low_store(PwLow *c, LLVMValueRef v, LLVMValueRef base, int64_t offset, PwMem mem);
LLVMValueRef pw_low_cell(PwLow *c, PwRunCell cell); /* loaded once, in the entry block */
LLVMValueRef pw_low_link(PwLow *c, LLVMTypeRef type, int64_t symbol);
LLVMValueRef pw_low_obtype(PwLow *c, LLVMValueRef object);
void pw_low_tag(PwLow *c, LLVMValueRef access, PwMem mem);

/* -- leaving (lower_exit.c) -- */
void pw_low_guard(PwLow *c, LLVMValueRef ok);  /* goes on when ok, else where the snapshot leads */
void pw_low_raise(PwLow *c, LLVMValueRef bad); /* leaves with the exception when bad */
LLVMBasicBlockRef pw_low_where(PwLow *c);      /* where a failed guard of this instruction goes */
void pw_low_forced(PwLow *c);                  /* probes: the test before an op with flag G (but branches) */
void pw_low_linked(PwLow *c, uint32_t seg);     /* at the top of a side segment: leaves where its symbols were not linked */
void pw_low_exits(PwLow *c);                   /* at the end: fills the exit blocks */
LLVMBasicBlockRef pw_low_block(PwLow *c, const char *name);
LLVMBasicBlockRef pw_low_seg(PwLow *c, uint32_t seg); /* its first block */
void pw_low_branch(PwLow *c, LLVMValueRef cond, LLVMBasicBlockRef yes, LLVMBasicBlockRef no, LLVMValueRef weights);
void pw_low_cells(PwLow *c, PwSnapNo snap); /* stores the live values */

/* -- calls (lower_call.c) -- */
LLVMValueRef pw_low_call(PwLow *c, PwHelper helper, LLVMValueRef *args, unsigned n);
LLVMValueRef pw_low_rounded(PwLow *c, LLVMValueRef v); /* a double as memory holds it: where registers hold more */
void pw_low_sync(PwLow *c);   /* before an opaque op */
void pw_low_unsync(PwLow *c); /* after it */
void pw_low_fill_types(PwCg *cg);

/* One function per op: pw_low_op_iadd and so on; a missing one does not link. */
#define PW_OP(name, result, args, aux, flags, reads, writes, text) void pw_low_op_##name(PwLow *c);
#include "ir/ops.def"
#undef PW_OP

/* Makes LLVM know the targets; any number of times (cg.c). */
void pw_cg_init(void);

/* -- emitting (emit.c) -- */
PwStatus pw_cg_module(PwCg *cg, const PwTree *tree, bool optimised, LLVMModuleRef *out, PwErr *err) PW_MUST_CHECK;

#endif
