/* Building an image from compiled trees. */
#include "ir/image.h"

#include <stdio.h>
#include <stdlib.h>

enum { TEXT_STEP = 64 };
/* Where nothing else is, on every 64-bit target, also those with 39 bits of address: between a program that is linked at a fixed place,
 * with its heap, and what the kernel maps. */
#define POOL_BASE (UINT64_C(1) << 36)

typedef struct Build {
    PW_VEC(PwImgTree) tree;
    PW_VEC(PwImgSym) sym;
    PW_VEC(PwXSnap) snap;
    PW_VEC(PwXFrame) frame;
    PW_VEC(PwXVal) val;
    PW_VEC(int64_t) imm;
    PW_VEC(char) names;
    uint32_t *name_index; /* open addressing: offset + 1 of a string in names, 0 = empty */
    uint32_t name_cap, name_used;
    PW_VEC(char) description;
    PW_VEC(PwImgLevel) level;
    PW_VEC(PwImgEntry) entry;
    PW_VEC(PwImgFrozen) frozen, shared;
    PW_VEC(PwStatics) statics;
    PW_VEC(uint32_t) links;
    PwWriter pool;
    uint64_t base; /* of the pool, when it is mapped */
    bool failed;
} Build;

PwDigest pw_image_digest(const void *p, size_t meta)
{
    const char *base = p;
    size_t after = offsetof(PwImgHead, digest) + sizeof(PwDigest);
    struct {
        char before[offsetof(PwImgHead, digest)];
        PwDigest rest;
    } both;
    memcpy(both.before, base, sizeof both.before);
    both.rest = pw_digest(base + after, meta - after);
    return pw_digest(&both, sizeof both);
}

PwDigest pw_image_parts(const void *p, const PwImgTree *t)
{
    const char *base = p;
    const PwImgHead *h = p;
    const PwDigest all[] = {
        pw_digest(base + h->sym.at + (size_t)t->sym * sizeof(PwImgSym), t->nsym * sizeof(PwImgSym)),
        pw_digest(base + h->snap.at + (size_t)t->snap * sizeof(PwXSnap), t->nsnap * sizeof(PwXSnap)),
        pw_digest(base + h->frame.at + (size_t)t->frame * sizeof(PwXFrame), t->nframe * sizeof(PwXFrame)),
        pw_digest(base + h->val.at + (size_t)t->val * sizeof(PwXVal), t->nval * sizeof(PwXVal)),
        pw_digest(base + h->imm.at + (size_t)t->imm * sizeof(int64_t), t->nimm * sizeof(int64_t)),
    };
    return pw_digest(all, sizeof all);
}

PwDigest pw_image_frozen_digest(const void *p, const void *pool, const PwImgFrozen *m)
{
    const char *links = (const char *)p + ((const PwImgHead *)p)->links.at;
    const PwDigest both[] = {pw_digest((const char *)pool + m->data, m->hot),
                             pw_digest((const char *)pool + m->cold, m->ndata - m->hot),
                             pw_digest(links + m->link * sizeof(uint32_t), m->nlink * sizeof(uint32_t))};
    return pw_digest(both, sizeof both);
}

/* -- names: each string once -- */

static uint32_t *name_place(Build *b, const char *s)
{
    uint32_t i = pw_hash(s, strlen(s)) & (b->name_cap - 1);
    while (b->name_index[i] && strcmp(b->names.at + b->name_index[i] - 1, s))
        i = (i + 1) & (b->name_cap - 1);
    return &b->name_index[i];
}

static bool grow_index(Build *b)
{
    uint32_t *old = b->name_index, cap = b->name_cap;
    if (2 * (b->name_used + 1) <= cap)
        return true;
    uint32_t *at = pw_calloc(cap ? 2 * (size_t)cap : 256, sizeof *at);
    if (!at)
        return false;
    b->name_index = at;
    b->name_cap = cap ? 2 * cap : 256;
    for (uint32_t i = 0; i < cap; i++)
        if (old[i])
            *name_place(b, b->names.at + old[i] - 1) = old[i];
    pw_free(old);
    return true;
}

