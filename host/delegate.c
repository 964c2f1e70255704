/* `yield from` a generator that itself yields from a generator, and so on: a resumption goes straight to the innermost one.
 *
 * CPython resumes each generator of such a chain in turn only to have it send to the next, and each hands the item back up. Here
 * the frames of the outer ones are linked as running, so that whoever looks finds what is there under CPython, but nothing is
 * evaluated in them until the innermost one returns or raises.
 * Source: CPython 3.11 Python/ceval.c (SEND, YIELD_VALUE), Python/compile.c (compiler_add_yield_from),
 * Objects/genobject.c (gen_send_ex2).
 */
#include "host/internal.h"

enum { MAX_CHAIN = 32 }; /* the rest is a chain of its own */

/* A generator that waits in a `yield from`. */
typedef struct Level {
    PyGenObject *gen;
    _PyInterpreterFrame *frame;
    _Py_CODEUNIT *yield, *send, *exit; /* the units of its SEND loop; exit: what follows when the receiver returns */
} Level;

static inline _PyInterpreterFrame *frame_of(PyGenObject *gen)
{
    return (_PyInterpreterFrame *)gen->gi_iframe;
}

static inline bool waits(const PyGenObject *gen)
{
    return PyGen_CheckExact(gen) && gen->gi_frame_state == FRAME_SUSPENDED;
}

/* The generator that this one yields from, when that waits too; NULL: none. */
static PyGenObject *receiver_of(PyGenObject *gen, Level *level)
{
    _PyInterpreterFrame *frame = frame_of(gen);
    _Py_CODEUNIT *at = frame->prev_instr;
    if (_Py_OPCODE(at[0]) != YIELD_VALUE || pw_host_deopt(_Py_OPCODE(at[1])) != RESUME || _Py_OPARG(at[1]) != 2 ||
        _Py_OPCODE(at[2]) != JUMP_BACKWARD_NO_INTERRUPT)
        return NULL;
    _Py_CODEUNIT *send = at + 3 - _Py_OPARG(at[2]);
    PyGenObject *receiver = (PyGenObject *)frame->localsplus[frame->stacktop - 1];
    if (_Py_OPCODE(*send) != SEND || !waits(receiver))
        return NULL;
    *level = (Level){gen, frame, at, send, send + 1 + _Py_OPARG(*send)};
    return receiver;
}

/* -- running and waiting ------------------------------------------------------------------------------------------- */

static void run_level(PyThreadState *ts, const Level *level)
{
    level->frame->previous = ts->cframe->current_frame;
    ts->cframe->current_frame = level->frame;
    level->frame->prev_instr = level->send;
    level->gen->gi_exc_state.previous_item = ts->exc_info;
    ts->exc_info = &level->gen->gi_exc_state;
    level->gen->gi_frame_state = FRAME_EXECUTING;
    ts->recursion_remaining--;
}

static void stop_level(PyThreadState *ts, const Level *level)
{
    ts->recursion_remaining++;
    level->gen->gi_frame_state = FRAME_SUSPENDED;
    ts->exc_info = level->gen->gi_exc_state.previous_item;
    level->gen->gi_exc_state.previous_item = NULL;
    ts->cframe->current_frame = level->frame->previous;
    level->frame->previous = NULL;
    level->frame->prev_instr = level->yield;
}

/* What its receiver did reaches the innermost generator that still runs. sent: NULL for tp_iternext's answer. */
static PySendResult hand_up(PyThreadState *ts, const Level *level, PySendResult status, PyObject **value, PyObject *sent)
{
    _PyInterpreterFrame *frame = level->frame;
    if (status == PYGEN_RETURN)
        Py_SETREF(frame->localsplus[frame->stacktop - 1], *value);
    if (status == PYGEN_NEXT)
        frame->localsplus[frame->stacktop++] = *value;
    stop_level(ts, level);
    frame->prev_instr = status == PYGEN_RETURN ? level->exit - 1 : level->send;
    return pw_host_gen_go_on(level->gen, sent, status == PYGEN_ERROR, value);
}

bool pw_host_delegate(PyGenObject *gen, PyObject *sent, PyObject **value, PySendResult *status)
{
    Level level[MAX_CHAIN];
    PyThreadState *ts = _PyThreadState_GET();
    PyGenObject *inner = gen, *next;
    int n = 0;
    while (n < MAX_CHAIN && (next = receiver_of(inner, &level[n]))) {
        inner = next;
        n++;
    }
    if (!n || pw_host_traced(ts) || ts->recursion_remaining <= n + 1)
        return false;
    _PyInterpreterFrame *outer = ts->cframe->current_frame;
    PwHostLink link = {.cframe = {.use_tracing = ts->cframe->use_tracing, .current_frame = outer, .previous = ts->cframe}};
    ts->cframe = &link.cframe;
    for (int i = 0; i < n; i++)
        run_level(ts, &level[i]);
    PyObject *arg = sent ? sent : Py_None;
    *status = pw_host_gen_ask(inner, arg, value);
    while (n > 0 && (*status != PYGEN_NEXT || pw_host_traced(ts))) {
        n--;
        *status = hand_up(ts, &level[n], *status, value, n ? arg : sent);
    }
    while (n > 0)
        stop_level(ts, &level[--n]);
    uint8_t tracing = link.cframe.use_tracing;
    ts->cframe = link.cframe.previous;
    ts->cframe->use_tracing = tracing;
    return true;
}
