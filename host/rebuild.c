/* Frames in the middle of their work: inlined calls become real frames.
 *
 * CPython makes the frame: the function is called with as many dummies as it takes, and when the hook is handed the
 * fresh frame, the real locals, stack and position are put in. All frames of a chain exist before the innermost one
 * runs. Source: CPython 3.11 Objects/call.c (_PyFunction_Vectorcall), Python/ceval.c (_PyEval_Vector),
 * Objects/typeobject.c.
 */
#include "host/internal.h"
#include "host/operators.h"

struct PwMove {
    _PyInterpreterFrame *frame; /* a generator's, which is as it should be but for its top value; else NULL */
    bool has_top;
    PyObject *top; /* that value; may be NULL */
    PyFunctionObject *func; /* borrowed */
    PyCodeObject *code;     /* borrowed */
    PyObject **slots;       /* owned values */
    int n;
    ptrdiff_t prev;            /* prev_instr, as a unit; -1 at a function's start */
    const PwHostInline *inner; /* called by this one, outermost first */
    uint32_t n_inner;
    PyObject *exc[3];      /* what to raise in the innermost frame; [0] NULL: nothing */
    PyFrameObject *object; /* a frame object that already belongs to this frame, or NULL; owned */
    PyObject *f_locals;    /* owned, or NULL */
    bool has_left;         /* it has just left the interpreter, with this */
    PyObject *left;
    PyObject *func_code; /* what func->func_code has to be again */
    bool gc_off;         /* the collector was on, and is off until the frame is there */
    bool taken;
};

bool pw_host_move_fits(const PwMove *move, const _PyInterpreterFrame *frame)
{
    if (move->frame)
        return frame == move->frame;
    return frame->f_func == move->func && frame->f_code == move->code && frame->owner == FRAME_OWNED_BY_THREAD &&
           frame->prev_instr < pw_host_units(move->code);
}

/* -- dummies ------------------------------------------------------------------------------------------------------- */

/* The names of the keyword-only arguments: borrowed from the side table, or owned by *keep. NULL with an exception. */
static PyObject *keyword_names(PyCodeObject *code, PyObject **keep)
{
    PwSide *side = pw_host_side(code);
    if (side && side->kwnames)
        return side->kwnames;
    int n = code->co_kwonlyargcount;
    PyObject *names = PyTuple_New(n);
    if (!names)
        return NULL;
    for (int i = 0; i < n; i++)
        PyTuple_SET_ITEM(names, i, Py_NewRef(PyTuple_GET_ITEM(code->co_localsplusnames, code->co_argcount + i)));
    if (side)
        side->kwnames = names;
    else
        *keep = names;
    return names;
}

static void expect_move(PwMove *move)
{
    pw_host_thread.move = move;
    pw_host_thread.low = UINTPTR_MAX;
    if (pw_host.stopped || pw_host.gates)
        _PyInterpreterState_SetEvalFrameFunc(pw_host.interp, pw_host_hook);
}

/* Between here and the hook no Python code may run: the next fresh frame of this function is ours. */
static void arm_move(PwMove *move)
{
    move->func_code = move->func->func_code;
    move->func->func_code = (PyObject *)move->code;
    move->gc_off = PyGC_Disable();
    expect_move(move);
}

static void disarm_move(PwMove *move)
{
    if (move->func)
        move->func->func_code = move->func_code;
    if (pw_host.stopped || pw_host.gates)
        _PyInterpreterState_SetEvalFrameFunc(pw_host.interp, _PyEval_EvalFrameDefault);
    if (move->gc_off)
        PyGC_Enable();
}

enum { FEW_ARGS = 16 };

