#include "codegen/target.h"

#include <errno.h>
#include <stdio.h>

static const PwTarget targets[] = {
#define PW_TARGET(triple, llvm, model, divides, converts) {triple, llvm, model, divides, converts},
#include "codegen/target.def"
#undef PW_TARGET
};
enum { TARGETS = sizeof targets / sizeof *targets, DESCRIPTION_MOST = 1 << 16 };

/* The files of codegen/targets/ in the order of target.def, a NUL behind each. */
extern const char pw_descriptions[] __attribute__((visibility("hidden")));
__asm__(".pushsection .rodata\n"
        ".globl pw_descriptions\n"
        ".hidden pw_descriptions\n"
        "pw_descriptions:\n"
#define PW_TARGET(triple, llvm, model, divides, converts) ".incbin \"" PW_DESCRIPTIONS "/" triple ".txt\"\n.byte 0\n"
#include "codegen/target.def"
#undef PW_TARGET
        ".popsection\n");

const PwTarget *pw_target_at(unsigned k)
{
    return k < TARGETS ? &targets[k] : NULL;
}

const PwTarget *pw_target_find(const char *triple)
{
    for (unsigned k = 0; k < TARGETS; k++)
        if (!strcmp(targets[k].triple, triple))
            return &targets[k];
    return NULL;
}

const char *pw_target_names(void)
{
    return ""
#define PW_TARGET(triple, llvm, model, divides, converts) " " triple
#include "codegen/target.def"
#undef PW_TARGET
        ;
}

static PwStatus read_file(const char *path, PwLayout *out, PwErr *err)
{
    char *text = pw_alloc(DESCRIPTION_MOST);
    FILE *f = text ? fopen(path, "re") : NULL;
    PwStatus status;
    if (!f) {
        status = text ? pw_err_set(err, PW_IO, "%s: the target description cannot be read: %s", path, strerror(errno))
                      : pw_err_set(err, PW_NOMEM, "out of memory");
    } else {
        size_t n = fread(text, 1, DESCRIPTION_MOST, f);
        status = ferror(f) ? pw_err_set(err, PW_IO, "%s: the target description cannot be read", path)
                           : pw_layout_parse(text, n, path, out, err);
        fclose(f);
    }
    pw_free(text);
    if (status == PW_OK && !pw_target_find(out->triple))
        return pw_err_set(err, PW_UNSUPPORTED, "%s: cannot compile for %s; known are:%s", path, out->triple,
                          pw_target_names());
    return status;
}

PwStatus pw_target_layout(const char *name, PwLayout *out, PwErr *err)
{
    const PwTarget *row = pw_target_find(name);
    if (!row && strpbrk(name, "/."))
        return read_file(name, out, err);
    if (!row)
        return pw_err_set(err, PW_UNSUPPORTED, "cannot compile for %s; known are:%s", name, pw_target_names());
    const char *text = pw_descriptions;
    for (const PwTarget *t = targets; t < row; t++)
        text += strlen(text) + 1;
    return pw_layout_parse(text, strlen(text), row->triple, out, err);
}
