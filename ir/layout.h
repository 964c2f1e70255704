/* The layout of a target: where CPython keeps things there, and what its C is like. Recordings know nothing of it; compiled code
 * is made for one.
 *
 * Its text form is a target description: one "name value" line per fact, sorted by name; lines that begin with # are comments.
 * codegen/targets/ has one per target, `prewarm probe` prints that of the running interpreter, and an image holds the one that it
 * was made for. host/layout.c makes a layout from CPython's headers. No Python needed here. */
#ifndef PW_IR_LAYOUT_H
#define PW_IR_LAYOUT_H

#include "ir/ir.h"

typedef enum PwSizeOf {
#define PW_SIZE(name, type, size, each) PW_SIZE_##name,
#include "ir/sizes.def"
#undef PW_SIZE
    PW_SIZE_COUNT
} PwSizeOf;

typedef struct PwLayout {
    char triple[32]; /* x86_64-linux-gnu, i686-linux-gnu, arm-linux-gnueabihf, aarch64-linux-gnu; NUL-padded */
#define PW_FACT(name, expression, least, most, step) uint32_t name;
#include "ir/layout.def"
#undef PW_FACT
    uint32_t basic[PW_SIZE_COUNT], item[PW_SIZE_COUNT]; /* bytes, by sizes.def */
    uint32_t field[PW_F_COUNT];                         /* offset in bytes, by fields.def */
} PwLayout;

/* Bytes that a field of this C kind takes on the target. */
uint32_t pw_layout_size(const PwLayout *l, PwCKind kind);
/* Equal digests, equal layouts. Costs no text. */
PwDigest pw_layout_digest(const PwLayout *l);
void pw_layout_print(const PwLayout *l, PwWriter *out);
/* What   reads a description. `source` names it in sentences: "SOURCE, line 12: ...".
 * Fails  SYNTAX, with the line: a fact that is unknown, missing or there twice, no number, or a number that cannot be: too large,
 *        too small, not aligned, or at odds with another one. *l is then undefined. */
PwStatus pw_layout_parse(const char *text, size_t n, const char *source, PwLayout *l, PwErr *err) PW_MUST_CHECK;
/* OK when both are the same, else STALE with the first fact in which they differ: "expected dict_keys 20, found 40". */
PwStatus pw_layout_compare(const PwLayout *expected, const PwLayout *found, PwErr *err) PW_MUST_CHECK;

#endif
