/* Entering trees: from a frame at a loop header or a function's entry into native code, and what to do next. */
#include "launcher/rt/int.h"

#include <alloca.h>

enum {
    LEAN_ENTRIES = 50,  /* entries that led nowhere, in a row, before the tree is left alone for a while */
    SAMPLE = 32,        /* one entry in so many is timed */
    FIRST_TIMED = 64,   /* of the first ones, every one: some trees are entered once and run for long */
    QUICK_ENTRIES = 5,  /* timed ones in a row that did almost nothing: likewise */
    QUICK_NS = 90,      /* less than this is not worth entering for */
    MAX_BACKOFFS = 4,   /* then it is retired */
    FIRST_BACKOFF = 500,
    /* In instructions, as callgrind counts them: */
    ENTRY_COST = 450,   /* entering and leaving */
    FRAME_COST = 900,   /* making a real frame of an inlined call */
    WORK_GAIN = 12,     /* PwXSnap.work: a bytecode that was not interpreted */
    RETURN_GAIN = 600,  /* a function that ran to its end */
    MOST_LOST = 30000,  /* then the tree is left alone for a while */
    MOST_GAINED = 300000, /* what it has gained long ago does not count */
    ADOPT_GAIN = 3000,  /* then calls by C code enter it directly (direct.c): leaving early is dearer there */
    MAX_CELLS = 8192,   /* of exits and inlined frames, on the C stack */
};

/* How one run ended. */
typedef struct Ended {
    int64_t code;
    bool polled; /* the eval breaker was set */
    bool timed, quick;
} Ended;

/* Was the exit at the very place where the tree begins? */
static bool at_root(const PwRtTree *t, int64_t code)
{
    if (code < 0 || code & PW_EXIT_THROW)
        return false;
    const PwXSnap *s = &t->exits.snap[code >> 1];
    return s->nframes == 1 && t->exits.frame[s->frames].unit == t->unit;
}

/* Adds an entry to what the tree has gained. Where a loop leaves nothing is known of how often it went round before. */
static void weigh(PwRtTree *t, int64_t code)
{
    if (t->kind != PW_ROOT_FUNC)
        return;
    int32_t gain = RETURN_GAIN;
    if (code >= 0) {
        const PwXSnap *s = &t->exits.snap[code >> 1];
        gain = s->work < 1000 ? (int32_t)s->work * WORK_GAIN : 1000 * WORK_GAIN;
        gain -= (int32_t)(s->nframes - 1) * FRAME_COST;
    }
    t->gain += gain - ENTRY_COST;
    if (t->gain > MOST_GAINED)
        t->gain = MOST_GAINED;
}

/* Lets a tree rest that does not earn its entries. */
static void judge(PwRtTree *t, _PyInterpreterFrame *frame, const Ended *e)
{
    if (pw_rt_config()->stress || e->polled)
        return;
    t->lean = at_root(t, e->code) ? t->lean + 1 : 0;
    if (e->timed && (t->entered & (SAMPLE - 1)) == 1)
        t->quick = e->quick ? t->quick + 1 : 0;
    if (((t->lean && !(t->lean & 1)) || (t->entered & (SAMPLE - 1)) == 1) && rt_relink(t, frame))
        t->lean = 0;
    if (rt_fail_wanted() || (t->lean < LEAN_ENTRIES && t->quick < QUICK_ENTRIES && t->gain > -MOST_LOST) || t->state != PW_RT_LINKED ||
        pw_rt_config()->record) /* a recording run leaves only to look around */
        return;
    t->lean = t->quick = 0;
    t->gain = 0;
    if (++t->backoffs > MAX_BACKOFFS)
        rt_tree_give_up(t, PW_RT_RETIRED, "it leaves at once nearly always, so that entering it costs more than it saves");
    else
        t->backoff = FIRST_BACKOFF << 2 * t->backoffs;
}

bool rt_may_enter(PwRtTree *t, PyThreadState *ts, _PyInterpreterFrame *frame)
{
    if (t->backoff) {
        t->backoff--;
        return false;
    }
    if (t->state != PW_RT_LINKED && !rt_link(t, frame))
        return false;
    return frame->f_globals == t->globals && frame->f_builtins == t->builtins &&
           ts->recursion_remaining > (int)t->maxdepth && t->exits.maxlive + t->sync_words <= MAX_CELLS;
}

static int64_t run_code(PwRtTree *t, PwCell *run)
{
    return t->native ? t->native(run) : t->run(t->arg, run);
}

/* For the statistics: the outermost runs count, with whatever is called in them. */
static int64_t run_timed(PwRtTree *t, PwCell *run)
{
    static bool inside;
    if (inside)
        return run_code(t, run);
    uint64_t from = rt_now_ns();
    inside = true;
    int64_t code = run_code(t, run);
    inside = false;
    pw_rt_stats()->ns_native += rt_now_ns() - from;
    return code;
}

