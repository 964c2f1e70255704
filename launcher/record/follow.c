/* Recordings: beginning them, feeding them, what comes of them. */
#include "launcher/record/record.h"

#include <stdio.h>
#include <stdlib.h>

static void finish(RcProcess *p, bool done);

static void on_event(void *arg, const PwHostEvent *event)
{
    RcProcess *p = arg;
    if (!p->rec)
        return;
    PwRecStep step = pw_rec_event(p->rec, event);
    bool last = event->kind == PW_HOST_EV_RETURN && event->level == 0;
    if (step == PW_REC_MORE && !last)
        return;
    bool done = step == PW_REC_DONE || (step == PW_REC_MORE && pw_rec_stop(p->rec));
    if (event->kind != PW_HOST_EV_CANCELLED)
        pw_host_record_end(event->ts);
    finish(p, done);
}

static bool begin(RcProcess *p, PyThreadState *ts, _PyInterpreterFrame *frame)
{
    if (pw_host_record_begin(ts, frame, on_event, p) != PW_OK) {
        pw_rec_free(p->rec);
        p->rec = NULL;
        return false;
    }
    p->rec_ts = ts;
    p->rec_ns = rc_now();
    return true;
}

bool rc_begin_root(PwSide *side, RcRoot *place, PyThreadState *ts, _PyInterpreterFrame *frame)
{
    RcProcess *p = rc_process;
    PwErr err = {0};
    PwStatus st = pw_rec_begin_root(&p->env, (PwRootKind)place->kind, frame, place->unit, &p->rec_root, &p->rec, &err);
    if (st == PW_OK && begin(p, ts, frame)) {
        p->rec_tree = NULL;
        p->rec_place = place;
        p->rec_side = side;
        return true;
    }
    if (st == PW_ABORT) {
        PwDigest d;
        if (pw_host_code_digest(side->code, &d) == PW_OK)
            rc_abort(side->code, &d, place->unit, place->kind, side->code, place->unit, err.text);
        place->tries = PW_LIMIT_TRIES;
    }
    pw_tree_free(p->rec_root);
    p->rec_root = NULL;
    return false;
}

static void root_done(RcProcess *p, bool done)
{
    PwTree *tree = p->rec_root;
    RcRoot *place = p->rec_place;
    p->rec_root = NULL;
    place->tries++;
    if (done && rc_tree_new(p->rec_side, tree)) {
        place->closed = true;
        p->new_trees++;
        return;
    }
    if (place->tries >= PW_LIMIT_TRIES) {
        place->closed = true;
        rc_disarm(p->rec_side, place);
    }
    pw_tree_free(tree);
}

static void side_done(RcProcess *p, bool done, bool later)
{
    RcTree *t = p->rec_tree;
    if (!done) {
        pw_tree_cut(t->tree, &p->rec_mark);
        PwSnap *from = &t->tree->snap.at[p->rec_from.i];
        from->hot = !later || from->count >= PW_LIMIT_EXIT_TRIES;
        if (!from->hot) /* the tree is what it was */
            return;
    } else {
        p->new_traces++;
    }
    t->dirty = true;
    rc_tree_run(t);
}

/* A complete segment: is the tree sound? What the recorder got wrong must not reach a cache. */
static bool sound(RcProcess *p, PwTree *tree, uint32_t unit, uint32_t kind, PyCodeObject *co)
{
    PwErr err = {0};
    if (tree->failed)
        return false;
    if (pw_tree_verify(tree, &err) == PW_OK)
        return true;
    if (getenv("PREWARM_DEBUG")) {
        PwWriter w = {0};
        pw_tree_print(tree, &w);
        fprintf(stderr, "prewarm: %s\n%.*s\n", err.text, (int)w.n, (const char *)w.at);
        pw_writer_free(&w);
    }
    rc_abort(p->rec_side->code, &tree->code, unit, kind, co, unit, err.text);
    return false;
}

static void finish(RcProcess *p, bool done)
{
    PwRec *rec = p->rec;
    PwTree *tree = p->rec_tree ? p->rec_tree->tree : p->rec_root;
    PyCodeObject *co;
    uint32_t unit;
    const char *why = pw_rec_why(rec, &co, &unit);
    bool later = pw_rec_later(rec);
    p->rec = NULL;
    if (done && !p->rec_tree && pw_rec_length(rec) < 2)
        done = false;
    if (!done && !later)
        rc_abort(p->rec_side->code, &tree->code, tree->unit, tree->kind, co, unit,
                 why[0] ? why : "the program went on too short a way");
    else if (done)
        done = sound(p, tree, tree->unit, tree->kind, co);
    if (p->rec_tree)
        side_done(p, done, later);
    else
        root_done(p, done);
    pw_rec_free(rec);
    p->rec_tree = NULL;
    p->rec_side = NULL;
    p->busy_ns += rc_now() - p->rec_ns;
    if (rc_now() - p->saved_ns > 3000000000u)
        rc_save();
}

void rc_abandon(void)
{
    RcProcess *p = rc_process;
    if (!p->rec)
        return;
    if (p->rec_tree)
        pw_tree_cut(p->rec_tree->tree, &p->rec_mark);
    pw_rec_free(p->rec);
    p->rec = NULL;
    p->rec_tree = NULL;
}

void rc_left(void *arg, PyThreadState *ts, _PyInterpreterFrame *frame, uint32_t snapshot, bool thrown)
{
    RcProcess *p = rc_process;
    RcEngine *e = arg;
    RcTree *t = e->owner;
    if (!t || snapshot >= e->nsnap || e->quiet[snapshot])
        return;
    if (snapshot < t->ncounts)
        t->counts[snapshot]++;
    if (!p->config->record || snapshot >= t->tree->snap.n)
        return;
    PwSnap *s = &t->tree->snap.at[snapshot];
    if (thrown != (bool)s->throws)
        return;
    if (++s->count < p->exit_hot || s->hot || s->seg != PW_NONE || p->rec || !rc_affordable())
        return;
    PwErr err = {0};
    p->rec_mark = pw_tree_mark(t->tree);
    PwStatus st = pw_rec_begin_side(&p->env, t->tree, (PwSnapNo){snapshot}, frame, &p->rec, &err);
    if (st) {
        pw_tree_cut(t->tree, &p->rec_mark);
        t->tree->snap.at[snapshot].hot = 1;
        return;
    }
    p->rec_tree = t;
    p->rec_from = (PwSnapNo){snapshot};
    p->rec_side = t->side;
    if (!begin(p, ts, frame)) {
        pw_tree_cut(t->tree, &p->rec_mark);
        p->rec_tree = NULL;
    }
}
