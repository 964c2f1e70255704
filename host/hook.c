/* Getting control: the evaluation hook, and what happens when the interpreter leaves at a patched back-edge.
 *
 * A back-edge is patched to YIELD_VALUE, which makes the interpreter leave with the frame intact and prev_instr on the
 * patched unit. It was written for generators, so it does three things too many: it pops a value, it writes a
 * generator's state byte into the word before the frame, and it does not poll the eval breaker. All three are put
 * right here. Source: CPython 3.11 Python/ceval.c (YIELD_VALUE, BINARY_SUBSCR_GETITEM, JUMP_BACKWARD,
 * POP_JUMP_BACKWARD_IF_*).
 */
#include "host/internal.h"

__thread PwThread pw_host_thread __attribute__((tls_model("initial-exec"))) = {.low = UINTPTR_MAX};

/* What has to be known from before an evaluation to understand how it ended. */
typedef struct Activation {
    PyObject **top;  /* the data stack's end: a frame that is still above it was inlined by the interpreter */
    PyObject **word; /* the word that YIELD_VALUE overwrites; on the data stack it belongs to another frame */
    PyObject *saved;
} Activation;

static PyObject *no_word;

static inline Activation activation(PyThreadState *ts, _PyInterpreterFrame *frame)
{
    Activation a = {.top = ts->datastack_top, .word = (PyObject **)frame - 1};
    /* A generator's own state byte is set right afterwards; but a frame that it inlines begins at the data stack's
     * top. */
    if (frame->owner == FRAME_OWNED_BY_GENERATOR)
        a.word = a.top ? a.top - 1 : &no_word;
    a.saved = *a.word;
    return a;
}

bool pw_host_stack_low(void)
{
    return (uintptr_t)__builtin_frame_address(0) < pw_host_thread.low;
}

bool pw_host_gated(void)
{
    return pw_host.gates;
}

uint64_t pw_host_calls(void)
{
    return pw_host.calls;
}

void pw_host_stop(void)
{
    if (pw_host.stopped || !pw_host.interp)
        return;
    pw_host.stopped = true;
    pw_host_kill();
    _PyInterpreterState_SetEvalFrameFunc(pw_host.interp, _PyEval_EvalFrameDefault);
}

/* -- polling and links --------------------------------------------------------------------------------------------- */

void pw_host_link(PwHostLink *link, PyThreadState *ts, _PyInterpreterFrame *frame)
{
    pw_host_link_inline(link, ts, frame);
}

void pw_host_unlink(PwHostLink *link, PyThreadState *ts)
{
    pw_host_unlink_inline(link, ts);
}

int pw_host_poll(PyThreadState *ts)
{
    if (!pw_host_breaker(ts))
        return 0;
    if (Py_MakePendingCalls() != 0)
        return -1;
    if (_Py_atomic_load_relaxed(&ts->interp->ceval.gil_drop_request))
        PyEval_RestoreThread(PyEval_SaveThread());
    if (ts->async_exc) {
        PyObject *exc = ts->async_exc;
        ts->async_exc = NULL;
        ts->interp->ceval.pending.async_exc = 0;
        /* Taking the GIL computes the eval breaker anew. */
        PyEval_RestoreThread(PyEval_SaveThread());
        PyErr_SetNone(exc);
        Py_DECREF(exc);
        return -1;
    }
    return 0;
}

void pw_host_breaker_settle(PyInterpreterState *interp)
{
    struct _ceval_state *c = &interp->ceval;
    if (!_Py_atomic_load_relaxed(&c->eval_breaker))
        return;
    _Py_atomic_store_relaxed(&c->eval_breaker, 0);
    /* Look only now: what another thread or a signal asks for after this line sets the breaker itself. */
    if (_Py_atomic_load_relaxed(&c->gil_drop_request) || _Py_atomic_load_relaxed(&c->pending.calls_to_do) ||
        c->pending.async_exc || _Py_atomic_load_relaxed(&_PyRuntime.ceval.signals_pending))
        _Py_atomic_store_relaxed(&c->eval_breaker, 1);
}

/* -- quickening ---------------------------------------------------------------------------------------------------- */