/* Not inlined: the cells go back with its stack frame before another tree is entered. */
static __attribute__((noinline)) PwHostAction run_tree(PwRtTree *t, PyThreadState *ts, _PyInterpreterFrame *frame,
                                                       PyObject **result, Ended *e)
{
    RtRun run;
    rt_fill_cells(&run, t, ts, frame);
    PwCell *cells = alloca(sizeof(PwCell) * (t->exits.maxlive + t->sync_words + 1));
    run.cell[PW_RUN_EXITS].p = cells;
    run.sync_room = cells + t->exits.maxlive;
    if (t->fail)
        rt_fail_before(t);
    t->entered++;
    e->timed = (t->entered <= FIRST_TIMED || (t->entered & (SAMPLE - 1)) == 1) && t->native;
    uint64_t from = e->timed ? rt_now_ns() : 0, calls = pw_host_calls();
    if (!pw_host_native_enter(frame, &run)) {
        *e = (Ended){.code = PW_EXIT_RET}; /* out of memory: as if there were no tree */
        return PW_HOST_INTERPRET;
    }
    e->code = pw_rt_config()->stats ? run_timed(t, run.cell) : run_code(t, run.cell);
    e->quick = false;
    if (e->timed) {
        uint64_t ns = rt_now_ns() - from;
        e->quick = e->code >= 0 && ns < QUICK_NS;
        rt_govern_run(ns, pw_host_calls() - calls, t->entered > FIRST_TIMED ? SAMPLE : 1);
        if ((t->entered & 4095) == 1)
            rt_govern();
    }
    e->polled = pw_host_breaker(ts);
    return rt_exit(&run, e->code, result);
}

PwRtTree *rt_next_tree(const PwRtTree *t, const _PyInterpreterFrame *frame, int64_t code)
{
    if (code & PW_EXIT_THROW || t->exits.snap[code >> 1].nframes != 1)
        return NULL;
    uint32_t unit = (uint32_t)(frame->prev_instr - _PyCode_CODE(frame->f_code)) + 1;
    return rt_tree_at(t->side, PW_ROOT_LOOP, unit);
}

static PwRtTree *next_tree(const PwRtTree *t, const _PyInterpreterFrame *frame, const Ended *e)
{
    return at_root(t, e->code) && !e->polled ? NULL : rt_next_tree(t, frame, e->code);
}

/* One tree: enters it and does what its end asks for. *next: the tree to go on with, or NULL. */
static PwHostAction enter_one(PwRtTree *t, PyThreadState *ts, _PyInterpreterFrame *frame,
                              PyObject **result, PwRtTree **next)
{
    Ended e;
    PwHostAction action = run_tree(t, ts, frame, result, &e);
    *next = NULL;
    if (action == PW_HOST_RETURN || action == PW_HOST_YIELD)
        t->lean = 0;
    weigh(t, e.code);
    if (action != PW_HOST_INTERPRET || e.code < 0 || t->dropped)
        return action;
    *next = next_tree(t, frame, &e);
    if (!*next)
        judge(t, frame, &e);
    if (pw_host_traced(ts) || (t->left && pw_host_recording(ts))) {
        *next = NULL;
        return action;
    }
    if (pw_host_breaker(ts)) {
        *next = NULL;
        if (pw_host_poll(ts))
            return PW_HOST_THROW;
        if (pw_host_breaker(ts) || pw_host_traced(ts))
            return action;
        *next = next_tree(t, frame, &e);
    }
    return action;
}

PwHostAction rt_enter(PwRtTree *t, PyThreadState *ts, _PyInterpreterFrame *frame, PyObject **result, bool *ran)
{
    PwHostAction action = PW_HOST_INTERPRET;
    if (rt_release_waiting)
        rt_release_now();
    while (t && rt_may_enter(t, ts, frame)) {
        PwRtTree *next;
        *ran = true;
        t->running++;
        action = enter_one(t, ts, frame, result, &next);
        rt_tree_unhold(t);
        t = next;
    }
    return action;
}

PwHostAction pw_rt_header(PwSide *side, PyThreadState *ts, _PyInterpreterFrame *frame, uint32_t header,
                          PyObject **result, bool *ran)
{
    bool ignored = false;
    return rt_enter(rt_tree_at(side, PW_ROOT_LOOP, header), ts, frame, result, ran ? ran : &ignored);
}

PwHostAction pw_rt_entry(PwSide *side, PyThreadState *ts, _PyInterpreterFrame *frame, PyObject **result, bool *ran)
{
    bool ignored = false;
    uint32_t unit = pw_host_entry_unit(frame);
    PwRtTree *t = rt_tree_at(side, PW_ROOT_FUNC, unit);
    if (t && (!rt_may_enter(t, ts, frame) || (unit ? pw_host_breaker(ts) : !rt_prologue(frame))))
        t = NULL;
    if (t && t->gain > ADOPT_GAIN && t->native && !unit && frame->is_entry)
        rt_direct_adopt(t, frame->f_func);
    return rt_enter(t, ts, frame, result, ran ? ran : &ignored);
}