/* Makes the frame and runs it. What is not taken over stays in the move. */
static PyObject *call_with_dummies(PwMove *move)
{
    PyCodeObject *code = move->code;
    PyObject *few[FEW_ARGS], **args = few, *names = NULL, *keep = NULL, *result = NULL;
    int n = code->co_argcount + code->co_kwonlyargcount;
    if (n > FEW_ARGS && !(args = pw_calloc((size_t)n, sizeof *args))) {
        PyErr_NoMemory();
        return NULL;
    }
    if (code->co_kwonlyargcount && !(names = keyword_names(code, &keep)))
        goto done;
    for (int i = 0; i < n; i++)
        args[i] = Py_None;
    arm_move(move);
    result = _PyFunction_Vectorcall((PyObject *)move->func, args, (size_t)code->co_argcount, names);
    if (!move->taken) {
        pw_host_thread.move = NULL;
        pw_host_thread.low = pw_host_thread.real_low;
        disarm_move(move);
    }
done:
    Py_XDECREF(keep);
    if (args != few)
        pw_free(args);
    return result;
}

/* -- what the caller does with the value --------------------------------------------------------------------------- */

static PyObject *truth(PyObject *value, bool negate)
{
    int is = PyObject_IsTrue(value);
    return is < 0 ? NULL : PyBool_FromLong(is != negate);
}

/* The value of an operator's method (NULL: an exception is set) takes the place of the operands. */
static int deliver_operator(_PyInterpreterFrame *frame, uint8_t cont, PyObject *value)
{
    unsigned n = pw_host_cont_operands(cont);
    if (value)
        value = pw_host_operator_value(frame, cont, value);
    if (!value)
        return -1; /* the operands are on the stack, as they are when the interpreter raises */
    PyObject *operand[3];
    for (unsigned k = n; k-- > 0;)
        operand[k] = frame->localsplus[--frame->stacktop];
    for (unsigned k = 0; k < n; k++)
        Py_DECREF(operand[k]);
    if (cont == PW_CONT_STORE)
        Py_DECREF(value);
    else
        frame->localsplus[frame->stacktop++] = value;
    return 0;
}

/* Consumes value (NULL: an exception is set) and carry. 0: done; -1: an exception is set. The frame is linked. */
static int deliver(_PyInterpreterFrame *frame, uint8_t cont, PyObject *carry, PyObject *value)
{
    PyObject *push = NULL;
    if (pw_host_cont_operands(cont))
        return deliver_operator(frame, cont, value);
    if (value && cont == PW_CONT_PUSH)
        push = Py_NewRef(value);
    else if (value && (cont == PW_CONT_BOOL || cont == PW_CONT_NOT))
        push = truth(value, cont == PW_CONT_NOT);
    else if (value && cont == PW_CONT_INIT) {
        if (value == Py_None)
            push = Py_XNewRef(carry);
        else
            PyErr_Format(PyExc_TypeError, "__init__() should return None, not '%.200s'", Py_TYPE(value)->tp_name);
    }
    bool ok = push || (value && cont == PW_CONT_DROP) || (value == Py_None && cont == PW_CONT_INIT);
    if (push)
        frame->localsplus[frame->stacktop++] = push;
    if (ok)
        Py_DECREF(value);
    else {
        PyObject *type, *exc, *tb;
        PyErr_Fetch(&type, &exc, &tb);
        Py_XDECREF(value);
        Py_XDECREF(carry);
        PyErr_Restore(type, exc, tb);
        return -1;
    }
    Py_XDECREF(carry);
    return 0;
}

/* -- chains -------------------------------------------------------------------------------------------------------- */

static void drop_slots(PyObject **slots, size_t n)
{
    for (size_t i = 0; i < n; i++)
        Py_CLEAR(slots[i]);
}

/* Frees what never became a frame. The carry of frames[0] is its caller's. */
static void drop_frames(const PwHostInline *frames, uint32_t n)
{
    PyObject *type, *exc, *tb;
    PyErr_Fetch(&type, &exc, &tb);
    for (uint32_t i = 0; i < n; i++) {
        drop_slots(frames[i].slots, (size_t)frames[i].code->co_nlocalsplus + frames[i].nstack);
        Py_XDECREF((PyObject *)frames[i].object);
        if (i)
            Py_XDECREF(frames[i].carry);
    }
    PyErr_Restore(type, exc, tb);
}

