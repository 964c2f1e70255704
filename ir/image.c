/* Checking an image before anything in it is trusted: its head and index at once, what trees own when it is first needed. The ranges
 * inside must follow each other as pw_image_build lays them out, so that the time it takes is bounded by the size whatever the bytes
 * are; but for the slots of frames, which frames may share: that costs PW_MAX_SLOTS for each frame at most. */
#include "ir/image.h"

_Static_assert(sizeof(PwImgHead) == 280 && sizeof(PwImgTree) == 128 && sizeof(PwImgLevel) == 40 && sizeof(PwImgEntry) == 28 &&
                   sizeof(PwImgFrozen) == 144 && sizeof(PwImgSym) == 36 && sizeof(PwStatics) == 304 && sizeof(PwFix) == 8, "the file format");
_Static_assert(sizeof(PwXSnap) == 24 && sizeof(PwXFrame) == 24 && sizeof(PwXVal) == 8, "the file format");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "images are little-endian, and so is whoever maps them");

typedef struct Image {
    const char *base;
    const PwImgHead *head;
    const PwImgTree *tree;
    const PwImgSym *sym; /* here and below: of the whole image ... */
    const PwXSnap *snap;
    const PwXFrame *frame;
    const PwXVal *val;
    uint32_t number; /* ... of this tree, from here on: */
    const PwImgTree *now;
    uint32_t next_frame; /* frames are used once, in order */
    uint32_t next_val;   /* so are vals, but for those of vtuples between them and those that frames share */
    PwErr *err;
} Image;

static bool damaged(const Image *m, const char *what)
{
    if (m->now)
        pw_err_set(m->err, PW_CORRUPT, "The image is damaged: tree %u: %s.", m->number, what);
    else
        pw_err_set(m->err, PW_CORRUPT, "The image is damaged: %s.", what);
    return false;
}

static bool within(uint32_t from, uint64_t n, uint32_t limit)
{
    return from <= limit && n <= limit - from;
}

/* -- values -- */

static bool sym_gives(const Image *m, uint32_t x, unsigned type)
{
    if (x >= m->now->nsym)
        return false;
    return pw_type_of_letter(pw_sym_info[m->sym[m->now->sym + x].kind].result) == (PwType)type;
}

static bool is_number(unsigned type)
{
    return type == PW_T_I || type == PW_T_F || type == PW_T_B;
}

/* One val of a snapshot with nlive cells. budget: vals that may still be visited through vtuples; it also ends circles. */
static bool val_ok(const Image *m, uint32_t at, uint32_t nlive, uint32_t *budget)
{
    const PwXVal *v = &m->val[m->now->val + at];
    if (v->kind > PW_E_BORROW || v->type >= PW_T_COUNT || v->type == PW_T_V || v->type == PW_T_P || !*budget)
        return false;
    --*budget;
    switch (v->src) {
    case PW_X_CELL:
        return v->x < nlive;
    case PW_X_SYM:
        return sym_gives(m, v->x, v->type);
    case PW_X_IMM:
        return v->x < m->now->nimm && is_number(v->type);
    case PW_X_NULL:
        return v->type == PW_T_O;
    case PW_X_VTUPLE:
        break;
    default:
        return false;
    }
    if (v->type != PW_T_O || v->x >= m->now->nval)
        return false;
    uint32_t n = m->val[m->now->val + v->x].x;
    if (!within(v->x + 1, n, m->now->nval))
        return false;
    for (uint32_t k = 1; k <= n; k++)
        if (!val_ok(m, v->x + k, nlive, budget))
            return false;
    return true;
}

static bool object_ok(const Image *m, uint32_t at, uint32_t nlive)
{
    uint32_t budget = 1;
    const PwXVal *v = at < m->now->nval ? &m->val[m->now->val + at] : NULL;
    return v && v->type == PW_T_O && v->src != PW_X_VTUPLE && val_ok(m, at, nlive, &budget);
}

