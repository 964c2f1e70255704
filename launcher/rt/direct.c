/* Calls between trees: a Python function that has a function tree is run with a frame in C memory, without CPython's calling
 * sequence. Its frame is linked like any other, so tracebacks, sys._getframe and warnings see it; when the tree leaves before
 * the function's end, CPython makes a real frame of it and goes on there.
 * Source: CPython 3.11 Python/frame.c (what a frame is, and what becomes of a frame object that outlives it). */
#include "launcher/rt/helpers_int.h"
#include "launcher/rt/int.h"

#include <alloca.h>

enum {
    MAX_WORDS = 512, /* of exits and of frame, on the C stack */
    LEAN = 50,       /* exits in a row without getting anywhere: then it is not called so any more, unless a new link helps */
};

uint32_t rt_direct_epoch = 1;

/* Functions that were called last, and what was found for them: found again by one compare. */
typedef struct Known {
    PyFunctionObject *fn;
    PyObject *code; /* fn's then */
    PwRtTree *tree;
    uint32_t epoch;
} Known;
static Known known[64]; /* the GIL protects it */

/* What C code calls in place of a function that has a tree. One that leaves early is what it was, until it has come through the
 * interpreter to its end again, often enough; one that does not get in stays what it was. */
static PyObject *called(PyObject *callable, PyObject *const *args, size_t flagged, PyObject *names)
{
    PyObject *value;
    if (!names && rt_direct(callable, args, (size_t)PyVectorcall_NARGS(flagged), &value))
        return value;
    PyFunctionObject *fn = (PyFunctionObject *)callable;
    PwSide *side = pw_host_side((PyCodeObject *)fn->func_code);
    PwRtTree *t = side ? rt_tree_at(side, PW_ROOT_FUNC, 0) : NULL;
    if (t)
        t->unfit = true;
    fn->vectorcall = _PyFunction_Vectorcall;
    return _PyFunction_Vectorcall(callable, args, flagged, names);
}

void rt_direct_adopt(PwRtTree *t, PyFunctionObject *fn)
{
    if (fn->vectorcall == _PyFunction_Vectorcall && !t->unfit)
        fn->vectorcall = called;
}

/* Trees that are too small to be entered from the interpreter are linked here first. */
static void link_for(PwRtTree *t, PyFunctionObject *fn)
{
    _PyInterpreterFrame frame = {.f_func = fn,
                                 .f_globals = fn->func_globals,
                                 .f_builtins = fn->func_builtins,
                                 .f_code = (PyCodeObject *)fn->func_code};
    if (t->state == PW_RT_LINKED) {
        if (rt_relink(t, &frame))
            t->lean = 0;
    } else if (!t->backoff || !--t->backoff) {
        (void)rt_link(t, &frame);
    }
}

/* Does it lead nowhere? Its exits may have come from what a new link would cure. */
static bool is_lean(PwRtTree *t, PyFunctionObject *fn)
{
    if (t->lean++ == LEAN && !t->running)
        link_for(t, fn);
    return t->lean >= LEAN;
}

/* A linked function tree with the simple calling sequence, or NULL. */
static PwRtTree *find(PyFunctionObject *fn)
{
    const int others = CO_VARARGS | CO_VARKEYWORDS | CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR;
    PyCodeObject *co = (PyCodeObject *)fn->func_code;
    if (co->co_kwonlyargcount || co->co_flags & others || !(co->co_flags & CO_OPTIMIZED) || co->co_nlocalsplus + co->co_stacksize > MAX_WORDS)
        return NULL;
    PwSide *side = pw_host_side(co);
    PwRtTree *t = side ? rt_tree_at(side, PW_ROOT_FUNC, 0) : NULL;
    if (t && t->native && t->state != PW_RT_LINKED)
        link_for(t, fn);
    return t && t->native && t->state == PW_RT_LINKED && t->exits.maxlive + t->sync_words <= MAX_WORDS
               ? t
               : NULL;
}

