/* Bytes to trees. Any bytes: every count is bounded by what is left to read, every number is checked here or by the
 * verifier, which runs at the end. */
#include "ir/codec.h"

typedef struct Decoder {
    PwReader in;
    PwTree *tree;
    bool no_memory;
    uint32_t nvalues;
} Decoder;

/* Reads on only while nothing has gone wrong. */
static bool fine(const Decoder *d)
{
    return !d->in.failed && !d->no_memory && !d->tree->failed;
}

static bool refuse(Decoder *d)
{
    d->in.failed = true;
    return false;
}

static uint32_t get_u32(Decoder *d, uint32_t most)
{
    uint64_t v = pw_read_uint(&d->in);
    if (v > most) {
        refuse(d);
        return 0;
    }
    return (uint32_t)v;
}

/* A number stored plus one, so that 0 is PW_NONE. */
static uint32_t get_optional(Decoder *d)
{
    return get_u32(d, PW_NONE) - 1;
}

static void get_digest(Decoder *d, PwDigest *out)
{
    const void *p = pw_read_bytes(&d->in, sizeof *out);
    if (p)
        memcpy(out, p, sizeof *out);
}

/* A string or NULL, arena-owned. */
static const char *get_str(Decoder *d)
{
    size_t n = (size_t)pw_read_uint(&d->in);
    const char *p = n ? pw_read_bytes(&d->in, n - 1) : NULL;
    if (!n || d->in.failed)
        return NULL;
    if (n > 1 && memchr(p, 0, n - 1)) {
        refuse(d);
        return NULL;
    }
    const char *s = pw_arena_strn(&d->tree->arena, p, n - 1);
    d->no_memory |= !s;
    return s;
}

static void get_head(Decoder *d)
{
    PwTree *t = d->tree;
    uint8_t kind = pw_read_u8(&d->in);
    if (kind > 3)
        refuse(d);
    t->kind = kind >> 1;
    t->optimised = kind & 1;
    t->unit = get_u32(d, PW_NONE);
    get_digest(d, &t->code);
    t->key = pw_read_u32(&d->in);
    t->qualname = get_str(d);
    t->filename = get_str(d);
    t->line = get_u32(d, PW_NONE);
    t->nlocals = (uint16_t)get_u32(d, PW_MAX_SLOTS);
    t->nstack = (uint16_t)get_u32(d, PW_MAX_SLOTS);
}

static bool get_sym(Decoder *d)
{
    PwSym s = {.kind = pw_read_u8(&d->in)};
    if (s.kind >= PW_S_COUNT)
        return refuse(d);
    s.parent.i = get_optional(d);
    s.index = get_u32(d, PW_NONE);
    s.name = get_str(d);
    if (strchr(pw_sym_info[s.kind].uses, 'D'))
        get_digest(d, &s.digest);
    d->no_memory |= fine(d) && !PW_VEC_PUSH(&d->tree->sym, s);
    return fine(d);
}

/* The operands of value number `self`. */
static bool get_args(Decoder *d, uint32_t self, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) {
        int64_t distance = pw_read_int(&d->in);
        if (distance > self || distance <= (int64_t)self - (int64_t)d->nvalues)
            return refuse(d);
        PwRef r = {(uint32_t)((int64_t)self - distance)};
        if (!PW_VEC_PUSH(&d->tree->arg, r)) {
            d->no_memory = true;
            return false;
        }
    }
    return fine(d);
}

