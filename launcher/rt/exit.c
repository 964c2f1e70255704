/* Leaving native code: the exit's values become frame memory again, inlined calls become frames.
 *
 * Order matters. First every value is made and put where the interpreter will own it (nothing of that runs Python code); then
 * the root frame counts as current again; then what the trace held besides is released, with the inlined frames shown, since
 * that can run anything; then the inlined frames run to their end. */
#include "launcher/rt/helpers_int.h"
#include "launcher/rt/int.h"

#include <alloca.h>

enum { ON_STACK = 1024 }; /* pointers that an exit may take from the C stack */

/* New objects of this exit, so that slots that name the same value share one object. */
typedef struct Made {
    const RtRun *run;
    PyObject **cell;   /* per exit cell */
    PyObject *imm[16]; /* the first few immediates */
    uint32_t imm_x[16], nimm;
    PyObject *tuple[16];
    uint32_t tuple_x[16], ntuple;
} Made;

static PyObject *made(PyObject *o)
{
    if (!o)
        Py_FatalError("prewarm: out of memory while native code gives a frame back to the interpreter");
    return o;
}

static PyObject *box(uint8_t type, PwCell c)
{
    if (type == PW_T_B)
        return Py_NewRef(c.i & 1 ? Py_True : Py_False);
    return made(type == PW_T_F ? PyFloat_FromDouble(c.f) : PyLong_FromLongLong(c.i));
}

static PyObject *box_cell(Made *m, uint8_t type, uint32_t x, PwCell c)
{
    if (m->cell[x])
        return Py_NewRef(m->cell[x]);
    return m->cell[x] = box(type, c);
}

static PyObject *box_imm(Made *m, uint8_t type, uint32_t x)
{
    for (uint32_t i = 0; i < m->nimm; i++)
        if (m->imm_x[i] == x)
            return Py_NewRef(m->imm[i]);
    PyObject *o = box(type, (PwCell){.i = m->run->tree->exits.imm[x]});
    if (m->nimm < 16) {
        m->imm_x[m->nimm] = x;
        m->imm[m->nimm++] = o;
    }
    return o;
}

static PyObject *take(Made *m, const PwXVal *v, uint32_t kind);

/* A virtual tuple owns its items: they move into the real one. */
static PyObject *build(Made *m, uint32_t x)
{
    for (uint32_t i = 0; i < m->ntuple; i++)
        if (m->tuple_x[i] == x)
            return Py_NewRef(m->tuple[i]);
    const PwXVal *v = &m->run->tree->exits.val[x];
    PyObject *tuple = made(PyTuple_New(v->x));
    for (uint32_t i = 0; i < v->x; i++)
        PyTuple_SET_ITEM(tuple, i, take(m, v + 1 + i, PW_E_OWN));
    if (m->ntuple < 16) {
        m->tuple_x[m->ntuple] = x;
        m->tuple[m->ntuple++] = tuple;
    }
    return tuple;
}

/* The owned object that a slot gets. */
static PyObject *take(Made *m, const PwXVal *v, uint32_t kind)
{
    const PwCell *cells = m->run->cell[PW_RUN_EXITS].p, *link = m->run->tree->link;
    switch (v->src) {
    case PW_X_CELL:
        if (v->type != PW_T_O)
            return box_cell(m, v->type, v->x, cells[v->x]);
        return kind == PW_E_OWN ? cells[v->x].p : Py_XNewRef((PyObject *)cells[v->x].p);
    case PW_X_SYM:
        if (v->type != PW_T_O)
            return box(v->type, link[v->x]);
        return kind == PW_E_OWN ? link[v->x].p : Py_XNewRef((PyObject *)link[v->x].p);
    case PW_X_IMM:
        return box_imm(m, v->type, v->x);
    case PW_X_VTUPLE:
        return build(m, v->x);
    default:
        return NULL;
    }
}

static void fill(Made *m, const PwXFrame *f, PyObject **slots)
{
    const PwXVal *v = &m->run->tree->exits.val[f->slots];
    for (uint32_t i = 0; i < (uint32_t)f->nlocals + f->nstack; i++)
        if (v[i].kind != PW_E_KEEP)
            slots[i] = v[i].kind == PW_E_NULL ? NULL : take(m, &v[i], v[i].kind);
}