/* Takes n vals from `from` on: behind all that were taken before, or among them. */
static bool take_vals(Image *m, uint32_t from, uint32_t n)
{
    if (!within(from, n, m->now->nval) || (from < m->next_val && n > m->next_val - from))
        return false;
    if (from >= m->next_val)
        m->next_val = from + n;
    return true;
}

/* -- frames and snapshots -- */

static bool is_code(const Image *m, uint32_t sym, bool root)
{
    if (sym >= m->now->nsym)
        return false;
    uint32_t kind = m->sym[m->now->sym + sym].kind;
    return kind == PW_S_rootcode || (!root && (kind == PW_S_funccode || kind == PW_S_codeobj));
}

static bool frame_ok(Image *m, const PwXFrame *f, bool root, uint32_t nlive)
{
    uint32_t slots = (uint32_t)f->nlocals + f->nstack;
    uint32_t kept = root ? (uint32_t)m->now->nlocals + m->now->nstack : 0;
    if (!is_code(m, f->code, root) || f->cont >= PW_CONT_COUNT || slots > PW_MAX_SLOTS ||
        (!root && f[-1].nstack < pw_cont_operands[f->cont]) ||
        (root && f->nlocals != m->now->nlocals) || root != (f->func == PW_NONE))
        return damaged(m, "a frame");
    if (!root && (!take_vals(m, f->func, 1) || !object_ok(m, f->func, nlive)))
        return damaged(m, "the function of a frame");
    if (!take_vals(m, f->slots, slots))
        return damaged(m, "the slots of a frame");
    for (uint32_t k = 0; k < slots; k++) {
        uint32_t budget = PW_MAX_VTUPLE + 1;
        if (m->val[m->now->val + f->slots + k].kind == PW_E_KEEP && k >= kept)
            return damaged(m, "a slot that cannot be kept");
        if (!val_ok(m, f->slots + k, nlive, &budget))
            return damaged(m, "the value of a slot");
    }
    return true;
}

static bool snap_ok(Image *m, const PwXSnap *s)
{
    if (s->frames != m->next_frame || !s->nframes || s->nframes > PW_MAX_DEPTH ||
        !within(s->frames, s->nframes, m->now->nframe) || s->nlive > m->now->maxlive)
        return damaged(m, "a snapshot");
    m->next_frame += s->nframes;
    for (uint32_t k = 0; k < s->nframes; k++)
        if (!frame_ok(m, &m->frame[m->now->frame + s->frames + k], k == 0, s->nlive))
            return false;
    if (s->ndrops > PW_MAX_SLOTS || !take_vals(m, s->drops, s->ndrops))
        return damaged(m, "the drops of a snapshot");
    for (uint32_t k = 0; k < s->ndrops; k++)
        if (!object_ok(m, s->drops + k, s->nlive))
            return damaged(m, "a drop of a snapshot");
    return true;
}

/* -- trees -- */

static bool sym_ok(const Image *m, uint32_t k)
{
    const PwImgSym *s = &m->sym[m->now->sym + k];
    if (s->kind >= PW_S_COUNT)
        return damaged(m, "a symbol of no known kind");
    const PwSymInfo *info = &pw_sym_info[s->kind];
    bool parent = s->parent != PW_NONE, name = s->name != PW_NONE;
    if (parent != (*info->parent != '-') || (parent && s->parent >= k))
        return damaged(m, "the parent of a symbol");
    if (name != !!strchr(info->uses, 'N') || (name && s->name >= m->head->names.n))
        return damaged(m, "the name of a symbol");
    return s->seg < m->now->nseg || damaged(m, "the segment of a symbol");
}

static bool tree_ranges_ok(const Image *m)
{
    const PwImgTree *t = m->now;
    const PwImgHead *h = m->head;
    if (!within(t->sym, t->nsym, h->sym.n) || !within(t->snap, t->nsnap, h->snap.n) ||
        !within(t->frame, t->nframe, h->frame.n) || !within(t->val, t->nval, h->val.n) ||
        !within(t->imm, t->nimm, h->imm.n))
        return damaged(m, "a range");
    if (t->kind > PW_ROOT_FUNC || t->name >= h->names.n || t->file >= h->names.n)
        return damaged(m, "its kind or name");
    return (uint32_t)t->nlocals + t->nstack <= PW_MAX_SLOTS || damaged(m, "its slots");
}

