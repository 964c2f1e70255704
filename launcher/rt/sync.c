/* Frames that native code holds only as snapshots, shown to whoever looks: local variables of frames marked native, and
 * inlined frames made real while Python code runs below them.
 *
 * Real inlined frames live in the run's own memory, not on the thread's data stack: nothing but CPython's own pop needs them
 * there. They own a reference to their function only; locals are written when they are asked for. Source: CPython 3.11
 * Python/frame.c (what happens to a frame object that outlives its frame). */
#include "launcher/rt/helpers_int.h"
#include "launcher/rt/int.h"

static const PwXFrame *frame_of(const RtRun *run, uint32_t snapshot, uint32_t k)
{
    const PwExits *x = &run->tree->exits;
    return &x->frame[x->snap[snapshot].frames + k];
}

static size_t words(size_t bytes)
{
    return (bytes + sizeof(PwCell) - 1) / sizeof(PwCell);
}

static size_t frame_words(const PwXFrame *f)
{
    return words(sizeof(_PyInterpreterFrame) + sizeof(PyObject *) * f->nlocals);
}

uint32_t rt_sync_words(const PwExits *x)
{
    size_t most = 0;
    for (uint32_t s = 0; s < x->nsnap; s++) {
        size_t sum = 0;
        for (uint32_t k = 1; k < x->snap[s].nframes; k++)
            sum += frame_words(&x->frame[x->snap[s].frames + k]);
        most = sum > most ? sum : most;
    }
    return (uint32_t)most;
}

/* -- values to look at -- */

/* Remembers a new object to be released when the run is over. */
static PyObject *keep(RtRun *run, PyObject *box)
{
    if (!box) {
        PyErr_Clear();
        return NULL;
    }
    if (!pw_vec_grow((void **)&run->boxes, &run->boxcap, run->nboxes, 1, sizeof *run->boxes)) {
        Py_DECREF(box);
        return NULL;
    }
    return run->boxes[run->nboxes++] = box;
}

static PyObject *show_number(RtRun *run, uint8_t type, PwCell c)
{
    if (type == PW_T_B)
        return c.i & 1 ? Py_True : Py_False;
    return keep(run, type == PW_T_F ? PyFloat_FromDouble(c.f) : PyLong_FromLongLong(c.i));
}

static PyObject *show_tuple(RtRun *run, const PwXVal *first)
{
    uint32_t n = first->x;
    PwGcPause p = gc_pause();
    PyObject *tuple = PyTuple_New(n);
    for (uint32_t i = 0; tuple && i < n; i++) {
        PyObject *o = rt_show(run, first + 1 + i);
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(o ? o : Py_None));
    }
    gc_resume(p);
    return keep(run, tuple);
}

PyObject *rt_show(RtRun *run, const PwXVal *v)
{
    const PwCell *cells = run->cell[PW_RUN_EXITS].p;
    switch (v->src) {
    case PW_X_CELL:
        return v->type == PW_T_O ? cells[v->x].p : show_number(run, v->type, cells[v->x]);
    case PW_X_SYM:
        return v->type == PW_T_O ? run->tree->link[v->x].p : show_number(run, v->type, run->tree->link[v->x]);
    case PW_X_IMM:
        return show_number(run, v->type, (PwCell){.i = run->tree->exits.imm[v->x]});
    case PW_X_VTUPLE:
        return show_tuple(run, &run->tree->exits.val[v->x]);
    default:
        return NULL;
    }
}

/* Which frame of the run's snapshot it is; PW_NONE: none. */
static uint32_t number_of(const RtRun *run, const _PyInterpreterFrame *frame)
{
    const _PyInterpreterFrame *f = run->sync;
    for (uint32_t k = run->nsync; k; k--, f = f->previous)
        if (f == frame)
            return k;
    return frame == run->frame ? 0 : PW_NONE;
}

/* The slots get borrowed references: while the mark lasts nobody releases what they hold, and the exit writes them anew. */
static void write_locals(RtRun *run, _PyInterpreterFrame *frame, uint32_t number)
{
    const PwXFrame *f = frame_of(run, (uint32_t)run->cell[PW_RUN_SYNC].i, number);
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    for (uint32_t i = 0; i < f->nlocals; i++) {
        const PwXVal *v = &run->tree->exits.val[f->slots + i];
        if (v->kind != PW_E_KEEP)
            frame->localsplus[i] = v->kind == PW_E_NULL ? NULL : rt_show(run, v);
    }
    PyErr_Restore(type, value, traceback);
}

bool pw_rt_frame_locals(void *user, _PyInterpreterFrame *frame)
{
    RtRun *run = user;
    uint32_t number = number_of(run, frame);
    if (number == PW_NONE)
        return false;
    if (run->cell[PW_RUN_SYNC].i >= 0)
        write_locals(run, frame, number);
    return true;
}

