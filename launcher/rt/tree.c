/* The trees that this process has met: made from the image when their code object is first entered, or added by a client. */
#include "launcher/rt/int.h"

static RtCode *all_codes;

RtCode *rt_codes(void)
{
    return all_codes;
}

RtCode *rt_code(PwSide *side)
{
    if (side->user)
        return side->user;
    RtCode *c = pw_calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->side = side;
    c->next = all_codes;
    if (all_codes)
        all_codes->prev = c;
    all_codes = c;
    return side->user = c;
}

const PwDigest *rt_code_digest(RtCode *c)
{
    if (!c->digest_known && !c->digest_failed) {
        c->digest_known = pw_host_code_digest(c->side->code, &c->digest) == PW_OK;
        c->digest_failed = !c->digest_known;
    }
    return c->digest_known ? &c->digest : NULL;
}

PwRtSym rt_sym(const PwRtTree *t, uint32_t i)
{
    if (t->sym) {
        const PwSym *s = &t->sym[i];
        return (PwRtSym){s->kind, s->parent.i, s->index, s->name, &s->digest, 0};
    }
    const PwImgSym *s = &t->isym[i];
    return (PwRtSym){s->kind, s->parent, s->index, s->name == PW_NONE ? NULL : rt_image()->names + s->name, &s->digest, s->seg};
}

/* -- objects to let go at a moment when Python code may run -- */

static PW_VEC(PyObject *) later;
uint32_t rt_release_waiting;

void rt_release_later(PyObject *o)
{
    if (!PW_VEC_PUSH(&later, o))
        return; /* no memory to remember it: it lives for ever */
    rt_release_waiting = later.n;
}

void rt_release_now(void)
{
    while (later.n) {
        PyObject *o = later.at[--later.n];
        rt_release_waiting = later.n;
        Py_DECREF(o);
    }
}

static void release_links(PwRtTree *t)
{
    for (uint32_t i = 0; t->link && i < t->nsym; i++)
        if (pw_sym_info[rt_sym(t, i).kind].result == 'o' && t->link[i].p)
            rt_release_later(t->link[i].p);
    pw_free(t->link);
    t->link = NULL;
    pw_free(t->line); /* of the code objects that were linked */
    t->line = NULL;
}

/* -- one tree -- */

enum {
    SMALL_FUNC = 50, /* IR instructions */
    /* Entries before a tree is linked. That costs as much as a hundred calls of a function save, or as many rounds of a loop, and
     * most are entered a few times, as a program starts. */
    FUNC_WAIT = 24,
    LOOP_WAIT = 8,
};

bool pw_rt_any_entry(const PwSide *side)
{
    const RtCode *c = side->user;
    for (PwRtTree *t = c ? c->tree : NULL; t; t = t->next)
        if (t->kind == PW_ROOT_FUNC && t->armed && t->state <= PW_RT_LINKED)
            return true;
    return false;
}

void rt_tree_arm(PwRtTree *t, bool on)
{
    t->armed = on;
    if (t->kind == PW_ROOT_LOOP)
        pw_host_arm(t->side, t->unit, on);
    else
        pw_host_want_entry(t->side, on || pw_rt_any_entry(t->side));
}

void rt_tree_set_why(PwRtTree *t, const char *sentence)
{
    pw_free(t->why);
    t->why = *sentence ? pw_strdup(sentence) : NULL;
}

void rt_tree_give_up(PwRtTree *t, PwRtState state, const char *sentence)
{
    t->state = (uint8_t)state;
    rt_direct_epoch++;
    rt_tree_set_why(t, sentence);
    if (state == PW_RT_RETIRED)
        pw_rt_stats()->retired++;
    if (t->armed && !rt_tree_at(t->side, t->kind, t->unit))
        rt_tree_arm(t, false);
    if (t->running <= 1) /* more than the run that has just ended: they stay for ever, one may still use them */
        release_links(t);
}

PwRtTree *rt_tree_at(const PwSide *side, uint32_t kind, uint32_t unit)
{
    const RtCode *c = side->user;
    for (PwRtTree *t = c ? c->tree : NULL; t; t = t->next)
        if (t->unit == unit && t->kind == kind && t->state <= PW_RT_LINKED)
            return t;
    return NULL;
}

/* Code was found by its key; most of it is never entered, and so its digest is not needed. */
static bool is_for(const PwImgTree *it, RtCode *c)
{
    const PwDigest *digest = rt_code_digest(c);
    return digest && !memcmp(&it->code, digest, sizeof *digest);
}

bool rt_tree_ready(PwRtTree *t)
{
    PwErr err = {0};
    if (t->ready)
        return true;
    if (t->image && !is_for(t->image, t->side->user)) {
        rt_tree_give_up(t, PW_RT_REFUSED, "it is another function's, which looks alike");
        return false;
    }
    if (t->image)
        rt_crash_watch(); /* reading an image that was cut off counts, too */
    if (t->image && rt_image_ready(t->image, &err) != PW_OK) {
        rt_tree_give_up(t, PW_RT_REFUSED, err.text);
        return false;
    }
    t->sync_words = rt_sync_words(&t->exits);
    return t->ready = true;
}

static PwRtTree *add(PwSide *side, const PwRtTree *proto, bool arm)
{
    RtCode *c = rt_code(side);
    PwRtTree *t = c ? pw_alloc(sizeof *t) : NULL;
    if (!t)
        return NULL;
    *t = *proto;
    t->side = side;
    t->nlocals = (uint32_t)side->code->co_nlocalsplus;
    t->next = c->tree;
    c->tree = t;
    rt_direct_epoch++; /* places without a tree are remembered, too */
    if (t->probes)
        rt_fail_fill(t);
    if (pw_rt_config()->stats || pw_rt_config()->learn)
        t->taken = pw_calloc(t->exits.nsnap + 1u, sizeof *t->taken);
    if (arm)
        rt_tree_arm(t, true);
    return t;
}

