/* Building and copying trees. */
#include "ir/ir.h"

PwTree *pw_tree_new(void)
{
    return pw_calloc(1, sizeof(PwTree));
}

void pw_tree_free(PwTree *t)
{
    if (!t)
        return;
    for (uint32_t i = 0; i < t->seg.n; i++)
        PW_VEC_FREE(&t->seg.at[i].list);
    PW_VEC_FREE(&t->ins);
    PW_VEC_FREE(&t->arg);
    PW_VEC_FREE(&t->snap);
    PW_VEC_FREE(&t->frame);
    PW_VEC_FREE(&t->entry);
    PW_VEC_FREE(&t->sym);
    PW_VEC_FREE(&t->seg);
    pw_free(t->kindex.at);
    pw_free(t->symindex.at);
    pw_arena_free(&t->arena);
    pw_free(t);
}

/* -- interning: an open-addressing index over ins or sym. It catches up with what was appended before it looks, so
 * whoever fills the vectors directly (the decoder, a copy) need not know of it. -- */

static uint32_t mix(uint64_t h)
{
    h *= UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(h >> 32 ^ h >> 13);
}

static uint32_t hash_const(const PwIns *ins)
{
    return mix((uint64_t)ins->imm * 31 + ins->op);
}

static uint32_t hash_sym(const PwSym *s)
{
    uint64_t h = s->kind * 31u + s->parent.i;
    h = h * 31 + s->index;
    for (const char *p = s->name ? s->name : ""; *p; p++)
        h = h * 31 + (uint8_t)*p;
    for (int i = 0; i < 16; i++)
        h = h * 31 + s->digest.byte[i];
    return mix(h);
}

static void index_put(PwIndex *x, uint32_t hash, uint32_t number)
{
    uint32_t i = hash & (x->cap - 1);
    while (x->at[i])
        i = (i + 1) & (x->cap - 1);
    x->at[i] = number + 1;
    x->used++;
}

typedef uint32_t (*HashOf)(const PwTree *t, uint32_t number, bool *skip);

static uint32_t const_hash_of(const PwTree *t, uint32_t number, bool *skip)
{
    const PwIns *ins = &t->ins.at[number];
    *skip = ins->op >= PW_OP_COUNT || !(pw_op_info[ins->op].flags & PW_FLAG_K);
    return hash_const(ins);
}

static uint32_t sym_hash_of(const PwTree *t, uint32_t number, bool *skip)
{
    *skip = false;
    return hash_sym(&t->sym.at[number]);
}

/* Makes the index cover numbers [0, n); false when out of memory. */
static bool index_catch_up(PwIndex *x, const PwTree *t, uint32_t n, HashOf hash_of)
{
    bool again = x->seen > n; /* somebody cut the vector */
    uint32_t fresh = again ? n : n - x->seen;
    if (again)
        x->used = 0;
    if ((uint64_t)(x->used + fresh + 1) * 2 > x->cap) {
        uint32_t cap = x->cap ? x->cap : 64;
        while ((uint64_t)(n + 1) * 2 > cap)
            cap *= 2;
        uint32_t *at = pw_calloc(cap, sizeof *at);
        if (!at)
            return false;
        pw_free(x->at);
        *x = (PwIndex){.at = at, .cap = cap};
    } else if (again) {
        memset(x->at, 0, x->cap * sizeof *x->at);
        x->seen = x->used = 0;
    }
    for (; x->seen < n; x->seen++) {
        bool skip;
        uint32_t hash = hash_of(t, x->seen, &skip);
        if (!skip)
            index_put(x, hash, x->seen);
    }
    return true;
}

/* -- instructions -- */

static PwRef fail_ref(PwTree *t)
{
    t->failed = true;
    return PW_NOREF;
}

static PwRef push_ins(PwTree *t, const PwIns *ins)
{
    if (t->ins.n >= PW_MAX_INS || !PW_VEC_PUSH(&t->ins, *ins))
        return fail_ref(t);
    return (PwRef){t->ins.n - 1};
}

