/* Inside the recorder: the abstract state, shared by the files that each follow one family of bytecodes. */
#ifndef PW_TRACER_REC_H
#define PW_TRACER_REC_H

#include "tracer/tracer.h"

/* What a slot holds. */
typedef enum RSlot {
    R_NULL, /* unbound, or the NULL below a callable */
    R_KEEP, /* root frame: what frame memory holds; ref is its value once it has been read, else PW_NOREF */
    R_VAL,  /* ref */
} RSlot;

/* own (R_VAL of type o): the slot holds a reference that the trace owns; otherwise something else keeps the object alive:
 * a local of this or an outer frame, a linked constant, another slot. A vtuple ref owns its elements. */
typedef struct RVal {
    PwRef ref;
    uint8_t state; /* RSlot */
    bool own;
} RVal;

typedef struct RFrame {
    PyCodeObject *co;            /* borrowed: the recording ends before it can die */
    PyObject *globals, *builtins;/* borrowed */
    _PyInterpreterFrame *fp;     /* the real frame, NULL until its first event */
    PwRef func;                  /* PW_NOREF for the root frame */
    PwSymNo code, globals_sym, builtins_sym, func_sym; /* func_sym: PW_NOSYM for a function that is known by its code only */
    RVal held;                   /* the function, when nothing else keeps it alive until the frame returns */
    RVal *slot;                  /* localsplus, then the value stack */
    uint32_t nlocals, nstack, room;
    uint32_t ret_unit;           /* where the caller goes on */
    PwCont cont;
    uint32_t call_unit;          /* unit of this frame's call that is under way (it is the caller of the next frame) */
    PyObject *kwnames;           /* of the next CALL, borrowed, or NULL */
    uint32_t kw_const;           /* its number in co_consts */
    bool caught;                 /* an exception was caught in it or above: a traceback may keep its frame object */
    uint32_t kw_unit;            /* unit to go back to for a guard at a CALL: its KW_NAMES or PRECALL */
} RFrame;

/* What is known of a value. */
typedef struct RFact {
    PyTypeObject *type;  /* exact type, guarded or implied; NULL unknown */
    uint32_t epoch;      /* for classes that can change: valid while epoch is the recorder's */
    PwRef unboxed;       /* i, f or b ref of this object */
    PwRef boxed;         /* object of this i, f or b value that escaped, or constant object of it */
    bool notnull;
} RFact;

