/* The host: stock CPython 3.11, driven from outside.
 *
 * This header is the manual of everything that prewarm does to a running Python: how it gets control (at function
 * entry and at loop back-edges), how it gives control back, how it watches bytecodes while CPython executes them, and
 * how inlined calls become real frames again. Nothing else in prewarm knows CPython's internals.
 *
 * Unless a comment says otherwise: the GIL is held; units are code units (2 bytes, caches included) counted from the
 * first; Python exceptions are set only where a comment says so. "Frame" is CPython's _PyInterpreterFrame, not a frame
 * object.
 * Source: CPython 3.11 Python/ceval.c, Python/frame.c, Objects/codeobject.c, Objects/genobject.c,
 * Objects/frameobject.c.
 */
#ifndef PW_HOST_HOST_H
#define PW_HOST_HOST_H

#include "base/bytes.h"
#include "base/status.h"
#include "host/py311.h"
#include "ir/frozen.h"
#include "ir/ir.h" /* PwCont */

#include <stdbool.h>
#include <stdint.h>

/* -- is this a Python that prewarm knows? -------------------------------------------------------------------------- */

/* What   checks the version, the build flags and the layout of the running interpreter, and names it.
 * Shape  key: NUL-terminated, e.g. "cp311-3.11.2": equal keys mean that recordings are interchangeable, whatever the machine.
 *        Compiled code also needs an equal layout (host/layout.h).
 * Fails  UNSUPPORTED with the reason as a sentence in err ("this Python is 3.12.1; prewarm knows 3.11"); then do
 *        nothing.
 * Ctx    GIL held, a Python frame may or may not be running. Changes nothing. */
typedef struct PwFingerprint {
    char key[64];
    int micro; /* the x of 3.11.x */
} PwFingerprint;
PW_MUST_CHECK PwStatus pw_host_fingerprint(PwFingerprint *fp, PwErr *err);

/* -- side tables --------------------------------------------------------------------------------------------------- */

/* A loop back-edge of one code object. */
typedef struct PwBackEdge {
    uint32_t unit;    /* of the jump itself (after its EXTENDED_ARGs) */
    uint32_t target;  /* the header it jumps to */
    uint8_t opcode;   /* JUMP_BACKWARD or POP_JUMP_BACKWARD_IF_{TRUE,FALSE,NONE,NOT_NONE} */
    bool armed;       /* the client wants control here */
    bool patched;     /* host/ only: the unit holds the patch now */
    /* host/ only, with gates: */
    uint16_t depth;   /* values on the stack at the header */
    bool shut;        /* there is no way to have a gate */
    struct PwGate *gate; /* once it was patched with one */
    uint16_t jump, was;  /* the unit with and without the patch */
    PyObject *tag;       /* what lies on the stack where several edges share a gate: one of the constants, or NULL */
    uint32_t compare; /* host/ only: the COMPARE_OP that jumps for this one when it is specialised, or NO_UNIT */
} PwBackEdge;

/* What prewarm knows of one code object: made at its first entry if the client wants it, freed with the code object.
 * Own    the host owns all but user. code is borrowed (the table entry goes when the code object dies). */
typedef struct PwSide {
    PyCodeObject *code;
    uint32_t units; /* length of the code */
    uint32_t n_edges;
    PwBackEdge *edges; /* sorted by unit */
    void *user;        /* the client's; code_gone frees it */
    bool want_entry;   /* pw_host_want_entry sets it */
    bool never;        /* cannot be patched (deep-frozen, shared by interpreters, or running outside the hook) */
    /* host/ only */
    PwBackEdge entry;  /* RESUME, as if it were one: with gates */
    struct PwGate *gates;
    int32_t *landings; /* units that lead to gates (landing.c) */
    uint32_t n_landings;
    bool depths;       /* those of the edges are known */
    bool fresh;        /* no frame of this code exists yet */
    uint8_t widened;   /* its stack has become so much larger, */
    bool narrow;       /* or not at this moment */
    uint32_t n_armed, hold;
    PyObject *kwnames;
    struct PwSide *prev_armed, *next_armed;
} PwSide;

/* The side table of a code object; NULL when it has not been entered yet or the client did not want it. */
PwSide *pw_host_side(PyCodeObject *code);

