/* The end of freezing a module: strings, bytes, and where everything lies. */
#include "codegen/freeze_internal.h"

#include <stdlib.h>

/* A string's content, in marshal data. */
typedef struct PwFrozenText {
    const uint8_t *at;
    uint32_t n;
} PwFrozenText;

/* -- interned strings: once for all modules -- */

static uint32_t *place_of(const PwFrozenStrings *s, const uint8_t *p, uint32_t n)
{
    for (uint32_t i = pw_hash(p, n) & (s->indexcap - 1);; i = (i + 1) & (s->indexcap - 1)) {
        const PwFrozenText *t = s->index[i] ? &s->text[s->index[i] - 1] : NULL;
        if (!t || (t->n == n && !memcmp(t->at, p, n)))
            return &s->index[i];
    }
}

static bool grow(PwFrozenStrings *s)
{
    uint32_t cap = s->indexcap ? 2 * s->indexcap : 1024;
    if (2 * (s->n + 1) > s->indexcap) {
        uint32_t *index = pw_calloc(cap, sizeof *index);
        if (!index)
            return false;
        pw_free(s->index);
        s->index = index;
        s->indexcap = cap;
        for (uint32_t k = 0; k < s->n; k++)
            *place_of(s, s->text[k].at, s->text[k].n) = k + 1;
    }
    return pw_vec_grow((void **)&s->text, &s->textcap, s->n, 1, sizeof *s->text);
}

/* Where its object is. */
static uint32_t put_interned(PwFrozenStrings *s, const uint8_t *p, uint32_t n)
{
    FrOut o = {.p = s->target->pointer, .target = s->target, .data = s->data, .moves = s->moves, .fixes = s->fixes};
    uint32_t count, largest;
    (void)fr_measure(p, n, &count, &largest);
    if (!count || (count == 1 && largest < 256))
        return PW_FROZEN_STATIC | (count ? 1 + largest : 0);
    uint32_t at = fr_put_str(&o, p, n);
    s->data = o.data, s->moves = o.moves, s->fixes = o.fixes;
    return at;
}

/* Its number; UINT32_MAX without memory. */
static uint32_t number_of(PwFrozenStrings *s, const uint8_t *p, uint32_t n)
{
    if (!grow(s))
        return UINT32_MAX;
    uint32_t *place = place_of(s, p, n);
    if (!*place) {
        pw_write_u32(&s->places, put_interned(s, p, n));
        s->text[s->n] = (PwFrozenText){p, n};
        *place = ++s->n;
    }
    return *place - 1;
}

void pw_frozen_strings_free(PwFrozenStrings *s)
{
    pw_writer_free(&s->data);
    pw_writer_free(&s->moves);
    pw_writer_free(&s->places);
    pw_free(s->text);
    pw_free(s->index);
}

/* -- pointers -- */

typedef struct End {
    Freezer *f;
    PwFrozen *out;
    uint32_t begin[FR_SEGMENTS]; /* where a segment lies in data */
    uint32_t fixes;
} End;

static uint32_t slot_at(const End *e, uint32_t slot)
{
    return e->begin[e->f->slots.at[slot].segment] + e->f->slots.at[slot].at;
}

static void put_move(End *e, uint32_t at, PwStatic to, uint32_t index)
{
    pw_write_u32(&e->out->moves, at);
    pw_write_u32(&e->out->moves, to | index << 8);
    e->fixes++;
}

/* All pointers to a late object that was written, at `at` in data. */
static void point_at(End *e, const FrLate *late, PwStatic to, uint32_t index, uint32_t at)
{
    for (uint32_t k = late->slots; k; k = e->f->slots.at[k - 1].next) {
        uint32_t slot = slot_at(e, k - 1);
        put_move(e, slot, to, index);
        if (to == PW_STATIC_frozen && !e->out->data.failed)
            memcpy(e->out->data.at + slot, &at, sizeof at);
    }
}

/* Offsets inside a segment become offsets in data. */
static void relocate(End *e, FrSegment segment)
{
    const FrOut *o = &e->f->out[segment];
    for (uint32_t k = 0; k < o->fixes && !o->moves.failed && !e->out->data.failed; k++) {
        PwFix fix;
        uint32_t v;
        memcpy(&fix, o->moves.at + k * sizeof fix, sizeof fix);
        uint8_t *at = e->out->data.at + e->begin[segment] + fix.at;
        memcpy(&v, at, sizeof v);
        v += fix.to == PW_STATIC_frozen ? e->begin[segment] : 0;
        memcpy(at, &v, sizeof v);
        put_move(e, e->begin[segment] + fix.at, fix.to, fix.index);
    }
}

static void reach_across(End *e)
{
    for (uint32_t k = 0; k < e->f->across.n && !e->out->data.failed; k++) {
        const FrAcross *a = &e->f->across.at[k];
        uint8_t *at = e->out->data.at + e->begin[a->segment] + a->at;
        uint32_t v;
        memcpy(&v, at, sizeof v);
        v += e->begin[a->to] - e->begin[a->segment];
        memcpy(at, &v, sizeof v);
    }
}