struct PwRec {
    const PwRecEnv *env;
    PwTree *t;
    uint32_t seg;
    bool side;
    RFrame frame[PW_MAX_DEPTH];
    uint32_t depth;      /* frames - 1 */
    uint32_t root_unit;
    PW_VEC(RFact) fact;  /* by ref */
    uint32_t epoch;      /* grows with every opaque op */
    PW_VEC(uint64_t) keyed; /* (symbol of the dict << 32 | epoch) whose keys were guarded */
    /* the bytecode being followed */
    const PwHostEvent *ev;
    uint32_t unit, next; /* its first unit; the unit after it and its caches */
    PwSnapNo before;     /* snapshot of the state before it, made on demand; PW_NOSNAP when the state has changed since */
    RVal drop[64];       /* owned values to release once it is done */
    PyObject *drop_obj[64];
    uint32_t ndrop;
    uint32_t expect;     /* unit at which the current frame must go on, PW_NONE: do not know */
    bool expect_call;    /* the next event is the CALL of frame[depth] */
    bool ignoring;       /* inside a call that is not inlined: events of deeper frames are not ours */
    bool rebuilding;     /* side trace: inner frames are still being rebuilt */
    PwDigest callee_digest; /* of the function that is being entered */
    bool slice_open;     /* BUILD_SLICE has left its bounds in slice[] for the subscript that follows */
    PwRef slice[2];
    bool super_open;     /* super() was not built: the LOAD_METHOD that follows pushes this function and self */
    PwRef super_func, super_self;
    bool skip_iter;      /* the GET_ITER that follows range() has been done */
    bool known_self;     /* the known callee is a method with self on the stack */
    bool opaque;         /* this bytecode ran arbitrary Python code: check for tracing when it is done */
    uint32_t rebuilt;    /* frames bound to real ones so far, when rebuilding */
    uint32_t length;     /* bytecodes */
    bool counted;        /* the one being followed is among them */
    uint32_t begun;      /* how many there were when the present segment began */
    struct {
        uint32_t unit, visits;
    } header[16];        /* headers of other loops that were passed */
    uint32_t nheaders;
    uint8_t last_opcode;
    bool flush_first;    /* side trace: the drops of its exit come first */
    PwRef next_value;    /* FOR_ITER by a call: its result; PW_NOREF when nothing is open. Decided at the next bytecode: */
    uint32_t next_more, next_out;
    PyObject *next_obj;
    PwRef asked;         /* the truth of an object with a __bool__ or __len__ of its own, for a jump that depends on it; PW_NOREF when
                            nothing is open. Decided at the next bytecode: */
    uint32_t asked_target;
    bool asked_for, asked_keep; /* jumps when it is so; the value stays when it jumps */
    bool loop_over;      /* at the header of a loop that is about to be left, and is not always as short */
    bool header_exit;    /* side trace of an exit with which a segment ended at a loop's header: follows it if it leaves the loop */
    bool later;          /* failed because it does not: it may another time */
    bool no_blame;       /* a failure from here on is not the inlined function's fault */
    PwSnapNo from;       /* side trace: what it continues, */
    uint32_t from_unit;  /* and where the root frame is there; 0 otherwise */
    /* exceptions (ops_exc.c) */
    PwSnapNo thrown;     /* of the op of this bytecode that may raise into a handler; PW_NOSNAP: none */
    bool thrown_more;    /* several of them: nobody knows which */
    uint32_t thrown_ins; /* values in the tree then */
    PW_VEC(RVal) thrown_slots; /* all frames' slots then, outermost first */
    uint32_t thrown_nstack;    /* of the innermost */
    bool at_throw;       /* side trace of an exit that throws: the exception comes before any bytecode */
    bool catching;       /* on the way to the handler: frames on it may tell of the exception again */
    /* the end */
    bool ended, failed;
    char why[200];
    PyCodeObject *why_code;
    uint32_t why_unit;
    uint32_t seg_ins;    /* values in the tree when recording began */
};

static inline RFrame *rec_top(PwRec *r) { return &r->frame[r->depth]; }
/* k-th value from the top of the abstract stack (1 = top), and the real object at the same place (borrowed; may be NULL). */
static inline RVal *rec_at(PwRec *r, unsigned k)
{
    RFrame *f = rec_top(r);
    return &f->slot[f->nlocals + f->nstack - k];
}
static inline PyObject *rec_obj(PwRec *r, unsigned k)
{
    return r->ev->frame->localsplus[rec_top(r)->nlocals + (unsigned)r->ev->depth - k];
}

