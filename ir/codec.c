/* Trees to bytes: see ir/codec.h. The tree is verified first. */
#include "ir/codec.h"

typedef struct Encoder {
    const PwTree *tree;
    PwWriter *out;
    uint32_t *number; /* by value: its number in the bytes, PW_NONE = unused */
    uint32_t count;
} Encoder;

static void use(Encoder *e, PwRef r)
{
    if (r.i != PW_NONE)
        e->number[r.i] = 0;
}

static void use_args(Encoder *e, uint32_t from, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++)
        use(e, e->tree->arg.at[from + k]);
}

static bool has_ref(const PwEntry *e)
{
    return e->kind == PW_E_OWN || e->kind == PW_E_BORROW;
}

static void use_snap(Encoder *e, const PwSnap *s)
{
    for (uint32_t k = 0; k < s->nframes; k++) {
        const PwSnapFrame *f = &e->tree->frame.at[s->frames + k];
        use(e, f->func);
        for (uint32_t i = 0; i < (uint32_t)f->nlocals + f->nstack; i++)
            if (has_ref(&e->tree->entry.at[f->entries + i]))
                use(e, e->tree->entry.at[f->entries + i].ref);
    }
    use_args(e, s->drops, s->ndrops);
}

/* Numbers what is used. A value that only a snapshot nobody names uses stands in no segment: its operands count too. */
static void number_values(Encoder *e)
{
    const PwTree *t = e->tree;
    memset(e->number, 0xff, t->ins.n * sizeof *e->number);
    for (uint32_t s = 0; s < t->seg.n; s++)
        for (uint32_t k = 0; k < t->seg.at[s].list.n; k++)
            use(e, (PwRef){t->seg.at[s].list.at[k]});
    for (uint32_t i = 0; i < t->snap.n; i++)
        use_snap(e, &t->snap.at[i]);
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = 0; i < t->ins.n; i++)
            for (unsigned k = 0; e->number[i] == 0 && k < t->ins.at[i].nargs; k++) {
                uint32_t a = t->arg.at[t->ins.at[i].args + k].i;
                more |= e->number[a] == PW_NONE && a < i;
                e->number[a] = 0;
            }
    }
    for (uint32_t i = 0; i < t->ins.n; i++)
        if (e->number[i] == 0)
            e->number[i] = e->count++;
}

static void put_str(PwWriter *out, const char *s)
{
    pw_write_uint(out, s ? strlen(s) + 1 : 0);
    if (s)
        pw_write_bytes(out, s, strlen(s));
}

static void put_head(const PwTree *t, PwWriter *out)
{
    pw_write_u8(out, (uint8_t)(t->kind << 1 | t->optimised));
    pw_write_uint(out, t->unit);
    pw_write_bytes(out, &t->code, sizeof t->code);
    pw_write_u32(out, t->key);
    put_str(out, t->qualname);
    put_str(out, t->filename);
    pw_write_uint(out, t->line);
    pw_write_uint(out, t->nlocals);
    pw_write_uint(out, t->nstack);
}

static void put_syms(const PwTree *t, PwWriter *out)
{
    pw_write_uint(out, t->sym.n);
    for (uint32_t i = 0; i < t->sym.n; i++) {
        const PwSym *s = &t->sym.at[i];
        pw_write_u8(out, (uint8_t)s->kind);
        pw_write_uint(out, (uint64_t)(s->parent.i + 1));
        pw_write_uint(out, s->index);
        put_str(out, s->name);
        if (strchr(pw_sym_info[s->kind].uses, 'D'))
            pw_write_bytes(out, &s->digest, sizeof s->digest);
    }
}

static void put_ins(const Encoder *e, uint32_t i)
{
    const PwIns *ins = &e->tree->ins.at[i];
    PwWriter *out = e->out;
    pw_write_u8(out, ins->op);
    if (pw_codec_has_aux(ins->op))
        pw_write_uint(out, ins->aux);
    if (ins->op == PW_OP_kflt)
        pw_write_u64(out, (uint64_t)ins->imm);
    else if (pw_codec_has_imm(ins->op))
        pw_write_int(out, ins->imm);
    pw_write_uint(out, ins->nargs);
    for (unsigned k = 0; k < ins->nargs; k++)
        pw_write_int(out, (int64_t)e->number[i] - e->number[e->tree->arg.at[ins->args + k].i]);
    pw_write_uint(out, (uint32_t)(ins->snap.i + 1));
    pw_write_uint(out, ins->unit);
}