PwRef pw_tree_const(PwTree *t, PwOp op, int64_t imm)
{
    PwIndex *x = &t->kindex;
    PwIns ins = {.op = (uint8_t)op, .imm = imm, .snap = PW_NOSNAP};
    if ((unsigned)op >= PW_OP_COUNT || !(pw_op_info[op].flags & PW_FLAG_K))
        return fail_ref(t);
    if (pw_op_info[op].aux == PW_AUX_SYM && imm == PW_NONE)
        return fail_ref(t); /* the symbol could not be made */
    ins.type = (uint8_t)pw_type_of_letter(pw_op_info[op].result);
    if (!index_catch_up(x, t, t->ins.n, const_hash_of))
        return fail_ref(t);
    for (uint32_t i = hash_const(&ins) & (x->cap - 1); x->at[i]; i = (i + 1) & (x->cap - 1)) {
        uint32_t k = x->at[i] - 1;
        if (k < t->ins.n && t->ins.at[k].op == op && t->ins.at[k].imm == imm)
            return (PwRef){k};
    }
    return push_ins(t, &ins);
}

/* Appends n refs that may lie in the vector itself; PW_NONE when out of memory or when one of them is no value. */
static uint32_t push_refs(PwTree *t, const PwRef *refs, unsigned n)
{
    uint32_t at = t->arg.n;
    uintptr_t base = (uintptr_t)t->arg.at, from = (uintptr_t)refs;
    bool inside = n && base && from >= base && from < base + (uintptr_t)at * sizeof *refs;
    size_t offset = inside ? (from - base) / sizeof *refs : 0;
    if (!n)
        return at;
    if (!PW_VEC_ROOM(&t->arg, n))
        return PW_NONE;
    if (inside)
        refs = t->arg.at + offset;
    for (unsigned k = 0; k < n; k++) {
        if (refs[k].i >= t->ins.n)
            return PW_NONE;
        t->arg.at[at + k] = refs[k];
    }
    t->arg.n += n;
    return at;
}

PwRef pw_tree_ins(PwTree *t, PwOp op, uint16_t aux, int64_t imm, const PwRef *args, unsigned nargs, PwSnapNo snap)
{
    PwType type = pw_op_type(op, aux, imm);
    if (type == PW_T_COUNT || nargs > PW_MAX_ARGS)
        return fail_ref(t);
    uint32_t at = push_refs(t, args, nargs);
    if (at == PW_NONE)
        return fail_ref(t);
    PwIns ins = {.op = (uint8_t)op, .type = (uint8_t)type, .nargs = (uint8_t)nargs, .aux = aux};
    ins.args = at;
    ins.snap = snap;
    ins.imm = imm;
    return push_ins(t, &ins);
}

PwRef pw_tree_emit(PwTree *t, uint32_t seg, PwOp op, uint16_t aux, int64_t imm, const PwRef *args, unsigned nargs,
                   PwSnapNo snap)
{
    PwRef r = pw_tree_ins(t, op, aux, imm, args, nargs, snap);
    if (r.i == PW_NONE || seg >= t->seg.n || !PW_VEC_PUSH(&t->seg.at[seg].list, r.i))
        return fail_ref(t);
    return r;
}

uint32_t pw_tree_seg(PwTree *t, PwSnapNo from, uint32_t parent)
{
    PwSeg seg = {.from = from, .parent = parent};
    bool bad = from.i != PW_NONE && from.i >= t->snap.n;
    if (bad || t->seg.n >= PW_MAX_SEGS || !PW_VEC_PUSH(&t->seg, seg)) {
        t->failed = true;
        return PW_NONE;
    }
    if (from.i != PW_NONE)
        t->snap.at[from.i].seg = t->seg.n - 1;
    return t->seg.n - 1;
}

/* -- symbols -- */

static PwSymNo fail_sym(PwTree *t)
{
    t->failed = true;
    return PW_NOSYM;
}

static bool same_sym(const PwSym *a, const PwSym *b)
{
    if (a->kind != b->kind || a->parent.i != b->parent.i || a->index != b->index || !a->name != !b->name)
        return false;
    return !memcmp(&a->digest, &b->digest, sizeof a->digest) && (!a->name || !strcmp(a->name, b->name));
}

