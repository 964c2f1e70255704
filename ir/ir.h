/* The IR: typed SSA over a tree of segments, with guards, snapshots and symbolic constants. docs/ir.md is the specification.
 *
 * A PwTree is one root trace and its side traces. All values live in one array (ins); a PwRef is an index into it.
 * Constants have no place; every other instruction stands in exactly one segment's list. Segment 0 begins at the root.
 * A side segment continues another segment from one of its snapshots: its code runs when a guard with that snapshot fails,
 * and may use every value that is defined before the first guard with that snapshot.
 *
 * Two forms of the same data:
 *   raw        what the recorder makes and the cache stores. Frame memory holds the loop-carried slots: `loop` means "make
 *              frame memory as the snapshot says, then start segment 0 again".
 *   optimised  what the passes make of it and codegen takes: segment 0 is straight code that ends in `enter`; segment 1 is
 *              the loop, beginning with its params; `jump` goes back to it. (A tree that never loops stays as it is.)
 *
 * Own    a tree owns everything in it; everything comes from its arena or its vectors: pw_tree_free frees all.
 * Limits see PW_MAX_*; builders fail with PW_ABORT beyond them.
 * Ctx    one thread at a time; no Python, no LLVM anywhere in ir/.
 */
#ifndef PW_IR_IR_H
#define PW_IR_IR_H

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/status.h"

/* -- tables -- */

typedef enum PwType { PW_T_V, PW_T_O, PW_T_I, PW_T_F, PW_T_B, PW_T_P, PW_T_COUNT } PwType; /* letters: v o i f b p */

typedef enum PwFx { /* bit numbers */
#define PW_FX(name, text) PW_FXN_##name,
#include "ir/fx.def"
#undef PW_FX
    PW_FX_COUNT
} PwFx;
enum {
#define PW_FX(name, text) PW_FX_##name = 1 << PW_FXN_##name,
#include "ir/fx.def"
#undef PW_FX
    PW_FX_ALL = (1 << PW_FX_COUNT) - 1,
    PW_FX_OF_AUX = 1 << 30, /* ops.def only: the row that aux names tells */
};

typedef enum PwOp {
#define PW_OP(name, result, args, aux, flags, reads, writes, text) PW_OP_##name,
#include "ir/ops.def"
#undef PW_OP
    PW_OP_COUNT
} PwOp;

typedef enum PwField {
#define PW_FIELD(name, type, ckind, fx, st, member) PW_F_##name,
#include "ir/fields.def"
#undef PW_FIELD
    PW_F_COUNT
} PwField;

typedef enum PwArray {
#define PW_ARRAY(name, type, ckind, fx) PW_A_##name,
#include "ir/arrays.def"
#undef PW_ARRAY
    PW_A_COUNT
} PwArray;

typedef enum PwHelper {
#define PW_HELPER(name, result, args, flags, reads, writes, text) PW_H_##name,
#include "ir/helpers.def"
#undef PW_HELPER
    PW_H_COUNT
} PwHelper;

typedef enum PwSymKind {
#define PW_SYM(name, result, parent, uses, text) PW_S_##name,
#include "ir/syms.def"
#undef PW_SYM
    PW_S_COUNT
} PwSymKind;

typedef enum PwAux { PW_AUX_NONE, PW_AUX_IMM, PW_AUX_SYM, PW_AUX_SLOT, PW_AUX_FIELD, PW_AUX_ARRAY, PW_AUX_HELPER } PwAux;

enum { /* flag letters of ops.def and helpers.def as bits: 'A' + k -> 1 << k */
    PW_FLAG_C = 1 << 2, PW_FLAG_E = 1 << 4, PW_FLAG_G = 1 << 6, PW_FLAG_K = 1 << 10, PW_FLAG_N = 1 << 13,
    PW_FLAG_O = 1 << 14, PW_FLAG_R = 1 << 17, PW_FLAG_S = 1 << 18, PW_FLAG_T = 1 << 19, PW_FLAG_V = 1 << 21,
    PW_FLAG_X = 1 << 23,
};

typedef enum PwCKind { PW_C_OBJ, PW_C_PTR, PW_C_SSIZE, PW_C_LONG, PW_C_INT, PW_C_U32, PW_C_U8, PW_C_F64 } PwCKind;