/* Gives the recording up with a reason; returns false so that handlers can `return rec_fail(...)`. */
bool rec_fail(PwRec *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The segment has got its last op. done: this bytecode is native, too. */
void rec_ended(PwRec *r, bool done);
/* Ends the segment before the current bytecode with an exit; returns true. */
bool rec_end_exit(PwRec *r);

bool rec_frame_init(PwRec *r, RFrame *f, PyCodeObject *co, PyObject *globals, PyObject *builtins);
void rec_frame_drop(RFrame *f);
/* The symbols of an inlined frame's globals and builtins: its function's, or the root's when it is known by its code only. */
void rec_frame_syms(PwRec *r, RFrame *f);
const char *rec_opcode_name(uint8_t opcode);

/* -- values (value.c) -- */
RFact *rec_fact(PwRec *r, PwRef ref);
PwRef rec_emit(PwRec *r, PwOp op, uint16_t aux, int64_t imm, const PwRef *args, unsigned n, PwSnapNo snap);
PwRef rec_op0(PwRec *r, PwOp op, int64_t imm, PwSnapNo snap);
PwRef rec_op1(PwRec *r, PwOp op, PwRef a, PwSnapNo snap);
PwRef rec_op2(PwRec *r, PwOp op, PwRef a, PwRef b, PwSnapNo snap);
PwRef rec_ldf(PwRec *r, PwField field, PwRef a);
void rec_stf(PwRec *r, PwField field, PwRef a, PwRef b);
PwRef rec_ldx(PwRec *r, PwArray array, PwRef p, PwRef i);
PwRef rec_call(PwRec *r, PwHelper h, const PwRef *args, unsigned n, PwSnapNo snap);
PwRef rec_call1(PwRec *r, PwHelper h, PwRef a, PwSnapNo snap);
PwRef rec_call2(PwRec *r, PwHelper h, PwRef a, PwRef b, PwSnapNo snap);
PwRef rec_call3(PwRec *r, PwHelper h, PwRef a, PwRef b, PwRef c, PwSnapNo snap);
PwRef rec_int(PwRec *r, int64_t v);
PwRef rec_single(PwRec *r, const char *name);   /* kobj of None, True ... */
PwRef rec_str(PwRec *r, PyObject *str);         /* kobj of an interned string; fails the recording when it cannot be named */
PwRef rec_dup(PwRec *r, PwRef object);          /* incref; the ref */

/* The ref of a slot, reading frame memory when it has not been read. */
PwRef rec_ref(PwRec *r, RVal *v);
/* Guards that an object read from frame memory is there. */
void rec_bound(PwRec *r, PwRef ref);
PwType rec_type(PwRec *r, RVal *v);
/* The value as an object: boxes i, f, b and vtuples in place (the state changes: take snapshots after). */
PwRef rec_object(PwRec *r, RVal *v);
/* Pushes. own: the trace owns a reference. */
void rec_push(PwRec *r, PwRef ref, bool own);
void rec_push_null(PwRec *r);
/* Takes the top value off; the caller now has what the slot had. */
RVal rec_pop(PwRec *r);
/* Releases an owned value at the end of this bytecode; obj is the real object (or NULL when unknown). */
void rec_release(PwRec *r, RVal v, PyObject *obj);
/* Pops the top value and releases it. */
void rec_pop_release(PwRec *r);
/* Makes a value owned: increments unless it is owned or unboxed. */
void rec_own(PwRec *r, RVal *v);
/* Deallocating one cannot run Python code. */
bool rec_is_simple(PyTypeObject *type);
/* Emits the releases: the state is that after the bytecode, going on at `unit`. */
void rec_flush(PwRec *r, uint32_t unit);

/* -- guards (guard.c) -- */
/* Guards that the object ref has exactly the type of obj; for classes that can change, also their version. */
void rec_guard_type(PwRec *r, PwRef ref, PyTypeObject *type);
/* An exact tuple, or of a class that leaves its items and its iteration to tuple (namedtuples)? */
bool rec_is_tuple(PyObject *o);
/* Guards the type of a list, a str or what rec_is_tuple says. */
void rec_guard_sequence(PwRec *r, PwRef ref, PyObject *o);
/* Relies on a class doing something as object does (the symbol `plain`), for as long as it has not changed. */
void rec_assume_plain(PwRec *r, PyTypeObject *type, const char *what);
/* What is known of a constant whose symbol is bound anew in each process, and again when versions change: it is not null, and
 * its type stays what it is now, if that is a built-in one. */
void rec_constant_fact(PwRec *r, PwRef k, PyObject *value);
/* Guards an object's identity with a linked constant. */
void rec_guard_is(PwRec *r, PwRef ref, PwRef constant);
/* b-typed condition: guards it is as `taken`; the other way goes on at snapshot `other`. */
void rec_guard_cond(PwRec *r, PwRef cond, bool taken, PwSnapNo other);
PwRef rec_as_int(PwRec *r, RVal *v, PyObject *obj);   /* i ref of an exact int that fits 64 bits or a bool; else PW_NOREF */
PwRef rec_as_float(PwRec *r, RVal *v, PyObject *obj); /* f ref of an exact float; else PW_NOREF */
bool rec_fits(PyObject *obj, int64_t *value);         /* an exact int of 64 bits? */
/* Guards the keys of a dict that is named by a symbol (once per epoch). dict_ref: the dict's kobj. */
bool rec_guard_keys(PwRec *r, PwSymNo dict_sym, PyObject *dict);
/* The class of an instance, named: symbol of kind btype or htype; PW_NOSYM (and the recording failed) when it cannot be. */
PwSymNo rec_type_sym(PwRec *r, PyTypeObject *type);
bool rec_is_static(PyTypeObject *type);               /* instances cannot change class and the type cannot change */

/* -- snapshots (snap.c) -- */
PwSnapNo rec_before(PwRec *r);                        /* state before this bytecode */
PwSnapNo rec_snap_at(PwRec *r, uint32_t unit);        /* the present state, going on at unit */
PwSnapNo rec_snap_drops(PwRec *r, uint32_t unit, const PwRef *drops, unsigned n);
/* The same for a branch's other way: never left through while the guard holds. */
PwSnapNo rec_snap_other(PwRec *r, uint32_t unit, const PwRef *drops, unsigned n);
/* Snapshot for an op that can raise at this bytecode: unit of the instruction itself. */
PwSnapNo rec_raise(PwRec *r);
/* The same when the op's operands are borrowed and it is the only one of its bytecode that is likely to raise: if a handler of a
 * followed frame is in the way, the trace can go on there. */
PwSnapNo rec_throw(PwRec *r);
/* After an opaque op and the pushes of its bytecode: leaves when somebody traces. */
void rec_opaque_done(PwRec *r);

/* -- families of bytecodes: true done (or ended or failed, see the flags), false: not covered -- */
typedef bool (*RecHandler)(PwRec *r, int oparg);
RecHandler rec_handler(uint8_t opcode);

/* calls that are shared between families */
bool rec_load_name(PwRec *r, PyObject *name, bool global_null);
bool rec_enter_function(PwRec *r, PyFunctionObject *fn, PwRef func, PwSymNo func_sym, RVal *args, unsigned nargs,
                        PyObject *kwnames, PwCont cont);
bool rec_can_inline(PwRec *r, PyFunctionObject *fn, unsigned nargs, PyObject *kwnames, bool constant);
/* A call whose caller keeps the nargs values on top of the stack until it is over, while an inlined function takes them over
 * (behind `self_args` others): can nobody tell? Guards the types of those that do not matter. */
bool rec_may_take_over(PwRec *r, PyFunctionObject *fn, unsigned nargs, unsigned self_args, PyObject *kwnames);
/* Guards that a constant function has the code and the defaults that the call relies on, and room for the call. */
bool rec_guard_function(PwRec *r, PyFunctionObject *fn, PwRef func, PwSymNo func_sym, unsigned nargs, PyObject *kwnames);
/* A call of a C function or class that is known (builtins.c): nargs values (with self) are on top of the callee. */
bool rec_call_known(PwRec *r, PyObject *callee, PwSymNo sym, unsigned nargs, bool self);
/* Instances of this class, a constant of that symbol, are made as those of BaseException are: guards that it is so. */
bool rec_plain_exception(PwRec *r, PyTypeObject *type, PwRef ref, PwSymNo sym);
/* Does another slot hold the same value? */
bool rec_held(PwRec *r, const RVal *v);
/* Guards that the class which a constant names has not been changed. */
bool rec_guard_class_object(PwRec *r, PwRef ref, PwSymNo sym);
/* An exception has come up in the innermost frame: goes on in its handler. false: that is not possible. */
bool rec_catch(PwRec *r);
/* How many items the iterator has left, and in all, as far as that can be seen without asking it; -1: it cannot. */
Py_ssize_t rec_loop_left(PyObject *iterator, Py_ssize_t *all);
/* The bytecode after a FOR_ITER by a call has come: was there an item? */
void rec_next_seen(PwRec *r, bool more);
/* The bytecode after a jump that depends on an object that was asked: did it jump? */
void rec_truth_seen(PwRec *r, bool jumped);

#endif