/* The same, but made now (code_wanted is not asked, code_seen is called). NULL: out of memory; no exception is set. */
PwSide *pw_host_side_make(PyCodeObject *code);

/* What   turns control at the loop header `header` on or off: patches exactly the back-edges that jump to it.
 * Shape  returns how many back-edges jump there (0: no such header, nothing done).
 * Ctx    GIL; any time: in callbacks, and while frames of this code run in any thread. While a thread traces (or the
 *        code is `never`), it is only noted, and takes effect when that ends. */
int pw_host_arm(PwSide *side, uint32_t header, bool on);

/* What   on_entry is called at each function entry from now on, and, with a hook, when a generator goes on behind a YIELD_VALUE; or
 *        not any more.
 * Ctx    as pw_host_arm. */
void pw_host_want_entry(PwSide *side, bool on);

/* Arms or disarms every loop of the code object: for counting. A taken armed back-edge costs about 30 ns. */
void pw_host_arm_all(PwSide *side, bool on);

/* The opcode and argument that stand at a unit as the compiler wrote them: never specialised, never patched.
 * EXTENDED_ARG is not folded in. Only for units where an instruction stands: a cache unit gives anything. */
uint8_t pw_host_opcode_at(PyCodeObject *code, uint32_t unit, int *oparg);

/* The first unit from `from` on at which a suspended generator can go on: the one behind a YIELD_VALUE. 0: there is none. */
uint32_t pw_host_resume_at(PyCodeObject *code, uint32_t from);
/* The loop header to which a generator goes that is resumed at `unit`, with nothing on the way but the jump; 0: not so. */
uint32_t pw_host_resume_header(PyCodeObject *code, uint32_t unit);
/* Where this frame goes on that a generator has just resumed; 0 for a frame that begins. */
static inline uint32_t pw_host_entry_unit(const _PyInterpreterFrame *frame)
{
    return frame->owner == FRAME_OWNED_BY_GENERATOR ? (uint32_t)(frame->prev_instr - _PyCode_CODE(frame->f_code)) + 1 : 0;
}

/* Number of inline cache units after an opcode, and an opcode's unspecialised form (CPython's _PyOpcode_Caches,
 * _Deopt). */
uint8_t pw_host_cache_units(uint8_t opcode);
uint8_t pw_host_deopt(uint8_t opcode);

/* Where an exception goes that is raised at a unit (the instruction itself, or a cache of a call that is under way): the exception
 * table's row for it. false: out of the function. */
typedef struct PwHandler {
    uint32_t unit;  /* the handler's first */
    uint32_t level; /* values that stay on the stack */
    bool lasti;     /* the raising unit is pushed, as an int, before the exception */
} PwHandler;
bool pw_host_handler(PyCodeObject *code, uint32_t unit, PwHandler *handler);

/* -- the client ---------------------------------------------------------------------------------------------------- */

typedef enum PwHostAction {
    PW_HOST_INTERPRET, /* go on in the interpreter at prev_instr + 1, with the value stack up to stacktop */
    PW_HOST_THROW,     /* an exception is set: raise it in the frame at prev_instr (the raising unit), stacktop right */
    PW_HOST_RETURN, /* the frame is finished and *result (owned) is its value. The locals' memory is current; the host
                     * sets stacktop to "no value stack" */
    PW_HOST_YIELD,  /* generators: *result (owned) is yielded; prev_instr: the YIELD_VALUE, stacktop without it */
} PwHostAction;

/* The callbacks. All but code_wanted, code_seen and code_gone may be NULL. All run with the GIL held and no exception
 * set. on_entry and on_header get the frame linked: it is the thread's current frame (tracebacks, sys._getframe and
 * warnings see it), and it counts against the recursion limit. They may run any Python code. They are not called on a
 * thread while it is recorded or traced. */