/* -- inlined frames -- */

/* Takes the entry of an inlined frame out of the list: the frame object is the caller's. */
static PyFrameObject *unlist(RtKept **at)
{
    RtKept *k = *at;
    PyFrameObject *fo = k->object;
    *at = k->next;
    pw_free(k);
    return fo;
}

/* A frame object that a traceback keeps has its frame again. */
static __attribute__((noinline)) void reattach(RtRun *run, uint32_t number, _PyInterpreterFrame *f)
{
    for (RtKept **at = &run->kept; *at; at = &(*at)->next) {
        _PyInterpreterFrame *own = (*at)->object ? (*at)->object->f_frame : NULL;
        if (!own || (*at)->frame != number || own->stacktop || own->f_code != f->f_code)
            continue;
        PyFrameObject *fo = unlist(at);
        Py_XSETREF(f->f_locals, own->f_locals);
        own->f_locals = NULL;
        f->frame_obj = fo;
        fo->f_frame = f;
        run->again |= UINT32_C(1) << number;
        Py_DECREF(own->f_code);
        Py_DECREF(own->f_func);
        return;
    }
}

/* The trace keeps function and code alive while the frame is there: it owns nothing. */
static inline _PyInterpreterFrame *make_frame(RtRun *run, const PwXFrame *x, uint32_t number, PwCell *at,
                                              _PyInterpreterFrame *previous)
{
    const PwXVal *v = &run->tree->exits.val[x->func];
    PyFunctionObject *func = v->src == PW_X_SYM ? run->tree->link[v->x].p : (void *)rt_show(run, v);
    _PyInterpreterFrame *f = (_PyInterpreterFrame *)at;
    f->f_func = func;
    f->f_globals = func->func_globals;
    f->f_builtins = func->func_builtins;
    f->f_locals = NULL;
    f->f_code = run->tree->link[x->code].p;
    f->frame_obj = NULL;
    f->previous = previous;
    f->prev_instr = _PyCode_CODE(f->f_code) + x->unit - 1;
    f->stacktop = -1;
    f->is_entry = false;
    f->owner = FRAME_OWNED_BY_THREAD;
    for (uint32_t i = 0; i < x->nlocals; i++)
        f->localsplus[i] = NULL;
    if (run->kept)
        reattach(run, number, f);
    return f;
}

void rt_sync_push(RtRun *run, uint32_t snapshot, bool at_unit)
{
    const PwXSnap *s = &run->tree->exits.snap[snapshot];
    const PwXFrame *x = &run->tree->exits.frame[s->frames + 1];
    _PyInterpreterFrame *f = run->ts->cframe->current_frame;
    PwCell *at = run->sync_room;
    uint32_t n = s->nframes - 1;
    run->cell[PW_RUN_SYNC].i = snapshot;
    run->again = 0;
    for (uint32_t k = 0; k < n; k++, x++) {
        f = make_frame(run, x, k + 1, at, f);
        at += frame_words(x);
    }
    if (n) /* the tree has set the root frame's, by the same rule */
        f->prev_instr += at_unit;
    run->nsync = n;
    run->sync = f;
    run->ts->cframe->current_frame = f;
    run->ts->recursion_remaining -= (int)n;
}

/* A frame object that somebody keeps takes the frame over: its own copy, with references of its own. */
static void hand_over(RtRun *run, uint32_t number, _PyInterpreterFrame *f, PyFrameObject *fo)
{
    uint32_t n = (uint32_t)f->f_code->co_nlocalsplus;
    PyFrameObject *back = PyFrame_GetBack(fo);
    PyErr_Clear();
    write_locals(run, f, number);
    for (uint32_t i = 0; i < n; i++)
        Py_XINCREF(f->localsplus[i]);
    Py_INCREF(f->f_code);
    Py_INCREF(f->f_func);
    f->stacktop = (int)n;
    f->frame_obj = NULL;
    _PyInterpreterFrame *own = (_PyInterpreterFrame *)fo->_f_frame_data;
    memcpy(own, f, offsetof(_PyInterpreterFrame, localsplus) + sizeof(PyObject *) * n);
    own->owner = FRAME_OWNED_BY_FRAME_OBJECT;
    own->previous = NULL;
    fo->f_frame = own;
    Py_XSETREF(fo->f_back, back);
    if (!PyObject_GC_IsTracked((PyObject *)fo))
        PyObject_GC_Track(fo);
}