/* A patched back-edge does not warm the code up. When it would have become warm here, let RESUME do it: a RESUME that
 * polls nothing runs, and the unit after it leaves at once. The frame is not linked. */
static void quicken(PyThreadState *ts, _PyInterpreterFrame *frame, const Activation *a)
{
    PyCodeObject *code = frame->f_code;
    _Py_CODEUNIT *resume = pw_host_units(code) + code->_co_firsttraceable;
    if (pw_host_deopt(_Py_OPCODE(resume[0])) != RESUME)
        return;
    _Py_CODEUNIT first = resume[0], second = resume[1], *prev = frame->prev_instr;
    int stacktop = frame->stacktop;
    resume[0] = _Py_MAKECODEUNIT(RESUME, 2);
    resume[1] = _Py_MAKECODEUNIT(YIELD_VALUE, 0);
    code->co_warmup = -1;
    frame->prev_instr = resume - 1;
    (void)_PyEval_EvalFrameDefault(ts, frame, 0);
    frame->prev_instr = prev;
    frame->stacktop = stacktop;
    if (frame->owner == FRAME_OWNED_BY_GENERATOR)
        _PyFrame_GetGenerator(frame)->gi_frame_state = FRAME_EXECUTING;
    else
        *a->word = a->saved;
    resume[0] = _Py_MAKECODEUNIT(RESUME_QUICK, _Py_OPARG(first));
    resume[1] = _Py_MAKECODEUNIT(pw_host_adaptive(_Py_OPCODE(second)), _Py_OPARG(second));
}

static void warm_up(PyThreadState *ts, _PyInterpreterFrame *frame, const Activation *a)
{
    PyCodeObject *code = frame->f_code;
    if (pw_host_traced(ts) || ++code->co_warmup != 0)
        return;
    code->co_warmup = QUICKENING_INITIAL_WARMUP_VALUE;
    quicken(ts, frame, a);
}

/* -- a back-edge --------------------------------------------------------------------------------------------------- */

/* Does the jump take place? Consumes the condition. 1, 0, or -1 with an exception. The frame is linked. */
static int condition(uint8_t opcode, PyObject *value)
{
    int take;
    if (opcode == POP_JUMP_BACKWARD_IF_NONE)
        take = value == Py_None;
    else if (opcode == POP_JUMP_BACKWARD_IF_NOT_NONE)
        take = value != Py_None;
    else {
        take = value == Py_True ? 1 : value == Py_False ? 0 : PyObject_IsTrue(value);
        if (take >= 0 && opcode == POP_JUMP_BACKWARD_IF_FALSE)
            take = !take;
    }
    Py_DECREF(value);
    return take;
}

/* An exception out of the eval breaker belongs to the jump's line, but CPython looks for its handler from the unit
 * before the target. One prev_instr has to serve for both: the jump, unless that would find another handler. */
static void place_poll_error(_PyInterpreterFrame *frame, const PwBackEdge *edge)
{
    PyCodeObject *code = frame->f_code;
    uint32_t at = pw_host_same_handler(code, edge->unit, edge->target - 1) ? edge->unit : edge->target - 1;
    frame->prev_instr = pw_host_units(code) + at;
}

PwHostAction pw_host_back_edge(PyThreadState *ts, _PyInterpreterFrame *frame, PwSide *side, PwBackEdge *edge, PyObject *left,
                               PyObject **result)
{
    if (edge->opcode != JUMP_BACKWARD) {
        int take = condition(edge->opcode, left);
        if (take <= 0)
            return take < 0 ? PW_HOST_THROW : PW_HOST_INTERPRET;
    }
    if (pw_host_breaker(ts) && pw_host_poll(ts) < 0) {
        place_poll_error(frame, edge);
        return PW_HOST_THROW;
    }
    frame->prev_instr = pw_host_units(frame->f_code) + edge->target - 1;
    if (!edge->armed || pw_host_traced(ts) || !pw_host.client->on_header || (pw_host.gates && pw_host_stack_used()))
        return PW_HOST_INTERPRET;
    return pw_host.client->on_header(side, ts, frame, edge->target, result);
}