PwSymNo pw_tree_sym(PwTree *t, PwSymKind kind, PwSymNo parent, uint32_t index, const char *name, const PwDigest *digest)
{
    PwIndex *x = &t->symindex;
    PwSym sym = {.kind = kind, .parent = parent, .index = index, .name = name};
    size_t n = name ? strlen(name) : 0;
    if (digest)
        sym.digest = *digest;
    if (n > PW_MAX_NAME || (parent.i != PW_NONE && parent.i >= t->sym.n) ||
        !index_catch_up(x, t, t->sym.n, sym_hash_of))
        return fail_sym(t);
    for (uint32_t i = hash_sym(&sym) & (x->cap - 1); x->at[i]; i = (i + 1) & (x->cap - 1))
        if (x->at[i] - 1 < t->sym.n && same_sym(&t->sym.at[x->at[i] - 1], &sym))
            return (PwSymNo){x->at[i] - 1};
    if (name && !(sym.name = pw_arena_strn(&t->arena, name, n)))
        return fail_sym(t);
    if (!PW_VEC_PUSH(&t->sym, sym))
        return fail_sym(t);
    return (PwSymNo){t->sym.n - 1};
}

/* -- snapshots -- */

static bool snap_fits(const PwSnapFrame *frames, unsigned nframes, unsigned nentries)
{
    uint64_t total = 0;
    if (!nframes || nframes > PW_MAX_DEPTH)
        return false;
    for (unsigned i = 0; i < nframes; i++) {
        uint32_t slots = (uint32_t)frames[i].nlocals + frames[i].nstack;
        if (slots > PW_MAX_SLOTS)
            return false;
        total += slots;
    }
    return total == nentries;
}

/* Where in the vector `at` of n elements a pointer points, or SIZE_MAX: the input may move when the vector grows. */
static size_t inside_of(const void *at, uint32_t n, size_t size, const void *p)
{
    uintptr_t base = (uintptr_t)at, q = (uintptr_t)p;
    return at && p && q >= base && q < base + n * size ? (q - base) / size : SIZE_MAX;
}

static bool push_entries(PwTree *t, const PwEntry *entries, unsigned n)
{
    size_t in = inside_of(t->entry.at, t->entry.n, sizeof *entries, entries);
    if (!PW_VEC_ROOM(&t->entry, n))
        return false;
    if (in != SIZE_MAX)
        entries = t->entry.at + in;
    if (n)
        memcpy(t->entry.at + t->entry.n, entries, n * sizeof *entries);
    t->entry.n += n;
    return true;
}

static bool push_frames(PwTree *t, const PwSnapFrame *frames, unsigned n, uint32_t entries)
{
    size_t in = inside_of(t->frame.at, t->frame.n, sizeof *frames, frames);
    if (!PW_VEC_ROOM(&t->frame, n))
        return false;
    if (in != SIZE_MAX)
        frames = t->frame.at + in;
    for (unsigned i = 0; i < n; i++) {
        PwSnapFrame *f = &t->frame.at[t->frame.n++];
        *f = frames[i];
        f->entries = entries;
        entries += (uint32_t)f->nlocals + f->nstack;
    }
    return true;
}

PwSnapNo pw_tree_snap(PwTree *t, const PwSnapFrame *frames, unsigned nframes, const PwEntry *entries, unsigned nentries,
                      const PwRef *drops, unsigned ndrops)
{
    PwSnap snap = {.nframes = nframes, .ndrops = ndrops, .seg = PW_NONE};
    snap.frames = t->frame.n;
    uint32_t first = t->entry.n;
    if (t->snap.n >= PW_MAX_SNAPS || !snap_fits(frames, nframes, nentries) || ndrops > PW_MAX_SLOTS)
        goto fail;
    snap.drops = push_refs(t, drops, ndrops);
    if (snap.drops == PW_NONE || !push_entries(t, entries, nentries) || !push_frames(t, frames, nframes, first))
        goto fail;
    if (!PW_VEC_PUSH(&t->snap, snap))
        goto fail;
    return (PwSnapNo){t->snap.n - 1};
fail:
    t->failed = true;
    return PW_NOSNAP;
}