/* One row of ops.def or helpers.def, decoded. Static data. */
typedef struct PwOpInfo {
    const char *name, *args; /* args: type letters, '*' = repeat the last one, '?' = any type */
    char result;             /* type letter or '?' */
    uint8_t aux;             /* PwAux */
    uint32_t flags, reads, writes;
    const char *text;
} PwOpInfo;
extern const PwOpInfo pw_op_info[PW_OP_COUNT];
extern const PwOpInfo pw_helper_info[PW_H_COUNT];

/* One row of fields.def / arrays.def, decoded. Static data. */
typedef struct PwMemInfo {
    const char *name;
    char type;
    uint8_t ckind; /* PwCKind */
    uint32_t fx;
} PwMemInfo;
extern const PwMemInfo pw_field_info[PW_F_COUNT];
extern const PwMemInfo pw_array_info[PW_A_COUNT];

typedef struct PwSymInfo {
    const char *name, *parent, *uses, *text;
    char result;
} PwSymInfo;
extern const PwSymInfo pw_sym_info[PW_S_COUNT];

/* 16 bytes over the text of all tables: part of every cache key, so that a changed table invalidates stored trees. */
PwDigest pw_ir_digest(void);
/* The type of an instruction's value, '?' results by aux (param: by imm); PW_T_COUNT when there is none. */
PwType pw_op_type(PwOp op, uint16_t aux, int64_t imm);
PwType pw_type_of_letter(char c); /* PW_T_COUNT when it is no type letter */
char pw_type_letter(PwType t);

/* -- the tree -- */

typedef struct PwRef { uint32_t i; } PwRef;       /* a value: index into PwTree.ins */
typedef struct PwSnapNo { uint32_t i; } PwSnapNo; /* a snapshot = an exit: index into PwTree.snap */
typedef struct PwSymNo { uint32_t i; } PwSymNo;   /* index into PwTree.sym */
#define PW_NONE UINT32_MAX
#define PW_NOREF ((PwRef){PW_NONE})
#define PW_NOSNAP ((PwSnapNo){PW_NONE})
#define PW_NOSYM ((PwSymNo){PW_NONE})
static inline bool pw_ref_is(PwRef a, PwRef b) { return a.i == b.i; }

enum {
    PW_MAX_INS = 200000,   /* values in a tree */
    PW_MAX_SEGS = 2000,    /* segments */
    PW_MAX_SNAPS = 100000, /* snapshots: an exit number is snapshot * 2 + throw and fits 32 bits */
    PW_MAX_DEPTH = 32,     /* frames in a snapshot */
    PW_MAX_SLOTS = 2000,   /* localsplus + stack of one frame */
    PW_MAX_ARGS = 255,     /* operands of one instruction */
    PW_MAX_NAME = 1000,    /* bytes in a symbol's name */
    PW_MAX_LENGTH = 1000000, /* bytecodes of a segment */
    PW_MAX_VTUPLE = 500,   /* values in a vtuple, those of nested ones counted each time they appear */
};

/* One instruction = one value (type v: none). 32 bytes. */
typedef struct PwIns {
    uint8_t op;      /* PwOp */
    uint8_t type;    /* PwType of the result */
    uint8_t nargs;   /* operands: PwTree.arg[args .. args + nargs) */
    uint8_t pad;
    uint16_t aux;    /* field, array or helper number; 0 otherwise */
    uint16_t pad2;
    uint32_t args;   /* index into PwTree.arg */
    PwSnapNo snap;   /* PW_NOSNAP unless flags G, O, E */
    int64_t imm;     /* immediate, symbol number or slot number */
    uint32_t unit;   /* code unit it was recorded at, in the code of the innermost frame: for people */
    uint32_t pad3;
} PwIns;

/* How one slot of a frame is to be made at an exit. The ref's type says what it is: o as it is; i, f, b are boxed (one new
 * object per ref per exit, shared by all slots that name the same ref); a vtuple is built. */
typedef enum PwEntryKind {
    PW_E_KEEP,   /* root frame only: frame memory is right. ref unused */
    PW_E_NULL,   /* unbound */
    PW_E_OWN,    /* the trace owns a reference, which moves into the slot (i, f, b, vtuple: a new object does) */
    PW_E_BORROW, /* the exit makes a new reference */
} PwEntryKind;
typedef struct PwEntry {
    uint32_t kind; /* PwEntryKind */
    PwRef ref;
} PwEntry;

/* What happens when a rebuilt inlined frame returns: conts.def. */
typedef enum PwCont {
#define PW_CONT(name, text, operands, meaning) PW_CONT_##name,
#include "ir/conts.def"
#undef PW_CONT
    PW_CONT_COUNT
} PwCont;
extern const char *const pw_cont_name[PW_CONT_COUNT]; /* "push" ...: their names in text */
extern const uint8_t pw_cont_operands[PW_CONT_COUNT];

