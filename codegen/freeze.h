/* Freezing: modules' marshal data to the objects that CPython would make of it (ir/frozen.h), for a target that is not here.
 *
 * What   code objects with everything in them. What a compiler does not put there (lists, dicts, text floats, data that nobody
 *        marshalled with CPython 3.11) is refused: such a module is unmarshalled as ever.
 */
#ifndef PW_CODEGEN_FREEZE_H
#define PW_CODEGEN_FREEZE_H

#include "ir/frozen.h"
#include "ir/layout.h"

/* One module, frozen. Pointers in data are not filled in. */
typedef struct PwFrozen {
    PwWriter data, moves, links; /* owned */
    uint32_t root;               /* offset of the module's code object */
    uint32_t hot;                /* bytes at the beginning of data that a program writes to, mostly */
    uint32_t tuples;             /* containers that unmarshalling would have counted for the garbage collector */
} PwFrozen;

/* The interned strings of all modules that were frozen so far. Marshal data must outlive it. */
typedef struct PwFrozenStrings {
    const PwLayout *target;
    PwWriter data, moves; /* owned; moves without their number, `fixes`, before them */
    uint32_t fixes;
    PwWriter places;      /* by number */
    uint32_t n;
    struct PwFrozenText *text;   /* by number; owned */
    uint32_t *index;      /* open addressing: number + 1 by content; owned */
    uint32_t textcap, indexcap;
} PwFrozenStrings;

/* What   freezes n bytes for strings->target.
 * Own    out is freed by pw_frozen_free, also after a failure.
 * Fails  UNSUPPORTED; CORRUPT when it is no marshal data or no code; NOMEM. strings may have grown all the same. */
PwStatus pw_freeze(PwFrozenStrings *strings, const void *marshal, size_t n, PwFrozen *out, PwErr *err) PW_MUST_CHECK;
void pw_frozen_free(PwFrozen *f);
void pw_frozen_strings_free(PwFrozenStrings *s);

#endif
