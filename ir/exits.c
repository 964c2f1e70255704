/* What an exit needs: the live values of a snapshot, and the exit tables of a tree. Trees here are verified. */
#include "ir/native.h"

/* -- live values -- */

typedef struct Live {
    const PwTree *tree;
    PwSnapNo snap;
    PwRef *out;
    uint32_t room, n;
    uint32_t visited; /* values met, repeated ones too */
    bool search;      /* only look for `what` ... */
    PwRef what;
    uint32_t first;      /* ... and tell the first visit that met it */
    uint64_t filter[16]; /* over refs: a clear bit means surely new */
} Live;

static void live_walk(Live *l);

static bool has_cell(const PwTree *t, PwRef r)
{
    return !(pw_op_info[t->ins.at[r.i].op].flags & (PW_FLAG_K | PW_FLAG_V));
}

/* Whether the value being visited was met before. Needs no memory: a buffer that is too small costs a second walk. */
static bool met_before(const Live *l, PwRef r)
{
    for (uint32_t k = 0; k < l->n && k < l->room; k++)
        if (pw_ref_is(l->out[k], r))
            return true;
    if (l->n <= l->room)
        return false;
    Live again = {.tree = l->tree, .snap = l->snap, .search = true, .what = r};
    live_walk(&again);
    return again.first < l->visited;
}

static void live_add(Live *l, PwRef r)
{
    l->visited++;
    if (l->search) {
        if (!l->first && pw_ref_is(l->what, r))
            l->first = l->visited;
        return;
    }
    uint32_t h = r.i * 2654435761u >> 22;
    uint64_t bit = UINT64_C(1) << (h & 63);
    if (l->filter[h >> 6] & bit && met_before(l, r))
        return;
    l->filter[h >> 6] |= bit;
    if (l->n < l->room)
        l->out[l->n] = r;
    l->n++;
}

/* The values behind one ref: itself, or the elements of a vtuple. */
static void live_ref(Live *l, PwRef r)
{
    const PwIns *ins = &l->tree->ins.at[r.i];
    if (ins->op == PW_OP_vtuple)
        for (unsigned k = 0; k < ins->nargs; k++)
            live_ref(l, l->tree->arg.at[ins->args + k]);
    else if (has_cell(l->tree, r))
        live_add(l, r);
}

static bool entry_has_ref(const PwEntry *e)
{
    return e->kind == PW_E_OWN || e->kind == PW_E_BORROW;
}

static void live_walk(Live *l)
{
    const PwTree *t = l->tree;
    const PwSnap *s = &t->snap.at[l->snap.i];
    for (uint32_t f = 0; f < s->nframes; f++) {
        const PwSnapFrame *frame = &t->frame.at[s->frames + f];
        if (frame->func.i != PW_NONE)
            live_ref(l, frame->func);
        for (uint32_t k = 0; k < (uint32_t)frame->nlocals + frame->nstack; k++)
            if (entry_has_ref(&t->entry.at[frame->entries + k]))
                live_ref(l, t->entry.at[frame->entries + k].ref);
    }
    for (uint32_t k = 0; k < s->ndrops; k++)
        live_ref(l, t->arg.at[s->drops + k]);
}

uint32_t pw_snap_live(const PwTree *t, PwSnapNo snap, PwRef *out, uint32_t room)
{
    Live l = {.tree = t, .snap = snap, .out = out, .room = room};
    live_walk(&l);
    return l.n;
}

/* -- exit tables -- */

/* Vals that stand one behind the other; n 0: free. */
typedef struct Run {
    uint32_t at, n;
} Run;

typedef struct Maker {
    const PwTree *tree;
    PW_VEC(PwXSnap) snap;
    PW_VEC(PwXFrame) frame;
    PW_VEC(PwXVal) val;
    PW_VEC(int64_t) imm;
    PW_VEC(PwRef) live;
    PW_VEC(Run) run;    /* open addressing; cap a power of two, n how many are taken */
    uint32_t *place; /* by value: exit cell or vtuple's x in snapshot `epoch`, imm number of a constant */
    uint32_t *epoch; /* by value: snapshot + 1 that place belongs to */
    uint32_t now;
    uint32_t maxlive;
    bool failed;
} Maker;

/* Room for n further vals; returns their first index. */
static uint32_t add_vals(Maker *m, uint32_t n)
{
    uint32_t at = m->val.n;
    if (!PW_VEC_ROOM(&m->val, n)) {
        m->failed = true;
        return PW_NONE;
    }
    if (n)
        memset(m->val.at + at, 0, n * sizeof *m->val.at);
    m->val.n += n;
    return at;
}

