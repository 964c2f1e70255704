/* Frozen code: the objects that CPython makes of modules' marshal data (what .pyc files hold), laid out ahead of time for one
 * target. Made by codegen/freeze.h, held by images, brought to life by host/thaw.c.
 *
 * Shape  A pool of bytes: first the strings that CPython interns, once for all modules, then the data of each module. Objects lie in
 *        it as in memory, each at a multiple of 8. What a program writes to lies together, for all modules: a page that nobody writes to
 *        costs little. So a module's data is in two pieces, hot and cold; an offset in data counts on from the one to the other. Every object has PW_FROZEN_REFS references, and so is never deallocated.
 *        Besides, in words (uint32_t, little-endian):
 *        strings by number: where the object lies in the pool; or PW_FROZEN_STATIC and which of the interpreter's own strings it is, 0
 *                the empty one, 1 + c that of the character c.
 *        moves   n, then n PwFix: all pointers of a module's data, or of the strings.
 *        links   n, then n strings that a module has: number, count, then the offsets in data of the pointers to it. Then n, then n
 *                frozensets: count, first, the items being pointers from `first` on in data; then count and offsets of the pointers
 *                to the set. An item may be a set that came before.
 * Source CPython 3.11 Python/marshal.c, Objects/codeobject.c (init_code, intern_string_constants), Include/cpython/code.h,
 *        Include/cpython/unicodeobject.h.
 */
#ifndef PW_IR_FROZEN_H
#define PW_IR_FROZEN_H

#include "base/bytes.h"
#include "base/status.h"

enum {
    PW_FROZEN_REFS = 1 << 28,
    PW_FROZEN_WARMUP = -8,    /* co_warmup: QUICKENING_INITIAL_WARMUP_VALUE */
    PW_FROZEN_RESUME = 151,   /* opcode */
    PW_FROZEN_SMALL_INTS = 5, /* the first small int is -5, */
    PW_FROZEN_SMALL_LAST = 256,
};
#define PW_FROZEN_STATIC 0x80000000u

/* What a pointer leads to. */
typedef enum PwStatic {
    PW_STATIC_frozen, /* an object of the same data */
    PW_STATIC_string, /* an interned string */
#define PW_STATIC(name, count, c) PW_STATIC_##name,
#include "ir/statics.def"
#undef PW_STATIC
    PW_STATIC_COUNT
} PwStatic;

/* A pointer in data. */
typedef struct PwFix {
    uint32_t at;            /* offset in data */
    uint32_t to : 8;        /* PwStatic; */
    uint32_t index : 24;    /* which of its objects. frozen: 0; its offset stands in data while the pool is being made */
} PwFix;

/* Where a process has the statics: object k of a kind is at first + k * stride. By PwStatic; the rows of `frozen` and
 * `string` are zero. */
typedef struct PwStatics {
    struct {
        uint64_t first, stride;
    } of[PW_STATIC_COUNT];
} PwStatics;

/* As text, for the cache: hexadecimal, `first stride` by kind. parse: false when it is nothing like that. */
void pw_statics_print(const PwStatics *s, PwWriter *out);
bool pw_statics_parse(const char *text, PwStatics *s);

/* Where the interpreter's own string is that `entry` of the strings means (it has PW_FROZEN_STATIC). */
uint64_t pw_statics_string(const PwStatics *s, uint32_t entry);

/* The words of a module, or of the strings (then links is NULL). */
typedef struct PwFrozenWords {
    const uint32_t *moves, *links;
    size_t nmoves, nlinks;
} PwFrozenWords;
/* What   checks the shape of links and moves: whatever they name lies in data, of n bytes, or is one of `strings`.
 * Fails  CORRUPT. pointer: its size on the target. */
PwStatus pw_frozen_check(size_t n, unsigned pointer, uint32_t strings, const PwFrozenWords *words, PwErr *err) PW_MUST_CHECK;

#endif
