/* Generators: resumed natively by whoever wants their next item, without CPython's calling sequence. Their frames are real ones
 * in the generator objects, so an exit leaves the frame as it is and lets CPython go on with it. A tree without opaque ops is
 * not even linked before it has left by anything but a yield: nobody can see its frame.
 * Source: CPython 3.11 Objects/genobject.c (gen_send_ex2). */
#include "launcher/rt/int.h"

enum {
    MAX_WORDS = 128, /* of exits and inlined frames, on the C stack */
    LEAN = 50,       /* resumptions in a row that did not come to a yield: let the usual way judge */
    RESUMPTIONS = 64,/* are reported at once */
};

/* Where generators were resumed last, and the trees that begin there (NULL: none): at the resumption itself, or at the header of
 * the loop that goes on there. */
typedef struct Known {
    const _Py_CODEUNIT *at; /* the YIELD_VALUE */
    PwRtTree *tree;
    uint32_t epoch;
} Known;
static Known known[256]; /* the GIL protects it */

static __attribute__((noinline)) void look_up(Known *k, const _PyInterpreterFrame *frame)
{
    PwSide *side = pw_host_side(frame->f_code);
    uint32_t unit = pw_host_entry_unit(frame), header = pw_host_resume_header(frame->f_code, unit);
    PwRtTree *t = side && header ? rt_tree_at(side, PW_ROOT_LOOP, header) : NULL;
    if (!t && side && side->want_entry)
        t = rt_tree_at(side, PW_ROOT_FUNC, unit);
    if (t && !rt_tree_ready(t))
        t = NULL;
    *k = (Known){frame->prev_instr, t && t->exits.maxlive + t->sync_words <= MAX_WORDS ? t : NULL, rt_direct_epoch};
}

static inline PwRtTree *tree_at(const _PyInterpreterFrame *frame)
{
    Known *k = &known[((uintptr_t)frame->prev_instr >> 1) % (sizeof known / sizeof *known)];
    if (k->at != frame->prev_instr || k->epoch != rt_direct_epoch)
        look_up(k, frame);
    return k->tree;
}

static inline bool may_run(PwRtTree *t, PyThreadState *ts, _PyInterpreterFrame *frame)
{
    if (pw_host_traced(ts) || pw_host_breaker(ts) || t->lean >= LEAN)
        return false;
    if (t->state != PW_RT_LINKED || t->backoff)
        return rt_may_enter(t, ts, frame);
    return frame->f_globals == t->globals && frame->f_builtins == t->builtins && ts->recursion_remaining > (int)t->maxdepth;
}

/* As gen_send_ex2 does before it evaluates the frame, and after. */
static inline void begin(PyThreadState *ts, PyGenObject *gen, _PyInterpreterFrame *frame, PwHostLink *link)
{
    pw_host_link_inline(link, ts, frame);
    gen->gi_exc_state.previous_item = ts->exc_info;
    ts->exc_info = &gen->gi_exc_state;
    gen->gi_frame_state = FRAME_EXECUTING;
}

static inline void end(PyThreadState *ts, PyGenObject *gen, _PyInterpreterFrame *frame, PwHostLink *link)
{
    gen->gi_frame_state = FRAME_SUSPENDED;
    ts->exc_info = gen->gi_exc_state.previous_item;
    gen->gi_exc_state.previous_item = NULL;
    pw_host_unlink_inline(link, ts);
    frame->previous = NULL;
}

/* What follows an exit that is no yield: another tree, or the interpreter. The frame is linked. */
static PwHostAction leave(RtRun *run, int64_t code, PyObject **value)
{
    PwRtTree *t = run->tree;
    PwHostAction action = rt_exit(run, code, value);
    t->lean = action == PW_HOST_YIELD ? 0 : t->lean + 1;
    PwRtTree *next = action == PW_HOST_INTERPRET && !t->dropped ? rt_next_tree(t, run->frame, code) : NULL;
    if (!next || pw_host_traced(run->ts) || pw_host_breaker(run->ts))
        return action;
    bool ran = false;
    t->lean = 0;
    return rt_enter(next, run->ts, run->frame, value, &ran);
}

static inline int64_t run_code(PwRtTree *t, PwCell *cell)
{
    return t->native ? t->native(cell) : t->run(t->arg, cell);
}

/* A tree that is not quiet, or a quiet one (code) that has left in the middle. *action: what comes of it. */
static __attribute__((noinline)) void run_seen(PyThreadState *ts, RtRun *run, PyGenObject *gen, bool ran, int64_t code,
                                               PyObject **value, PwHostAction *action)
{
    PwRtTree *t = run->tree;
    PwHostLink link;
    begin(ts, gen, run->frame, &link);
    run->cell[PW_RUN_TRACING].p = pw_host_tracing_byte(ts);
    if (!pw_host_native_enter(run->frame, run))
        Py_FatalError("prewarm: out of memory while a generator is resumed");
    if (!ran)
        code = run_code(t, run->cell);
    *action = leave(run, code, value);
    end(ts, gen, run->frame, &link);
}

/* Runs the tree to its end. */
static inline PwHostAction run_tree(PyThreadState *ts, PwRtTree *t, PyGenObject *gen, PyObject **value)
{
    _PyInterpreterFrame *frame = (_PyInterpreterFrame *)gen->gi_iframe;
    PwHostAction action = PW_HOST_YIELD;
    RtRun run;
    PwCell cells[MAX_WORDS];
    rt_fill_cells(&run, t, ts, frame);
    run.cell[PW_RUN_EXITS].p = cells;
    run.sync_room = cells + t->exits.maxlive;
    if (t->fail)
        rt_fail_before(t);
    if (!(t->entered++ & (RESUMPTIONS - 1)))
        rt_govern_resumed(RESUMPTIONS);
    t->running++;
    int64_t code = t->quiet ? run_code(t, run.cell) : 0;
    if (code <= PW_EXIT_YIELD) {
        *value = run.cell[PW_RUN_RET].p;
        frame->stacktop = frame->f_code->co_nlocalsplus + (int)(PW_EXIT_YIELD - code);
        t->lean = 0;
    } else {
        run_seen(ts, &run, gen, t->quiet, code, value, &action);
    }
    rt_tree_unhold(t);
    return action;
}

/* Not inlined: most generators have no tree, and are not to pay for this one's stack frame. */
static __attribute__((noinline)) bool resume(PwRtTree *t, PyGenObject *gen, PyObject *sent, PyObject **value, PySendResult *status)
{
    _PyInterpreterFrame *frame = (_PyInterpreterFrame *)gen->gi_iframe;
    PyThreadState *ts = _PyThreadState_GET();
    if (!may_run(t, ts, frame) || (!t->quiet && pw_host_stack_low()))
        return false;
    if (t->kind == PW_ROOT_FUNC)
        frame->localsplus[frame->stacktop++] = Py_NewRef(sent ? sent : Py_None);
    PwHostAction action = run_tree(ts, t, gen, value);
    *status = action == PW_HOST_YIELD ? PYGEN_NEXT : pw_host_gen_go_on(gen, sent, action == PW_HOST_THROW, value);
    return true;
}

bool pw_rt_resume(PyGenObject *gen, PyObject *sent, PyObject **value, PySendResult *status)
{
    PwRtTree *t = tree_at((_PyInterpreterFrame *)gen->gi_iframe);
    return t && resume(t, gen, sent, value, status);
}