static void put_values(const Encoder *e)
{
    pw_write_uint(e->out, e->count);
    for (uint32_t i = 0; i < e->tree->ins.n; i++)
        if (e->number[i] != PW_NONE)
            put_ins(e, i);
}

static void put_entries(const Encoder *e, const PwEntry *at, uint32_t n)
{
    for (uint32_t k = 0, run; k < n; k += run) {
        run = 1;
        if (has_ref(&at[k])) {
            pw_write_uint(e->out, (uint64_t)e->number[at[k].ref.i] << 2 | at[k].kind);
            continue;
        }
        while (k + run < n && at[k + run].kind == at[k].kind)
            run++;
        pw_write_uint(e->out, (uint64_t)run << 2 | at[k].kind);
    }
}

static void put_snap(const Encoder *e, const PwSnap *s)
{
    PwWriter *out = e->out;
    pw_write_uint(out, s->nframes);
    for (uint32_t k = 0; k < s->nframes; k++) {
        const PwSnapFrame *f = &e->tree->frame.at[s->frames + k];
        pw_write_uint(out, f->code.i);
        pw_write_uint(out, f->func.i == PW_NONE ? 0 : (uint64_t)e->number[f->func.i] + 1);
        pw_write_uint(out, f->unit);
        pw_write_uint(out, f->nlocals);
        pw_write_uint(out, f->nstack);
        pw_write_uint(out, f->cont);
        put_entries(e, e->tree->entry.at + f->entries, (uint32_t)f->nlocals + f->nstack);
    }
    pw_write_uint(out, s->ndrops);
    for (uint32_t k = 0; k < s->ndrops; k++)
        pw_write_uint(out, e->number[e->tree->arg.at[s->drops + k].i]);
    pw_write_uint(out, s->count);
    pw_write_uint(out, s->hot | s->other << 1 | s->throws << 2);
    pw_write_uint(out, s->past);
}

static void put_seg(const Encoder *e, const PwSeg *s)
{
    int64_t before = 0;
    pw_write_uint(e->out, (uint32_t)(s->from.i + 1));
    pw_write_uint(e->out, (uint32_t)(s->parent + 1));
    pw_write_u8(e->out, s->is_loop);
    pw_write_uint(e->out, s->length);
    pw_write_uint(e->out, s->list.n);
    for (uint32_t k = 0; k < s->list.n; k++) {
        int64_t number = e->number[s->list.at[k]];
        pw_write_int(e->out, number - before);
        before = number;
    }
}

static void put_body(const Encoder *e)
{
    const PwTree *t = e->tree;
    put_head(t, e->out);
    put_syms(t, e->out);
    put_values(e);
    pw_write_uint(e->out, t->snap.n);
    for (uint32_t i = 0; i < t->snap.n; i++)
        put_snap(e, &t->snap.at[i]);
    pw_write_uint(e->out, t->seg.n);
    for (uint32_t i = 0; i < t->seg.n; i++)
        put_seg(e, &t->seg.at[i]);
}

PwStatus pw_tree_encode(const PwTree *t, PwWriter *out)
{
    PwWriter body = {0};
    PwStatus status = pw_tree_verify(t, NULL);
    Encoder e = {.tree = t, .out = &body};
    if (status)
        return status;
    status = PW_NOMEM;
    if (!(e.number = pw_alloc(t->ins.n * sizeof *e.number)))
        goto done;
    number_values(&e);
    put_body(&e);
    if (body.failed)
        goto done;
    PwDigest tables = pw_ir_digest(), digest = pw_digest(body.at, body.n);
    pw_write_bytes(out, PW_CODEC_MAGIC, 4);
    pw_write_bytes(out, &tables, sizeof tables);
    pw_write_bytes(out, &digest, sizeof digest);
    pw_write_bytes(out, body.at, body.n);
    if (!out->failed)
        status = PW_OK;
done:
    pw_free(e.number);
    pw_writer_free(&body);
    return status;
}