/* One frame of a snapshot, outermost (the root frame) first. */
typedef struct PwSnapFrame {
    PwSymNo code;     /* its code object (kind rootcode, funccode or codeobj) */
    PwRef func;       /* its function object (borrowed); PW_NOREF for the root frame */
    uint32_t unit;    /* innermost frame: code unit to go on at (to raise at, for an exit that throws);
                         others: the code unit to go on at once the inner frame has returned */
    uint16_t nlocals; /* co_nlocalsplus */
    uint16_t nstack;  /* value stack; in the callers of inlined frames: without callee and arguments */
    uint32_t entries; /* PwTree.entry[entries .. + nlocals + nstack) */
    uint32_t cont;    /* PwCont */
} PwSnapFrame;

typedef struct PwSnap {
    uint32_t frames, nframes; /* PwTree.frame[frames .. + nframes) */
    uint32_t drops, ndrops;   /* PwTree.arg[drops .. + ndrops): owned objects to release after the frames are made */
    uint32_t seg;             /* side segment that goes on here, or PW_NONE */
    uint32_t count;           /* times this exit was seen taken while recording or learning */
    uint32_t hot;             /* 1: a recording was tried here and given up; do not try again */
    uint32_t other;           /* 1: the state is that of a branch's other way, which only a guard that fails leads to */
    uint32_t throws;          /* 1: only an op that raises leads to it; its segment begins with `catch` */
    uint32_t past;            /* bytecodes of its segment that are done there */
} PwSnap;

typedef struct PwSym {
    uint32_t kind;    /* PwSymKind */
    PwSymNo parent;   /* an earlier symbol, or PW_NOSYM */
    uint32_t index;
    const char *name; /* arena-owned, NUL-terminated UTF-8 (no NUL inside), or NULL */
    PwDigest digest;
} PwSym;

typedef struct PwSeg {
    PW_VEC(uint32_t) list; /* instruction numbers in order */
    PwSnapNo from;         /* the snapshot it continues; PW_NOSNAP for segment 0 and a loop segment */
    uint32_t parent;       /* the segment that holds the guards with that snapshot; PW_NONE for segment 0 */
    uint32_t length;       /* bytecodes of all of it, up to its `loop`, `exit`, `ret` or `yield`; 0 for an entry segment */
    bool is_loop;          /* optimised trees: begins with params, reached by enter and jump */
} PwSeg;

/* Private to ir/build.c: an index for interning, made lazily; never copied or stored. */
typedef struct PwIndex {
    uint32_t *at;  /* number + 1, 0 = empty; cap is 0 or a power of two */
    uint32_t cap, used, seen;
} PwIndex;

typedef enum PwRootKind { PW_ROOT_LOOP, PW_ROOT_FUNC } PwRootKind;

typedef struct PwTree {
    PwArena arena;
    PW_VEC(PwIns) ins;
    PW_VEC(PwRef) arg;
    PW_VEC(PwSnap) snap;
    PW_VEC(PwSnapFrame) frame;
    PW_VEC(PwEntry) entry;
    PW_VEC(PwSym) sym;
    PW_VEC(PwSeg) seg;
    uint32_t kind;      /* PwRootKind */
    uint32_t unit;      /* loop header, or first unit of the function */
    PwDigest code;      /* digest of the root's code object */
    uint32_t key;       /* cheap prefilter of the code object (pw_host_code_key) */
    const char *qualname, *filename; /* arena-owned; for people */
    uint32_t line;      /* of the root */
    uint16_t nlocals;   /* co_nlocalsplus of the root's code */
    uint16_t nstack;    /* value stack depth at the root */
    bool optimised;
    bool failed;        /* a builder ran out of memory or met a limit: the tree is useless */
    PwIndex kindex, symindex;
} PwTree;

/* -- building (ir/build.c). All return PW_NOREF / PW_NONE-numbers and set tree->failed when out of memory or over a limit;
 *    check tree->failed once at the end. -- */

PwTree *pw_tree_new(void); /* NULL when out of memory */
void pw_tree_free(PwTree *tree);