PwRtTree *pw_rt_tree_add(PwSide *side, const PwRtTreeInit *init, bool arm)
{
    PwRtTree t = {.kind = init->kind, .unit = init->unit, .id = init->id, .nsym = init->nsym, .sym = init->sym,
                  .exits = init->exits, .maxdepth = init->maxdepth, .run = init->run, .arg = init->arg,
                  .left = init->left, .gone = init->gone, .probes = rt_fail_wanted()};
    return add(side, &t, arm);
}

static void free_tree(PwRtTree *t)
{
    release_links(t);
    rt_tree_set_why(t, "");
    pw_free(t->fail);
    pw_free(t->taken);
    if (t->gone)
        t->gone(t->arg);
    pw_free(t);
}

void rt_tree_unhold(PwRtTree *t)
{
    if (!--t->running && t->dropped)
        free_tree(t);
}

void pw_rt_tree_rest(PwRtTree *tree, uint32_t entries)
{
    tree->backoff = entries;
}

void pw_rt_tree_drop(PwSide *side, PwRtTree *tree)
{
    RtCode *c = side->user;
    for (PwRtTree **at = &c->tree; *at; at = &(*at)->next)
        if (*at == tree) {
            *at = tree->next;
            break;
        }
    if (tree->armed && !rt_tree_at(side, tree->kind, tree->unit))
        rt_tree_arm(tree, false);
    tree->dropped = true;
    rt_direct_epoch++;
    if (!tree->running)
        free_tree(tree);
}

void pw_rt_code_gone(PwSide *side)
{
    RtCode *c = side->user;
    if (!c)
        return;
    rt_direct_epoch++;
    while (c->tree) {
        PwRtTree *t = c->tree;
        c->tree = t->next;
        rt_report_gone(t);
        t->dropped = true;
        if (!t->running)
            free_tree(t);
    }
    if (c->next)
        c->next->prev = c->prev;
    if (c->prev)
        c->prev->next = c->next;
    else
        all_codes = c->next;
    pw_free(c);
    side->user = NULL;
}

void pw_rt_at_end(void)
{
    rt_count_end();
    pw_host_stop();
    rt_direct_epoch++;
    for (RtCode *c = all_codes; c; c = c->next)
        for (PwRtTree *t = c->tree; t; t = t->next)
            if (t->state == PW_RT_LINKED && !t->running) {
                t->state = PW_RT_UNLINKED;
                release_links(t);
            }
    rt_release_now();
}

/* -- trees of the image -- */

bool rt_code_wanted(PyCodeObject *code)
{
    uint32_t n;
    return rt_image_find(pw_host_code_key(code), &n) != NULL;
}

static bool add_from_image(PwSide *side, const PwImgTree *it)
{
    const PwRtImage *m = rt_image();
    PwRtTree t = {.image = it, .kind = it->kind, .unit = it->unit, .id = it->id, .nsym = it->nsym, .isym = m->sym + it->sym,
                  .nseg = it->nseg};
    const uint8_t *b = m->base;
    t.exits = (PwExits){.snap = (const PwXSnap *)(b + m->head->snap.at) + it->snap,
                        .frame = (const PwXFrame *)(b + m->head->frame.at) + it->frame,
                        .val = (const PwXVal *)(b + m->head->val.at) + it->val,
                        .imm = (const int64_t *)(b + m->head->imm.at) + it->imm,
                        .nsnap = it->nsnap,
                        .nframe = it->nframe,
                        .nval = it->nval,
                        .nimm = it->nimm,
                        .maxlive = it->maxlive};
    t.maxdepth = it->maxdepth;
    t.quiet = it->quiet != 0;
    t.native = (PwTreeFn)(uintptr_t)(m->text + m->entry[it - m->tree].entry);
    t.probes = m->head->flags & PW_IMG_PROBES;
    /* Entering a small function costs more than it saves; other trees call it all the same. */
    if (!pw_rt_config()->stress && !rt_fail_wanted())
        t.backoff = it->kind == PW_ROOT_LOOP ? LOOP_WAIT : it->unit ? 0 : FUNC_WAIT;
    bool small = it->kind == PW_ROOT_FUNC && !it->unit && it->ops < SMALL_FUNC && !pw_rt_config()->stress;
    return add(side, &t, !small) != NULL;
}

void rt_code_seen(PwSide *side)
{
    uint32_t n;
    const PwImgTree *it = rt_image_find(pw_host_code_key(side->code), &n);
    bool wanted = it && rt_code(side);
    for (uint32_t i = 0; wanted && i < n; i++)
        if (it[i].unit < side->units && it[i].nlocals == side->code->co_nlocalsplus)
            (void)add_from_image(side, &it[i]);
}

/* -- questions -- */

PwRtState pw_rt_tree_state(const PwRtTree *tree)
{
    return (PwRtState)tree->state;
}

const char *pw_rt_tree_why(const PwRtTree *tree)
{
    return tree->why ? tree->why : "";
}

uint8_t *pw_rt_tree_fail(PwRtTree *tree)
{
    return tree->fail;
}

uint64_t pw_rt_tree_entered(const PwRtTree *tree)
{
    return tree->entered;
}

bool pw_rt_has_tree(PwSide *side, uint32_t kind, uint32_t unit)
{
    return rt_tree_at(side, kind, unit) != NULL;
}
