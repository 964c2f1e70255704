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
        uint32_t n = x->snap[s].nframes;
        size_t sum = n > 1 ? words(sizeof(RtSync) * (n - 1)) : 0;
        for (uint32_t k = 1; k < n; k++)
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

/* The slots get borrowed references: while the mark lasts nobody releases what they hold, and the exit writes them anew. */
void pw_rt_frame_locals(void *user, _PyInterpreterFrame *frame)
{
    RtShow *show = user;
    RtRun *run = show->run;
    int64_t snapshot = run->cell[PW_RUN_SYNC].i;
    if (snapshot < 0)
        return;
    const PwXFrame *f = frame_of(run, (uint32_t)snapshot, show->frame);
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    for (uint32_t i = 0; i < f->nlocals; i++) {
        const PwXVal *v = &run->tree->exits.val[f->slots + i];
        if (v->kind != PW_E_KEEP)
            frame->localsplus[i] = v->kind == PW_E_NULL ? NULL : rt_show(run, v);
    }
    PyErr_Restore(type, value, traceback);
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
static void reattach(RtRun *run, RtSync *s)
{
    for (RtKept **at = &run->kept; *at; at = &(*at)->next) {
        _PyInterpreterFrame *own = (*at)->object ? (*at)->object->f_frame : NULL;
        if (!own || (*at)->frame != s->show.frame || own->stacktop || own->f_code != s->frame->f_code)
            continue;
        PyFrameObject *fo = unlist(at);
        Py_XSETREF(s->frame->f_locals, own->f_locals);
        own->f_locals = NULL;
        s->frame->frame_obj = fo;
        fo->f_frame = s->frame;
        s->again = true;
        Py_DECREF(own->f_code);
        Py_DECREF(own->f_func);
        return;
    }
}

static void make_frame(RtRun *run, RtSync *s, const PwXFrame *x, PwCell *at, bool at_unit)
{
    PyFunctionObject *func = (PyFunctionObject *)rt_show(run, &run->tree->exits.val[x->func]);
    _PyInterpreterFrame *f = (_PyInterpreterFrame *)at;
    f->f_func = (PyFunctionObject *)Py_NewRef((PyObject *)func);
    f->f_globals = func->func_globals;
    f->f_builtins = func->func_builtins;
    f->f_locals = NULL;
    f->f_code = run->tree->link[x->code].p; /* borrowed: the tree is linked while it runs */
    f->frame_obj = NULL;
    f->previous = run->ts->cframe->current_frame;
    f->prev_instr = _PyCode_CODE(f->f_code) + x->unit - (at_unit ? 0 : 1);
    f->is_entry = false;
    f->owner = FRAME_OWNED_BY_THREAD;
    memset(f->localsplus, 0, sizeof(PyObject *) * x->nlocals);
    s->frame = f;
    s->again = false;
    if (run->kept)
        reattach(run, s);
    if (!pw_host_native_enter(f, &s->show))
        f->stacktop = (int)x->nlocals; /* no memory to mark it: its locals look unbound */
    run->ts->cframe->current_frame = f;
    run->ts->recursion_remaining--;
}

void rt_sync_push(RtRun *run, uint32_t snapshot, bool at_unit)
{
    uint32_t n = run->tree->exits.snap[snapshot].nframes;
    run->cell[PW_RUN_SYNC].i = snapshot;
    run->nsync = n - 1;
    run->sync = (RtSync *)run->sync_room;
    PwCell *at = run->sync_room + words(sizeof(RtSync) * (n - 1));
    for (uint32_t k = 1; k < n; k++) {
        const PwXFrame *x = frame_of(run, snapshot, k);
        run->sync[k - 1].show = (RtShow){run, k};
        make_frame(run, &run->sync[k - 1], x, at, at_unit && k == n - 1);
        at += frame_words(x);
    }
}

/* A frame object that somebody keeps takes the frame over: its own copy, with references of its own. */
static void hand_over(RtSync *s, PyFrameObject *fo)
{
    _PyInterpreterFrame *f = s->frame;
    uint32_t n = (uint32_t)f->f_code->co_nlocalsplus;
    PyFrameObject *back = PyFrame_GetBack(fo);
    PyErr_Clear();
    pw_rt_frame_locals(&s->show, f);
    for (uint32_t i = 0; i < n; i++)
        Py_XINCREF(f->localsplus[i]);
    Py_INCREF(f->f_code);
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
static void detach(RtSync *s, PyFrameObject *fo)
{
    _PyInterpreterFrame *f = s->frame, *own = (_PyInterpreterFrame *)fo->_f_frame_data;
    Py_INCREF(f->f_code);
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

static void end_frame(RtRun *run, RtSync *s, RtWhy why)
{
    _PyInterpreterFrame *f = s->frame;
    PyFrameObject *fo = f->frame_obj;
    run->ts->cframe->current_frame = f->previous;
    run->ts->recursion_remaining++;
    pw_host_native_leave(f, (int)f->f_code->co_nlocalsplus);
    if (fo && Py_REFCNT(fo) > 1) {
        if (why == RAISED || (why == OVER && s->again)) {
            detach(s, fo);
            remember(run, s->show.frame, fo);
            return;
        }
        hand_over(s, fo);
        if (why == LEFT) {
            Py_DECREF((PyObject *)fo);
            return;
        }
        remember(run, s->show.frame, fo);
        run->ts->cframe->use_tracing = 255; /* the next guntraced leaves */
        return;
    }
    f->frame_obj = NULL;
    Py_XDECREF(fo);
    Py_XDECREF(f->f_locals);
    Py_DECREF(f->f_func);
}

void rt_sync_pop(RtRun *run)
{
    PyObject *type, *value, *traceback;
    if (!run->ts->curexc_type) {
        while (run->nsync)
            end_frame(run, &run->sync[--run->nsync], OVER);
        return;
    }
    PyErr_Fetch(&type, &value, &traceback);
    while (run->nsync)
        end_frame(run, &run->sync[--run->nsync], RAISED);
    PyErr_Restore(type, value, traceback);
}

void rt_sync_unwind(RtRun *run)
{
    end_frame(run, &run->sync[--run->nsync], LEFT);
}

void rt_sync_rest(RtRun *run)
{
    while (run->nsync)
        end_frame(run, &run->sync[--run->nsync], RAISED);
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