typedef struct PwHostClient {
    /* Control comes through gates (host/gate.h) where this Python can have them: code without trees runs as if prewarm was not
     * there. A code object is then seen when the module or the source text that it is part of is executed, loops without room on
     * the stack or in the bytecode are not armed, and on_entry and on_header alone are called. Otherwise, and elsewhere: an
     * evaluation hook. */
    bool gates;
    /* First entry of a code object: is it of any interest? false: it costs one hash probe per call from now on. Runs no
     * Python code. pw_host_code_key is the cheap question to ask. */
    bool (*code_wanted)(PyCodeObject *code);
    /* A side table was made. Arm, set want_entry, set user as you like. Runs no Python code. */
    void (*code_seen)(PwSide *side);
    /* The code object dies: free side->user. Runs no Python code. */
    void (*code_gone)(PwSide *side);
    /* A function is entered: arguments in place, prev_instr at its RESUME. Or, with a hook, just before the first unit of a fresh
     * frame: CPython calls such a frame incomplete (invisible) until prev_instr reaches code->_co_firsttraceable: set it before
     * running Python code. Or, with a hook, a generator is resumed: prev_instr at its YIELD_VALUE, what was sent is on the stack, and the eval
     * breaker has not been looked at (as RESUME does). */
    PwHostAction (*on_entry)(PwSide *side, PyThreadState *ts, _PyInterpreterFrame *frame, PyObject **result);
    /* A generator that waits behind a YIELD_VALUE is asked for its next item (sent: NULL), or sent to, by whoever consumes it
     * and knows nothing of frames. Its frame is not linked. false: the usual way, nothing was done; true: *status and *value
     * are as of am_send (sent is NULL: as of tp_iternext, and *status is PYGEN_NEXT when there is a value). */
    bool (*on_resume)(PyGenObject *gen, PyObject *sent, PyObject **value, PySendResult *status);
    /* An armed back-edge was taken: condition evaluated, eval breaker polled, prev_instr = header - 1, stacktop good.
     */
    PwHostAction (*on_header)(PwSide *side, PyThreadState *ts, _PyInterpreterFrame *frame, uint32_t header,
                              PyObject **result);
    /* Something wants to read the local variables of a frame that is marked native: write them to the frame's memory
     * (owned references; the slots keep their ownership rule from then on as the client defines it). `user` is a
     * mark's; false: the frame is none of its. Runs no Python code. */
    bool (*frame_locals_needed)(void *user, _PyInterpreterFrame *frame);
    /* Every 4096th call through the hook: is it worth it? May call pw_host_stop. Runs no Python code. */
    void (*on_tick)(void);
    /* The interpreter ends: the program's own atexit functions are done, its modules are not taken apart yet. Let go of every
     * object: a dict of globals that is kept would keep what is in it from its finalisers. May run any Python code. */
    void (*on_end)(void);
} PwHostClient;

/* What   installs everything: evaluation hook, disguises, interceptions. Call once, only when there is something to do.
 * Own    borrows client for the life of the process.
 * Fails  as pw_host_fingerprint; USAGE when installed already or not the main interpreter; NOTFOUND when a piece of
 *        CPython is not where it should be (then nothing was changed); NOMEM.
 * Ctx    GIL, main interpreter, best from pw_host_start's init. Frames that run already are left alone. */
PW_MUST_CHECK PwStatus pw_host_install(const PwHostClient *client, PwErr *err);

/* host/start.c: makes every later start of Python call init once, in the main interpreter, before any program code (and
 * before the real `posix` initialiser). Call before Py_Initialize, e.g. from pw_runtime_start. init returns 0, or -1
 * with an exception set, which stops the start.
 * Fails  NOTFOUND without a PyImport_Inittab or without `posix` in it. No GIL, no Python. */
PW_MUST_CHECK PwStatus pw_host_start(int (*init)(void), PwErr *err);

/* -- the start and the end of a program ---------------------------------------------------------------------------- */

/* What   spares the garbage collector the look at what modules leave behind. Whenever a module begins to be imported, all that is
 *        young is moved to the oldest generation, unseen, and counts as examined. CPython's counts, thresholds, statistics and
 *        callbacks of the two younger generations are untouched: collections happen when they would, but find little; full
 *        ones wait. It ends for good when the program sets a policy of its own (gc.disable, set_threshold, freeze, callbacks,
 *        set_debug, collect), when a full collection has happened for any reason, or after 300 collections of the youngest
 *        generation.
 * Shape  returns NULL, or why it cannot be done: a sentence that lives for ever.
 * Ctx    GIL, main interpreter, in pw_host_start's init. Needs no pw_host_install. */
const char *pw_host_spare_imports(void);