static bool tree_ok(Image *m)
{
    const PwImgTree *t = m->now;
    for (uint32_t k = 0; k < t->nsym; k++)
        if (!sym_ok(m, k))
            return false;
    for (uint32_t k = 0; k < t->nsnap; k++)
        if (!snap_ok(m, &m->snap[t->snap + k]))
            return false;
    return true;
}

static bool in_order(const PwImgTree *a, const PwImgTree *b)
{
    if (a->key != b->key)
        return a->key < b->key;
    return a->unit != b->unit ? a->unit < b->unit : a->kind <= b->kind;
}

/* The trees: sorted, and their ranges inside the sections, one behind the other. */
static bool trees_ok(Image *m)
{
    uint32_t sym = 0, snap = 0, frame = 0, val = 0;
    for (m->number = 0; m->number < m->head->tree.n; m->number++) {
        const PwImgTree *t = m->now = &m->tree[m->number];
        if (m->number && !in_order(t - 1, t))
            return damaged(m, "out of order");
        if (t->sym != sym || t->snap != snap || t->frame != frame || t->val != val)
            return damaged(m, "a range does not follow on the one before");
        if (!tree_ranges_ok(m))
            return false;
        sym += t->nsym;
        snap += t->nsnap;
        frame += t->nframe;
        val += t->nval;
    }
    m->now = NULL;
    return true;
}

/* -- the head -- */

static bool section_ok(const PwImgRange *r, size_t size, size_t from, size_t n)
{
    return r->at % 16 == 0 && r->at >= from && r->at <= n && r->n <= (n - r->at) / size;
}

static bool index_ok(const Image *m)
{
    const PwImgHead *h = m->head;
    size_t from = sizeof *h, n = h->meta;
    return section_ok(&h->tree, sizeof(PwImgTree), from, n) && section_ok(&h->names, 1, from, n) &&
           section_ok(&h->description, 1, from, n) && section_ok(&h->level, sizeof(PwImgLevel), from, n) &&
           section_ok(&h->entry, sizeof(PwImgEntry), from, n) && section_ok(&h->frozen, sizeof(PwImgFrozen), from, n) &&
           section_ok(&h->shared, sizeof(PwImgFrozen), from, n) && h->shared.n == 1 &&
           section_ok(&h->statics, sizeof(PwStatics), from, n) && h->statics.n == 1;
}

static bool sections_ok(const Image *m, size_t n)
{
    const PwImgHead *h = m->head;
    size_t from = h->meta;
    return h->meta >= sizeof *h && h->meta <= n && index_ok(m) && section_ok(&h->sym, sizeof(PwImgSym), from, n) &&
           section_ok(&h->snap, sizeof(PwXSnap), from, n) && section_ok(&h->frame, sizeof(PwXFrame), from, n) &&
           section_ok(&h->val, sizeof(PwXVal), from, n) && section_ok(&h->imm, sizeof(int64_t), from, n) &&
           section_ok(&h->links, sizeof(uint32_t), from, n) && section_ok(&h->pool, 1, from, n);
}

static bool ended(const char *s, size_t n)
{
    return memchr(s, 0, n) != NULL;
}

/* The texts and the pool: aligned, one behind the other, to the end of the file. */
static bool levels_ok(const Image *m, size_t n)
{
    const PwImgHead *h = m->head;
    const PwImgLevel *level = (const void *)(m->base + h->level.at);
    uint64_t end = h->meta;
    if (!h->level.n || h->level.n > PW_IMG_LEVELS || h->entry.n != (uint64_t)h->level.n * h->tree.n)
        return false;
    for (uint32_t k = 0; k <= h->level.n; k++) {
        const PwImgRange *part = k < h->level.n ? &level[k].text : &h->pool;
        if ((k < h->level.n && !ended(level[k].name, sizeof level->name)) || part->at % PW_IMG_TEXT_ALIGN || part->at < end ||
            part->at > n || part->n > n - part->at)
            return false;
        end = (uint64_t)part->at + part->n;
    }
    return end == n;
}

