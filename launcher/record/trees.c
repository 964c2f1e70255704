/* Trees of a recording run: their engines, what the cache had, what failed. */
#include "launcher/record/record.h"

#include <stdlib.h>

static RcCode **bucket(PyCodeObject *co)
{
    return &rc_process->codes[((uintptr_t)co >> 5) % 4096];
}

RcCode *rc_code_of(PyCodeObject *co)
{
    for (RcCode *c = *bucket(co); c; c = c->next)
        if (c->side->code == co)
            return c;
    return NULL;
}

/* The next place behind `unit` where a generator, or whatever else yields, can go on; 0: none. Where it goes straight to a loop's
 * header, that is the root. */
static uint32_t resume_after(PyCodeObject *co, uint32_t unit)
{
    if (!(co->co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)))
        return 0;
    do
        unit = pw_host_resume_at(co, unit + 1);
    while (unit && pw_host_resume_header(co, unit));
    return unit;
}

RcCode *rc_code(PwSide *side)
{
    RcCode *c = rc_code_of(side->code);
    if (c)
        return c;
    uint32_t nresume = 0;
    for (uint32_t unit = 0; (unit = resume_after(side->code, unit)) != 0;)
        nresume++;
    c = pw_calloc(1, sizeof *c + (side->n_edges + nresume + 1) * sizeof *c->root);
    if (!c)
        return NULL;
    c->side = side;
    c->root[c->nroots++] = (RcRoot){.unit = 0, .kind = PW_ROOT_FUNC};
    for (uint32_t unit = 0; (unit = resume_after(side->code, unit)) != 0;)
        c->root[c->nroots++] = (RcRoot){.unit = unit, .kind = PW_ROOT_FUNC};
    for (uint32_t e = 0; e < side->n_edges; e++) {
        bool have = false;
        for (uint32_t i = 1; i < c->nroots; i++)
            have |= c->root[i].kind == PW_ROOT_LOOP && c->root[i].unit == side->edges[e].target;
        if (!have)
            c->root[c->nroots++] = (RcRoot){.unit = side->edges[e].target, .kind = PW_ROOT_LOOP};
    }
    c->next = *bucket(side->code);
    *bucket(side->code) = c;
    return c;
}

/* -- engines -- */

static void engine_free(void *arg)
{
    RcEngine *e = arg;
    if (!e)
        return;
    pw_interp_free(e->interp);
    pw_free((void *)e->exits.snap);
    pw_free(e->quiet);
    pw_tree_free(e->tree);
    pw_free(e);
}

enum {
    FUEL = 400,          /* back-edges of one run: then the interpreter goes on for a while */
    ENOUGH_NS = 1000000, /* a tree that was run for so long and did not grow is rarely run from then on: time is for others */
    SAMPLE_FUEL = 30,
    SAMPLE_REST = 500,   /* visits of its place between two such runs */
    STEP_GAIN = 4,       /* instructions that native code saves for an op of a raw tree */
};

/* What this run would have saved, what entering and leaving costs aside: whether that is worth it, runs find out (rt/enter.c).
 * sampled: it stands for those that were not made, too. */
static int64_t gain_of(const RcEngine *e, uint64_t steps, bool sampled)
{
    int64_t gain = (int64_t)steps * STEP_GAIN, times = e->tree->kind == PW_ROOT_FUNC ? SAMPLE_REST : SAMPLE_REST / SAMPLE_FUEL;
    return sampled ? gain * (times + 1) : gain;
}

static int64_t engine_run(void *arg, PwCell *run)
{
    RcEngine *e = arg;
    RcProcess *p = rc_process;
    if (!p->config->record)
        return pw_interp_run(e->interp, run, UINT64_MAX, NULL);
    RcTree *t = e->owner;
    bool enough = t && t->ran_ns > ENOUGH_NS && !p->config->stress;
    uint64_t t0 = rc_now(), steps = 0;
    int64_t exit = pw_interp_run(e->interp, run, enough ? SAMPLE_FUEL : FUEL, &steps);
    uint64_t ns = rc_now() - t0;
    p->busy_ns += ns;
    t = e->owner; /* what was called may have made the tree grow, or go */
    if (t) {
        t->ran_ns += ns;
        t->gain += gain_of(e, steps, enough);
    }
    if (enough && t && t->rt)
        pw_rt_tree_rest(t->rt, SAMPLE_REST);
    return exit;
}

