/* Inside the loop pass: what it knows of the root frame's slots, and its three parts. */
#ifndef PW_IR_OPT_LOOP_H
#define PW_IR_OPT_LOOP_H

#include "ir/opt_internal.h"

typedef struct PwLoopSlot {
    bool taken;    /* some snapshot gives it a value: it is a param, and memory is stale from the header on */
    bool read;     /* some `slot` op reads it */
    bool mixed;    /* the main path uses it in a way that only an object allows, or a path takes it for another type */
    bool wanted;   /* it is worth a guard at the entry: the main path checks its type, or some path unboxes it */
    PwType type;   /* of the param */
    uint32_t sym;  /* the type that guards check it for; PW_NONE: none does */
    PwRef entry;   /* its load in the entry segment */
    PwRef unboxed; /* the same, unboxed, for a param of type i, f or b */
    PwRef param;
} PwLoopSlot;

typedef struct PwLoop {
    PwTree *t;
    PwArena arena;
    PwReplace map;
    PwLoopSlot *slot;
    uint32_t nslots;
    uint32_t *slot_of;    /* by ref: the slot it was loaded from, or PW_NONE */
    uint32_t *guarded;    /* by ref: the type symbol some gtype checks it for, or PW_NONE */
    uint8_t *named;       /* by snapshot: some instruction names it */
    uint8_t *as_object;   /* by segment and slot: the segment uses the slot in a way that only an object allows */
    bool any_stored;      /* there is a stslot */
    uint32_t nrefs;       /* length of the arrays by ref */
    uint32_t sym[PW_T_COUNT]; /* btype int, float, bool by value type; PW_NONE */
} PwLoop;

/* Which slots become params, and of which type (ir/opt_loop_slots.c). */
bool pw_loop_prepare(PwLoop *l); /* false when out of memory */
void pw_loop_choose(PwLoop *l, bool unbox);
bool pw_loop_is_none(const PwTree *t, const PwIns *ins);
/* What a path has done so far to the slots. */
typedef struct PwLoopPath {
    uint8_t *stored; /* by slot: a stslot has made its memory true again */
    PwRef *object;   /* by slot: the object made for a number; PW_NOREF: none */
} PwLoopPath;

/* Objects of numbers, where a side path needs some (ir/opt_loop_object.c). Makes those that segment seg needs in front of
 * its element `at` (its top, or behind `catch`), adds them to the path, and returns how many instructions that were; PW_NONE when out of memory. */
uint32_t pw_loop_make_objects(PwLoop *l, uint32_t seg, uint32_t at, PwLoopPath *path);
/* Instruction ref of a path: its operands that are such slots become the objects. */
void pw_loop_use_objects(PwLoop *l, uint32_t ref, const PwLoopPath *path);
/* The same for all that a snapshot on the path names. */
void pw_loop_snap_objects(PwLoop *l, PwSnapNo snap, const PwLoopPath *path);
/* The body: slot loads become params, snapshots name every param (ir/opt_loop_body.c). */
PwStatus pw_loop_rewrite(PwLoop *l, PwErr *err) PW_MUST_CHECK;
/* `loop` ops become jumps (ir/opt_loop_edge.c). */
PwStatus pw_loop_edges(PwLoop *l, PwErr *err) PW_MUST_CHECK;

/* The entries of the root frame of a snapshot that are header slots. */
static inline uint32_t pw_loop_entries(const PwLoop *l, PwSnapNo snap, uint32_t *first)
{
    const PwSnapFrame *f = &l->t->frame.at[l->t->snap.at[snap.i].frames];
    uint32_t n = (uint32_t)f->nlocals + f->nstack;
    *first = f->entries;
    return n < l->nslots ? n : l->nslots;
}
static inline uint8_t *pw_loop_as_object(const PwLoop *l, uint32_t seg, uint32_t slot)
{
    return &l->as_object[(size_t)seg * l->nslots + slot];
}
static inline uint32_t pw_loop_slot_of(const PwLoop *l, PwRef r) { return r.i < l->nrefs ? l->slot_of[r.i] : PW_NONE; }

/* What the path has for a slot that is a param. */
static inline PwRef pw_loop_held(const PwLoop *l, uint32_t slot, const PwLoopPath *path)
{
    return path->object && path->object[slot].i != PW_NONE ? path->object[slot] : l->slot[slot].param;
}

#endif