static PwStatus digest_ok(const Image *m)
{
    PwDigest found = pw_image_digest(m->base, m->head->meta);
    if (!memcmp(&found, &m->head->digest, sizeof found))
        return PW_OK;
    return pw_err_set(m->err, PW_CORRUPT, "The image is damaged: its digest does not fit.");
}

static PwStatus head_ok(const Image *m, size_t n)
{
    const PwImgHead *h = m->head;
    PwDigest tables = pw_ir_digest();
    char expected[33], found[33];
    if (n < sizeof *h || memcmp(h->magic, PW_IMG_MAGIC, sizeof h->magic))
        return pw_err_set(m->err, PW_CORRUPT, "This is no image of prewarm.");
    if (h->version != PW_IMG_VERSION)
        return pw_err_set(m->err, PW_STALE, "The image has another format: expected version %u, found %u.",
                          PW_IMG_VERSION, h->version);
    if (h->size != n)
        return pw_err_set(m->err, PW_CORRUPT, "The image is damaged: expected %llu bytes, found %llu.",
                          (unsigned long long)h->size, (unsigned long long)n);
    if (memcmp(&h->tables, &tables, sizeof tables)) {
        pw_digest_hex(&tables, expected);
        pw_digest_hex(&h->tables, found);
        return pw_err_set(m->err, PW_STALE, "The image was made with other IR tables: expected %s, found %s.", expected,
                          found);
    }
    if (h->flags & ~(uint32_t)PW_IMG_PROBES)
        return pw_err_set(m->err, PW_STALE, "The image has unknown flags: expected at most %x, found %x.",
                          PW_IMG_PROBES, h->flags);
    if (!sections_ok(m, n) || !levels_ok(m, n) || !ended(h->fingerprint, sizeof h->fingerprint) ||
        !ended(h->triple, sizeof h->triple) || !h->names.n || m->base[h->names.at + h->names.n - 1])
        return pw_err_set(m->err, PW_CORRUPT, "The image is damaged: its head.");
    return digest_ok(m);
}

static bool entries_ok(const Image *m)
{
    const PwImgHead *h = m->head;
    const PwImgLevel *level = (const void *)(m->base + h->level.at);
    const PwImgEntry *entry = (const void *)(m->base + h->entry.at);
    for (uint32_t k = 0; k < h->entry.n; k++) {
        const PwImgEntry *e = &entry[k];
        if (!within(e->at, e->n, level[k / h->tree.n].text.n) || e->entry < e->at || e->entry - e->at >= e->n)
            return damaged(m, "an entry outside of the code");
    }
    return true;
}

static bool module_ok(const PwImgHead *h, const PwImgFrozen *f)
{
    return f->hot <= f->ndata && within(f->data, f->hot, h->pool.n) && within(f->cold, f->ndata - f->hot, h->pool.n) &&
           f->data % 8 == 0 && f->cold % 8 == 0 && f->hot % 8 == 0 && within(f->link, f->nlink, h->links.n) &&
           within(f->move, f->nmove, h->links.n) && f->root <= f->hot && f->root % 8 == 0;
}

static bool modules_ok(const Image *m)
{
    const PwImgHead *h = m->head;
    const PwImgFrozen *at = (const void *)(m->base + h->frozen.at);
    for (uint32_t k = 0; k < h->frozen.n; k++)
        if (!module_ok(h, &at[k]) || (at[k].path != PW_NONE && at[k].path >= h->names.n) || (k && memcmp(&at[k - 1].source, &at[k].source, sizeof at->source) > 0))
            return damaged(m, "a frozen module");
    const PwImgFrozen *strings = (const void *)(m->base + h->shared.at);
    for (uint32_t k = 0; k < h->frozen.n; k++)
        if (at[k].strings > strings->ndata)
            return damaged(m, "a frozen module");
    return module_ok(h, strings) || damaged(m, "the strings of frozen modules");
}