/* Makes a frame look like the interpreter leaves one. true: it is finished, with *result. */
static bool finish(PwHostAction action, _PyInterpreterFrame *frame, int *throwflag)
{
    *throwflag = action == PW_HOST_THROW;
    if (*throwflag && !PyErr_Occurred())
        PyErr_SetString(PyExc_SystemError, "prewarm: a frame was to raise, but no exception is set");
    if (action == PW_HOST_RETURN)
        frame->stacktop = frame->f_code->co_nlocalsplus;
    if (action == PW_HOST_YIELD)
        _PyFrame_GetGenerator(frame)->gi_frame_state = FRAME_SUSPENDED;
    return action == PW_HOST_RETURN || action == PW_HOST_YIELD;
}

/* The interpreter left with `left` at a patched edge. true: the frame is finished; else go on, throwing or not. */
static bool at_edge(PyThreadState *ts, _PyInterpreterFrame *frame, PwSide *side, PwBackEdge *edge, PyObject *left,
                    const Activation *a, int *throwflag, PyObject **result)
{
    if (frame->owner == FRAME_OWNED_BY_GENERATOR)
        _PyFrame_GetGenerator(frame)->gi_frame_state = FRAME_EXECUTING;
    else
        *a->word = a->saved;
    if (edge->opcode == JUMP_BACKWARD) {
        frame->stacktop++; /* the value that was popped lies there still; `left` is borrowed or garbage */
        if (frame->f_code->co_warmup != 0)
            warm_up(ts, frame, a);
    }
    PwHostLink link;
    pw_host_link_inline(&link, ts, frame);
    PwHostAction action = pw_host_back_edge(ts, frame, side, edge, left, result);
    pw_host_unlink_inline(&link, ts);
    return finish(action, frame, throwflag);
}

/* -- a frame that was inlined -------------------------------------------------------------------------------------- */

/* BINARY_SUBSCR_GETITEM has inlined a __getitem__, which left at a back-edge; the hook never saw its frame (3.11.2).
 * Finishes it, and lets this instruction call it through the hook from now on. Returns the throwflag for going on. */
static int inlined_left(PyThreadState *ts, _PyInterpreterFrame *frame, PyObject *left, const Activation *a)
{
    *a->word = a->saved;
    PyObject *value = pw_host_finish_unhooked(ts, frame, a->top, left);
    if (!value)
        return 1;
    frame->localsplus[frame->stacktop++] = value;
    return 0;
}

static inline bool left_alone(PyThreadState *ts, const _PyInterpreterFrame *frame, const Activation *a)
{
    return _Py_OPCODE(*frame->prev_instr) == RETURN_VALUE && ts->datastack_top == a->top;
}

static bool stack_changed(PyThreadState *ts, const Activation *a)
{
    if (a->top)
        return ts->datastack_top != a->top;
    /* The thread's first chunk was made in this evaluation; it keeps one word for itself. */
    return ts->datastack_chunk && ts->datastack_top != &ts->datastack_chunk->data[1];
}

static PwBackEdge *edge_of(const _PyInterpreterFrame *frame, PwSide **side)
{
    *side = pw_host_probe(frame->f_code)->side;
    Py_ssize_t unit = frame->prev_instr - pw_host_units(frame->f_code);
    return *side && unit >= 0 ? pw_host_edge_at(*side, (uint32_t)unit) : NULL;
}

/* The interpreter left with `r`, and it was not a plain return. */
static __attribute__((noinline)) PyObject *after(PyThreadState *ts, _PyInterpreterFrame *frame, PyObject *r,
                                                 const Activation *a)
{
    for (;;) {
        int throwflag;
        if (!r && ts->curexc_type)
            return NULL;
        if (PW_UNLIKELY(stack_changed(ts, a)))
            throwflag = inlined_left(ts, frame, r, a);
        else {
            PwSide *side;
            PyObject *result = NULL;
            PwBackEdge *edge = edge_of(frame, &side);
            if (!edge)
                return r;
            if (at_edge(ts, frame, side, edge, r, a, &throwflag, &result))
                return result;
        }
        r = _PyEval_EvalFrameDefault(ts, frame, throwflag);
        if (PW_LIKELY(left_alone(ts, frame, a)))
            return r;
    }
}