static bool mark_quiet(RcEngine *e, const PwTree *t)
{
    e->nsnap = t->snap.n;
    e->quiet = pw_calloc(t->snap.n + 1, 1);
    if (e->quiet)
        pw_tree_quiet(t, e->quiet);
    return e->quiet;
}

static uint32_t max_depth(const PwTree *t)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->snap.n; i++)
        if (t->snap.at[i].nframes > n + 1)
            n = t->snap.at[i].nframes - 1;
    return n;
}

/* The engine has a tree of its own: the recorder's grows while this one may be running. */
static RcEngine *engine_new(RcTree *t, PwErr *err)
{
    RcProcess *p = rc_process;
    RcEngine *e = pw_calloc(1, sizeof *e);
    PwStatus st = e ? PW_OK : PW_NOMEM;
    if (!st && p->config->record)
        st = (e->tree = pw_tree_copy(t->tree)) ? PW_OK : PW_NOMEM;
    else if (!st) {
        uint32_t passes = PW_PASSES_ALL;
        const char *text = getenv("PREWARM_PASSES");
        if (text)
            st = pw_opt_parse(text, &passes, err);
        if (!st)
            st = pw_opt_run(t->tree, passes, true, NULL, NULL, &e->tree, err);
    }
    if (!st)
        st = pw_interp_new(e->tree, &p->layout, &e->interp, err);
    if (!st)
        st = pw_exits_make(e->tree, &e->exits);
    if (!st && !mark_quiet(e, e->tree))
        st = PW_NOMEM;
    if (st) {
        engine_free(e);
        return NULL;
    }
    e->owner = t;
    return e;
}

void rc_tree_stop(RcTree *t)
{
    if (t->engine)
        t->engine->owner = NULL;
    t->engine = NULL;
    if (t->rt && t->side)
        pw_rt_tree_drop(t->side, t->rt);
    t->rt = NULL;
}

void rc_tree_run(RcTree *t)
{
    PwErr err = {0};
    rc_tree_stop(t);
    if (!t->side)
        return;
    RcEngine *e = engine_new(t, &err);
    if (!e) {
        pw_rt_explain((uint32_t)t->id, "refused", err.text);
        return;
    }
    uint32_t *counts = pw_realloc(t->counts, (e->nsnap + 1) * sizeof *counts);
    if (counts) {
        memset(counts + t->ncounts, 0, (e->nsnap > t->ncounts ? e->nsnap - t->ncounts : 0) * sizeof *counts);
        t->counts = counts;
        t->ncounts = e->nsnap > t->ncounts ? e->nsnap : t->ncounts;
    }
    PwRtTreeInit init = {.id = (uint32_t)t->id,
                         .kind = e->tree->kind,
                         .unit = e->tree->unit,
                         .nsym = e->tree->sym.n,
                         .sym = e->tree->sym.at,
                         .exits = e->exits,
                         .maxdepth = max_depth(e->tree),
                         .run = engine_run,
                         .arg = e,
                         .left = rc_left,
                         .gone = engine_free};
    t->engine = e;
    t->ran_ns = 0;
    t->rt = pw_rt_tree_add(t->side, &init, true);
    if (!t->rt) {
        t->engine = NULL;
        engine_free(e);
    }
}

RcTree *rc_tree_new(PwSide *side, PwTree *tree)
{
    RcTree *t = pw_calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->side = side;
    t->tree = tree;
    t->dirty = true;
    t->next = rc_process->trees;
    rc_process->trees = t;
    rc_tree_run(t);
    return t;
}

/* -- what the cache has -- */

/* An exit that many runs took is recorded at once, the first time that it is met. */
static void apply_learnt(RcProcess *p, PwTree *tree, int64_t id)
{
    PwArena arena = {0};
    PwStoreExit *exit = NULL;
    uint32_t n = 0;
    if (pw_store_exits(p->store, id, &arena, &exit, &n, NULL) != PW_OK)
        n = 0;
    for (uint32_t k = 0; k < n; k++) {
        PwSnap *s = exit[k].exit < tree->snap.n ? &tree->snap.at[exit[k].exit] : NULL;
        if (!s || exit[k].count < PW_EXIT_WORTH || s->seg != PW_NONE)
            continue;
        if (s->count + 1 < p->exit_hot)
            s->count = p->exit_hot - 1;
        if (p->config->learn)
            s->hot = 0;
    }
    pw_arena_free(&arena);
}

