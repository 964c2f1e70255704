/* A compiler's state: the LLVM target machine, types, and the metadata that every tree uses. */
#include <llvm-c/Target.h>

#include <stdio.h>

#include "base/cpu.h"
#include "codegen/lower.h"

static void make_types(PwCg *cg)
{
    LLVMContextRef x = cg->ctx;
    cg->i1 = LLVMInt1TypeInContext(x);
    cg->i8 = LLVMInt8TypeInContext(x);
    cg->i32 = LLVMInt32TypeInContext(x);
    cg->i64 = LLVMInt64TypeInContext(x);
    cg->f64 = LLVMDoubleTypeInContext(x);
    cg->ptr = LLVMPointerTypeInContext(x, 0);
    cg->word = LLVMIntTypeInContext(x, cg->layout.pointer * 8);
    cg->size_long = LLVMIntTypeInContext(x, cg->layout.long_size * 8);
    cg->f80 = cg->layout.float_excess ? LLVMX86FP80TypeInContext(x) : NULL;
    cg->fn_type = LLVMFunctionType(cg->i64, &cg->ptr, 1, 0);
    pw_low_fill_types(cg);
}

/* -- metadata -- */

static LLVMMetadataRef number(LLVMTypeRef type, unsigned v)
{
    return LLVMValueAsMetadata(LLVMConstInt(type, v, 0));
}

static LLVMValueRef weights(PwCg *cg, unsigned yes, unsigned no)
{
    LLVMMetadataRef part[3] = {LLVMMDStringInContext2(cg->ctx, "branch_weights", 14), number(cg->i32, yes),
                               number(cg->i32, no)};
    return LLVMMetadataAsValue(cg->ctx, LLVMMDNodeInContext2(cg->ctx, part, 3));
}

/* One TBAA type per kind of memory, all children of one root, so that no two of them overlap. */
static LLVMValueRef tbaa_tag(PwCg *cg, LLVMMetadataRef root, unsigned mem)
{
    char name[24];
    int n = snprintf(name, sizeof name, "mem%u", mem);
    LLVMMetadataRef zero = number(cg->i64, 0);
    LLVMMetadataRef type[3] = {LLVMMDStringInContext2(cg->ctx, name, (size_t)n), root, zero};
    LLVMMetadataRef node = LLVMMDNodeInContext2(cg->ctx, type, 3);
    LLVMMetadataRef tag[3] = {node, node, zero};
    return LLVMMetadataAsValue(cg->ctx, LLVMMDNodeInContext2(cg->ctx, tag, 3));
}

static unsigned kind_of(PwCg *cg, const char *name)
{
    return LLVMGetMDKindIDInContext(cg->ctx, name, (unsigned)strlen(name));
}

static void make_metadata(PwCg *cg)
{
    LLVMMetadataRef name = LLVMMDStringInContext2(cg->ctx, "prewarm", 7);
    LLVMMetadataRef root = LLVMMDNodeInContext2(cg->ctx, &name, 1);
    for (unsigned k = 0; k < PW_MEM_COUNT; k++)
        cg->tbaa[k] = k == PW_MEM_ANY ? NULL : tbaa_tag(cg, root, k);
    cg->empty = LLVMMetadataAsValue(cg->ctx, LLVMMDNodeInContext2(cg->ctx, NULL, 0));
    cg->likely = weights(cg, 1u << 20, 1);
    cg->even = weights(cg, 4, 1);
    cg->md_tbaa = kind_of(cg, "tbaa");
    cg->md_invariant = kind_of(cg, "invariant.load");
    cg->md_prof = kind_of(cg, "prof");
    cg->md_deref = kind_of(cg, "dereferenceable");
    cg->md_nonnull = kind_of(cg, "nonnull");
}

/* -- attributes -- */

static LLVMAttributeRef attribute(PwCg *cg, const char *name, uint64_t value)
{
    return LLVMCreateEnumAttribute(cg->ctx, LLVMGetEnumAttributeKindForName(name, strlen(name)), value);
}

/* The value of LLVM 19's memory attribute: two bits (1 reads, 2 writes) for each of argument memory, memory that is
 * inaccessible to the module, and all other. */
enum { ARG_READ = 1, ARG_WRITE = 2, HIDDEN_READ = 4, HIDDEN_WRITE = 8, OTHER_READ = 16 };