static PwXVal make_val(Maker *m, PwRef r, PwEntryKind kind);

/* A constant: a link cell, the null pointer, or an immediate that is stored once. */
static void const_val(Maker *m, PwRef r, PwXVal *v)
{
    const PwIns *ins = &m->tree->ins.at[r.i];
    if (ins->op == PW_OP_knull) {
        v->src = PW_X_NULL;
    } else if (pw_op_info[ins->op].aux == PW_AUX_SYM) {
        v->src = PW_X_SYM;
        v->x = (uint32_t)ins->imm;
    } else {
        v->src = PW_X_IMM;
        if (!m->epoch[r.i]) {
            m->epoch[r.i] = 1;
            m->place[r.i] = m->imm.n;
            m->failed |= !PW_VEC_PUSH(&m->imm, ins->imm);
        }
        v->x = m->place[r.i];
    }
}

/* The elements of a vtuple, once per snapshot. */
static uint32_t vtuple_vals(Maker *m, PwRef r)
{
    const PwIns *ins = &m->tree->ins.at[r.i];
    if (m->epoch[r.i] == m->now)
        return m->place[r.i];
    uint32_t at = add_vals(m, 1u + ins->nargs);
    if (at == PW_NONE)
        return 0;
    m->val.at[at] = (PwXVal){.src = PW_X_IMM, .type = PW_T_V, .x = ins->nargs};
    for (unsigned k = 0; k < ins->nargs && !m->failed; k++) {
        PwXVal v = make_val(m, m->tree->arg.at[ins->args + k], PW_E_OWN);
        m->val.at[at + 1 + k] = v;
    }
    m->epoch[r.i] = m->now;
    m->place[r.i] = at;
    return at;
}

static PwXVal make_val(Maker *m, PwRef r, PwEntryKind kind)
{
    const PwIns *ins = &m->tree->ins.at[r.i];
    PwXVal v = {.src = PW_X_CELL, .type = ins->type, .kind = (uint8_t)kind};
    if (pw_op_info[ins->op].flags & PW_FLAG_K) {
        const_val(m, r, &v);
    } else if (ins->op == PW_OP_vtuple) {
        v.src = PW_X_VTUPLE;
        v.x = vtuple_vals(m, r);
    } else {
        v.x = m->place[r.i];
    }
    return v;
}

static bool grow_runs(Maker *m)
{
    Run *old = m->run.at;
    uint32_t cap = m->run.cap, more = cap ? 2 * cap : 256;
    Run *new = pw_calloc(more, sizeof *new);
    if (!new)
        return false;
    for (uint32_t k = 0; k < cap; k++)
        if (old[k].n) {
            uint32_t i = pw_hash(m->val.at + old[k].at, old[k].n * sizeof(PwXVal)) & (more - 1);
            while (new[i].n)
                i = (i + 1) & (more - 1);
            new[i] = old[k];
        }
    pw_free(old);
    m->run.at = new;
    m->run.cap = more;
    return true;
}

/* The last n vals, from `at` on: most snapshots have callers' frames that are as in others, so equal runs are kept once. Returns where
 * they are. */
static uint32_t share(Maker *m, uint32_t at, uint32_t n)
{
    if (!n || m->failed || m->val.n != at + n)
        return at;
    if (2 * (m->run.n + 1) > m->run.cap && !grow_runs(m)) {
        m->failed = true;
        return at;
    }
    uint32_t mask = m->run.cap - 1, i = pw_hash(m->val.at + at, n * sizeof(PwXVal)) & mask;
    for (; m->run.at[i].n; i = (i + 1) & mask)
        if (m->run.at[i].n == n && !memcmp(m->val.at + m->run.at[i].at, m->val.at + at, n * sizeof(PwXVal))) {
            m->val.n = at;
            return m->run.at[i].at;
        }
    m->run.at[i] = (Run){at, n};
    m->run.n++;
    return at;
}

static void make_frame(Maker *m, const PwSnapFrame *f)
{
    uint32_t slots = (uint32_t)f->nlocals + f->nstack, func = PW_NONE;
    if (f->func.i != PW_NONE && (func = add_vals(m, 1)) != PW_NONE) {
        PwXVal v = make_val(m, f->func, PW_E_BORROW);
        m->val.at[func] = v;
        func = share(m, func, 1);
    }
    uint32_t at = add_vals(m, slots);
    for (uint32_t k = 0; k < slots && !m->failed; k++) {
        const PwEntry *e = &m->tree->entry.at[f->entries + k];
        PwXVal v = {.src = PW_X_NULL, .type = PW_T_O, .kind = (uint8_t)e->kind};
        if (entry_has_ref(e))
            v = make_val(m, e->ref, (PwEntryKind)e->kind);
        m->val.at[at + k] = v;
    }
    at = share(m, at, slots);
    PwXFrame x = {.code = f->code.i, .func = func, .unit = f->unit, .nlocals = f->nlocals, .nstack = f->nstack};
    x.slots = at;
    x.cont = f->cont;
    m->failed |= !PW_VEC_PUSH(&m->frame, x);
}

