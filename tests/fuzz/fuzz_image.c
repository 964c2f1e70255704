/* Images. Magic, version, size and digests are put right, since no damage gets past them; then everything that the
 * runtime reads of an accepted image is read, in the way of launcher/rt. */
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

#include "ir/image.h"

static volatile uint64_t sum; /* what was read is used */

static void use_val(const PwExits *x, const PwImgTree *t, uint32_t at, uint32_t nlive)
{
    fuzz_check(at < x->nval, "a value out of range");
    const PwXVal *v = &x->val[at];
    if (v->src == PW_X_CELL)
        fuzz_check(v->x < nlive && v->x < x->maxlive, "a cell out of range");
    else if (v->src == PW_X_SYM)
        fuzz_check(v->x < t->nsym, "a symbol out of range");
    else if (v->src == PW_X_IMM)
        sum += (uint64_t)x->imm[v->x];
    else if (v->src == PW_X_VTUPLE)
        for (uint32_t k = 0; k < x->val[v->x].x; k++)
            use_val(x, t, v->x + 1 + k, nlive);
}

static void use_snap(const PwExits *x, const PwImgTree *t, const PwXSnap *s)
{
    for (uint32_t k = 0; k < s->nframes; k++) {
        const PwXFrame *f = &x->frame[s->frames + k];
        fuzz_check(f->code < t->nsym, "a frame's code out of range");
        if (k)
            use_val(x, t, f->func, s->nlive);
        for (uint32_t i = 0; i < (uint32_t)f->nlocals + f->nstack; i++)
            use_val(x, t, f->slots + i, s->nlive);
    }
    for (uint32_t k = 0; k < s->ndrops; k++)
        use_val(x, t, s->drops + k, s->nlive);
}

static void use_pointers(const uint8_t *data, uint32_t n, const uint32_t *slot)
{
    for (uint32_t k = 0; k < n; k++)
        sum += data[slot[k]] + data[slot[k] + 7];
}

static void use_frozen(const uint8_t *data, const uint32_t *w)
{
    for (uint32_t n = *w++; n; n--, w += 2 + w[1])
        use_pointers(data, w[1], w + 2);
    for (uint32_t n = *w++; n; n--, w += 3 + w[2]) {
        for (uint32_t k = 0; k < w[0]; k++)
            sum += data[w[1] + 8 * k] + data[w[1] + 8 * k + 7];
        use_pointers(data, w[2], w + 3);
    }
}

static void use_image(const uint8_t *b)
{
    const PwImgHead *h = (const PwImgHead *)b;
    const char *names = (const char *)b + h->names.at;
    const PwImgLevel *level = (const PwImgLevel *)(b + h->level.at);
    const PwImgEntry *entry = (const PwImgEntry *)(b + h->entry.at);
    const uint32_t *links = (const uint32_t *)(b + h->links.at);
    sum += strlen(h->fingerprint) + strlen(h->triple);
    for (uint32_t k = 0; k < h->level.n; k++) {
        const uint8_t *text = b + level[k].text.at;
        sum += strlen(level[k].name);
        for (uint32_t i = 0; i < h->tree.n; i++)
            sum += text[entry[k * h->tree.n + i].entry] + (uint64_t)pw_image_check_code(b, k, text, i, NULL);
    }
    for (uint32_t i = 0; i < h->frozen.n; i++) {
        const PwImgFrozen *f = (const PwImgFrozen *)(b + h->frozen.at) + i;
        sum += (uint64_t)pw_image_check_frozen(b, b + h->pool.at, i, 8, NULL);
        const PwFrozenWords words = {links + f->move, links + f->link, f->nmove, f->nlink};
        if (pw_frozen_check(f->hot, 8, 1, &words, NULL) == PW_OK)
            use_frozen(b + h->pool.at + f->data, links + f->link);
    }
    for (uint32_t i = 0; i < h->tree.n; i++) {
        const PwImgTree *t = (const PwImgTree *)(b + h->tree.at) + i;
        sum += (uint64_t)pw_image_check_parts(b, i, NULL);
        if (pw_image_check_tree(b, i, NULL) != PW_OK)
            continue;
        const PwImgSym *sym = (const PwImgSym *)(b + h->sym.at) + t->sym;
        PwExits x = {.snap = (const PwXSnap *)(b + h->snap.at) + t->snap,
                     .frame = (const PwXFrame *)(b + h->frame.at) + t->frame,
                     .val = (const PwXVal *)(b + h->val.at) + t->val,
                     .imm = (const int64_t *)(b + h->imm.at) + t->imm,
                     .nsnap = t->nsnap, .nframe = t->nframe, .nval = t->nval, .nimm = t->nimm, .maxlive = t->maxlive};
        sum += strlen(names + t->name) + strlen(names + t->file);
        for (uint32_t k = 0; k < t->nsym; k++) {
            fuzz_check(sym[k].kind < PW_S_COUNT && (sym[k].parent == PW_NONE || sym[k].parent < k), "a symbol out of range");
            sum += sym[k].name == PW_NONE ? 0 : strlen(names + sym[k].name);
        }
        for (uint32_t k = 0; k < t->nsnap; k++)
            use_snap(&x, t, &x.snap[k]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    PwErr err = {0};
    uint8_t *b = malloc(size ? size : 1); /* of its very size, and aligned as a mapped file is */
    if (!b)
        return 0;
    memcpy(b, data, size);
    fuzz_check(pw_image_check(b, size, &err) == PW_OK || err.text[0], "refused without a sentence");
    if (size >= sizeof(PwImgHead)) {
        PwImgHead *h = (PwImgHead *)b;
        memcpy(h->magic, PW_IMG_MAGIC, sizeof h->magic);
        h->version = PW_IMG_VERSION;
        h->size = size;
        h->tables = pw_ir_digest();
        if (h->meta >= sizeof *h && h->meta <= size)
            h->digest = pw_image_digest(b, h->meta);
    }
    if (pw_image_check(b, size, &err) == PW_OK)
        use_image(b);
    else
        fuzz_check(err.text[0], "refused without a sentence");
    free(b);
    return 0;
}