/* The offset of a string in names. */
static uint32_t name(Build *b, const char *s)
{
    uint32_t n = (uint32_t)strlen(s) + 1;
    if (b->failed || !grow_index(b) || !PW_VEC_ROOM(&b->names, n)) {
        b->failed = true;
        return 0;
    }
    uint32_t *place = name_place(b, s);
    if (!*place) {
        memcpy(b->names.at + b->names.n, s, n);
        *place = b->names.n + 1;
        b->names.n += n;
        b->name_used++;
    }
    return *place - 1;
}

/* -- one tree -- */

/* Appends n elements to a vector. */
#define APPEND(b, v, from, count)                                                                                      \
    do {                                                                                                               \
        if (!PW_VEC_ROOM((v), (count)))                                                                                \
            (b)->failed = true;                                                                                        \
        else if (count)                                                                                                \
            memcpy((v)->at + (v)->n, (from), (count) * sizeof *(v)->at), (v)->n += (count);                            \
    } while (0)

static void add_syms(Build *b, const PwTree *t)
{
    uint32_t *seg = pw_alloc((t->sym.n + 1) * sizeof *seg);
    b->failed |= !seg;
    if (seg)
        pw_tree_sym_segs(t, seg);
    for (uint32_t i = 0; i < t->sym.n && !b->failed; i++) {
        const PwSym *s = &t->sym.at[i];
        PwImgSym x = {.kind = s->kind, .parent = s->parent.i, .index = s->index, .seg = seg[i], .digest = s->digest};
        x.name = s->name ? name(b, s->name) : PW_NONE;
        b->failed |= !PW_VEC_PUSH(&b->sym, x);
    }
    pw_free(seg);
}

static uint32_t deepest(const PwTree *t)
{
    uint32_t depth = 0;
    for (uint32_t i = 0; i < t->snap.n; i++)
        if (t->snap.at[i].nframes > depth + 1)
            depth = t->snap.at[i].nframes - 1;
    return depth;
}

static uint32_t count_ops(const PwTree *t)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->seg.n; i++)
        n += t->seg.at[i].list.n;
    return n;
}

/* Opaque, or a helper that has to do with the thread's state (the exception being handled)? */
static bool is_loud(const PwIns *ins)
{
    return pw_ins_flags(ins) & PW_FLAG_O ||
           (ins->op == PW_OP_call && (pw_ins_reads(ins) | pw_ins_writes(ins)) & PW_FX_WORLD);
}

static bool is_quiet(const PwTree *t)
{
    for (uint32_t i = 0; i < t->seg.n; i++)
        for (uint32_t k = 0; k < t->seg.at[i].list.n; k++)
            if (is_loud(&t->ins.at[t->seg.at[i].list.at[k]]))
                return false;
    return true;
}

/* What a tree's row takes from the tree alone. */
static PwImgTree describe(Build *b, const PwImgInput *in)
{
    const PwTree *t = in->tree;
    PwImgTree x = {.key = t->key, .unit = t->unit, .kind = t->kind, .code = t->code, .id = in->id, .line = t->line};
    x.nlocals = t->nlocals;
    x.nstack = t->nstack;
    x.nseg = t->seg.n;
    x.maxdepth = deepest(t);
    x.ops = count_ops(t);
    x.quiet = is_quiet(t);
    x.nraw = in->nraw;
    x.name = name(b, t->qualname ? t->qualname : "");
    x.file = name(b, t->filename ? t->filename : "");
    return x;
}

static void add_tree(Build *b, const PwImgInput *in)
{
    PwExits exits;
    PwImgTree x = describe(b, in);
    if (pw_exits_make(in->tree, &exits)) {
        b->failed = true;
        return;
    }
    x.sym = b->sym.n, x.nsym = in->tree->sym.n;
    x.snap = b->snap.n, x.nsnap = exits.nsnap;
    x.frame = b->frame.n, x.nframe = exits.nframe;
    x.val = b->val.n, x.nval = exits.nval;
    x.imm = b->imm.n, x.nimm = exits.nimm;
    x.maxlive = exits.maxlive;
    add_syms(b, in->tree);
    APPEND(b, &b->snap, exits.snap, exits.nsnap);
    APPEND(b, &b->frame, exits.frame, exits.nframe);
    APPEND(b, &b->val, exits.val, exits.nval);
    APPEND(b, &b->imm, exits.imm, exits.nimm);
    b->failed |= !PW_VEC_PUSH(&b->tree, x);
    pw_free((void *)(uintptr_t)exits.snap);
}

