/* The start of a recording run, and its host client. */
#include "launcher/record/record.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

RcProcess *rc_process;

enum {
    ASKED_OFTEN = 64,
    GRANT_NS = 500000000, /* what recording may cost, besides once the program's own time: short programs need it to get to their end */
};

uint64_t rc_now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

bool rc_affordable(void)
{
    RcProcess *p = rc_process;
    if (!(p->asked++ % ASKED_OFTEN) || p->busy_ns != p->busy_then) { /* reading the clock is dear where loops are short */
        uint64_t all = rc_now() - p->begun_ns;
        bool before = p->affordable;
        p->affordable = p->config->stress || p->busy_ns < (all - p->busy_ns) + GRANT_NS;
        p->busy_then = p->busy_ns;
        if (before && !p->affordable)
            p->short_from = all;
        else if (!before && p->affordable && p->short_from)
            p->short_ns += all - p->short_from;
    }
    return p->affordable;
}

static bool wanted(PyCodeObject *code)
{
    RcProcess *p = rc_process;
    return getpid() == p->pid && code->co_nlocalsplus + code->co_stacksize < PW_MAX_SLOTS;
}

static void seen(PwSide *side)
{
    RcProcess *p = rc_process;
    rc_load(side);
    if (!p->config->record)
        return;
    if (!rc_code(side))
        return;
    pw_host_arm_all(side, true);
    pw_host_want_entry(side, true);
}

static void gone(PwSide *side)
{
    RcProcess *p = rc_process;
    for (RcTree *t = p->trees; t; t = t->next)
        if (t->side == side) {
            t->side = NULL;
            t->rt = NULL; /* the runtime drops its own in pw_rt_code_gone */
        }
    for (RcCode **c = &p->codes[((uintptr_t)side->code >> 5) % 4096]; *c; c = &(*c)->next)
        if ((*c)->side == side) {
            RcCode *dead = *c;
            *c = dead->next;
            pw_free(dead);
            break;
        }
    pw_rt_code_gone(side);
}

static RcRoot *place_of(RcCode *c, uint32_t kind, uint32_t unit)
{
    for (uint32_t i = 0; c && i < c->nroots; i++)
        if (c->root[i].kind == kind && c->root[i].unit == unit)
            return &c->root[i];
    return NULL;
}

void rc_disarm(PwSide *side, const RcRoot *place)
{
    if (place->kind == PW_ROOT_LOOP) {
        pw_host_arm(side, place->unit, false);
        return;
    }
    const RcCode *c = rc_code_of(side->code);
    for (uint32_t i = 0; c && i < c->nroots; i++)
        if (c->root[i].kind == PW_ROOT_FUNC && !c->root[i].closed)
            return;
    pw_host_want_entry(side, c && pw_rt_any_entry(side));
}

/* Nothing more will be learnt here: the place costs nothing from now on. */
static void close_place(PwSide *side, RcRoot *place)
{
    place->closed = true;
    if (pw_rt_has_tree(side, place->kind, place->unit))
        return;
    rc_disarm(side, place);
}

static void count(PwSide *side, RcRoot *place, PyThreadState *ts, _PyInterpreterFrame *frame)
{
    RcProcess *p = rc_process;
    uint32_t hot = place->kind == PW_ROOT_FUNC ? p->func_hot : p->loop_hot;
    if (++place->count < hot << place->tries || p->rec || getpid() != p->pid)
        return;
    if (!rc_affordable()) {
        place->count = 0;
        return;
    }
    place->count = 0;
    if (!rc_begin_root(side, place, ts, frame) && ++place->tries >= PW_LIMIT_TRIES)
        close_place(side, place);
}

static PwHostAction entry(PwSide *side, PyThreadState *ts, _PyInterpreterFrame *frame, PyObject **result)
{
    bool ran = false;
    if (rc_affordable()) {
        PwHostAction action = pw_rt_entry(side, ts, frame, result, &ran);
        if (ran)
            return action;
    }
    RcRoot *place = place_of(rc_code_of(side->code), PW_ROOT_FUNC, pw_host_entry_unit(frame));
    if (place && !place->closed)
        count(side, place, ts, frame);
    return PW_HOST_INTERPRET;
}

static bool resume(PyGenObject *gen, PyObject *sent, PyObject **value, PySendResult *status)
{
    return !rc_process->config->record && pw_rt_resume(gen, sent, value, status); /* recording counts in `entry` */
}