void rt_run_release(RtRun *run)
{
    for (uint32_t i = 0; i < run->nboxes; i++)
        Py_DECREF(run->boxes[i]);
    pw_free(run->boxes);
    run->boxes = NULL;
    run->nboxes = run->boxcap = 0;
}

/* What the trace owned and no slot takes. Its end can run Python code, which must find the inlined frames. */
static void release_drops(RtRun *run, PyObject **drop, uint32_t n, uint32_t snapshot, bool inlined,
                          bool thrown)
{
    bool last = false;
    for (uint32_t i = 0; i < n; i++)
        last |= drop[i] && Py_REFCNT(drop[i]) == 1;
    bool shown = last && inlined;
    if (shown) {
        rt_sync_push(run, snapshot, thrown);
        shown = pw_host_native_enter(run->sync, run); /* without memory for a mark their locals look unbound */
    }
    _PyInterpreterFrame *marked = run->sync;
    for (uint32_t i = 0; i < n; i++)
        Py_XDECREF(drop[i]);
    if (shown)
        pw_host_native_leave(marked, -1);
    if (last && inlined)
        rt_sync_pop(run);
}

static uint32_t slots_of(const PwXFrame *f, uint32_t n)
{
    uint32_t sum = 0;
    for (uint32_t k = 0; k < n; k++)
        sum += (uint32_t)f[k].nlocals + f[k].nstack;
    return sum;
}

/* Inlined frames from the second on, with their values. */
static void fill_inlined(Made *m, const PwXFrame *f, uint32_t n, PwHostInline *in, PyObject **slots)
{
    for (uint32_t k = 0; k < n; k++, f++, in++) {
        fill(m, f, slots);
        PyObject *func = take(m, &m->run->tree->exits.val[f->func], PW_E_BORROW);
        *in = (PwHostInline){.func = (PyFunctionObject *)func,
                             .code = (PyCodeObject *)Py_NewRef((PyObject *)m->run->tree->link[f->code].p),
                             .slots = slots,
                             .nstack = f->nstack,
                             .next_unit = f->unit,
                             .cont = (uint8_t)f->cont};
        slots += (uint32_t)f->nlocals + f->nstack;
    }
}

static PwHostAction finish(RtRun *run, PwHostInline *in, uint32_t n, bool thrown)
{
    int failed = pw_host_finish_inlined(run->ts, run->frame, in, n, thrown);
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    for (uint32_t k = 0; k < n; k++) {
        Py_DECREF(in[k].func);
        Py_DECREF(in[k].code);
    }
    PyErr_Restore(type, value, traceback);
    return failed ? PW_HOST_THROW : PW_HOST_INTERPRET;
}

/* To whoever counts exits; an exception waits meanwhile. */
static void tell_left(RtRun *run, uint32_t snapshot, bool thrown)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    run->tree->left(run->tree->arg, run->ts, run->frame, snapshot, thrown);
    PyErr_Restore(type, value, traceback);
}