/* A frame object that a traceback keeps, between two times that its frame is real: nobody looks at it. */
static void detach(_PyInterpreterFrame *f, PyFrameObject *fo)
{
    _PyInterpreterFrame *own = (_PyInterpreterFrame *)fo->_f_frame_data;
    Py_INCREF(f->f_code);
    Py_INCREF(f->f_func);
    f->frame_obj = NULL;
    memcpy(own, f, offsetof(_PyInterpreterFrame, localsplus));
    own->stacktop = 0;
    own->owner = FRAME_OWNED_BY_FRAME_OBJECT;
    own->previous = NULL;
    fo->f_frame = own;
}

/* Keeps a frame object for the real frame. Takes the reference. */
static void remember(RtRun *run, uint32_t frame, PyFrameObject *fo)
{
    RtKept *k = pw_alloc(sizeof *k);
    if (!k) {
        Py_DECREF(fo); /* out of memory: it stays as it is now */
        return;
    }
    *k = (RtKept){run->kept, frame, fo};
    run->kept = k;
}

bool rt_kept_has(RtRun *run, uint32_t frame)
{
    for (RtKept **at = &run->kept; *at; at = &(*at)->next) {
        if ((*at)->frame != frame || !(*at)->object)
            continue;
        if (Py_REFCNT((*at)->object) > 1 || (*at)->object->f_frame->f_locals)
            return true;
        Py_DECREF((PyObject *)unlist(at));
        return false;
    }
    return false;
}

PyFrameObject *rt_kept_take(RtRun *run, uint32_t frame, PyCodeObject *code)
{
    for (RtKept *k = run->kept; k; k = k->next)
        if (k->object && k->frame == frame && k->object->f_frame->f_code == code &&
            k->object->f_frame->owner == FRAME_OWNED_BY_FRAME_OBJECT) {
            PyFrameObject *fo = k->object;
            k->object = NULL;
            return fo;
        }
    return NULL;
}

void rt_kept_drop(RtRun *run)
{
    if (run->kept)
        _PyThreadState_UpdateTracingState(run->ts);
    while (run->kept) {
        RtKept *k = run->kept;
        run->kept = k->next;
        Py_XDECREF((PyObject *)k->object);
        pw_free(k);
    }
}

/* Why a real inlined frame ends. */
typedef enum RtWhy {
    OVER,   /* what it was made for is over: if somebody keeps its object, the trace must leave */
    RAISED, /* likewise, by an exception: a traceback keeps it */
    LEFT,   /* the inlined call is over */
} RtWhy;

/* Somebody has looked at this frame. */
static __attribute__((noinline)) void end_seen(RtRun *run, uint32_t number, _PyInterpreterFrame *f, RtWhy why)
{
    PyFrameObject *fo = f->frame_obj;
    bool again = run->again >> number & 1;
    if (!fo || Py_REFCNT(fo) == 1) {
        f->stacktop = 0;
        f->frame_obj = NULL;
        Py_XDECREF(fo);
        Py_XDECREF(f->f_locals);
        return;
    }
    if (why == RAISED || (why == OVER && again)) {
        detach(f, fo);
        remember(run, number, fo);
        return;
    }
    hand_over(run, number, f, fo);
    if (why == LEFT) {
        Py_DECREF((PyObject *)fo);
        return;
    }
    remember(run, number, fo);
    *(uint8_t *)run->cell[PW_RUN_TRACING].p = 255; /* the next guntraced leaves */
}

static inline void end_frame(RtRun *run, RtWhy why)
{
    _PyInterpreterFrame *f = run->sync;
    uint32_t number = run->nsync--;
    run->sync = run->ts->cframe->current_frame = f->previous;
    run->ts->recursion_remaining++;
    if (f->frame_obj || f->f_locals)
        end_seen(run, number, f, why);
}

void rt_sync_pop(RtRun *run)
{
    PyObject *type, *value, *traceback;
    if (!run->ts->curexc_type) {
        while (run->nsync)
            end_frame(run, OVER);
        return;
    }
    PyErr_Fetch(&type, &value, &traceback);
    while (run->nsync)
        end_frame(run, RAISED);
    PyErr_Restore(type, value, traceback);
}

void rt_sync_unwind(RtRun *run)
{
    end_frame(run, LEFT);
}

void rt_sync_rest(RtRun *run)
{
    while (run->nsync)
        end_frame(run, RAISED);
}

int h_sync_begin(void *cells)
{
    RtRun *run = ((PwCell *)cells)[PW_RUN_RUNTIME].p;
    rt_sync_push(run, (uint32_t)run->cell[PW_RUN_SYNC].i, true);
    return 0;
}

int h_sync_after(void *cells)
{
    RtRun *run = ((PwCell *)cells)[PW_RUN_RUNTIME].p;
    rt_sync_push(run, (uint32_t)run->cell[PW_RUN_SYNC].i, false);
    return 0;
}

int h_sync_end(void *cells)
{
    rt_sync_pop(((PwCell *)cells)[PW_RUN_RUNTIME].p);
    return 0;
}