/* Interned: the same constant gives the same ref. imm as in ops.def (kflt: the bits). */
PwRef pw_tree_const(PwTree *t, PwOp op, int64_t imm);
static inline PwRef pw_tree_kint(PwTree *t, int64_t v) { return pw_tree_const(t, PW_OP_kint, v); }
static inline PwRef pw_tree_kobj(PwTree *t, PwSymNo s) { return pw_tree_const(t, PW_OP_kobj, s.i); }
/* A new instruction that stands in no segment yet; result type from the tables ('?' results: from aux; param: from imm).
 * args are copied, and may lie in t->arg. */
PwRef pw_tree_ins(PwTree *t, PwOp op, uint16_t aux, int64_t imm, const PwRef *args, unsigned nargs, PwSnapNo snap);
/* pw_tree_ins, then appended to segment seg. */
PwRef pw_tree_emit(PwTree *t, uint32_t seg, PwOp op, uint16_t aux, int64_t imm, const PwRef *args, unsigned nargs,
                   PwSnapNo snap);
/* A new empty segment; with a snapshot, that snapshot's seg becomes it. The first call makes segment 0. */
uint32_t pw_tree_seg(PwTree *t, PwSnapNo from, uint32_t parent);
/* Interned by value. name and digest may be NULL; copied. */
PwSymNo pw_tree_sym(PwTree *t, PwSymKind kind, PwSymNo parent, uint32_t index, const char *name, const PwDigest *digest);
/* A snapshot of nframes frames, copied; the frames' entries are given in one array, frame after frame (frame.entries of the
 * input is ignored). */
PwSnapNo pw_tree_snap(PwTree *t, const PwSnapFrame *frames, unsigned nframes, const PwEntry *entries, unsigned nentries,
                      const PwRef *drops, unsigned ndrops);

static inline PwIns *pw_ins(PwTree *t, PwRef r) { return &t->ins.at[r.i]; }
static inline const PwIns *pw_ins_const(const PwTree *t, PwRef r) { return &t->ins.at[r.i]; }
static inline PwRef pw_arg(const PwTree *t, PwRef r, unsigned k) { return t->arg.at[t->ins.at[r.i].args + k]; }
static inline PwType pw_ref_type(const PwTree *t, PwRef r) { return (PwType)t->ins.at[r.i].type; }
/* Flags and effects of an instruction, with the helper's, field's or array's row taken into account. */
uint32_t pw_ins_flags(const PwIns *ins);
uint32_t pw_ins_reads(const PwIns *ins);
uint32_t pw_ins_writes(const PwIns *ins);
/* How many bytecodes lie before a segment, on the way from the root or, in a loop, from its header. */
uint32_t pw_tree_past(const PwTree *t, uint32_t seg);
/* Sets quiet[k] to 1 for each snapshot k that is no branch of the program: those of the loop's header, of polls. No side trace begins
 * there. quiet: t->snap.n zeros. */
void pw_tree_quiet(const PwTree *t, uint8_t *quiet);
/* A deep copy; NULL when out of memory. */
PwTree *pw_tree_copy(const PwTree *t);

/* How much a tree had at some moment, and cutting off everything that was appended since (also `failed`). Symbols are
 * assumptions: those of a segment that came to nothing must not stay. */
typedef struct PwTreeMark {
    uint32_t ins, arg, snap, frame, entry, sym, seg;
} PwTreeMark;
PwTreeMark pw_tree_mark(const PwTree *t);
void pw_tree_cut(PwTree *t, const PwTreeMark *mark);

/* -- checking (ir/verify.c): every rule of docs/ir.md. PW_INVALID with the rule and the place in err. Never crashes on any
 *    tree whose array indexes were range-checked by the codec (it checks them itself again). -- */
PwStatus pw_tree_verify(const PwTree *t, PwErr *err) PW_MUST_CHECK;

/* -- text (ir/print.c, ir/parse.c). What print writes, parse reads; names of values are renumbered in order of appearance,
 *    so that equal trees print equally. -- */
void pw_tree_print(const PwTree *t, PwWriter *out);
PwStatus pw_tree_parse(const char *text, size_t n, PwTree **tree, PwErr *err) PW_MUST_CHECK;

/* -- bytes (ir/codec.c): what the cache stores. Encoding drops unreferenced values. Decoding checks every index and then
 *    runs the verifier: CORRUPT or INVALID, never a crash. -- */
PwStatus pw_tree_encode(const PwTree *t, PwWriter *out) PW_MUST_CHECK;
PwStatus pw_tree_decode(const void *p, size_t n, PwTree **tree, PwErr *err) PW_MUST_CHECK;

#endif