/* The tree to run for this call, or NULL. */
static inline PwRtTree *tree_for(PyThreadState *ts, PyFunctionObject *fn, size_t n)
{
    Known *k = &known[((uintptr_t)fn >> 5) % (sizeof known / sizeof *known)];
    if (k->fn != fn || k->code != fn->func_code || k->epoch != rt_direct_epoch) {
        PwRtTree *t = find(fn);
        if (!t)
            return NULL;
        *k = (Known){fn, fn->func_code, t, rt_direct_epoch};
    }
    PwRtTree *t = k->tree;
    if ((fn->vectorcall != _PyFunction_Vectorcall && fn->vectorcall != called) ||
        (size_t)((PyCodeObject *)k->code)->co_argcount != n || t->backoff ||
        (t->lean >= LEAN && is_lean(t, fn)) || fn->func_globals != t->globals || fn->func_builtins != t->builtins ||
        ts->recursion_remaining <= (int)t->maxdepth + 1 || pw_host_traced(ts) || pw_host_stack_low())
        return NULL;
    return t;
}

static void make_frame(_PyInterpreterFrame *f, PyFunctionObject *fn, PyObject *const *args, size_t n)
{
    PyCodeObject *co = (PyCodeObject *)fn->func_code;
    f->f_func = (PyFunctionObject *)Py_NewRef((PyObject *)fn);
    f->f_globals = fn->func_globals;
    f->f_builtins = fn->func_builtins;
    f->f_locals = NULL;
    f->f_code = (PyCodeObject *)Py_NewRef((PyObject *)co);
    f->frame_obj = NULL;
    f->prev_instr = _PyCode_CODE(co) + (co->co_ncellvars || co->co_nfreevars ? -1 : co->_co_firsttraceable);
    f->is_entry = true;
    f->owner = FRAME_OWNED_BY_THREAD;
    for (size_t i = 0; i < n; i++)
        f->localsplus[i] = Py_NewRef(args[i]);
    for (int i = (int)n; i < co->co_nlocalsplus; i++)
        f->localsplus[i] = NULL;
}

/* A frame object that somebody keeps takes the finished frame over. */
static void hand_over(_PyInterpreterFrame *f, PyFrameObject *fo)
{
    int n = f->f_code->co_nlocalsplus;
    PyFrameObject *back = PyFrame_GetBack(fo);
    PyErr_Clear();
    f->stacktop = n;
    f->frame_obj = NULL;
    _PyInterpreterFrame *own = (_PyInterpreterFrame *)fo->_f_frame_data;
    memcpy(own, f, offsetof(_PyInterpreterFrame, localsplus) + sizeof(PyObject *) * (size_t)n);
    own->owner = FRAME_OWNED_BY_FRAME_OBJECT;
    own->previous = NULL;
    fo->f_frame = own;
    Py_XSETREF(fo->f_back, back);
    if (!PyObject_GC_IsTracked((PyObject *)fo))
        PyObject_GC_Track(fo);
    Py_DECREF(fo);
}

/* The function has returned: its frame goes, as the interpreter would let it go. */
static void clear_frame(_PyInterpreterFrame *f)
{
    PyFrameObject *fo = f->frame_obj;
    if (fo && Py_REFCNT(fo) > 1) {
        hand_over(f, fo);
        return;
    }
    f->frame_obj = NULL;
    Py_XDECREF(fo);
    for (int i = 0; i < f->f_code->co_nlocalsplus; i++)
        Py_XDECREF(f->localsplus[i]);
    Py_XDECREF(f->f_locals);
    Py_DECREF(f->f_code);
    Py_DECREF(f->f_func);
}

PwHostAction rt_direct_leave(RtRun *run, PwHostInline *frames, uint32_t n, bool thrown)
{
    _PyInterpreterFrame *f = run->frame;
    PyFrameObject *object = f->frame_obj;
    f->frame_obj = NULL;
    pw_host_unlink_inline(&run->direct->link, run->ts);
    run->direct->value = pw_host_run_moved(frames, n, thrown, object, f->f_locals);
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    for (uint32_t k = 1; k < n; k++) {
        Py_DECREF(frames[k].func);
        Py_DECREF(frames[k].code);
    }
    Py_DECREF(f->f_code);
    Py_DECREF(f->f_func);
    PyErr_Restore(type, value, traceback);
    return PW_HOST_RETURN;
}