static PwHostAction header(PwSide *side, PyThreadState *ts, _PyInterpreterFrame *frame, uint32_t unit,
                           PyObject **result)
{
    bool ran = false;
    if (rc_affordable()) {
        PwHostAction action = pw_rt_header(side, ts, frame, unit, result, &ran);
        if (ran)
            return action;
    }
    RcRoot *place = place_of(rc_code_of(side->code), PW_ROOT_LOOP, unit);
    if (place && !place->closed)
        count(side, place, ts, frame);
    return PW_HOST_INTERPRET;
}

/* -- what the recorder asks -- */

static bool has_tree(void *arg, PyCodeObject *code, uint32_t unit)
{
    (void)arg;
    PwSide *side = pw_host_side(code);
    return side && pw_rt_has_tree(side, PW_ROOT_LOOP, unit);
}

static bool may_inline(void *arg, PyCodeObject *code)
{
    (void)arg;
    RcCode *c = rc_code_of(code);
    return !c || !c->no_inline;
}

static void never_inline(void *arg, PyCodeObject *code)
{
    (void)arg;
    PwSide *side = pw_host_side_make(code);
    RcCode *c = side ? rc_code(side) : NULL;
    if (c)
        c->no_inline = true;
}

static const PwHostClient client = {.code_wanted = wanted,
                                    .code_seen = seen,
                                    .code_gone = gone,
                                    .on_entry = entry,
                                    .on_header = header,
                                    .on_resume = resume,
                                    .frame_locals_needed = pw_rt_frame_locals,
                                    .on_end = pw_rt_at_end};

static void at_end(void)
{
    if (!rc_process || getpid() != rc_process->pid)
        return;
    rc_abandon();
    rc_save();
}

/* A child has no part in its parent's database. */
static void forked(void)
{
    rc_process->store = NULL;
}

/* Opens the cache; without one the program runs all the same. */
static PwStatus open_cache(RcProcess *p, const PwFingerprint *fp, PwErr *err)
{
    PwStatus st = pw_store_open(p->config->cache, p->config->record ? PW_STORE_WRITE : PW_STORE_READ, &p->store, err);
    if (st)
        return st;
    PwStoreIdentity id = {pw_ir_digest(), fp->key};
    bool emptied;
    return p->config->record ? pw_store_claim(p->store, &id, &emptied, err) : pw_store_check(p->store, &id, err);
}

static int init(void)
{
    RcProcess *p = rc_process;
    PwErr err = {0};
    PwFingerprint fp;
    PwStatus st = pw_host_fingerprint(&fp, &err);
    if (!st) {
        pw_host_layout(&p->layout);
        RcQuiet quiet = rc_quiet_begin();
        st = open_cache(p, &fp, &err);
        rc_quiet_end(&quiet);
    }
    if (!st)
        st = pw_host_install(&client, &err);
    if (st) {
        if (!err.status)
            (void)pw_err_set(&err, st, "%s", pw_status_text(st));
        pw_rt_stand_back(&err);
        if (p->config->record)
            fprintf(stderr, "prewarm: nothing is recorded: %s\n", err.text[0] ? err.text : pw_status_text(st));
        pw_store_close(p->store);
        p->store = NULL;
        return 0;
    }
    (void)pthread_atfork(NULL, NULL, forked);
    if (p->config->record)
        (void)rc_watch_modules(); /* where that cannot be, modules are unmarshalled as ever */
    p->begun_ns = p->saved_ns = rc_now();
    if (p->config->record)
        Py_AtExit(at_end); /* before the process kills itself for an unhandled KeyboardInterrupt */
    return 0;
}

PW_RT_API int pw_record_start(const PwRtConfig *config);

int pw_record_start(const PwRtConfig *config)
{
    RcProcess *p = pw_calloc(1, sizeof *p);
    PwErr err = {0};
    if (!p || !config->cache) {
        (void)pw_err_set(&err, PW_USAGE, "no cache was given");
        pw_rt_stand_back(&err);
        return -1;
    }
    pw_host_map_ahead(0); /* counts */
    rc_process = p;
    p->config = config;
    p->pid = getpid();
    p->env = (PwRecEnv){p, has_tree, may_inline, never_inline};
    p->loop_hot = config->stress ? 1 : PW_LIMIT_LOOP_HOT;
    p->func_hot = config->stress ? 1 : PW_LIMIT_FUNC_HOT;
    p->exit_hot = config->stress ? 1 : PW_LIMIT_EXIT_HOT;
    if (pw_host_start(init, &err) == PW_OK)
        return 0;
    pw_rt_stand_back(&err);
    return -1;
}
