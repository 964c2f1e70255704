/* Machine code as text, by LLVM's disassembler. */
#include <llvm-c/Disassembler.h>

#include <stdio.h>
#include <string.h>

#include "codegen/lower.h"

static void line(PwWriter *out, uint32_t at, const uint8_t *bytes, size_t n, const char *text)
{
    char buf[16];
    pw_write_bytes(out, buf, (size_t)snprintf(buf, sizeof buf, "%6x: ", (unsigned)at));
    for (size_t k = 0; k < n; k++)
        pw_write_bytes(out, buf, (size_t)snprintf(buf, sizeof buf, "%02x ", bytes[k]));
    for (size_t k = n; k < 10; k++)
        pw_write_bytes(out, "   ", 3);
    pw_write_bytes(out, text, strlen(text));
    pw_write_bytes(out, "\n", 1);
}

/* What stands before the function are constants. */
static void constants(PwWriter *out, const PwBlob *blob)
{
    for (uint32_t at = 0; at < blob->entry; at += 8) {
        uint32_t n = blob->entry - at < 8 ? blob->entry - at : 8;
        line(out, at, blob->text + at, n, "\t# constant");
    }
}

/* Knows no names. That there is somebody to ask makes LLVM print the targets of jumps as addresses. */
static const char *no_name(void *info, uint64_t value, uint64_t *type, uint64_t pc, const char **name)
{
    (void)info, (void)value, (void)pc;
    *type = LLVMDisassembler_ReferenceType_InOut_None;
    *name = NULL;
    return NULL;
}

PwStatus pw_cg_disasm(const char *triple, const PwBlob *blob, PwWriter *out, PwErr *err)
{
    const PwTarget *target = pw_target_find(triple);
    pw_cg_init();
    LLVMDisasmContextRef dis = LLVMCreateDisasm(target ? target->llvm : triple, NULL, 0, NULL, no_name);
    if (!dis)
        return pw_err_set(err, PW_UNSUPPORTED, "this LLVM cannot disassemble for %s", triple);
    LLVMSetDisasmOptions(dis, LLVMDisassembler_Option_PrintImmHex);
    constants(out, blob);
    for (uint32_t at = blob->entry; at < blob->size;) {
        char text[256];
        size_t n = LLVMDisasmInstruction(dis, blob->text + at, blob->size - at, at, text, sizeof text);
        line(out, at, blob->text + at, n ? n : 1, n ? text : "\t.byte");
        at += n ? (uint32_t)n : 1;
    }
    LLVMDisasmDispose(dis);
    return out->failed ? pw_err_set(err, PW_NOMEM, "out of memory") : PW_OK;
}