PwRtTree *rt_direct_next(RtRun *run, uint32_t unit)
{
    PwRtTree *t = run->tree, *next = rt_tree_at(t->side, PW_ROOT_LOOP, unit);
    if (!next || !next->native || (next == t && t->unit == unit) || pw_host_breaker(run->ts) || pw_host_traced(run->ts) ||
        !rt_may_enter(next, run->ts, run->frame))
        return NULL;
    return next;
}

/* One tree of the call. true: the function has returned; otherwise direct->next goes on, or nobody: then direct->value has the
 * result. Not inlined: the cells go back with its stack frame. */
static __attribute__((noinline)) bool run_tree(PyThreadState *ts, PwRtTree *t, _PyInterpreterFrame *frame, RtDirect *direct)
{
    RtRun run;
    PwCell *cells = alloca(sizeof(PwCell) * (t->exits.maxlive + t->sync_words + 1));
    rt_fill_cells(&run, t, ts, frame);
    run.direct = direct;
    run.cell[PW_RUN_EXITS].p = cells;
    run.sync_room = cells + t->exits.maxlive;
    direct->next = NULL;
    t->running++;
    t->entered++;
    if (t->fail)
        rt_fail_before(t);
    if (!pw_host_native_enter(frame, &run))
        Py_FatalError("prewarm: out of memory for a call");
    int64_t code = t->native(run.cell);
    PyObject *ignored;
    if (code != PW_EXIT_RET) {
        (void)rt_exit(&run, code, &ignored);
        rt_tree_unhold(t);
        return false;
    }
    direct->value = run.cell[PW_RUN_RET].p;
    pw_host_native_leave(frame, frame->f_code->co_nlocalsplus);
    rt_kept_drop(&run);
    if (run.boxes)
        rt_run_release(&run);
    rt_tree_unhold(t);
    return true;
}

static __attribute__((noinline)) PyObject *run_direct(PyThreadState *ts, PwRtTree *t, PyFunctionObject *fn,
                                                      PyObject *const *args, size_t n)
{
    RtDirect direct = {.value = NULL};
    PyCodeObject *co = (PyCodeObject *)fn->func_code;
    size_t slots = (size_t)(co->co_nlocalsplus + co->co_stacksize);
    _PyInterpreterFrame *frame = alloca(sizeof *frame + sizeof(PyObject *) * slots);
    make_frame(frame, fn, args, n);
    if ((co->co_ncellvars || co->co_nfreevars) && !rt_prologue(frame)) {
        frame->stacktop = co->co_nlocalsplus;
        clear_frame(frame);
        return PyErr_NoMemory();
    }
    pw_host_link_inline(&direct.link, ts, frame);
    rt_govern_direct();
    t->running++; /* what it calls may drop it */
    bool returned = run_tree(ts, t, frame, &direct);
    while (direct.next)
        returned = run_tree(ts, direct.next, frame, &direct);
    t->lean = returned ? 0 : t->lean + 1;
    if (!returned) {
        t->gain = 0;
        fn->vectorcall = _PyFunction_Vectorcall;
    }
    rt_tree_unhold(t);
    if (!returned)
        return direct.value;
    if (pw_host_breaker(ts))
        pw_rt_gc_catch_up(ts);
    pw_host_unlink_inline(&direct.link, ts);
    clear_frame(frame);
    return direct.value;
}

bool rt_direct(PyObject *callee, PyObject *const *args, size_t n, PyObject **value)
{
    if (!PyFunction_Check(callee))
        return false;
    PyThreadState *ts = _PyThreadState_GET();
    PwRtTree *t = tree_for(ts, (PyFunctionObject *)callee, n);
    if (!t)
        return false;
    *value = run_direct(ts, t, (PyFunctionObject *)callee, args, n);
    return true;
}
