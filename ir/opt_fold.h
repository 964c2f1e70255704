/* Inside fold: what is known at a point of a path. Everything that a path learns is undone when its other paths are walked. */
#ifndef PW_IR_OPT_FOLD_H
#define PW_IR_OPT_FOLD_H

#include "ir/interp_internal.h"
#include "ir/opt_internal.h"

typedef struct PwFact {
    uint32_t type;       /* symbol of the exact type, PW_NONE: unknown */
    uint32_t type_stamp; /* when it was learnt; a type that can be assigned to is forgotten by a later write */
    uint8_t null;        /* 0 unknown, 1 null, 2 not null */
    int64_t lo, hi;      /* i values: inclusive */
} PwFact;

typedef struct PwKnown { /* "this op on these operands is that value" */
    uint8_t op;
    uint16_t aux;
    int64_t imm;
    uint32_t arg[3];
    uint32_t stamp; /* when it was learnt */
    PwRef value;
    uint32_t next, bucket;
} PwKnown;

typedef struct PwCellKnown { /* an array element that was stored or loaded */
    uint16_t array;
    PwRef base, index, value;
    uint32_t stamp;
} PwCellKnown;

enum { PW_FOLD_CELLS = 8 };

/* When each class of memory was last written, by what: copied where paths part. */
typedef struct PwClock {
    uint32_t other[PW_FX_COUNT];   /* neither stf nor stx */
    uint32_t element[PW_FX_COUNT]; /* stf or stx */
    uint32_t field[PW_F_COUNT], array[PW_A_COUNT];
    PwCellKnown cell[PW_FOLD_CELLS];
    uint32_t cells; /* ever noted; the last PW_FOLD_CELLS are there */
} PwClock;

typedef struct PwUndo {
    uint32_t ref;
    PwFact old;
} PwUndo;

typedef struct PwFold {
    PwTree *t;
    PwArena arena;
    PwReplace map;
    PwFact *fact;  /* by ref < map.n */
    uint8_t *seen; /* by segment */
    uint32_t *bucket, mask;
    PW_VEC(PwKnown) known;
    PW_VEC(PwUndo) undo;
    PwClock clock;
    uint32_t now;
    uint32_t type_of_value[PW_T_COUNT]; /* btype int, float, bool */
    uint32_t str_type, list_type, tuple_type;
    bool nomem;
} PwFold;

static inline PwIns *pw_fold_ins(PwFold *f, PwRef r) { return &f->t->ins.at[r.i]; }

/* -- facts (ir/opt_fold_facts.c) -- */
bool pw_fold_facts_init(PwFold *f); /* false when out of memory */
PwFact pw_fold_fact(const PwFold *f, PwRef r); /* of constants too */
void pw_fold_learn_type(PwFold *f, PwRef r, uint32_t sym);
void pw_fold_learn_null(PwFold *f, PwRef r, bool null);
void pw_fold_learn_range(PwFold *f, PwRef r, int64_t lo, int64_t hi); /* narrows */
bool pw_fold_has_type(const PwFold *f, PwRef r, uint32_t sym);
/* What is known of a value as soon as it is computed. */
void pw_fold_define(PwFold *f, PwRef r);
/* The result's interval, when the exact result fits i64; false when it may overflow or nothing is known. */
bool pw_fold_interval(const PwFold *f, const PwIns *ins, int64_t *lo, int64_t *hi);

/* -- known values (ir/opt_fold_table.c) -- */
PwRef pw_fold_find(PwFold *f, const PwIns *ins); /* PW_NOREF: not known, or no longer */
void pw_fold_note(PwFold *f, const PwIns *ins, PwRef value);
void pw_fold_write(PwFold *f, const PwIns *ins); /* notes what ins writes, and what it stores */
void pw_fold_forget(PwFold *f, uint32_t known);  /* all that was noted since there were so many */
PwRef pw_fold_find_key(PwFold *f, const PwKnown *key, uint32_t reads);
void pw_fold_note_key(PwFold *f, PwKnown key, PwRef value);

/* -- conditions and guards (ir/opt_fold_guard.c) -- */
int pw_fold_truth(PwFold *f, PwRef cond); /* 0, 1, or -1: unknown */
void pw_fold_learn_truth(PwFold *f, PwRef cond, bool truth);
bool pw_fold_guard(PwFold *f, PwRef r); /* true: it must hold, and goes */

/* -- numbers (ir/opt_fold_num.c): the value that this is instead, or PW_NOREF -- */
PwRef pw_fold_number(PwFold *f, PwRef r);

#endif
