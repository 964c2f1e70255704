/* What the files of host/ share. Nobody else includes this; every function needs the GIL. */
#ifndef PW_HOST_INTERNAL_H
#define PW_HOST_INTERNAL_H

#include "base/alloc.h"
#include "host/host.h"

#define PW_LIKELY(x) __builtin_expect(!!(x), 1)
#define PW_UNLIKELY(x) __builtin_expect(!!(x), 0)

/* -- state of the process ------------------------------------------------------------------------------------------ */

typedef struct PwHostState {
    const PwHostClient *client; /* NULL: not installed */
    PyInterpreterState *interp;
    PwSide *armed;     /* all sides with an armed edge */
    uint32_t hold_all; /* somebody wants to see all code unpatched, for a moment */
    bool suspended;    /* some thread traces: nothing is patched */
    bool dead;         /* Python was started again, or the client has had enough: nothing is patched any more */
    bool gates;        /* control comes through gates (gate.h); the hook is set for making frames of inlined calls only */
    bool stopped;      /* nothing is patched any more, and the hook is out, but for the same */
    uint64_t calls;    /* through the hook */
} PwHostState;
extern PwHostState pw_host;

/* -- side.c: code object -> side table ----------------------------------------------------------------------------- */

/* Open addressing; an entry with a code and no side is a code object that the client does not want. Never more than
 * half full, so a probe ends. */
typedef struct PwCodeEntry {
    PyCodeObject *code;
    PwSide *side;
} PwCodeEntry;
typedef struct PwCodeTable {
    PwCodeEntry *at;
    uint32_t mask, n;
    unsigned shift;
} PwCodeTable;
extern PwCodeTable pw_host_table;

static inline uint32_t pw_host_slot(const PyCodeObject *code)
{
    return ((uint32_t)((uintptr_t)code >> 4) * 0x9e3779b1u) >> pw_host_table.shift;
}
static inline PwCodeEntry *pw_host_probe(const PyCodeObject *code)
{
    uint32_t i = pw_host_slot(code);
    while (pw_host_table.at[i].code != code && pw_host_table.at[i].code)
        i = (i + 1) & pw_host_table.mask;
    return &pw_host_table.at[i];
}

bool pw_host_table_init(void);
/* The entry of a code object that is entered for the first time: asks the client. NULL: out of memory, try again
 * later. */
PwCodeEntry *pw_host_first_sight(PyCodeObject *code);
void pw_host_code_gone(PyCodeObject *code);
/* co_stacksize as the compiler wrote it. */
int pw_host_stacksize(PyCodeObject *code);
PwBackEdge *pw_host_edge_at(const PwSide *side, uint32_t unit);
void pw_host_hold(PwSide *side, int by);
void pw_host_hold_all(int by);
/* Takes all patches out for good. */
void pw_host_kill(void);
/* Code that runs outside the hook must never be patched. */
void pw_host_never(PyCodeObject *code);

/* -- opcodes.c ----------------------------------------------------------------------------------------------------- */

typedef struct PwGate PwGate;
#define PW_NO_UNIT UINT32_MAX
/* Finds the back-edges by a forward scan: returns how many, and writes up to `room` of them. */
uint32_t pw_host_scan(PyCodeObject *code, PwBackEdge *edges, uint32_t room);
bool pw_host_is_jump(uint8_t opcode);
bool pw_host_is_back_edge(uint8_t opcode);
bool pw_host_is_compare_jump(uint8_t opcode);
/* The form that quickening gives an opcode with an inline cache; the opcode itself for others. */
uint8_t pw_host_adaptive(uint8_t opcode);
void pw_host_each_handler(PyCodeObject *code, void (*look)(void *arg, const PwHandler *h), void *arg);
/* Do both units have the same exception handler? */
bool pw_host_same_handler(PyCodeObject *code, uint32_t a, uint32_t b);

/* What CPython does to code that has become warm (specialize.c, _PyCode_Quicken): instructions that can specialise themselves, and
 * pairs that run as one. */
void pw_host_quicken(PyCodeObject *code);

static inline _Py_CODEUNIT *pw_host_units(PyCodeObject *code)
{
    return _PyCode_CODE(code);
}
static inline void pw_host_set_opcode(_Py_CODEUNIT *unit, uint8_t opcode)
{
    *unit = _Py_MAKECODEUNIT(opcode, _Py_OPARG(*unit));
}

/* -- hook.c -------------------------------------------------------------------------------------------------------- */

/* A frame that waits to be filled: rebuild.c makes CPython create a frame, the hook is handed it. */
typedef struct PwMove PwMove;

/* Per thread. low is where the hook stops to think: the C stack is used half, or a move waits (then it is
 * UINTPTR_MAX). */
typedef struct PwThread {
    uintptr_t low;
    uintptr_t real_low;
    PwMove *move;
    struct PwSegment *segment, *spare;
} PwThread;
extern __thread PwThread pw_host_thread __attribute__((tls_model("initial-exec")));

