/* Recording: CPython executes, and tells before each bytecode.
 *
 * A C trace function with f_trace_opcodes set is called before each bytecode, with the value stack and prev_instr in
 * the frame. It is put into the thread state directly: PyEval_SetTrace would raise an audit event that the program can
 * hear. Patches stay in place meanwhile; the "return" event of a patched back-edge is known by its unit.
 * Source: CPython 3.11 Python/ceval.c (maybe_call_line_trace, call_trace, EXTENDED_ARG).
 */
#include "host/internal.h"

/* A frame that is being recorded. The frame object is borrowed: a reference would keep its locals alive for too long.
 * */
typedef struct Recorded {
    _PyInterpreterFrame *frame;
    PyFrameObject *object;
    char trace_opcodes; /* what it was before */
} Recorded;

static struct {
    PyThreadState *ts; /* NULL: nothing is recorded */
    PwHostRecorder recorder;
    void *arg;
    _PyInterpreterFrame *start; /* where it began */
    PW_VEC(Recorded) frames;    /* outermost first */
} rec;

static int on_event(PyObject *self, PyFrameObject *object, int what, PyObject *arg);

bool pw_host_recording(PyThreadState *ts)
{
    return rec.ts == ts;
}

bool pw_host_any_tracer(void)
{
    for (PyThreadState *ts = pw_host.interp->threads.head; ts; ts = ts->next)
        if (ts->c_profilefunc || (ts->c_tracefunc && ts->c_tracefunc != on_event && ts->c_tracefunc != pw_host_counter))
            return true;
    return false;
}

/* -- frames -------------------------------------------------------------------------------------------------------- */

static bool push(_PyInterpreterFrame *frame, PyFrameObject *object)
{
    if (!PW_VEC_PUSH(&rec.frames, ((Recorded){frame, object, object->f_trace_opcodes})))
        return false;
    object->f_trace_opcodes = 1;
    return true;
}

static void pop(void)
{
    Recorded *r = &rec.frames.at[--rec.frames.n];
    r->object->f_trace_opcodes = r->trace_opcodes;
}

static bool is_top(const _PyInterpreterFrame *frame)
{
    return rec.frames.n && rec.frames.at[rec.frames.n - 1].frame == frame;
}

/* The current frame's object, which then exists; borrowed. NULL: out of memory, no exception. */
static PyFrameObject *object_of(PyThreadState *ts, _PyInterpreterFrame *frame)
{
    PyFrameObject *object = PyThreadState_GetFrame(ts);
    if (!object) {
        PyErr_Clear();
        return NULL;
    }
    bool ours = object->f_frame == frame;
    Py_DECREF(object);
    return ours ? object : NULL;
}

/* -- beginning and end --------------------------------------------------------------------------------------------- */

PwStatus pw_host_record_begin(PyThreadState *ts, _PyInterpreterFrame *frame, PwHostRecorder recorder, void *arg)
{
    if (rec.ts || pw_host_any_tracer() || ts->tracing)
        return PW_BUSY;
    bool incomplete = _PyFrame_IsIncomplete(frame);
    /* Such a call makes a generator and is over before its RESUME. */
    if (incomplete && frame->f_code->co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR))
        return PW_UNSUPPORTED;
    PyFrameObject *object = incomplete ? NULL : object_of(ts, frame);
    if (!incomplete && (!object || !push(frame, object)))
        return PW_NOMEM;
    pw_host_breaker_settle(ts->interp);
    rec.ts = ts;
    rec.recorder = recorder;
    rec.arg = arg;
    rec.start = frame;
    ts->c_tracefunc = on_event;
    _PyThreadState_UpdateTracingState(ts);
    return PW_OK;
}

void pw_host_record_end(PyThreadState *ts)
{
    if (rec.ts != ts)
        return;
    while (rec.frames.n)
        pop();
    rec.ts = NULL;
    if (ts->c_tracefunc == on_event)
        ts->c_tracefunc = NULL;
    _PyThreadState_UpdateTracingState(ts);
}