/* A module's file that need not be read. */
typedef struct PwHostKnown {
    uint32_t number;    /* for load */
    const uint8_t *header; /* its first 16 bytes */
    size_t bytes;       /* that follow */
} PwHostKnown;
/* What   watches how importlib gets the code of modules. When SourceLoader.get_code is about to read a .pyc file, known may say that it
 *        need not be read: it must be unchanged. Then load gives the code (a new reference), or NULL: read gives the file's bytes behind
 *        the header, to be unmarshalled. Otherwise find may give the code for n bytes of marshal data; NULL: they are unmarshalled, and
 *        loaded is told what code came of it. No exception is set by any of them.
 *        None is called when somebody could notice: other interpreters, audit hooks, -v, -X no_debug_ranges, PYTHONMALLOCSTATS, a
 *        collector with callbacks or debug flags; nor is known for a thread that traces, or with an io.open_code hook. known (with load and read), find and loaded may be NULL. They run no Python code.
 * Shape  returns NULL, or why it cannot be done: a sentence that lives for ever.
 * Own    borrows watcher for the life of the process.
 * Ctx    GIL, main interpreter, in pw_host_start's init, once. Needs no pw_host_install. */
typedef struct PwHostLoads {
    bool (*known)(const char *path, PwHostKnown *known);
    PyObject *(*load)(uint32_t number);
    bool (*read)(uint32_t number, void *to);
    PyObject *(*find)(const void *data, size_t n);
    void (*loaded)(const void *data, size_t n, PyCodeObject *code);
} PwHostLoads;
const char *pw_host_watch_loads(const PwHostLoads *watcher);
/* In loaded: the path of the .pyc file that importlib has the bytes from (borrowed); NULL: not known. */
PyObject *pw_host_bytecode_path(void);

/* What the frozen modules of an image share (ir/frozen.h). It stays for ever. */
typedef struct PwThawPool {
    uint8_t *strings;         /* where interned strings lie, writable; */
    const uint32_t *places;   /* by number */
    PyObject **interned;      /* by number: the string that stands for it; NULL: not asked for yet */
    PwStatics statics;        /* pw_host_statics */
    uint64_t delta;           /* how far the pool is from where its pointers take it to be */
} PwThawPool;
/* One module's, where it lies in memory. */
typedef struct PwThaw {
    const PwThawPool *pool;
    uint8_t *data, *cold;     /* writable; they become objects, and stay for ever */
    uint32_t hot;             /* bytes of data before it goes on in cold */
    const uint32_t *links;
    const uint32_t *moves;    /* NULL: all pointers are right */
    uint32_t root, tuples;
} PwThaw;
/* Makes pointers right that are not: t->moves. By itself for the strings, before any module. */
void pw_host_thaw_move(const PwThaw *t);
/* What   makes objects of it: pointers, interned strings, sets; and counts for the collector what unmarshalling would have made.
 * Shape  returns the module's code (a new reference), or NULL when there is no memory; no exception is set. Data is then spoilt.
 * Ctx    GIL, main interpreter. Once for each data. Runs no Python code. The bytes are what pw_freeze made: check digests before. */
PyObject *pw_host_thaw(const PwThaw *thaw);
/* Where this process has the interpreter's own objects; false when they are not as ir/statics.def says. GIL. */
bool pw_host_statics(PwStatics *out);
/* Will every process of this Python have them there? */
bool pw_host_statics_fixed(void);

/* What   has the kernel map the next n arenas of Python's allocator (1 MiB each, all of which a program of this size is going to use) at
 *        once as they are made, instead of page by page as they are touched; and C's heap as it grows, whenever pw_host_bring_heap
 *        is called. Counts arenas, also with n = 0.
 * Ctx    once, before Python starts. */
void pw_host_map_ahead(uint32_t n);
void pw_host_bring_heap(void);
/* The same for memory that is there. Where the kernel does not know how (before Linux 5.14), pages come one by one. */
void pw_host_bring(const void *from, size_t n);
/* How many arenas there are, of those made since. */
uint32_t pw_host_arenas(void);

/* What   keeps blocks of C's heap that Python frees, of 0.5 to 16 KiB and up to 256 KiB in all, for the next that asks for as much: malloc
 *        keeps lists up to 1 KiB only, and takes ten times as long for larger ones, which each match of a regular expression needs.
 * Shape  returns NULL, or why it is not done: a sentence that lives for ever. For the rest of the process.
 * Ctx    GIL, main thread, in pw_host_start's init. Needs no pw_host_install. */