/* -- sections -- */

static void put_section(PwWriter *w, PwImgRange *r, const void *at, uint32_t n, size_t size)
{
    pw_write_align(w, 16);
    *r = (PwImgRange){(uint32_t)w->n, n};
    pw_write_bytes(w, at, n * size);
}

#define SECTION(w, h, b, part) put_section(w, &(h)->part, (b)->part.at, (b)->part.n, sizeof *(b)->part.at)

static const PwImgCode *code_of(const PwImgInput *in, uint32_t level)
{
    return &in->code[in->code[level].text ? level : 0];
}

/* The levels, and where each tree will begin in the text of each. */
static void add_levels(Build *b, const PwImgFor *what, const PwImgInput *const *in, uint32_t n)
{
    for (uint32_t k = 0; k < what->nlevel && !b->failed; k++) {
        PwImgLevel x = {0};
        uint64_t text = 0;
        for (uint32_t i = 0; i < n && !b->failed; i++) {
            const PwImgCode *code = code_of(in[i], k);
            PwImgEntry e = {pw_digest(code->text, code->size), (uint32_t)text, code->size, (uint32_t)text + code->entry};
            b->failed |= !PW_VEC_PUSH(&b->entry, e);
            text += ((uint64_t)code->size + TEXT_STEP - 1) & ~(uint64_t)(TEXT_STEP - 1);
            b->failed |= text > UINT32_MAX / 2; /* offsets are 32 bits wide */
        }
        snprintf(x.name, sizeof x.name, "%s", what->level[k]);
        b->failed |= !PW_VEC_PUSH(&b->level, x);
    }
}

static void put_text(PwWriter *w, PwImgLevel *level, const PwImgInput *const *in, uint32_t n, uint32_t number)
{
    pw_write_align(w, PW_IMG_TEXT_ALIGN);
    level->text.at = (uint32_t)w->n;
    for (uint32_t i = 0; i < n; i++) {
        const PwImgCode *code = code_of(in[i], number);
        pw_write_bytes(w, code->text, code->size);
        pw_write_align(w, TEXT_STEP);
    }
    level->text.n = (uint32_t)(w->n - level->text.at);
}

/* -- frozen modules -- */

/* Where an offset in a module's data is in the pool. */
static uint32_t place(const PwImgFrozen *x, uint32_t at)
{
    return at < x->hot ? x->data + at : x->cold + at - x->hot;
}

/* Where a pointer leads, for a pool at its base and the statics where they are expected. */
static uint64_t target(const Build *b, const PwImgFor *what, const uint8_t *at, const PwFix *fix, const PwImgFrozen *x)
{
    uint32_t v;
    switch (fix->to) {
    case PW_STATIC_frozen:
        memcpy(&v, at, sizeof v);
        return b->base + place(x, v);
    case PW_STATIC_string:
        memcpy(&v, what->shared.links->at + fix->index * sizeof v, sizeof v);
        return v & PW_FROZEN_STATIC ? pw_statics_string(&what->statics, v) : b->base + v;
    default:
        return what->statics.of[fix->to].first + fix->index * what->statics.of[fix->to].stride;
    }
}

static void point(Build *b, const PwImgFor *what, const PwImgFrozen *x)
{
    const uint32_t *moves = b->links.at + x->move;
    for (uint32_t k = 0; k < moves[0]; k++) {
        PwFix fix;
        memcpy(&fix, &moves[1 + 2 * k], sizeof fix);
        uint8_t *at = b->pool.at + place(x, fix.at);
        uint64_t v = target(b, what, at, &fix, x);
        memcpy(at, &v, what->layout->pointer);
    }
}

static void append_words(Build *b, const PwWriter *w, uint32_t *at, uint32_t *n)
{
    *at = b->links.n;
    *n = (uint32_t)(w->n / sizeof(uint32_t));
    if (!PW_VEC_ROOM(&b->links, *n))
        b->failed = true;
    else if (*n)
        memcpy(b->links.at + b->links.n, w->at, *n * sizeof(uint32_t)), b->links.n += *n;
}