/* Calling a class costs a level of recursion besides the frame of __init__. */
static int extra_level(uint8_t cont)
{
    return cont == PW_CONT_INIT;
}

/* Runs frames[0 .. n), the first one called by the current frame. exc is taken. */
static PyObject *run_inlined(PyThreadState *ts, const PwHostInline *frames, uint32_t n, PyObject *exc[3])
{
    PwMove move = {
        .func = frames->func,
        .code = frames->code,
        .slots = frames->slots,
        .n = frames->code->co_nlocalsplus + (int)frames->nstack,
        .prev = (ptrdiff_t)frames->next_unit - !(n == 1 && exc[0]),
        .inner = frames + 1,
        .n_inner = n - 1,
        .exc = {exc[0], exc[1], exc[2]},
        .object = frames->object,
    };
    int extra = extra_level(frames->cont);
    ts->recursion_remaining -= extra;
    PyObject *value = call_with_dummies(&move);
    ts->recursion_remaining += extra;
    if (!move.taken) {
        drop_frames(frames, n);
        for (int i = 0; i < 3; i++)
            Py_XDECREF(exc[i]);
    }
    return value;
}

/* The inner frames of a linked frame. Returns the throwflag for going on. */
static int run_inner(PyThreadState *ts, _PyInterpreterFrame *frame, PwMove *move)
{
    uint8_t cont = move->inner->cont;
    PyObject *carry = move->inner->carry;
    PyObject *value = run_inlined(ts, move->inner, move->n_inner, move->exc);
    return deliver(frame, cont, carry, value) < 0;
}

int pw_host_finish_inlined(PyThreadState *ts, _PyInterpreterFrame *outer, PwHostInline *frames, uint32_t n,
                           bool throwflag)
{
    PyObject *exc[3] = {NULL, NULL, NULL};
    if (throwflag)
        PyErr_Fetch(&exc[0], &exc[1], &exc[2]);
    uint8_t cont = frames->cont;
    PyObject *carry = frames->carry;
    PyObject *value = run_inlined(ts, frames, n, exc);
    return deliver(outer, cont, carry, value);
}

PyObject *pw_host_run_moved(const PwHostInline *frames, uint32_t n, bool throwflag, PyFrameObject *object,
                            PyObject *f_locals)
{
    bool thrown = throwflag && n == 1;
    PyObject *exc[3] = {NULL, NULL, NULL};
    if (throwflag)
        PyErr_Fetch(&exc[0], &exc[1], &exc[2]);
    PwMove move = {
        .func = frames->func,
        .code = frames->code,
        .slots = frames->slots,
        .n = frames->code->co_nlocalsplus + (int)frames->nstack,
        .prev = (ptrdiff_t)frames->next_unit - !thrown,
        .inner = frames + 1,
        .n_inner = n - 1,
        .exc = {exc[0], exc[1], exc[2]},
        .object = object,
        .f_locals = f_locals,
    };
    PyObject *value = call_with_dummies(&move);
    if (!move.taken) {
        drop_frames(frames, n);
        for (int i = 0; i < 3; i++)
            Py_XDECREF(exc[i]);
        Py_XDECREF((PyObject *)object);
        Py_XDECREF(f_locals);
    }
    return value;
}

PySendResult pw_host_gen_go_on(PyGenObject *gen, PyObject *sent, bool thrown, PyObject **value)
{
    PwMove move = {.frame = (_PyInterpreterFrame *)gen->gi_iframe};
    if (thrown)
        PyErr_Fetch(&move.exc[0], &move.exc[1], &move.exc[2]);
    move.has_top = move.frame->stacktop > move.frame->f_code->co_nlocalsplus;
    if (move.has_top) /* the stack may be full, and something will be pushed */
        move.top = move.frame->localsplus[--move.frame->stacktop];
    expect_move(&move);
    PySendResult status = pw_host_gen_send(gen, sent, value);
    if (!move.taken)
        Py_FatalError("prewarm: a generator could not go on");
    return status;
}