static void make_attributes(PwCg *cg)
{
    cg->effect[PW_CALL_PURE] = attribute(cg, "memory", 0);
    cg->effect[PW_CALL_READS] = attribute(cg, "memory", ARG_READ | HIDDEN_READ | OTHER_READ);
    cg->effect[PW_CALL_FRESH] = attribute(cg, "memory", HIDDEN_READ | HIDDEN_WRITE);
    cg->effect[PW_CALL_ARGS] = attribute(cg, "memory", ARG_READ | ARG_WRITE);
    cg->willreturn = attribute(cg, "willreturn", 0);
    cg->nounwind = attribute(cg, "nounwind", 0);
    cg->cold = attribute(cg, "cold", 0);
}

/* -- the machine -- */

void pw_cg_init(void)
{
#define INIT(name)                                                                                                     \
    LLVMInitialize##name##TargetInfo();                                                                                \
    LLVMInitialize##name##Target();                                                                                    \
    LLVMInitialize##name##TargetMC();                                                                                  \
    LLVMInitialize##name##AsmPrinter();                                                                                \
    LLVMInitialize##name##Disassembler()
    INIT(X86);
    INIT(ARM);
    INIT(AArch64);
#undef INIT
}

static PwStatus make_machine(PwCg *cg, const PwTarget *row, PwErr *err)
{
    LLVMTargetRef target;
    char *text = NULL;
    pw_cg_init();
    if (LLVMGetTargetFromTriple(row->llvm, &target, &text)) {
        pw_err_set(err, PW_UNSUPPORTED, "this LLVM cannot compile for %s: %s", row->triple, text);
        LLVMDisposeMessage(text);
        return PW_UNSUPPORTED;
    }
    cg->machine = LLVMCreateTargetMachine(target, row->llvm, cg->level->cpu, cg->level->features,
                                          LLVMCodeGenLevelDefault, LLVMRelocPIC, row->model);
    if (!cg->machine)
        return pw_err_set(err, PW_UNSUPPORTED, "this LLVM cannot compile for %s", row->triple);
    cg->data = LLVMCreateTargetDataLayout(cg->machine);
    return PW_OK;
}

static PwStatus find_level(const char *triple, const char *name, const PwLevel **out, PwErr *err)
{
    char known[300] = "";
    unsigned n;
    const PwLevel *level = pw_levels(triple, &n);
    for (unsigned k = 0; k < n; k++) {
        if (!name || !strcmp(level[k].name, name)) {
            *out = &level[k];
            return PW_OK;
        }
        snprintf(known + strlen(known), sizeof known - strlen(known), " %s", level[k].name);
    }
    return pw_err_set(err, PW_UNSUPPORTED, "%s has no CPU level %s; it has:%s", triple, name, known);
}

PwStatus pw_cg_new(const PwLayout *layout, const PwCgOptions *options, PwCg **out, PwErr *err)
{
    const PwTarget *row = pw_target_find(layout->triple);
    const PwLevel *level;
    *out = NULL;
    if (!row)
        return pw_err_set(err, PW_UNSUPPORTED, "cannot compile for %s; known are:%s", layout->triple, pw_target_names());
    PwStatus status = find_level(layout->triple, options->cpu, &level, err);
    if (status != PW_OK)
        return status;
    PwCg *cg = pw_calloc(1, sizeof *cg);
    if (!cg || !(cg->pipeline = pw_strdup(options->pipeline ? options->pipeline : PW_CG_PIPELINE))) {
        pw_free(cg);
        return pw_err_set(err, PW_NOMEM, "out of memory");
    }
    cg->layout = *layout;
    cg->level = level;
    cg->target = row;
    cg->probes = options->probes;
    cg->ctx = LLVMContextCreate();
    make_types(cg);
    make_metadata(cg);
    make_attributes(cg);
    status = make_machine(cg, row, err);
    if (status != PW_OK) {
        pw_cg_free(cg);
        return status;
    }
    *out = cg;
    return PW_OK;
}

void pw_cg_free(PwCg *cg)
{
    if (!cg)
        return;
    if (cg->data)
        LLVMDisposeTargetData(cg->data);
    if (cg->machine)
        LLVMDisposeTargetMachine(cg->machine);
    LLVMContextDispose(cg->ctx);
    pw_free(cg->pipeline);
    pw_free(cg);
}

const char *pw_cg_cpu(const PwCg *cg)
{
    return cg->level->name;
}