/* A row, without its data. */
static PwImgFrozen describe_module(Build *b, const PwImgModule *in)
{
    PwImgFrozen x = {.source = in->source, .bytes = in->bytes, .root = in->root, .tuples = in->tuples, .hot = in->hot,
                     .strings = in->strings, .ndata = (uint32_t)in->data->n, .ino = in->ino, .mtime = in->mtime,
                     .ctime = in->ctime, .path = in->path ? name(b, in->path) : PW_NONE};
    memcpy(x.header, in->header, sizeof x.header);
    append_words(b, in->links, &x.link, &x.nlink);
    return x;
}

/* One of its pieces. */
static uint32_t put_piece(Build *b, const uint8_t *at, uint32_t n)
{
    pw_write_align(&b->pool, 8);
    uint32_t place = (uint32_t)b->pool.n;
    pw_write_bytes(&b->pool, at, n);
    b->failed |= b->pool.failed || b->pool.n > UINT32_MAX / 2;
    return place;
}

/* Once all pieces are in place. Moves are hardly ever looked at: they lie behind all links. */
static void seal(Build *b, const PwImgFor *what, const PwImgModule *in, PwImgFrozen *x)
{
    append_words(b, in->moves, &x->move, &x->nmove);
    if (b->failed)
        return;
    point(b, what, x);
    PwDigest all[] = {pw_digest(b->pool.at + x->data, x->hot), pw_digest(b->pool.at + x->cold, x->ndata - x->hot),
                      pw_digest(b->links.at + x->link, x->nlink * sizeof(uint32_t))};
    x->digest = pw_digest(all, sizeof all);
    x->moved = pw_digest(b->links.at + x->move, x->nmove * sizeof(uint32_t));
}

static int by_source(const void *a, const void *b)
{
    return memcmp(&((const PwImgFrozen *)a)->source, &((const PwImgFrozen *)b)->source, sizeof(PwDigest));
}

/* The strings, the hot piece of each module, the cold ones. */
static void add_modules(Build *b, const PwImgFor *what, uint64_t base)
{
    PwImgFrozen strings = what->nmodules ? describe_module(b, &what->shared) : (PwImgFrozen){0};
    b->base = base;
    if (what->nmodules)
        strings.data = put_piece(b, what->shared.data->at, strings.hot);
    for (uint32_t k = 0; k < what->nmodules && !b->failed; k++) {
        PwImgFrozen x = describe_module(b, &what->module[k]);
        x.data = put_piece(b, what->module[k].data->at, x.hot);
        b->failed |= !PW_VEC_PUSH(&b->frozen, x);
    }
    for (uint32_t k = 0; k < b->frozen.n && !b->failed; k++) {
        PwImgFrozen *x = &b->frozen.at[k];
        x->cold = put_piece(b, what->module[k].data->at + x->hot, x->ndata - x->hot);
        seal(b, what, &what->module[k], x);
    }
    if (what->nmodules)
        seal(b, what, &what->shared, &strings);
    b->failed |= !PW_VEC_PUSH(&b->statics, what->statics) || !PW_VEC_PUSH(&b->shared, strings);
    if (b->frozen.n)
        qsort(b->frozen.at, b->frozen.n, sizeof *b->frozen.at, by_source);
}

static void put_pool(PwWriter *w, PwImgHead *h, const Build *b)
{
    pw_write_align(w, PW_IMG_TEXT_ALIGN);
    h->pool = (PwImgRange){(uint32_t)w->n, (uint32_t)b->pool.n};
    pw_write_bytes(w, b->pool.at, b->pool.n);
}

/* -- the file -- */

