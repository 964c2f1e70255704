/* Through LLVM's passes to an object in memory. */
#include <llvm-c/Error.h>
#include <llvm-c/Transforms/PassBuilder.h>

#include "codegen/lower.h"

/* instcombine's check for a fixpoint is for LLVM's own tests: it ends the process. */
const char PW_CG_PIPELINE[] =
    "function(early-cse<memssa>,simplifycfg,instcombine<no-verify-fixpoint>,loop-mssa(licm),gvn,"
    "instcombine<no-verify-fixpoint>,simplifycfg)";

static PwStatus run_passes(PwCg *cg, LLVMModuleRef module, PwErr *err)
{
    LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
    LLVMErrorRef e = LLVMRunPasses(module, cg->pipeline, cg->machine, options);
    LLVMDisposePassBuilderOptions(options);
    if (!e)
        return PW_OK;
    char *text = LLVMGetErrorMessage(e);
    pw_err_set(err, PW_INTERNAL, "LLVM refuses the passes \"%s\": %s", cg->pipeline, text);
    LLVMDisposeErrorMessage(text);
    return PW_INTERNAL;
}

PwStatus pw_cg_module(PwCg *cg, const PwTree *tree, bool optimised, LLVMModuleRef *out, PwErr *err)
{
    *out = LLVMModuleCreateWithNameInContext("tree", cg->ctx);
    LLVMSetTarget(*out, cg->target->llvm);
    LLVMSetModuleDataLayout(*out, cg->data);
    PwStatus status = pw_low_tree(cg, tree, *out, err);
    if (status == PW_OK && optimised)
        status = run_passes(cg, *out, err);
    if (status != PW_OK) {
        LLVMDisposeModule(*out);
        *out = NULL;
    }
    return status;
}

PwStatus pw_cg_compile(PwCg *cg, const PwTree *tree, PwBlob *out, PwErr *err)
{
    LLVMModuleRef module;
    LLVMMemoryBufferRef object = NULL;
    char *text = NULL;
    *out = (PwBlob){0};
    PwStatus status = pw_cg_module(cg, tree, true, &module, err);
    if (status != PW_OK)
        return status;
    if (LLVMTargetMachineEmitToMemoryBuffer(cg->machine, module, LLVMObjectFile, &text, &object)) {
        status = pw_err_set(err, PW_INTERNAL, "LLVM cannot make an object of the tree: %.300s", text);
        LLVMDisposeMessage(text);
    } else {
        status = pw_object_to_blob(LLVMGetBufferStart(object), LLVMGetBufferSize(object), out, err);
        LLVMDisposeMemoryBuffer(object);
    }
    LLVMDisposeModule(module);
    return status;
}

PwStatus pw_cg_text(PwCg *cg, const PwTree *tree, bool optimised, PwWriter *out, PwErr *err)
{
    LLVMModuleRef module;
    PwStatus status = pw_cg_module(cg, tree, optimised, &module, err);
    if (status != PW_OK)
        return status;
    char *text = LLVMPrintModuleToString(module);
    pw_write_bytes(out, text, strlen(text));
    LLVMDisposeMessage(text);
    LLVMDisposeModule(module);
    return out->failed ? pw_err_set(err, PW_NOMEM, "out of memory") : PW_OK;
}

void pw_blob_free(PwBlob *blob)
{
    pw_free(blob->text);
    *blob = (PwBlob){0};
}
