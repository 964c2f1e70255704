/* Inside freezing: what the reader of marshal data (freeze.c) asks the writers of objects for. */
#ifndef PW_CODEGEN_FREEZE_INTERNAL_H
#define PW_CODEGEN_FREEZE_INTERNAL_H

#include "base/alloc.h"
#include "codegen/freeze.h"

typedef enum FrKind { FR_NONE, FR_OTHER, FR_STR, FR_BYTES, FR_TUPLE, FR_SET, FR_CODE } FrKind;

/* Objects lie in segments, by what a program does with them. */
typedef enum FrSegment {
    FR_WARM, /* code objects: written to when a function is made of them, and when they run */
    FR_COOL, /* tuples and numbers: written to as constants of code that runs */
    FR_COLD, /* line tables, documentation: hardly looked at */
    FR_SEGMENTS
} FrSegment;

/* An object that pointers may lead to. */
typedef struct FrValue {
    uint8_t kind;        /* FrKind; FR_NONE: there is none (yet) */
    uint8_t to;          /* PwStatic; frozen: */
    uint8_t segment;
    uint32_t at;         /* offset there. FR_STR, FR_BYTES, FR_SET: its number instead; a static: which */
    uint32_t items;      /* FR_TUPLE, FR_SET: where its items are in kept */
} FrValue;

/* A pointer to a str or bytes that is not written yet, or to a set. */
typedef struct FrSlot {
    uint8_t segment;
    uint32_t at, next;   /* where; the next pointer to the same: number + 1, or 0 */
} FrSlot;

/* A str, bytes or set by its number. */
typedef struct FrLate {
    const uint8_t *text; /* of the marshal data */
    uint32_t n;          /* its bytes; of a set: its items, */
    uint32_t first;      /* and where they are in FR_COOL */
    uint32_t slots, count; /* pointers to it: the last, as FrSlot.next; how many */
    bool interned;
} FrLate;

typedef PW_VEC(FrLate) FrLates;

/* A pointer from one segment to another. */
typedef struct FrAcross {
    uint8_t segment, to;
    uint32_t at;
} FrAcross;

/* Where objects are written, and the pointers in them. */
typedef struct FrOut {
    unsigned p; /* size of a pointer */
    const PwLayout *target;
    PwWriter data, moves;
    uint32_t fixes;
} FrOut;

typedef struct Freezer {
    PwReader in;
    PwFrozenStrings *strings;
    const PwLayout *target;
    PwErr *err;
    PwStatus status;
    unsigned depth;
    uint32_t tuples;
    FrOut out[FR_SEGMENTS];
    FrLates str, bytes, set;
    PW_VEC(FrValue) refs;
    PW_VEC(FrValue) item; /* a stack of children */
    PW_VEC(FrValue) kept; /* items of what is made: an FR_OTHER whose `at` is their number, then they */
    PW_VEC(FrSlot) slots;
    PW_VEC(FrAcross) across;
} Freezer;

/* What a code object is made of, besides derived values. */
typedef struct FrCode {
    int32_t argcount, posonly, kwonly, stacksize, flags, firstlineno;
    FrValue code, consts, names, localsplusnames, localspluskinds, filename, name, qualname, linetable, exceptiontable;
} FrCode;

/* -- freeze.c -- */
/* Remembers the first failure; returns FR_NONE. */
FrValue fr_fail(Freezer *f, PwStatus status, const char *sentence);

/* -- freeze_put.c: fields and simple objects; offsets come back -- */
void fr_put(FrOut *o, uint64_t v, unsigned size); /* aligned */
void fr_put_word(FrOut *o, int64_t v);
/* A pointer to a static, or to what lies at `at` of the same data. */
void fr_put_static(FrOut *o, PwStatic to, uint32_t index);
void fr_put_frozen(FrOut *o, uint32_t at);
/* The head of an object. gc: it has a collector's head before it, of something that is not tracked. */
uint32_t fr_begin(FrOut *o, PwStatic type, bool gc);
uint32_t fr_put_int(FrOut *o, const uint32_t *digits, uint32_t n, bool negative);
uint32_t fr_put_numbers(FrOut *o, PwStatic type, const double *v, uint32_t n); /* float: 1, complex: 2 */
uint32_t fr_put_bytes(FrOut *o, const uint8_t *p, uint32_t n);
/* n bytes of UTF-8, which is right. */
uint32_t fr_put_str(FrOut *o, const uint8_t *utf8, uint32_t n);
/* Is it UTF-8 (surrogates included)? largest: its largest character. */
bool fr_measure(const uint8_t *p, uint32_t n, uint32_t *count, uint32_t *largest);

/* -- freeze_make.c: objects from values; FR_NONE after a failure. Items are borrowed -- */
FrValue fr_static(PwStatic to, uint32_t index, FrKind kind);
FrValue fr_int(Freezer *f, const uint32_t *digits, uint32_t n, bool negative);
FrValue fr_numbers(Freezer *f, PwStatic type, const double *v, uint32_t n);
FrValue fr_bytes(Freezer *f, const uint8_t *p, uint32_t n);
FrValue fr_str(Freezer *f, const uint8_t *utf8, uint32_t n, bool interned);
FrValue fr_tuple(Freezer *f, const FrValue *item, uint32_t n);
FrValue fr_set(Freezer *f, const FrValue *item, uint32_t n);
FrValue fr_code(Freezer *f, const FrCode *code);

/* -- freeze_end.c -- */
/* Writes the late objects, and all of it to out. */
void fr_finish(Freezer *f, FrValue root, PwFrozen *out);

#endif