/* The index is written twice, since it tells where the rest is. */
static bool put_file(PwWriter *w, PwImgHead *h, const Build *b, const PwImgInput *const *in, uint32_t n)
{
    pw_write_bytes(w, h, sizeof *h);
    SECTION(w, h, b, tree);
    SECTION(w, h, b, names);
    SECTION(w, h, b, description);
    SECTION(w, h, b, level);
    SECTION(w, h, b, entry);
    SECTION(w, h, b, frozen);
    SECTION(w, h, b, shared);
    SECTION(w, h, b, statics);
    h->meta = (uint32_t)w->n;
    SECTION(w, h, b, sym);
    SECTION(w, h, b, snap);
    SECTION(w, h, b, frame);
    SECTION(w, h, b, val);
    SECTION(w, h, b, imm);
    SECTION(w, h, b, links);
    for (uint32_t k = 0; k < b->level.n; k++)
        put_text(w, &b->level.at[k], in, n, k);
    put_pool(w, h, b);
    if (w->failed || w->n > UINT32_MAX)
        return false;
    h->size = w->n;
    memcpy(w->at, h, sizeof *h);
    for (uint32_t k = 0; k < b->tree.n; k++)
        b->tree.at[k].parts = pw_image_parts(w->at, &b->tree.at[k]);
    memcpy(w->at + h->tree.at, b->tree.at, b->tree.n * sizeof *b->tree.at);
    memcpy(w->at + h->level.at, b->level.at, b->level.n * sizeof *b->level.at);
    h->digest = pw_image_digest(w->at, h->meta);
    memcpy(w->at, h, sizeof *h);
    return true;
}

static int by_place(const void *pa, const void *pb)
{
    const PwImgInput *a = *(const PwImgInput *const *)pa, *b = *(const PwImgInput *const *)pb;
    const uint32_t x[] = {a->tree->key, a->tree->unit, a->tree->kind, a->id};
    const uint32_t y[] = {b->tree->key, b->tree->unit, b->tree->kind, b->id};
    for (int k = 0; k < 4; k++)
        if (x[k] != y[k])
            return x[k] < y[k] ? -1 : 1;
    return 0;
}

static PwImgHead make_head(const PwImgFor *what)
{
    PwImgHead h = {.version = PW_IMG_VERSION, .flags = what->flags, .arenas = what->arenas, .mtime = what->mtime, .tables = pw_ir_digest()};
    memcpy(h.magic, PW_IMG_MAGIC, sizeof h.magic);
    snprintf(h.fingerprint, sizeof h.fingerprint, "%s", what->fingerprint);
    snprintf(h.triple, sizeof h.triple, "%.31s", what->layout->triple);
    h.layout = pw_layout_digest(what->layout);
    h.pool_base = what->layout->pointer == 8 ? POOL_BASE : 0;
    return h;
}

static void add_description(Build *b, const PwLayout *layout)
{
    PwWriter text = {0};
    pw_layout_print(layout, &text);
    b->failed |= text.failed;
    APPEND(b, &b->description, text.at, text.n);
    pw_writer_free(&text);
}

static void build_free(Build *b)
{
    pw_free(b->name_index);
    PW_VEC_FREE(&b->tree);
    PW_VEC_FREE(&b->sym);
    PW_VEC_FREE(&b->snap);
    PW_VEC_FREE(&b->frame);
    PW_VEC_FREE(&b->val);
    PW_VEC_FREE(&b->imm);
    PW_VEC_FREE(&b->names);
    PW_VEC_FREE(&b->description);
    PW_VEC_FREE(&b->level);
    PW_VEC_FREE(&b->entry);
    PW_VEC_FREE(&b->frozen);
    PW_VEC_FREE(&b->shared);
    PW_VEC_FREE(&b->statics);
    PW_VEC_FREE(&b->links);
    pw_writer_free(&b->pool);
}

PwStatus pw_image_build(const PwImgFor *what, const PwImgInput *in, uint32_t n, PwWriter *out)
{
    PwStatus status = PW_NOMEM;
    Build b = {0};
    PwWriter w = {0};
    PwImgHead head = make_head(what);
    const PwImgInput **sorted = pw_alloc((n + 1) * sizeof *sorted);
    if (!sorted)
        goto done;
    for (uint32_t i = 0; i < n; i++)
        sorted[i] = &in[i];
    qsort(sorted, n, sizeof *sorted, by_place);
    (void)name(&b, "");
    for (uint32_t i = 0; i < n && !b.failed; i++)
        add_tree(&b, sorted[i]);
    add_description(&b, what->layout);
    add_levels(&b, what, sorted, n);
    add_modules(&b, what, head.pool_base);
    if (b.failed || !put_file(&w, &head, &b, sorted, n))
        goto done;
    pw_write_bytes(out, w.at, w.n);
    if (!out->failed)
        status = PW_OK;
done:
    pw_free(sorted);
    build_free(&b);
    pw_writer_free(&w);
    return status;
}