static bool get_value(Decoder *d, uint32_t self)
{
    PwIns ins = {.op = pw_read_u8(&d->in)};
    if (ins.op >= PW_OP_COUNT)
        return refuse(d);
    if (pw_codec_has_aux(ins.op))
        ins.aux = (uint16_t)get_u32(d, UINT16_MAX);
    if (ins.op == PW_OP_kflt)
        ins.imm = (int64_t)pw_read_u64(&d->in);
    else if (pw_codec_has_imm(ins.op))
        ins.imm = pw_read_int(&d->in);
    PwType type = pw_op_type((PwOp)ins.op, ins.aux, ins.imm);
    ins.nargs = (uint8_t)get_u32(d, PW_MAX_ARGS);
    ins.args = d->tree->arg.n;
    if (type == PW_T_COUNT || !get_args(d, self, ins.nargs))
        return refuse(d);
    ins.type = (uint8_t)type;
    ins.snap.i = get_optional(d);
    ins.unit = get_u32(d, PW_NONE - 1); /* what the text can say */
    d->no_memory |= fine(d) && !PW_VEC_PUSH(&d->tree->ins, ins);
    return fine(d);
}

static PwRef get_ref(Decoder *d)
{
    uint32_t v = get_u32(d, d->nvalues);
    if (v >= d->nvalues)
        refuse(d);
    return (PwRef){v};
}

static bool get_entries(Decoder *d, uint32_t n)
{
    PwTree *t = d->tree;
    if (t->entry.n + n > PW_CODEC_MAX_ENTRIES)
        return refuse(d);
    if (!PW_VEC_ROOM(&t->entry, n)) {
        d->no_memory = true;
        return false;
    }
    while (n && fine(d)) {
        uint64_t x = pw_read_uint(&d->in);
        PwEntry e = {.kind = x & 3, .ref = PW_NOREF};
        bool has_ref = e.kind == PW_E_OWN || e.kind == PW_E_BORROW;
        uint64_t run = has_ref ? 1 : x >> 2;
        if (has_ref ? x >> 2 >= d->nvalues : !run || run > n)
            return refuse(d);
        if (has_ref)
            e.ref.i = (uint32_t)(x >> 2);
        for (n -= (uint32_t)run; run; run--)
            t->entry.at[t->entry.n++] = e;
    }
    return fine(d);
}

static bool get_frame(Decoder *d)
{
    PwSnapFrame f = {.code.i = get_u32(d, PW_NONE - 1)};
    f.func.i = get_optional(d);
    if (f.func.i != PW_NONE && f.func.i >= d->nvalues)
        return refuse(d);
    f.unit = get_u32(d, PW_NONE);
    f.nlocals = (uint16_t)get_u32(d, PW_MAX_SLOTS);
    f.nstack = (uint16_t)get_u32(d, PW_MAX_SLOTS);
    f.cont = get_u32(d, PW_NONE);
    f.entries = d->tree->entry.n;
    if (!get_entries(d, (uint32_t)f.nlocals + f.nstack))
        return false;
    d->no_memory |= !PW_VEC_PUSH(&d->tree->frame, f);
    return fine(d);
}

static bool get_snap(Decoder *d)
{
    PwTree *t = d->tree;
    PwSnap s = {.frames = t->frame.n, .seg = PW_NONE};
    s.nframes = get_u32(d, PW_MAX_DEPTH);
    for (uint32_t k = 0; k < s.nframes; k++)
        if (!get_frame(d))
            return false;
    s.drops = t->arg.n;
    s.ndrops = get_u32(d, PW_MAX_SLOTS);
    for (uint32_t k = 0; k < s.ndrops && fine(d); k++) {
        PwRef r = get_ref(d);
        d->no_memory |= !PW_VEC_PUSH(&t->arg, r);
    }
    s.count = get_u32(d, PW_NONE);
    uint32_t flags = get_u32(d, 7);
    s.hot = flags & 1;
    s.other = flags >> 1 & 1;
    s.throws = flags >> 2;
    s.past = get_u32(d, PW_MAX_LENGTH);
    d->no_memory |= fine(d) && !PW_VEC_PUSH(&t->snap, s);
    return fine(d);
}

static bool get_list(Decoder *d, PwSeg *s, uint32_t n)
{
    int64_t number = 0;
    for (uint32_t k = 0; k < n; k++) {
        int64_t step = pw_read_int(&d->in);
        if (step < -number || step >= (int64_t)d->nvalues - number)
            return refuse(d);
        number += step;
        if (!PW_VEC_PUSH(&s->list, (uint32_t)number)) {
            d->no_memory = true;
            return false;
        }
    }
    return fine(d);
}

