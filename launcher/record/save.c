/* Writing what was learnt into the cache. */
#include "launcher/record/record.h"

#include <stdlib.h>
#include <time.h>

RcQuiet rc_quiet_begin(void)
{
    RcQuiet q;
    sigset_t too_large;
    sigemptyset(&too_large);
    sigaddset(&too_large, SIGXFSZ);
    sigpending(&q.pending);
    pthread_sigmask(SIG_BLOCK, &too_large, &q.mask);
    return q;
}

void rc_quiet_end(const RcQuiet *q)
{
    sigset_t too_large;
    sigemptyset(&too_large);
    sigaddset(&too_large, SIGXFSZ);
    while (!sigismember(&q->pending, SIGXFSZ) && sigtimedwait(&too_large, NULL, &(struct timespec){0}) > 0)
        ;
    pthread_sigmask(SIG_SETMASK, &q->mask, NULL);
}

static int by_key(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

bool rc_known_key(uint32_t key)
{
    RcProcess *p = rc_process;
    if (!p->keys_read) {
        PwArena arena = {0};
        PwStoreCode *rows = NULL;
        uint32_t n = 0;
        p->keys_read = true;
        if (p->store && pw_store_codes(p->store, &arena, &rows, &n, NULL) == PW_OK && n &&
            (p->keys = pw_alloc(n * sizeof *p->keys))) {
            for (uint32_t i = 0; i < n; i++)
                p->keys[i] = rows[i].key32;
            qsort(p->keys, n, sizeof *p->keys, by_key);
            p->nkeys = n;
        }
        pw_arena_free(&arena);
    }
    return p->nkeys && bsearch(&key, p->keys, p->nkeys, sizeof key, by_key);
}

/* Another recording may have changed the tree meanwhile: the one that covers more is kept. */
static PwStatus put_tree(RcProcess *p, RcTree *t, PwErr *err)
{
    PwWriter w = {0};
    PwArena arena = {0};
    PwStatus st = pw_tree_encode(t->tree, &w);
    PwStoreKind kind = (PwStoreKind)t->tree->kind;
    for (int tries = 0; !st && tries < 5; tries++) {
        st = pw_store_put_tree(p->store, &t->tree->code, t->tree->unit, kind, t->revision, w.at, w.n, true, &t->id,
                               &t->revision, err);
        if (st != PW_BUSY)
            break;
        PwStoreTree now;
        PwStatus got = pw_store_tree(p->store, &t->tree->code, t->tree->unit, kind, &arena, &now, err);
        if (got == PW_OK && now.bytes >= w.n)
            goto done; /* theirs has it */
        t->revision = got == PW_OK ? now.revision : 0;
        st = PW_OK;
    }
done:
    pw_arena_free(&arena);
    pw_writer_free(&w);
    return st == PW_BUSY ? PW_OK : st;
}

static PwStatus put_code(RcProcess *p, const PwTree *t, const PwSide *side, PwErr *err)
{
    const char *dot = strrchr(t->qualname, '.');
    PwStoreCode row = {.digest = t->code,
                       .key32 = t->key,
                       .firstlineno = side ? (uint32_t)side->code->co_firstlineno : t->line,
                       .name = dot ? dot + 1 : t->qualname,
                       .qualname = t->qualname,
                       .filename = t->filename};
    return pw_store_put_code(p->store, &row, err);
}

static void put_exits(RcProcess *p, RcTree *t)
{
    PW_VEC(PwStoreExit) rows = {0};
    for (uint32_t i = 0; i < t->ncounts && i < t->tree->snap.n; i++)
        if (t->counts[i]) {
            if (!PW_VEC_PUSH(&rows, ((PwStoreExit){.exit = i, .count = t->counts[i]})))
                break;
            t->counts[i] = 0;
        }
    if (rows.n && t->id && pw_store_add_exits(p->store, t->id, t->revision, rows.at, rows.n, NULL) != PW_OK) {
        /* the tree was changed by another recording: its exits are others */
    }
    PW_VEC_FREE(&rows);
}

static PwStatus put_aborts(RcProcess *p, PwErr *err)
{
    PwStatus st = PW_OK;
    for (RcAbort *a = p->aborts; a && !st; a = a->next) {
        if (!a->count)
            continue;
        PwStoreAbort row = {.code = a->code, .unit = a->unit, .kind = (PwStoreKind)a->kind, .line = a->line,
                            .file = a->file, .reason = a->reason, .count = a->count};
        PwStoreCode code = {.digest = a->code, .key32 = a->key, .firstlineno = a->firstline, .name = a->name,
                            .qualname = a->qualname, .filename = a->filename};
        st = pw_store_put_code(p->store, &code, err);
        if (!st)
            st = pw_store_add_abort(p->store, &row, err);
        a->count = 0;
    }
    return st;
}

/* The program's own time, in times of that in which trees were run and so counted. */
static double unseen_part(const RcProcess *p)
{
    enum { MOST = 4 };
    uint64_t all = rc_now() - p->begun_ns, own = all - p->busy_ns;
    uint64_t missed = p->short_ns + (p->affordable ? 0 : all - p->short_from);
    double part = missed < own ? (double)own / (double)(own - missed) : MOST;
    return part < MOST ? part : MOST;
}

void rc_save(void)
{
    RcProcess *p = rc_process;
    PwErr err = {0};
    if (!p->store || !p->config->record)
        return;
    uint64_t t0 = rc_now();
    RcQuiet quiet = rc_quiet_begin();
    PwStatus st = pw_store_begin(p->store, &err);
    for (RcTree *t = p->trees; t && !st; t = t->next) {
        if (!t->dirty)
            continue;
        st = put_code(p, t->tree, t->side, &err);
        if (!st)
            st = put_tree(p, t, &err);
        if (st == PW_INVALID)
            st = PW_OK; /* a tree that is not sound is left out, and the others kept */
        t->dirty = st != PW_OK;
    }
    double unseen = unseen_part(p);
    for (RcTree *t = p->trees; t && !st; t = t->next)
        if (t->id)
            st = pw_store_note_gain(p->store, t->id, (int64_t)((double)t->gain * unseen), &err);
    if (!st)
        st = put_aborts(p, &err);
    if (!st)
        st = rc_put_modules(&err);
    if (!st)
        st = rc_put_statics(&err);
    if (!st)
        st = rc_put_arenas(&err);
    PwStoreRun run = {.kind = p->config->learn ? "learn" : "record", .argv = "", .micros = (rc_now() - p->begun_ns) / 1000, .trees_new = p->new_trees,
                      .traces = p->new_traces, .aborts = p->naborts};
    if (!st && !p->run_noted) {
        st = pw_store_add_run(p->store, &run, &err);
        p->run_noted = true;
    }
    if (!st)
        st = pw_store_commit(p->store, &err);
    else
        pw_store_rollback(p->store);
    for (RcTree *t = p->trees; t && !st; t = t->next)
        put_exits(p, t);
    rc_quiet_end(&quiet);
    if (st)
        fprintf(stderr, "prewarm: the recording could not be kept: %s\n", err.text[0] ? err.text : pw_status_text(st));
    p->saved_ns = rc_now();
    p->busy_ns += p->saved_ns - t0;
}