static void find_sections(Image *m)
{
    m->tree = (const void *)(m->base + m->head->tree.at);
    m->sym = (const void *)(m->base + m->head->sym.at);
    m->snap = (const void *)(m->base + m->head->snap.at);
    m->frame = (const void *)(m->base + m->head->frame.at);
    m->val = (const void *)(m->base + m->head->val.at);
}

PwStatus pw_image_check(const void *p, size_t n, PwErr *err)
{
    Image m = {.base = p, .head = p, .err = err};
    PwStatus status = head_ok(&m, n);
    if (status)
        return status;
    find_sections(&m);
    return trees_ok(&m) && entries_ok(&m) && modules_ok(&m) ? PW_OK : PW_CORRUPT;
}

PwStatus pw_image_check_tree(const void *p, uint32_t number, PwErr *err)
{
    Image m = {.base = p, .head = p, .number = number, .err = err};
    find_sections(&m);
    m.now = &m.tree[number];
    return tree_ok(&m) ? PW_OK : PW_CORRUPT;
}

PwStatus pw_image_check_parts(const void *p, uint32_t number, PwErr *err)
{
    const PwImgHead *h = p;
    const PwImgTree *t = (const PwImgTree *)(const void *)((const char *)p + h->tree.at) + number;
    PwDigest found = pw_image_parts(p, t);
    if (!memcmp(&found, &t->parts, sizeof found))
        return PW_OK;
    return pw_err_set(err, PW_CORRUPT, "The image is damaged: the digest of tree %u does not fit.", number);
}

PwStatus pw_image_check_code(const void *p, uint32_t number, const void *text, uint32_t tree, PwErr *err)
{
    const PwImgHead *h = p;
    const PwImgLevel *level = (const PwImgLevel *)(const void *)((const char *)p + h->level.at) + number;
    const PwImgEntry *e = (const PwImgEntry *)(const void *)((const char *)p + h->entry.at) + (size_t)number * h->tree.n + tree;
    PwDigest found = pw_digest((const char *)text + e->at, e->n);
    if (!memcmp(&found, &e->digest, sizeof found))
        return PW_OK;
    return pw_err_set(err, PW_CORRUPT, "The image is damaged: the digest of the code of tree %u for %s does not fit.", tree,
                      level->name);
}

static PwStatus check_words(const void *p, const PwImgFrozen *f, bool shared, unsigned pointer, PwErr *err)
{
    const PwImgHead *h = p;
    const char *b = p;
    const uint32_t *links = (const uint32_t *)(const void *)(b + h->links.at);
    const PwImgFrozen *strings = (const PwImgFrozen *)(const void *)(b + h->shared.at);
    const PwFrozenWords words = {links + f->move, shared ? NULL : links + f->link, f->nmove, f->nlink};
    for (uint32_t k = 0; shared && k < f->nlink; k++) {
        uint32_t at = links[f->link + k];
        if (at & PW_FROZEN_STATIC ? at - PW_FROZEN_STATIC > 256 : at % 8 || at >= f->ndata)
            return pw_err_set(err, PW_CORRUPT, "The image is damaged: where a string is.");
    }
    if (shared && !f->ndata)
        return PW_OK;
    return pw_frozen_check(f->ndata, pointer, strings->nlink, &words, err);
}

PwStatus pw_image_check_frozen(const void *p, const void *pool, uint32_t number, unsigned pointer, PwErr *err)
{
    const PwImgHead *h = p;
    const char *b = p;
    bool shared = number == h->frozen.n;
    const PwImgFrozen *m = (const PwImgFrozen *)(const void *)(b + (shared ? h->shared.at : h->frozen.at)) + (shared ? 0 : number);
    const uint32_t *links = (const uint32_t *)(const void *)(b + h->links.at);
    PwDigest found = pw_image_frozen_digest(p, pool, m), moved = pw_digest(links + m->move, m->nmove * sizeof *links);
    if (memcmp(&found, &m->digest, sizeof found) || memcmp(&moved, &m->moved, sizeof moved))
        return pw_err_set(err, PW_CORRUPT, "The image is damaged: the digest of frozen module %u does not fit.", number);
    return check_words(p, m, shared, pointer, err);
}