const char *pw_host_keep_blocks(void);

/* What   lets the process end without taking its objects apart, if nobody can notice. When Python finalises, after threads, atexit
 *        functions and the flush of stdout and stderr, it is proven or not that no object, class or module that is left does
 *        anything visible when it is deallocated (silent.def, silent.c). If it is, the rest of the finalisation finds next to
 *        nothing to do: exit status, Py_AtExit, C's atexit as ever. If it is not, everything is CPython's.
 * Shape  returns NULL, or why it cannot be done: a sentence that lives for ever.
 * Ctx    GIL, main interpreter, in pw_host_start's init. Needs no pw_host_install. */
const char *pw_host_end_quickly(void);
/* How it came out: "" quickly, a sentence why not, NULL when the end has not been reached. Any time, also without Python. */
const char *pw_host_end_why(void);

/* Are there gates instead of a hook? */
bool pw_host_gated(void);
/* Calls through the hook so far. */
uint64_t pw_host_calls(void);
/* What   takes the hook out for good and unpatches everything: the interpreter calls Python functions at its full speed again,
 *        and no callback comes any more but code_gone and frame_locals_needed. Native code that runs goes on to its exits.
 * Ctx    GIL; any callback. */
void pw_host_stop(void);

/* -- while native code runs ---------------------------------------------------------------------------------------- */

/* What   marks a frame whose memory is not current because native code runs it, and ends that.
 * While marked its stacktop is -1, so that the garbage collector does not look at the slots, and
 * frame_locals_needed(user, frame) is called before anything reads its locals: frame.f_locals (from any thread), and
 * the builtins locals, vars, dir, eval, exec and super, when called with this frame current. Leaving sets stacktop
 * (slots from localsplus on that hold owned references or NULL: locals and value stack).
 * One mark may stand for more frames than its own: whoever made them sets their stacktop to -1, and is asked about them.
 * Fails  enter: false when out of memory; then nothing was marked. leave: never. */
PW_MUST_CHECK bool pw_host_native_enter(_PyInterpreterFrame *frame, void *user);
void pw_host_native_leave(_PyInterpreterFrame *frame, int stacktop);
/* Is a frame of this thread marked? For signal handlers: reads memory of its own only, takes nothing. */
bool pw_host_native_runs(void);

/* Does what CPython does at a back-edge when the eval breaker is set: signals, pending calls, other threads,
 * asynchronous exceptions. 0, or -1 with an exception set. May run any Python code: the frame is current or marked. */
int pw_host_poll(PyThreadState *ts);
/* Computes the eval breaker anew: a client may set it to be asked soon, but while a thread is traced, RESUME polls for
 * as long as it is set. */
void pw_host_breaker_settle(PyInterpreterState *interp);
static inline bool pw_host_breaker(PyThreadState *ts)
{
    return _Py_atomic_load_relaxed(&ts->interp->ceval.eval_breaker) != 0;
}

/* The trace function that counts bytecodes (count.c), or one that nobody has set; never NULL. */
extern Py_tracefunc pw_host_counter;
/* After anything that ran Python code: must native code go back to the interpreter, because this thread is traced? */
static inline bool pw_host_traced(PyThreadState *ts)
{
    return ts->cframe->use_tracing != 0 && (ts->c_tracefunc != pw_host_counter || ts->c_profilefunc);
}

/* -- counting bytecodes (count.c); GIL held -- */

/* What   from here on, counts the bytecodes that the interpreter executes in this thread. Slows it down several times; frames get
 *        frame objects. Native code goes on running.
 * Fails  false: somebody traces. */
bool pw_host_count_begin(PyThreadState *ts);
/* Ends it. true: *bytecodes is all of them; false: the program has begun to trace itself meanwhile, or nothing was counted. */
bool pw_host_count_end(uint64_t *bytecodes);
/* The thread's current frame goes on in the interpreter, somewhere in the middle. No exception is set or lost. */
void pw_host_count_frame(PyThreadState *ts, _PyInterpreterFrame *frame);
/* The byte that native code asks whether to leave because somebody traces: use_tracing of the current cframe, or, since that is always
 * set while bytecodes are counted, one of ours. */