uint32_t pw_tree_past(const PwTree *t, uint32_t seg)
{
    uint32_t past = 0;
    for (uint32_t steps = 0; steps < t->seg.n && seg < t->seg.n && t->seg.at[seg].from.i != PW_NONE; steps++) {
        past += t->snap.at[t->seg.at[seg].from.i].past;
        seg = t->seg.at[seg].parent;
    }
    return past;
}

void pw_tree_quiet(const PwTree *t, uint8_t *quiet)
{
    for (uint32_t i = 0; i < t->ins.n; i++) {
        const PwIns *ins = &t->ins.at[i];
        if ((ins->op == PW_OP_loop || ins->op == PW_OP_gpoll || ins->op == PW_OP_guntraced) && ins->snap.i < t->snap.n)
            quiet[ins->snap.i] = 1;
    }
}

/* -- copies -- */

/* A vector's elements into an empty one of the same type. */
#define COPY_VEC(to, from)                                                                                             \
    (!(from)->n || (PW_VEC_ROOM((to), (from)->n) &&                                                                    \
                    (memcpy((to)->at, (from)->at, (from)->n * sizeof *(from)->at), (to)->n = (from)->n, 1)))

static bool copy_str(PwTree *t, const char **s)
{
    if (*s)
        *s = pw_arena_strn(&t->arena, *s, strlen(*s));
    else
        return true;
    return *s != NULL;
}

static bool copy_segs(PwTree *to, const PwTree *from)
{
    if (!PW_VEC_ROOM(&to->seg, from->seg.n))
        return false;
    for (uint32_t i = 0; i < from->seg.n; i++) {
        const PwSeg *a = &from->seg.at[i];
        PwSeg *b = &to->seg.at[to->seg.n++];
        *b = (PwSeg){.from = a->from, .parent = a->parent, .length = a->length, .is_loop = a->is_loop};
        if (!COPY_VEC(&b->list, &a->list))
            return false;
    }
    return true;
}

static bool copy_syms(PwTree *to, const PwTree *from)
{
    if (!COPY_VEC(&to->sym, &from->sym))
        return false;
    bool ok = true;
    for (uint32_t i = 0; i < to->sym.n; i++)
        ok = ok && copy_str(to, &to->sym.at[i].name);
    return ok;
}

PwTree *pw_tree_copy(const PwTree *from)
{
    PwTree *t = pw_tree_new();
    if (!t)
        return NULL;
    t->kind = from->kind;
    t->unit = from->unit;
    t->code = from->code;
    t->key = from->key;
    t->qualname = from->qualname;
    t->filename = from->filename;
    t->line = from->line;
    t->nlocals = from->nlocals;
    t->nstack = from->nstack;
    t->optimised = from->optimised;
    t->failed = from->failed;
    if (copy_str(t, &t->qualname) && copy_str(t, &t->filename) && copy_syms(t, from) && COPY_VEC(&t->ins, &from->ins) &&
        COPY_VEC(&t->arg, &from->arg) && COPY_VEC(&t->snap, &from->snap) && COPY_VEC(&t->frame, &from->frame) &&
        COPY_VEC(&t->entry, &from->entry) && copy_segs(t, from))
        return t;
    pw_tree_free(t);
    return NULL;
}

/* -- cutting -- */

PwTreeMark pw_tree_mark(const PwTree *t)
{
    return (PwTreeMark){t->ins.n, t->arg.n, t->snap.n, t->frame.n, t->entry.n, t->sym.n, t->seg.n};
}

void pw_tree_cut(PwTree *t, const PwTreeMark *mark)
{
    for (uint32_t i = mark->seg; i < t->seg.n; i++)
        PW_VEC_FREE(&t->seg.at[i].list);
    t->ins.n = mark->ins;
    t->arg.n = mark->arg;
    t->snap.n = mark->snap;
    t->frame.n = mark->frame;
    t->entry.n = mark->entry;
    t->sym.n = mark->sym;
    t->seg.n = mark->seg;
    for (uint32_t i = 0; i < t->snap.n; i++)
        if (t->snap.at[i].seg != PW_NONE && t->snap.at[i].seg >= mark->seg)
            t->snap.at[i].seg = PW_NONE;
    t->kindex.seen = t->symindex.seen = UINT32_MAX; /* they are made anew */
    t->failed = false;
}