/* -- filling ------------------------------------------------------------------------------------------------------- */

/* A frame object that has a frame of its own gives that up. Values that nobody else has may die: arbitrary code. */
static void give_up_frame(PyFrameObject *object, _PyInterpreterFrame *frame)
{
    _PyInterpreterFrame *own = object->f_frame;
    PyObject_GC_UnTrack((PyObject *)object);
    Py_XSETREF(frame->f_locals, own->f_locals);
    own->f_locals = NULL;
    frame->frame_obj = object;
    object->f_frame = frame;
    Py_CLEAR(object->f_back);
    for (int i = 0; i < own->stacktop; i++)
        Py_CLEAR(own->localsplus[i]);
    Py_DECREF(own->f_code);
    Py_DECREF(own->f_func);
}

static void fill(_PyInterpreterFrame *frame, const PwMove *move)
{
    for (int i = 0; i < frame->f_code->co_nlocalsplus; i++)
        Py_CLEAR(frame->localsplus[i]); /* dummies, an empty tuple, an empty dict: no Python code runs */
    memcpy(frame->localsplus, move->slots, (size_t)move->n * sizeof *move->slots);
    frame->stacktop = move->n;
    frame->prev_instr = pw_host_units(frame->f_code) + move->prev;
    frame->f_locals = move->f_locals;
    if (move->object && move->object->f_frame->owner == FRAME_OWNED_BY_FRAME_OBJECT) {
        give_up_frame(move->object, frame);
        return;
    }
    frame->frame_obj = move->object;
    if (move->object)
        move->object->f_frame = frame;
}

PyObject *pw_host_move_in(PyThreadState *ts, _PyInterpreterFrame *frame, PwMove *move)
{
    move->taken = true;
    disarm_move(move);
    if (move->frame) { /* what this resumption has sent is not what the frame waits for */
        Py_DECREF(frame->localsplus[--frame->stacktop]);
        if (move->has_top)
            frame->localsplus[frame->stacktop++] = move->top;
    } else {
        fill(frame, move);
    }
    /* A function that was only ever run inlined has not been seen yet. */
    if (!pw_host_probe(frame->f_code)->code)
        (void)pw_host_first_sight(frame->f_code);
    int throwflag = 0;
    bool recording = pw_host_recording(ts), counting = pw_host_counting(ts);
    if (recording || counting || move->n_inner) {
        PwHostLink link;
        pw_host_link_inline(&link, ts, frame);
        if (recording)
            pw_host_record_rebuilt(ts, frame);
        if (counting)
            pw_host_count_frame(ts, frame);
        if (move->n_inner)
            throwflag = run_inner(ts, frame, move);
        pw_host_unlink_inline(&link, ts);
    }
    if (!move->n_inner && move->exc[0]) {
        PyErr_Restore(move->exc[0], move->exc[1], move->exc[2]);
        throwflag = 1;
    }
    return move->has_left ? pw_host_run_left(ts, frame, move->left) : pw_host_run(ts, frame, throwflag);
}

/* -- frames that the interpreter inlined without the hook ---------------------------------------------------------- */

static size_t frame_words(const _PyInterpreterFrame *frame)
{
    PyCodeObject *code = frame->f_code;
    return (size_t)code->co_nlocalsplus + (size_t)code->co_stacksize + FRAME_SPECIALS_SIZE;
}

/* The instruction that called without the hook does so no more. */
static void unspecialise_subscr(_PyInterpreterFrame *frame)
{
    _Py_CODEUNIT *unit = frame->prev_instr - INLINE_CACHE_ENTRIES_BINARY_SUBSCR;
    if (unit >= pw_host_units(frame->f_code) && _Py_OPCODE(*unit) == BINARY_SUBSCR_GETITEM)
        pw_host_set_opcode(unit, BINARY_SUBSCR);
}