extern uint8_t pw_host_count_leaves;
static inline uint8_t *pw_host_tracing_byte(PyThreadState *ts)
{
    return ts->c_tracefunc == pw_host_counter ? &pw_host_count_leaves : &ts->cframe->use_tracing;
}

/* Makes `frame` the thread's current frame (as on_header's is already), and ends that. Counts one recursion level.
 * The link lives on the C stack and ends in reverse order. */
typedef struct PwHostLink {
    _PyCFrame cframe;
} PwHostLink;
void pw_host_link(PwHostLink *link, PyThreadState *ts, _PyInterpreterFrame *frame);
void pw_host_unlink(PwHostLink *link, PyThreadState *ts);
/* The same for whoever counts nanoseconds. */
static inline void pw_host_link_inline(PwHostLink *link, PyThreadState *ts, _PyInterpreterFrame *frame)
{
    link->cframe.use_tracing = ts->cframe->use_tracing;
    link->cframe.previous = ts->cframe;
    link->cframe.current_frame = frame;
    frame->previous = ts->cframe->current_frame;
    frame->is_entry = true;
    ts->cframe = &link->cframe;
    ts->recursion_remaining--;
}
static inline void pw_host_unlink_inline(PwHostLink *link, PyThreadState *ts)
{
    ts->recursion_remaining++;
    ts->cframe = link->cframe.previous;
    ts->cframe->use_tracing = link->cframe.use_tracing;
}

/* -- inlined calls become frames ----------------------------------------------------------------------------------- */

typedef struct PwHostInline {
    PyFunctionObject *func; /* borrowed: somebody else keeps it alive until the call of pw_host_finish_inlined is over,
                             * or the slots do */
    PyCodeObject *code; /* borrowed: the code that runs; differs from func's only if that was reassigned meanwhile */
    PyObject **slots;   /* nlocalsplus + nstack values, owned or NULL: the frame as it is after its prologue
                         * (MAKE_CELL, COPY_FREE_VARS): cells are cells. Read before any Python code runs */
    uint32_t nstack;    /* values on the stack; of a calling frame: without callee, arguments and result */
    uint32_t next_unit; /* innermost frame: where it goes on, or with throwflag the raising unit itself;
                         * others: the unit after the call and its caches */
    uint8_t cont;       /* PwCont: how this call's value reaches its caller. INIT: anything but None is CPython's
                         * TypeError */
    PyFrameObject *object; /* a frame object that was shown for this call and is kept by somebody, with a frame of its
                            * own: it becomes the real frame's. Owned, or NULL */
    PyObject *carry;    /* PW_CONT_INIT: the instance, owned, or NULL when it lies on the caller's stack already */
} PwHostInline;

/* What   runs inlined calls to their end in real frames: frames[0] was called by outer, frames[i] by frames[i - 1].
 *        frames[n - 1] goes on at next_unit (throwflag: with the exception that is set, at next_unit itself).
 * Shape  0: outer may go on: frames[0]'s value was pushed on its stack as cont says (stacktop moved), prev_instr
 *        untouched.
 *        -1: an exception is set: raise it in outer (PW_HOST_THROW).
 * Own    takes every reference in slots and carry, also when it fails.
 * Ctx    outer is linked (in on_entry or on_header), not marked native, its stacktop right, without callee and
 *        arguments, its prev_instr at the call. No exception set unless throwflag. Each frame runs with the full hook:
 *        loops in it reach on_header. The client has checked the recursion limit at each inlined call.
 *        While this thread is recorded, the new frames deliver events (PW_HOST_EV_CALL with `rebuilt`, outermost
 *        first). */
int pw_host_finish_inlined(PyThreadState *ts, _PyInterpreterFrame *outer, PwHostInline *frames, uint32_t n,
                           bool throwflag);

/* What   as pw_host_finish_inlined, for a call that had no frame of CPython's at all: frames[0] is the called function, and its
 *        value is the result (owned), or NULL with an exception set. cont and carry of frames[0] are not looked at.
 * Own    as there; also takes object (a frame object that stands for frames[0] already, or NULL) and f_locals (or NULL).
 * Ctx    the caller's frame is the current one. No exception set unless throwflag. */
PyObject *pw_host_run_moved(const PwHostInline *frames, uint32_t n, bool throwflag, PyFrameObject *object,
                            PyObject *f_locals);