/* -- late objects -- */

static void put_slots(End *e, const FrLate *late)
{
    pw_write_u32(&e->out->links, late->count);
    for (uint32_t k = late->slots; k; k = e->f->slots.at[k - 1].next)
        pw_write_u32(&e->out->links, slot_at(e, k - 1));
}

/* A string that is not interned: its own, or the interpreter's. */
static void put_plain(End *e, const FrLate *s)
{
    FrOut *cold = &e->f->out[FR_COLD];
    uint32_t count, largest;
    (void)fr_measure(s->text, s->n, &count, &largest);
    if (!count)
        point_at(e, s, PW_STATIC_empty_str, 0, 0);
    else if (count == 1 && largest < 256)
        point_at(e, s, largest < 128 ? PW_STATIC_ascii : PW_STATIC_latin1, largest % 128, 0);
    else
        point_at(e, s, PW_STATIC_frozen, 0, e->begin[FR_COLD] + fr_put_str(cold, s->text, s->n));
}

/* Interned strings first: their numbers go into links. */
static void put_strings(End *e)
{
    Freezer *f = e->f;
    PwWriter *links = &e->out->links;
    uint32_t n = 0;
    for (uint32_t k = 0; k < f->str.n; k++)
        n += f->str.at[k].count && f->str.at[k].interned;
    pw_write_u32(links, n);
    for (uint32_t k = 0; k < f->str.n; k++) {
        const FrLate *s = &f->str.at[k];
        if (!s->count || !s->interned)
            continue;
        uint32_t number = number_of(f->strings, s->text, s->n);
        if (number >= 1u << 24) {
            fr_fail(f, number == UINT32_MAX ? PW_NOMEM : PW_UNSUPPORTED, "too many strings");
            return;
        }
        point_at(e, s, PW_STATIC_string, number, 0);
        pw_write_u32(links, number);
        put_slots(e, s);
    }
}

static void put_cold(End *e)
{
    Freezer *f = e->f;
    for (uint32_t k = 0; k < f->str.n; k++)
        if (f->str.at[k].count && !f->str.at[k].interned)
            put_plain(e, &f->str.at[k]);
    for (uint32_t k = 0; k < f->bytes.n; k++) {
        const FrLate *b = &f->bytes.at[k];
        if (b->count && b->n)
            point_at(e, b, PW_STATIC_frozen, 0, e->begin[FR_COLD] + fr_put_bytes(&f->out[FR_COLD], b->text, b->n));
        else
            point_at(e, b, PW_STATIC_empty_bytes, 0, 0);
    }
}

static void put_sets(End *e)
{
    Freezer *f = e->f;
    PwWriter *links = &e->out->links;
    uint32_t n = 0;
    for (uint32_t k = 0; k < f->set.n; k++)
        n += f->set.at[k].count != 0;
    pw_write_u32(links, n);
    for (uint32_t k = 0; k < f->set.n; k++)
        if (f->set.at[k].count) {
            pw_write_u32(links, f->set.at[k].n);
            pw_write_u32(links, e->begin[FR_COOL] + f->set.at[k].first);
            put_slots(e, &f->set.at[k]);
        }
}

/* The number of moves goes before them. */
static void count_moves(PwWriter *moves, uint32_t n)
{
    PwWriter whole = {0};
    pw_write_u32(&whole, n);
    pw_write_bytes(&whole, moves->at, moves->n);
    whole.failed |= moves->failed;
    pw_writer_free(moves);
    *moves = whole;
}

void fr_finish(Freezer *f, FrValue root, PwFrozen *out)
{
    End e = {.f = f, .out = out};
    PwWriter *data = &out->data;
    for (int k = 0; k < FR_COLD; k++) {
        pw_write_align(data, 8);
        e.begin[k] = (uint32_t)data->n;
        pw_write_bytes(data, f->out[k].data.at, f->out[k].data.n);
    }
    pw_write_align(data, 8);
    e.begin[FR_COLD] = out->hot = (uint32_t)data->n;
    for (int k = 0; k < FR_COLD; k++)
        relocate(&e, k);
    reach_across(&e);
    put_strings(&e);
    put_cold(&e);
    put_sets(&e);
    pw_write_bytes(data, f->out[FR_COLD].data.at, f->out[FR_COLD].data.n);
    pw_write_align(data, 8);
    relocate(&e, FR_COLD);
    count_moves(&out->moves, e.fixes);
    out->root = e.begin[root.segment] + root.at;
    out->tuples = f->tuples;
    bool failed = data->failed || out->moves.failed || out->links.failed || f->strings->data.failed || f->strings->moves.failed ||
                  f->strings->places.failed;
    for (int k = 0; k < FR_SEGMENTS; k++)
        failed |= f->out[k].data.failed || f->out[k].moves.failed;
    if (failed)
        fr_fail(f, PW_NOMEM, "out of memory");
    else if (data->n > UINT32_MAX / 4)
        fr_fail(f, PW_UNSUPPORTED, "it is too large");
}