/* Moves the topmost frame of the data stack into a hooked one and runs that. */
static PyObject *rerun(PyThreadState *ts, _PyInterpreterFrame *inner, PwMove *move)
{
    int n = inner->stacktop;
    PyFunctionObject *func = inner->f_func;
    PyCodeObject *code = inner->f_code;
    PyObject **slots = pw_calloc((size_t)n + 1, sizeof *slots);
    if (!slots)
        Py_FatalError("prewarm: out of memory while a frame has no owner");
    memcpy(slots, inner->localsplus, (size_t)n * sizeof *slots);
    move->func = func;
    move->code = code;
    move->slots = slots;
    move->n = n;
    move->prev = inner->prev_instr - pw_host_units(code);
    move->object = inner->frame_obj;
    move->f_locals = inner->f_locals;
    /* The frame that is made now takes the same place, even in a chunk of its own. */
    ts->datastack_top = (PyObject **)inner;
    PyObject *value = call_with_dummies(move);
    if (!move->taken)
        Py_FatalError("prewarm: a frame could not be made again");
    pw_free(slots);
    Py_DECREF(code);
    Py_DECREF(func);
    return value;
}

typedef PW_VEC(_PyInterpreterFrame *) Frames;

/* The frame that begins at `at`, an address on the data stack where another frame ends (or NULL: where the stack
 * begins). It may be in the next chunk. NULL: the data stack ends there. */
static _PyInterpreterFrame *frame_after(PyThreadState *ts, PyObject **at)
{
    _PyStackChunk *chunk = ts->datastack_chunk, *newer = NULL;
    PyObject **end = ts->datastack_top;
    while (chunk && !(at >= chunk->data && at <= end)) {
        newer = chunk;
        chunk = chunk->previous;
        end = chunk ? &chunk->data[chunk->top] : NULL;
    }
    if (!chunk) /* there was no data stack yet; the first chunk keeps one word for itself */
        return (_PyInterpreterFrame *)&newer->data[1];
    if (at < end)
        return (_PyInterpreterFrame *)at;
    return newer ? (_PyInterpreterFrame *)newer->data : NULL;
}

/* The frames above `frame`, outermost first. */
static void collect(PyThreadState *ts, _PyInterpreterFrame *frame, PyObject **top, Frames *frames)
{
    _PyInterpreterFrame *inner = frame_after(ts, top);
    while (inner) {
        if (inner->previous != frame || !PW_VEC_PUSH(frames, inner))
            Py_FatalError("prewarm: a frame that nobody knows is on the stack");
        frame = inner;
        inner = frame_after(ts, (PyObject **)inner + frame_words(inner));
    }
}

PyObject *pw_host_finish_unhooked(PyThreadState *ts, _PyInterpreterFrame *frame, PyObject **top, PyObject *left)
{
    Frames frames = {0};
    collect(ts, frame, top, &frames);
    /* Each inlined frame was counted on entry; only one count was given back. */
    ts->recursion_remaining += (int)frames.n;
    PwMove move = {.has_left = true, .left = left};
    PyObject *value = NULL;
    for (uint32_t i = frames.n; i-- > 0;) {
        _PyInterpreterFrame *caller = i ? frames.at[i - 1] : frame;
        unspecialise_subscr(caller);
        _PyCFrame link = {.use_tracing = ts->cframe->use_tracing, .current_frame = caller, .previous = ts->cframe};
        ts->cframe = &link;
        ts->recursion_remaining -= (int)i + 1;
        value = rerun(ts, frames.at[i], &move);
        ts->recursion_remaining += (int)i + 1;
        ts->cframe = link.previous;
        ts->cframe->use_tracing = link.use_tracing;
        move = (PwMove){0};
        if (value && i)
            caller->localsplus[caller->stacktop++] = value;
        else if (i)
            PyErr_Fetch(&move.exc[0], &move.exc[1], &move.exc[2]);
    }
    PW_VEC_FREE(&frames);
    return value;
}