/* What   lets a generator go on in the interpreter that native code has run and left in the middle: at prev_instr + 1 or, thrown,
 *        by raising what is set at prev_instr. stacktop is right, and its state is FRAME_SUSPENDED, as if nothing had been
 *        sent. To its next yield or its end; the result is that of on_resume.
 * Ctx    in on_resume. */
PySendResult pw_host_gen_go_on(PyGenObject *gen, PyObject *sent, bool thrown, PyObject **value);
/* Is the C stack so far used that a call has to go through the evaluation hook, which finds more? */
bool pw_host_stack_low(void);

/* -- recording ----------------------------------------------------------------------------------------------------- */

typedef enum PwHostEventKind {
    PW_HOST_EV_OP,        /* a bytecode is about to execute */
    PW_HOST_EV_CALL,      /* a frame was entered (its RESUME has run), or a generator resumed, or a frame was rebuilt */
    PW_HOST_EV_RETURN,    /* a frame returns or yields `value` (borrowed), or unwinds (value NULL) */
    PW_HOST_EV_EXCEPTION, /* an exception reached this frame, which may handle it; value: its tuple (borrowed) */
    PW_HOST_EV_CANCELLED, /* the program traces or profiles itself now: recording is over already; frame is NULL */
} PwHostEventKind;

typedef struct PwHostEvent {
    PwHostEventKind kind;
    PyThreadState *ts;
    _PyInterpreterFrame *frame; /* localsplus[0 .. co_nlocalsplus + depth) is current; at EXCEPTION the locals alone */
    PyObject *value;            /* borrowed; RETURN and EXCEPTION only */
    uint32_t unit;       /* OP: of the instruction itself, after its EXTENDED_ARGs; else of the last one executed */
    uint32_t first_unit; /* OP: of its first EXTENDED_ARG, or unit */
    uint8_t opcode;      /* OP: unspecialised, unpatched */
    bool rebuilt;        /* CALL: made by pw_host_finish_inlined, goes on in the middle */
    uint32_t oparg;      /* OP: EXTENDED_ARG folded in */
    int depth;           /* values on the stack; -1 (not known) at EXCEPTION */
    uint32_t level;      /* 0: the frame where recording began; each call from there adds 1 */
} PwHostEvent;

/* Called for each event. Runs no Python code; may call pw_host_record_end. Exceptions must not be left set. */
typedef void (*PwHostRecorder)(void *arg, const PwHostEvent *event);

/* What   begins to deliver the events of `frame` (linked; on_header: from prev_instr + 1 on; on_entry: a CALL event
 *        comes first) and of the frames called from it, on this thread. After the RETURN event of `frame` itself
 *        recording ends (that event is the last one).
 * Fails  BUSY: another thread is being recorded, or some thread traces or profiles; NOMEM; UNSUPPORTED: on_entry of a
 *        generator function (the call only makes the generator).
 * Ctx    in on_entry or on_header, before pw_host_finish_inlined and before PW_HOST_INTERPRET. sys.gettrace() says
 *        None. */
PW_MUST_CHECK PwStatus pw_host_record_begin(PyThreadState *ts, _PyInterpreterFrame *frame, PwHostRecorder recorder,
                                            void *arg);
/* Ends it: in the recorder, or in a callback of the same thread. Nothing remains of it. A no-op when none runs. */
void pw_host_record_end(PyThreadState *ts);
/* Is this thread being recorded? */
bool pw_host_recording(PyThreadState *ts);

/* -- names of code objects ----------------------------------------------------------------------------------------- */

/* What   names a code object by what it does: bytecode without caches, unspecialised and unpatched; constants with
 *        their types (code constants by their digests, frozensets in no order, -0.0 not 0.0), names, local names and
 *        kinds, exception table, flags, argument counts, stack size, name, qualified name, first line. Not the file
 *        name.
 * Fails  NOMEM (no exception set), UNSUPPORTED for a constant of a type that no compiler makes.
 * Ctx    GIL; runs no Python code. Costs about 10 ns per byte: cache it. */
PW_MUST_CHECK PwStatus pw_host_code_digest(PyCodeObject *code, PwDigest *digest);

/* A 32-bit key from first line, number of units, name and argument counts: equal digests have equal keys. No
 * allocation. */
uint32_t pw_host_code_key(PyCodeObject *code);

#endif