static void load_one(PwSide *side, const PwDigest *digest, uint32_t unit, PwStoreKind kind)
{
    RcProcess *p = rc_process;
    PwArena arena = {0};
    PwStoreTree row;
    PwTree *tree = NULL;
    PwErr err = {0};
    if (pw_store_tree(p->store, digest, unit, kind, &arena, &row, &err) == PW_OK &&
        pw_tree_decode(row.blob, row.bytes, &tree, &err) == PW_OK) {
        apply_learnt(p, tree, row.id);
        RcTree *t = rc_tree_new(side, tree);
        if (t) {
            t->id = row.id;
            t->revision = row.revision;
            t->dirty = false;
        } else {
            pw_tree_free(tree);
        }
        RcCode *c = rc_code(side);
        for (uint32_t i = 0; c && i < c->nroots; i++)
            if (c->root[i].unit == unit && c->root[i].kind == (uint32_t)kind)
                c->root[i].closed = true;
    } else if (err.status == PW_CORRUPT || err.status == PW_INVALID) {
        pw_rt_explain((uint32_t)row.id, "damaged", err.text);
    }
    pw_arena_free(&arena);
}

void rc_load(PwSide *side)
{
    RcProcess *p = rc_process;
    PwDigest digest;
    if (!p->store || !rc_known_key(pw_host_code_key(side->code)) || pw_host_code_digest(side->code, &digest) != PW_OK)
        return;
    load_one(side, &digest, 0, PW_STORE_FUNCTION);
    for (uint32_t unit = 0; (unit = resume_after(side->code, unit)) != 0;)
        load_one(side, &digest, unit, PW_STORE_FUNCTION);
    for (uint32_t e = 0; e < side->n_edges; e++) {
        bool seen = false;
        for (uint32_t k = 0; k < e; k++)
            seen |= side->edges[k].target == side->edges[e].target;
        if (!seen)
            load_one(side, &digest, side->edges[e].target, PW_STORE_LOOP);
    }
}

/* -- what failed -- */

static char *text_of(PyObject *str)
{
    const char *text = str ? PyUnicode_AsUTF8(str) : NULL;
    PyErr_Clear();
    return pw_strdup(text ? text : "");
}

static void abort_free(RcAbort *a)
{
    pw_free(a->name);
    pw_free(a->qualname);
    pw_free(a->filename);
    pw_free(a->file);
    pw_free(a->reason);
    pw_free(a);
}

/* Some instructions have no line of their own. */
static uint32_t line_of(PyCodeObject *at, uint32_t unit)
{
    int line = PyCode_Addr2Line(at, (int)unit * 2);
    return (uint32_t)(line > 0 ? line : at->co_firstlineno);
}

void rc_abort(PyCodeObject *code, const PwDigest *digest, uint32_t unit, uint32_t kind, PyCodeObject *at, uint32_t at_unit,
              const char *why)
{
    RcProcess *p = rc_process;
    uint32_t line = at ? line_of(at, at_unit) : 0;
    for (RcAbort *a = p->aborts; a; a = a->next)
        if (a->unit == unit && a->kind == kind && a->line == line && !memcmp(&a->code, digest, sizeof *digest) &&
            !strcmp(a->reason, why)) {
            a->count++;
            return;
        }
    RcAbort *a = pw_calloc(1, sizeof *a);
    if (!a)
        return;
    *a = (RcAbort){.next = p->aborts, .code = *digest, .unit = unit, .kind = kind, .line = line, .count = 1,
                   .key = pw_host_code_key(code), .firstline = (uint32_t)code->co_firstlineno,
                   .name = text_of(code->co_name), .qualname = text_of(code->co_qualname),
                   .filename = text_of(code->co_filename), .file = text_of(at ? at->co_filename : NULL),
                   .reason = pw_strdup(why)};
    if (!a->name || !a->qualname || !a->filename || !a->file || !a->reason) {
        abort_free(a);
        return;
    }
    p->aborts = a;
    p->naborts++;
}