void pw_host_record_cancel(PyThreadState *ts)
{
    if (rec.ts != ts)
        return;
    PwHostRecorder recorder = rec.recorder;
    void *arg = rec.arg;
    pw_host_record_end(ts);
    recorder(arg, &(PwHostEvent){.kind = PW_HOST_EV_CANCELLED, .ts = ts});
}

void pw_host_record_forked(void)
{
    if (rec.ts && rec.ts != _PyThreadState_UncheckedGet()) {
        rec.ts = NULL;
        rec.frames.n = 0;
    }
}

/* -- events -------------------------------------------------------------------------------------------------------- */

static void tell(PwHostEvent *event, _PyInterpreterFrame *frame)
{
    event->ts = rec.ts;
    event->frame = frame;
    event->level = rec.frames.n - 1;
    event->depth = frame->stacktop < 0 ? -1 : frame->stacktop - frame->f_code->co_nlocalsplus;
    rec.recorder(rec.arg, event);
}

static uint32_t unit_of(const _PyInterpreterFrame *frame)
{
    return (uint32_t)(frame->prev_instr - pw_host_units(frame->f_code));
}

static void tell_op(_PyInterpreterFrame *frame)
{
    PyCodeObject *code = frame->f_code;
    uint32_t unit = unit_of(frame), oparg = 0;
    PwHostEvent event = {.kind = PW_HOST_EV_OP, .first_unit = unit};
    for (;; unit++) {
        int part;
        event.opcode = pw_host_opcode_at(code, unit, &part);
        oparg = oparg << 8 | (uint32_t)part;
        if (event.opcode != EXTENDED_ARG)
            break;
    }
    event.unit = unit;
    event.oparg = oparg;
    tell(&event, frame);
}

static void tell_call(_PyInterpreterFrame *frame, PyFrameObject *object, bool rebuilt)
{
    /* A frame that is entered by throwing into it tells a second time. */
    if (is_top(frame))
        return;
    if ((!rec.frames.n && frame != rec.start) || !push(frame, object)) {
        pw_host_record_cancel(rec.ts);
        return;
    }
    tell(&(PwHostEvent){.kind = PW_HOST_EV_CALL, .unit = unit_of(frame), .rebuilt = rebuilt}, frame);
}

/* A patched back-edge looks like a return. It pops one value too many, so with nothing on the stack it may pop a NULL;
 * a frame that unwinds at the same unit has exactly nothing on its stack. */
static bool is_back_edge(const _PyInterpreterFrame *frame, PyObject *value)
{
    PwSide *side = pw_host_side(frame->f_code);
    return (value || frame->stacktop < frame->f_code->co_nlocalsplus) && side && pw_host_edge_at(side, unit_of(frame));
}

static void tell_return(_PyInterpreterFrame *frame, PyObject *value)
{
    if (!is_top(frame) || is_back_edge(frame, value))
        return;
    PyThreadState *ts = rec.ts;
    tell(&(PwHostEvent){.kind = PW_HOST_EV_RETURN, .value = value, .unit = unit_of(frame)}, frame);
    if (rec.ts != ts)
        return;
    pop();
    if (!rec.frames.n)
        pw_host_record_end(ts);
}

static int on_event(PyObject *self, PyFrameObject *object, int what, PyObject *arg)
{
    (void)self;
    _PyInterpreterFrame *frame = object->f_frame;
    if (rec.ts != PyThreadState_Get())
        return 0;
    switch (what) {
    case PyTrace_CALL:
        tell_call(frame, object, false);
        break;
    case PyTrace_OPCODE:
        if (is_top(frame))
            tell_op(frame);
        break;
    case PyTrace_RETURN:
        tell_return(frame, arg);
        break;
    case PyTrace_EXCEPTION:
        if (is_top(frame))
            tell(&(PwHostEvent){.kind = PW_HOST_EV_EXCEPTION, .value = arg, .unit = unit_of(frame)}, frame);
        break;
    default:
        break;
    }
    return 0;
}

void pw_host_record_rebuilt(PyThreadState *ts, _PyInterpreterFrame *frame)
{
    PyFrameObject *object = object_of(ts, frame);
    if (object)
        tell_call(frame, object, true);
    else
        pw_host_record_cancel(ts);
}