PyObject *pw_host_run(PyThreadState *ts, _PyInterpreterFrame *frame, int throwflag)
{
    Activation a = activation(ts, frame);
    PyObject *r = _PyEval_EvalFrameDefault(ts, frame, throwflag);
    return left_alone(ts, frame, &a) ? r : after(ts, frame, r, &a);
}

PyObject *pw_host_run_left(PyThreadState *ts, _PyInterpreterFrame *frame, PyObject *left)
{
    Activation a = activation(ts, frame);
    return after(ts, frame, left, &a);
}

/* -- the hook ------------------------------------------------------------------------------------------------------ */

/* A function's beginning, or a generator that goes on behind a YIELD_VALUE. */
static bool at_entry(const _PyInterpreterFrame *frame)
{
    if (frame->owner == FRAME_OWNED_BY_GENERATOR)
        return _Py_OPCODE(*frame->prev_instr) == YIELD_VALUE;
    return frame->prev_instr < pw_host_units(frame->f_code) && frame->owner == FRAME_OWNED_BY_THREAD;
}

static __attribute__((noinline)) PyObject *enter(PyThreadState *ts, _PyInterpreterFrame *frame, PwSide *side,
                                                 int throwflag)
{
    bool fresh = at_entry(frame);
    /* Where the recursion limit is reached the interpreter has to say so. */
    if (fresh && !throwflag && !pw_host_traced(ts) && ts->recursion_remaining > 0 && pw_host.client->on_entry) {
        PwHostLink link;
        PyObject *result = NULL;
        pw_host_link_inline(&link, ts, frame);
        PwHostAction action = pw_host.client->on_entry(side, ts, frame, &result);
        pw_host_unlink_inline(&link, ts);
        if (finish(action, frame, &throwflag))
            return result;
    }
    return pw_host_run(ts, frame, throwflag);
}

/* The C stack is used half, or a frame waits to be filled. */
static __attribute__((noinline)) PyObject *hook_slow(PyThreadState *ts, _PyInterpreterFrame *frame, int throwflag,
                                                     uintptr_t here)
{
    PwThread *t = &pw_host_thread;
    PyObject *result;
    if (!t->real_low)
        pw_host_stack_learn();
    if (here < t->real_low && pw_host_stack_grow(ts, frame, throwflag, &result))
        return result;
    PwMove *move = t->move;
    if (move && pw_host_move_fits(move, frame)) {
        t->move = NULL;
        t->low = t->real_low;
        return pw_host_move_in(ts, frame, move);
    }
    PwCodeEntry *e = pw_host_probe(frame->f_code);
    if (!e->code)
        e = pw_host_first_sight(frame->f_code);
    if (e && e->side && e->side->want_entry)
        return enter(ts, frame, e->side, throwflag);
    return pw_host_run(ts, frame, throwflag);
}

static __attribute__((noinline)) PyObject *hook_first(PyThreadState *ts, _PyInterpreterFrame *frame, int throwflag)
{
    if (pw_host.suspended)
        pw_host_resume_if_quiet();
    PwCodeEntry *e = pw_host_first_sight(frame->f_code);
    if (e && e->side && e->side->want_entry)
        return enter(ts, frame, e->side, throwflag);
    return pw_host_run(ts, frame, throwflag);
}

PyObject *pw_host_hook(PyThreadState *ts, _PyInterpreterFrame *frame, int throwflag)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    if (PW_UNLIKELY(!(++pw_host.calls & 4095)) && pw_host.client->on_tick)
        pw_host.client->on_tick();
    if (PW_UNLIKELY(here < pw_host_thread.low))
        return hook_slow(ts, frame, throwflag, here);
    const PwCodeEntry *e = pw_host_probe(frame->f_code);
    if (PW_UNLIKELY(!e->code))
        return hook_first(ts, frame, throwflag);
    if (e->side && PW_UNLIKELY(e->side->want_entry))
        return enter(ts, frame, e->side, throwflag);
    Activation a = activation(ts, frame);
    PyObject *r = _PyEval_EvalFrameDefault(ts, frame, throwflag);
    if (PW_LIKELY(left_alone(ts, frame, &a)))
        return r;
    return after(ts, frame, r, &a);
}