/* What a taken, or not taken, back-edge does. The frame is linked, prev_instr at the jump, `left` its condition (owned). */
PwHostAction pw_host_back_edge(PyThreadState *ts, _PyInterpreterFrame *frame, PwSide *side, PwBackEdge *edge, PyObject *left,
                               PyObject **result);
PyObject *pw_host_hook(PyThreadState *ts, _PyInterpreterFrame *frame, int throwflag);
/* Runs a frame to its end: interpreter, back-edges, callbacks. */
PyObject *pw_host_run(PyThreadState *ts, _PyInterpreterFrame *frame, int throwflag);
/* The same for a frame that has just left the interpreter with `left` at a back-edge. */
PyObject *pw_host_run_left(PyThreadState *ts, _PyInterpreterFrame *frame, PyObject *left);

/* -- rebuild.c ----------------------------------------------------------------------------------------------------- */

/* Is this the fresh frame that the waiting move is for? */
bool pw_host_move_fits(const PwMove *move, const _PyInterpreterFrame *frame);
/* Fills the frame and runs it, inner frames first. */
PyObject *pw_host_move_in(PyThreadState *ts, _PyInterpreterFrame *frame, PwMove *move);
/* A frame that was called by `frame` inside the interpreter, without the hook, left at a back-edge with `left`; it
 * begins where the data stack ended before (top). Finishes it. Its value, or NULL with an exception set. */
PyObject *pw_host_finish_unhooked(PyThreadState *ts, _PyInterpreterFrame *frame, PyObject **top, PyObject *left);

/* -- stack.c ------------------------------------------------------------------------------------------------------- */

/* Learns where this thread's stack ends. */
void pw_host_stack_learn(void);
/* Is half of it used? */
bool pw_host_stack_used(void);
/* Runs the hook on a fresh stack segment. false: there is no memory for one; go on where you are. */
bool pw_host_stack_grow(PyThreadState *ts, _PyInterpreterFrame *frame, int throwflag, PyObject **result);

/* -- record.c ------------------------------------------------------------------------------------------------------ */

/* A linked frame in the middle of its work, made while this thread is recorded. */
void pw_host_record_rebuilt(PyThreadState *ts, _PyInterpreterFrame *frame);
/* This thread's program wants to trace: the recorder is told, and recording is over. */
void pw_host_record_cancel(PyThreadState *ts);
/* Does a thread of this process trace or profile, our own recording aside? */
bool pw_host_any_tracer(void);
/* In a forked child: drops what belongs to threads that are not there. */
void pw_host_record_forked(void);
void pw_host_native_forked(void);

/* -- depth.c ------------------------------------------------------------------------------------------------------- */

/* Finds the depths of all edges; what no way leads to gets one that is too large for any stack. false: out of memory. */
bool pw_host_depths(PwSide *side);

/* pw_host_side_make for a code object that has not run yet. */
PwSide *pw_host_side_make_fresh(PyCodeObject *code);

/* -- discover.c: code objects without a hook ----------------------------------------------------------------------- */

/* A code object is about to be executed by exec or eval, as a module or as the main program: the functions in it, and it. */
void pw_host_discover(PyCodeObject *code);

/* -- trace.c: programs that trace themselves ----------------------------------------------------------------------- */

/* Nothing is patched between these two (side.c). */
void pw_host_suspend(void);
void pw_host_unsuspend(void);
/* Patches again if no thread traces any more. */
void pw_host_resume_if_quiet(void);
/* Is there an audit hook other than ours? */
bool pw_host_audited(PyInterpreterState *interp);

/* -- gen.c -- */

/* CPython's own tp_iternext (sent is NULL: PYGEN_NEXT or, with or without an exception, PYGEN_ERROR) or am_send. */
PySendResult pw_host_gen_send(PyGenObject *gen, PyObject *sent, PyObject **value);

/* am_send as the program has it: natively when that is possible. */
PySendResult pw_host_gen_ask(PyGenObject *gen, PyObject *sent, PyObject **value);

/* What   resumes a generator that waits in `yield from` another one, by resuming the innermost of the chain.
 *        false: it does not, or the interpreter has to tell a tracer. Else as on_resume. */
bool pw_host_delegate(PyGenObject *gen, PyObject *sent, PyObject **value, PySendResult *status);

/* -- disguise.c, native.c ------------------------------------------------------------------------------------------ */

/* Each checks that everything is where it should be and, with `go`, changes it. What is missing: its name; or NULL. */
const char *pw_host_disguise(bool go);
const char *pw_host_watch_tracing(bool go);
bool pw_host_counting(PyThreadState *ts);
/* The program is about to trace itself: counting is over. */
void pw_host_count_cancel(void);
const char *pw_host_watch_locals(bool go);
const char *pw_host_watch_generators(bool go); /* gen.c */
/* loads.c: everything is unmarshalled from now on. */
void pw_host_loads_end(void);
/* The method definition behind a method of a type, a getset, a function of a module; NULL (no exception) when not
 * found. */
PyGetSetDef *pw_host_getset(PyTypeObject *type, const char *name);
PyMethodDef *pw_host_method(PyTypeObject *type, const char *name);
PyMethodDef *pw_host_function(const char *module, const char *name);

#endif