/* Gives the live values of snapshot s their cells. */
static uint32_t place_cells(Maker *m, PwSnapNo s)
{
    uint32_t n = pw_snap_live(m->tree, s, m->live.at, m->live.cap);
    if (n > m->live.cap) {
        if (!PW_VEC_ROOM(&m->live, n)) {
            m->failed = true;
            return 0;
        }
        n = pw_snap_live(m->tree, s, m->live.at, m->live.cap);
    }
    for (uint32_t k = 0; k < n; k++) {
        m->epoch[m->live.at[k].i] = m->now;
        m->place[m->live.at[k].i] = k;
    }
    return n;
}

static void make_snap(Maker *m, uint32_t number)
{
    const PwSnap *s = &m->tree->snap.at[number];
    m->now = number + 1;
    PwXSnap x = {.frames = m->frame.n, .nframes = s->nframes, .ndrops = s->ndrops};
    x.nlive = place_cells(m, (PwSnapNo){number});
    for (uint32_t f = 0; f < s->nframes && !m->failed; f++)
        make_frame(m, &m->tree->frame.at[s->frames + f]);
    x.drops = add_vals(m, s->ndrops);
    for (uint32_t k = 0; k < s->ndrops && !m->failed; k++) {
        PwXVal v = make_val(m, m->tree->arg.at[s->drops + k], PW_E_OWN);
        m->val.at[x.drops + k] = v;
    }
    if (x.nlive > m->maxlive)
        m->maxlive = x.nlive;
    m->failed |= !PW_VEC_PUSH(&m->snap, x);
}

/* -- how far it is to an exit -- */

static void measure(Maker *m)
{
    const PwTree *t = m->tree;
    for (uint32_t seg = 0; seg < t->seg.n; seg++) {
        const PwSeg *s = &t->seg.at[seg];
        uint32_t past = pw_tree_past(t, seg);
        for (uint32_t k = 0; k < s->list.n; k++) {
            PwSnapNo snap = t->ins.at[s->list.at[k]].snap;
            if (snap.i != PW_NONE)
                m->snap.at[snap.i].work = past + t->snap.at[snap.i].past;
        }
    }
}

static void *put(char **at, const void *from, size_t bytes)
{
    void *p = *at;
    if (bytes)
        memcpy(p, from, bytes);
    *at += (bytes + 7) & ~(size_t)7;
    return p;
}

/* The four vectors as one block. */
static bool make_block(const Maker *m, PwExits *x)
{
    size_t snaps = m->snap.n * sizeof *m->snap.at, frames = m->frame.n * sizeof *m->frame.at;
    size_t vals = m->val.n * sizeof *m->val.at, imms = m->imm.n * sizeof *m->imm.at;
    char *at = pw_alloc(snaps + frames + vals + imms + 32);
    if (!at)
        return false;
    x->snap = put(&at, m->snap.at, snaps);
    x->frame = put(&at, m->frame.at, frames);
    x->val = put(&at, m->val.at, vals);
    x->imm = put(&at, m->imm.at, imms);
    x->nsnap = m->snap.n;
    x->nframe = m->frame.n;
    x->nval = m->val.n;
    x->nimm = m->imm.n;
    x->maxlive = m->maxlive;
    return true;
}

PwStatus pw_exits_make(const PwTree *t, PwExits *x)
{
    PwStatus status = PW_NOMEM;
    Maker m = {.tree = t};
    *x = (PwExits){0};
    m.place = pw_calloc(t->ins.n + 1, sizeof *m.place);
    m.epoch = pw_calloc(t->ins.n + 1, sizeof *m.epoch);
    if (!m.place || !m.epoch)
        goto done;
    for (uint32_t i = 0; i < t->snap.n && !m.failed; i++)
        make_snap(&m, i);
    if (!m.failed)
        measure(&m);
    if (!m.failed && make_block(&m, x))
        status = PW_OK;
done:
    pw_free(m.place);
    pw_free(m.epoch);
    PW_VEC_FREE(&m.snap);
    PW_VEC_FREE(&m.frame);
    PW_VEC_FREE(&m.val);
    PW_VEC_FREE(&m.imm);
    PW_VEC_FREE(&m.live);
    PW_VEC_FREE(&m.run);
    return status;
}