/* Everything of a snapshot; block has room for all its pointers. */
static PwHostAction restore(RtRun *run, uint32_t snapshot, bool thrown, PyObject **block)
{
    PwRtTree *t = run->tree;
    _PyInterpreterFrame *frame = run->frame;
    const PwXSnap *s = &t->exits.snap[snapshot];
    const PwXFrame *f = &t->exits.frame[s->frames];
    uint32_t inner = s->nframes - 1;
    PwHostInline *in = (PwHostInline *)alloca(sizeof *in * (inner + 1)) + 1; /* in[-1]: the root frame of a direct call */
    Made m; /* its arrays are not cleared: exits are too frequent for that */
    m.run = run;
    m.cell = block;
    m.nimm = m.ntuple = 0;
    PyObject **drop = block + s->nlive;
    PyObject **slots = drop + s->ndrops;
    for (uint32_t i = 0; i < s->nlive; i++)
        m.cell[i] = NULL;

    PwGcPause pause = gc_pause();
    fill(&m, f, frame->localsplus);
    fill_inlined(&m, f + 1, inner, in, slots);
    for (uint32_t i = 0; i < s->ndrops; i++)
        drop[i] = take(&m, &t->exits.val[s->drops + i], PW_E_OWN);
    gc_resume(pause);

    frame->prev_instr = _PyCode_CODE(frame->f_code) + f->unit - (thrown && !inner ? 0 : 1);
    pw_host_native_leave(frame, f->nlocals + f->nstack);
    if (t->left)
        tell_left(run, snapshot, thrown);
    if (s->ndrops)
        release_drops(run, drop, s->ndrops, snapshot, inner, thrown);
    for (uint32_t k = 0; run->kept && k < inner; k++)
        in[k].object = rt_kept_take(run, k + 1, in[k].code);
    rt_kept_drop(run);
    if (run->boxes)
        rt_run_release(run);
    if (run->direct && !inner && !thrown && (run->direct->next = rt_direct_next(run, f->unit)))
        return PW_HOST_INTERPRET;
    if (run->direct) {
        in[-1] = (PwHostInline){.func = frame->f_func,
                                .code = frame->f_code,
                                .slots = frame->localsplus,
                                .nstack = f->nstack,
                                .next_unit = f->unit};
        return rt_direct_leave(run, in - 1, inner + 1, thrown);
    }
    if (inner) {
        rt_govern_frames(inner);
        return finish(run, in, inner, thrown);
    }
    return thrown ? PW_HOST_THROW : PW_HOST_INTERPRET;
}

static __attribute__((noinline)) PwHostAction restore_large(RtRun *run, uint32_t snapshot, bool thrown, uint32_t n)
{
    PyObject **block = pw_alloc(sizeof *block * n);
    (void)made((PyObject *)block);
    PwHostAction action = restore(run, snapshot, thrown, block);
    pw_free(block);
    return action;
}

/* A generator that has left just before its YIELD_VALUE yields at once, unless the interpreter has to tell somebody. */
static PwHostAction yield(RtRun *run, PyObject **result)
{
    _PyInterpreterFrame *frame = run->frame;
    int arg;
    uint32_t unit = (uint32_t)(frame->prev_instr - _PyCode_CODE(frame->f_code)) + 1;
    if (pw_host_opcode_at(frame->f_code, unit, &arg) != YIELD_VALUE || pw_host_traced(run->ts))
        return PW_HOST_INTERPRET;
    *result = frame->localsplus[--frame->stacktop];
    frame->prev_instr++;
    return PW_HOST_YIELD;
}

PwHostAction rt_exit(RtRun *run, int64_t code, PyObject **result)
{
    PwHostAction action;
    if (code < 0) {
        int nstack = code == PW_EXIT_RET ? 0 : (int)(PW_EXIT_YIELD - code);
        *result = run->cell[PW_RUN_RET].p;
        pw_host_native_leave(run->frame, run->frame->f_code->co_nlocalsplus + nstack);
        rt_kept_drop(run);
        if (run->boxes)
            rt_run_release(run);
        action = code == PW_EXIT_RET ? PW_HOST_RETURN : PW_HOST_YIELD;
    } else {
        uint32_t snapshot = (uint32_t)(code >> 1);
        const PwXSnap *s = &run->tree->exits.snap[snapshot];
        uint32_t n = s->nlive + s->ndrops + slots_of(&run->tree->exits.frame[s->frames] + 1, s->nframes - 1) + 1;
        bool thrown = code & PW_EXIT_THROW;
        pw_rt_stats()->exits++;
        if (run->tree->taken) {
            run->tree->taken[snapshot]++;
            rt_count_exit(run, snapshot);
        }
        if (run->tree->fail && !thrown)
            rt_fail_taken(run->tree, snapshot);
        action = n <= ON_STACK ? restore(run, snapshot, thrown, alloca(sizeof(PyObject *) * n))
                               : restore_large(run, snapshot, thrown, n);
        if (run->tree->taken && !run->direct)
            pw_host_count_frame(run->ts, run->frame);
        if (action == PW_HOST_INTERPRET && run->frame->owner == FRAME_OWNED_BY_GENERATOR)
            action = yield(run, result);
    }
    if (pw_host_breaker(run->ts))
        pw_rt_gc_catch_up(run->ts);
    return action;
}
