/* What the object reader refuses: functions that are called by name, variables, damaged files. */
#include <elf.h>
#include <llvm-c/Core.h>
#include <llvm-c/IRReader.h>
#include <llvm-c/Target.h>
#include <llvm-c/TargetMachine.h>
#include <stdio.h>
#include <stdlib.h>

#include "codegen/codegen.h"
#include "tests/cmocka.h"

/* An object made of LLVM text. */
static LLVMMemoryBufferRef object_of(const char *text)
{
    LLVMContextRef ctx = LLVMContextCreate();
    LLVMMemoryBufferRef in = LLVMCreateMemoryBufferWithMemoryRangeCopy(text, strlen(text), "test"), out = NULL;
    LLVMModuleRef m;
    LLVMTargetRef target;
    char *why = NULL;
    const char *triple = "x86_64-unknown-linux-gnu";
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    if (LLVMParseIRInContext(ctx, in, &m, &why))
        fail_msg("%s", why);
    assert_false(LLVMGetTargetFromTriple(triple, &target, &why));
    LLVMTargetMachineRef machine = LLVMCreateTargetMachine(target, triple, "x86-64", "", LLVMCodeGenLevelDefault,
                                                           LLVMRelocPIC, LLVMCodeModelSmall);
    LLVMSetTarget(m, triple);
    assert_false(LLVMTargetMachineEmitToMemoryBuffer(machine, m, LLVMObjectFile, &why, &out));
    LLVMDisposeModule(m);
    LLVMDisposeTargetMachine(machine);
    LLVMContextDispose(ctx);
    return out;
}

static void refuses(const char *text, PwStatus status, const char *says)
{
    LLVMMemoryBufferRef o = object_of(text);
    PwBlob blob;
    PwErr err = {0};
    assert_int_equal(pw_object_to_blob(LLVMGetBufferStart(o), LLVMGetBufferSize(o), &blob, &err), status);
    assert_null(blob.text);
    if (!strstr(err.text, says))
        fail_msg("\"%s\" is missing in: %s", says, err.text);
    LLVMDisposeMemoryBuffer(o);
}

static void test_refused(void **state)
{
    (void)state;
    refuses("define double @tree(double %a, double %b) {\n %c = frem double %a, %b\n ret double %c\n}\n",
            PW_UNSUPPORTED, "fmod (op: call fmod)");
    refuses("declare void @unheard_of()\ndefine void @tree() {\n call void @unheard_of()\n ret void\n}\n",
            PW_UNSUPPORTED, "unheard_of (op: unknown)");
    refuses("@v = internal global i64 0\ndefine i64 @tree() {\n %c = load volatile i64, ptr @v\n ret i64 %c\n}\n",
            PW_UNSUPPORTED, "variables");
    refuses("define i128 @tree(i128 %a, i128 %b) {\n %c = sdiv i128 %a, %b\n ret i128 %c\n}\n", PW_UNSUPPORTED,
            "__divti3");
    refuses("@v = constant ptr @tree\ndefine ptr @tree() {\n ret ptr @v\n}\n", PW_UNSUPPORTED, "relocation");
}

static const char plain[] =
    "define double @tree(double %a, i64 %i) {\n %p = getelementptr [4 x double], ptr @t, i64 0, i64 %i\n"
    " %x = load double, ptr %p\n %b = fmul double %a, %x\n %c = fadd double %b, 1.5\n ret double %c\n}\n"
    "@t = internal constant [4 x double] [double 1.0, double 2.0, double 3.0, double 4.0]\n";

static void test_good(void **state)
{
    (void)state;
    LLVMMemoryBufferRef o = object_of(plain);
    PwBlob blob;
    PwErr err = {0};
    if (pw_object_to_blob(LLVMGetBufferStart(o), LLVMGetBufferSize(o), &blob, &err) != PW_OK)
        fail_msg("%s", err.text);
    assert_true(blob.entry >= 40 && blob.entry < blob.size);
    pw_blob_free(&blob);
    LLVMDisposeMemoryBuffer(o);
}

/* Cut off at every length, and with bytes changed: an answer, never a crash. */
static void test_damaged(void **state)
{
    (void)state;
    LLVMMemoryBufferRef o = object_of(plain);
    size_t n = LLVMGetBufferSize(o);
    unsigned good = 0;
    srand(1);
    for (size_t k = 0; k < n + 20000; k++) {
        size_t bytes = k < n ? k : n;
        uint8_t *copy = malloc(bytes ? bytes : 1);
        PwBlob blob;
        PwErr err = {0};
        memcpy(copy, LLVMGetBufferStart(o), bytes);
        for (int j = 0; k >= n && j < 1 + rand() % 3; j++)
            copy[(size_t)rand() % bytes] = (uint8_t)rand();
        PwStatus status = pw_object_to_blob(copy, bytes, &blob, &err);
        assert_true(status == PW_OK || err.text[0]);
        good += status == PW_OK;
        pw_blob_free(&blob);
        free(copy);
    }
    assert_true(good > 0);
    LLVMDisposeMemoryBuffer(o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_refused), cmocka_unit_test(test_good),
                                       cmocka_unit_test(test_damaged)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