static bool get_seg(Decoder *d)
{
    PwTree *t = d->tree;
    PwSnapNo from = {get_optional(d)};
    uint32_t parent = get_optional(d);
    uint8_t is_loop = pw_read_u8(&d->in);
    uint32_t length = get_u32(d, PW_MAX_LENGTH), n = (uint32_t)pw_read_count(&d->in, 1);
    if (is_loop > 1 || (from.i != PW_NONE && from.i >= t->snap.n))
        return refuse(d);
    uint32_t number = fine(d) ? pw_tree_seg(t, from, parent) : PW_NONE;
    if (number == PW_NONE)
        return false;
    t->seg.at[number].is_loop = is_loop;
    t->seg.at[number].length = length;
    return get_list(d, &t->seg.at[number], n);
}

/* A count of items that take at least `least` bytes each, at most `most` of them. */
static uint32_t get_count(Decoder *d, size_t least, uint32_t most)
{
    uint64_t n = pw_read_count(&d->in, least);
    if (n > most) {
        refuse(d);
        return 0;
    }
    return (uint32_t)n;
}

static void get_body(Decoder *d)
{
    get_head(d);
    uint32_t n = get_count(d, 4, PW_MAX_INS);
    for (uint32_t i = 0; i < n && fine(d); i++)
        get_sym(d);
    n = d->nvalues = get_count(d, 4, PW_MAX_INS);
    for (uint32_t i = 0; i < n && fine(d); i++)
        get_value(d, i);
    n = get_count(d, 4, PW_MAX_SNAPS);
    for (uint32_t i = 0; i < n && fine(d); i++)
        get_snap(d);
    n = get_count(d, 4, PW_MAX_SEGS);
    for (uint32_t i = 0; i < n && fine(d); i++)
        get_seg(d);
    if (d->in.at != d->in.end)
        refuse(d);
}

/* The head of the bytes: right kind, same tables, undamaged body. */
static PwStatus check_head(PwReader *in, PwErr *err)
{
    PwDigest tables = pw_ir_digest(), digest;
    char expected[33], found[33];
    const uint8_t *head = pw_read_bytes(in, PW_CODEC_HEAD);
    if (!head || memcmp(head, PW_CODEC_MAGIC, 4))
        return pw_err_set(err, PW_CORRUPT, "A stored tree does not begin as one.");
    if (memcmp(head + 4, &tables, sizeof tables)) {
        pw_digest_hex(&tables, expected);
        memcpy(&digest, head + 4, sizeof digest);
        pw_digest_hex(&digest, found);
        return pw_err_set(err, PW_STALE, "A stored tree was made with other IR tables: expected %s, found %s.",
                          expected, found);
    }
    digest = pw_digest(in->at, (size_t)(in->end - in->at));
    if (memcmp(head + 20, &digest, sizeof digest))
        return pw_err_set(err, PW_CORRUPT, "A stored tree is damaged: its digest does not fit.");
    return PW_OK;
}

PwStatus pw_tree_decode(const void *p, size_t n, PwTree **tree, PwErr *err)
{
    Decoder d = {.in = pw_reader(p, n)};
    *tree = NULL;
    PwStatus status = check_head(&d.in, err);
    if (status)
        return status;
    if (!(d.tree = pw_tree_new()))
        return pw_err_set(err, PW_NOMEM, "Out of memory for a tree.");
    get_body(&d);
    if (d.no_memory)
        status = pw_err_set(err, PW_NOMEM, "Out of memory while a tree was read.");
    else if (!fine(&d))
        status = pw_err_set(err, PW_CORRUPT, "A stored tree is damaged.");
    else
        status = pw_tree_verify(d.tree, err);
    if (status)
        pw_tree_free(d.tree);
    else
        *tree = d.tree;
    return status;
}
