/* Linking: a tree's symbols, one after the other, to the objects and integers of this process. */
#include "launcher/rt/int.h"

#include <stdarg.h>
#include <stdio.h>

enum {
    MAX_RELINKS = 12,
    MAX_TRIES = 4, /* what is not there yet may come: a link is tried again after 64, 512, 4096 entries */
};

int rt_link_fail(RtLinker *l, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(l->why, sizeof l->why, format, args);
    va_end(args);
    PyErr_Clear();
    return 0;
}

static bool is_object(uint32_t kind)
{
    return pw_sym_info[kind].result == 'o';
}

/* What stands for a class that is not there: no object has it as its type, no class has the version. */
static PwCell poison(uint32_t kind)
{
    PwCell c = {.i = UINT32_MAX};
    if (is_object(kind))
        c.p = Py_NewRef(pw_rt_exhausted());
    return c;
}

static RtEval evaluator(uint32_t kind)
{
    RtEval e = rt_link_plain(kind);
    e = e ? e : rt_link_dict(kind);
    e = e ? e : rt_link_type(kind);
    return e ? e : rt_link_code(kind);
}

/* Is the parent what the row says? NULL or what was expected. */
static const char *wrong_parent(uint32_t kind, PyObject *parent)
{
    const char *want = pw_sym_info[kind].parent;
    bool ok = !strcmp(want, "code")   ? PyCode_Check(parent)
              : !strcmp(want, "func") ? PyFunction_Check(parent)
              : !strcmp(want, "dict") ? PyDict_Check(parent)
              : !strcmp(want, "type") ? PyType_Check(parent)
                                      : true;
    return ok ? NULL : want;
}

static int eval_one(RtLinker *l, uint32_t i, const uint8_t *poisoned)
{
    PwRtSym s = rt_sym(l->t, i);
    PwCell parent = {0};
    if (s.parent != PW_NONE) {
        if (poisoned[s.parent])
            return -1;
        parent = l->out[s.parent];
        const char *want = wrong_parent(s.kind, parent.p);
        if (want)
            return rt_link_fail(l, "%s: expected a %s, found %s", pw_sym_info[s.kind].name, want,
                                Py_TYPE((PyObject *)parent.p)->tp_name);
    }
    RtEval e = evaluator(s.kind);
    return e ? e(l, &s, parent, &l->out[i]) : rt_link_fail(l, "unknown symbol kind %u", s.kind);
}

static void release_cells(const PwRtTree *t, PwCell *cell, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (is_object(rt_sym(t, i).kind) && cell[i].p)
            rt_release_later(cell[i].p);
}

/* Fills l->out; all or nothing. */
static bool eval_all(RtLinker *l, bool *pending)
{
    uint8_t *poisoned = pw_calloc(l->t->nsym + 1, 1);
    bool ok = poisoned || rt_link_fail(l, "out of memory");
    *pending = false;
    for (uint32_t s = 0; s < l->t->nseg; s++)
        l->out[l->t->nsym + s].i = 1;
    for (uint32_t i = 0; ok && i < l->t->nsym; i++) {
        int done = eval_one(l, i, poisoned);
        uint32_t seg = rt_sym(l->t, i).seg;
        if (!done && seg) { /* the rest of the tree can do without */
            l->out[l->t->nsym + seg].i = 0;
            done = -1;
        }
        if (done < 0) {
            poisoned[i] = 1;
            *pending = true;
            l->out[i] = poison(rt_sym(l->t, i).kind);
        } else if (!done) {
            release_cells(l->t, l->out, i);
            ok = false;
        }
    }
    pw_free(poisoned);
    return ok;
}

static void adopt(PwRtTree *t, PwCell *cells, bool pending, const _PyInterpreterFrame *frame)
{
    t->link = cells;
    t->pending = pending;
    t->globals = frame->f_globals;
    t->builtins = frame->f_builtins;
    t->state = PW_RT_LINKED;
}

static void not_now(PwRtTree *t, const char *why)
{
    if (++t->tries >= MAX_TRIES) {
        rt_tree_give_up(t, PW_RT_REFUSED, why);
        return;
    }
    t->backoff = 8u << 3 * t->tries;
    rt_tree_set_why(t, why);
}

bool rt_link(PwRtTree *t, _PyInterpreterFrame *frame)
{
    if (t->state != PW_RT_UNLINKED)
        return t->state == PW_RT_LINKED;
    uint64_t from = rt_now_ns();
    if (!rt_tree_ready(t))
        return false;
    RtLinker l = {.t = t, .frame = frame, .out = pw_calloc(t->nsym + t->nseg + 1, sizeof(PwCell))};
    bool pending = false;
    if (!l.out)
        return false;
    bool ok = eval_all(&l, &pending);
    if (ok) {
        adopt(t, l.out, pending, frame);
        rt_tree_set_why(t, "");
        pw_rt_stats()->linked++;
        pw_rt_explain(t->id, "linked", pending ? "some of its paths or classes do not fit this run, or not yet" : "");
    } else {
        pw_free(l.out);
        not_now(t, l.why);
    }
    pw_rt_stats()->us_link += (rt_now_ns() - from + 500) / 1000;
    return ok;
}

/* The integer that a version symbol has now. */
static uint32_t version_now(uint32_t kind, PyObject *parent)
{
    switch (kind) {
    case PW_S_keysver:
        return ((PyDictObject *)parent)->ma_keys->dk_version;
    case PW_S_typever:
        return ((PyTypeObject *)parent)->tp_version_tag;
    default: {
        PyDictKeysObject *keys = rt_cached_keys((PyTypeObject *)parent);
        return keys ? keys->dk_version : 0;
    }
    }
}

static bool stale(const PwRtTree *t)
{
    PyObject *nothing = pw_rt_exhausted();
    for (uint32_t i = 0; i < t->nsym; i++) {
        PwRtSym s = rt_sym(t, i);
        if (s.kind != PW_S_keysver && s.kind != PW_S_typever && s.kind != PW_S_ckeysver)
            continue;
        PyObject *parent = t->link[s.parent].p;
        if (s.seg && !t->link[t->nsym + s.seg].i)
            continue;
        if (parent != nothing && (uint32_t)t->link[i].i != version_now(s.kind, parent))
            return true;
    }
    return false;
}

/* Is it time to look for the classes that were not there? Ever more seldom. */
static bool try_pending(PwRtTree *t)
{
    if (!t->pending || t->entered < t->next_try)
        return false;
    t->next_try = t->entered * 2 + 16;
    return true;
}

bool rt_relink(PwRtTree *t, _PyInterpreterFrame *frame)
{
    if (t->running > 1 || t->state != PW_RT_LINKED)
        return false;
    if (stale(t)) {
        if (t->relinks++ >= MAX_RELINKS) {
            rt_tree_give_up(t, PW_RT_REFUSED, "what it relies on keeps changing");
            return false;
        }
    } else if (!try_pending(t)) {
        return false;
    }
    bool pending = false;
    RtLinker l = {.t = t, .frame = frame, .out = pw_calloc(t->nsym + t->nseg + 1, sizeof(PwCell))};
    if (!l.out)
        return false;
    if (!eval_all(&l, &pending)) {
        pw_free(l.out);
        rt_tree_give_up(t, PW_RT_REFUSED, l.why);
        return false;
    }
    release_cells(t, t->link, t->nsym);
    pw_free(t->link);
    adopt(t, l.out, pending, frame);
    return true;
}
