/* Trees as text; docs/ir.md has the grammar. Prints damaged trees too (as far as they go), for error reports. */
#include "ir/ir.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Printer {
    const PwTree *tree;
    PwWriter *out;
    uint32_t *name; /* by value: its number in the text, PW_NONE for one that stands nowhere */
    bool *named;    /* by snapshot: an op names it */
    bool dead;      /* in a snapshot that no op names: values that stand nowhere are as good as null */
} Printer;

static void say(PwWriter *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(PwWriter *out, const char *format, ...)
{
    char text[256];
    va_list ap;
    va_start(ap, format);
    int n = vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    if (n > 0)
        pw_write_bytes(out, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

static void say_string(PwWriter *out, const char *s)
{
    pw_write_u8(out, '"');
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\')
            say(out, "\\%c", c);
        else if (c < 32 || c == 127)
            say(out, "\\x%02x", c);
        else
            pw_write_u8(out, c);
    }
    pw_write_u8(out, '"');
}

static void say_digest(PwWriter *out, const PwDigest *d)
{
    char hex[33];
    pw_digest_hex(d, hex);
    say(out, "%s", hex);
}

static bool is_zero(const PwDigest *d)
{
    static const PwDigest zero;
    return !memcmp(d, &zero, sizeof zero);
}

/* The shortest decimal that reads back as the same double; what is not finite as bits. */
static void say_double(PwWriter *out, int64_t bits)
{
    double d;
    char text[64];
    memcpy(&d, &bits, sizeof d);
    if (!isfinite(d)) {
        say(out, "f:%016" PRIx64, (uint64_t)bits);
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, d);
        if (strtod(text, NULL) == d)
            break;
    }
    say(out, "%sf", text);
}

static void say_const(PwWriter *out, const PwIns *ins)
{
    switch (ins->op) {
    case PW_OP_kint:
        say(out, "%" PRId64 "i", ins->imm);
        break;
    case PW_OP_kflt:
        say_double(out, ins->imm);
        break;
    case PW_OP_kbool:
        say(out, ins->imm ? "true" : "false");
        break;
    case PW_OP_knull:
        say(out, "null");
        break;
    case PW_OP_kobj:
        say(out, "@s%" PRId64, ins->imm);
        break;
    default:
        say(out, "%%s%" PRId64, ins->imm);
        break;
    }
}

static void say_ref(const Printer *p, PwRef r)
{
    if (r.i >= p->tree->ins.n) {
        say(p->out, "v?");
        return;
    }
    const PwIns *ins = &p->tree->ins.at[r.i];
    if (ins->op < PW_OP_COUNT && pw_op_info[ins->op].flags & PW_FLAG_K)
        say_const(p->out, ins);
    else if (p->name[r.i] == PW_NONE && p->dead)
        say(p->out, "null");
    else if (p->name[r.i] == PW_NONE)
        say(p->out, "v?%u", r.i);
    else
        say(p->out, "v%u", p->name[r.i]);
}

/* -- snapshots -- */

static void say_entries(const Printer *p, uint32_t from, uint32_t n)
{
    static const char *const kinds[] = {"keep", "null", "own ", "borrow "};
    pw_write_u8(p->out, '[');
    for (uint32_t k = 0; k < n && from + k < p->tree->entry.n; k++) {
        const PwEntry *e = &p->tree->entry.at[from + k];
        say(p->out, "%s%s", k ? ", " : "", e->kind <= PW_E_BORROW ? kinds[e->kind] : "?");
        if (e->kind == PW_E_OWN || e->kind == PW_E_BORROW)
            say_ref(p, e->ref);
    }
    pw_write_u8(p->out, ']');
}

static void say_frame(const Printer *p, const PwSnapFrame *f)
{
    say(p->out, " frame code=s%u", f->code.i);
    if (f->func.i != PW_NONE) {
        say(p->out, " func=");
        say_ref(p, f->func);
    }
    say(p->out, " unit=%u", f->unit);
    if (f->cont)
        say(p->out, " cont=%s", f->cont < PW_CONT_COUNT ? pw_cont_name[f->cont] : "?");
    say(p->out, " locals=");
    say_entries(p, f->entries, f->nlocals);
    say(p->out, " stack=");
    say_entries(p, f->entries + f->nlocals, f->nstack);
}

static void say_snap(Printer *p, uint32_t number)
{
    const PwTree *t = p->tree;
    const PwSnap *s = &t->snap.at[number];
    p->dead = !p->named[number];
    say(p->out, "snap #%u", number);
    if (s->count)
        say(p->out, " count=%u", s->count);
    if (s->hot)
        say(p->out, " hot");
    if (s->other)
        say(p->out, " other");
    if (s->throws)
        say(p->out, " throws");
    if (s->past)
        say(p->out, " past=%u", s->past);
    for (uint32_t k = 0; k < s->nframes && s->frames + k < t->frame.n; k++) {
        if (k)
            say(p->out, "\n ");
        say_frame(p, &t->frame.at[s->frames + k]);
    }
    if (s->ndrops)
        say(p->out, "%s drops=[", s->nframes > 1 ? "\n " : "");
    for (uint32_t k = 0; k < s->ndrops && s->drops + k < t->arg.n; k++) {
        say(p->out, "%s", k ? ", " : "");
        say_ref(p, t->arg.at[s->drops + k]);
    }
    say(p->out, "%s\n", s->ndrops ? "]" : "");
    p->dead = false;
}

/* -- instructions -- */

/* What stands between the op and its operands. */
static void say_aux(PwWriter *out, const PwIns *ins)
{
    switch (pw_op_info[ins->op].aux) {
    case PW_AUX_IMM:
        if (ins->op == PW_OP_param)
            say(out, " %c", ins->imm > 0 && ins->imm < 128 ? (char)ins->imm : '?');
        else
            say(out, " %" PRId64, ins->imm);
        break;
    case PW_AUX_SLOT:
        say(out, " %" PRId64, ins->imm);
        break;
    case PW_AUX_FIELD:
        say(out, " %s", ins->aux < PW_F_COUNT ? pw_field_info[ins->aux].name : "?");
        break;
    case PW_AUX_ARRAY:
        say(out, " %s", ins->aux < PW_A_COUNT ? pw_array_info[ins->aux].name : "?");
        break;
    case PW_AUX_HELPER:
        say(out, " %s", ins->aux < PW_H_COUNT ? pw_helper_info[ins->aux].name : "?");
        break;
    default:
        break;
    }
}

static void say_ins(const Printer *p, const PwIns *ins, uint32_t number)
{
    PwWriter *out = p->out;
    if (ins->op >= PW_OP_COUNT) {
        say(out, "  ?\n");
        return;
    }
    say(out, "  ");
    if (ins->type != PW_T_V)
        say(out, "v%u = ", p->name[number]);
    say(out, "%s", pw_op_info[ins->op].name);
    say_aux(out, ins);
    for (uint32_t k = 0; k < ins->nargs && (uint64_t)ins->args + k < p->tree->arg.n; k++) {
        say(out, " ");
        say_ref(p, p->tree->arg.at[ins->args + k]);
    }
    if (ins->op == PW_OP_vcall && ins->imm)
        say(out, " kw=s%" PRId64, ins->imm - 1);
    else if (ins->op != PW_OP_vcall && pw_op_info[ins->op].aux == PW_AUX_SYM)
        say(out, " s%" PRId64, ins->imm);
    if (ins->snap.i != PW_NONE)
        say(out, " #%u", ins->snap.i);
    if (ins->unit)
        say(out, " !%u", ins->unit);
    say(out, "\n");
}

static void say_seg(const Printer *p, uint32_t number)
{
    const PwSeg *s = &p->tree->seg.at[number];
    say(p->out, "seg %u%s", number, s->is_loop ? " loop" : "");
    if (s->from.i != PW_NONE)
        say(p->out, " from #%u", s->from.i);
    if (s->parent != PW_NONE)
        say(p->out, " in %u", s->parent);
    if (s->length)
        say(p->out, " length=%u", s->length);
    say(p->out, ":\n");
    for (uint32_t k = 0; k < s->list.n; k++)
        if (s->list.at[k] < p->tree->ins.n)
            say_ins(p, &p->tree->ins.at[s->list.at[k]], s->list.at[k]);
}

/* -- the whole -- */

static void say_head(const PwTree *t, PwWriter *out)
{
    say(out, "tree %s unit=%u nlocals=%u nstack=%u code=", t->kind == PW_ROOT_FUNC ? "func" : "loop", t->unit,
        t->nlocals, t->nstack);
    say_digest(out, &t->code);
    say(out, " key=%x", t->key);
    if (t->qualname) {
        say(out, " qualname=");
        say_string(out, t->qualname);
    }
    if (t->filename) {
        say(out, " file=");
        say_string(out, t->filename);
    }
    if (t->line)
        say(out, " line=%u", t->line);
    say(out, " %s\n", t->optimised ? "optimised" : "raw");
}

static void say_sym(const PwTree *t, PwWriter *out, uint32_t number)
{
    const PwSym *s = &t->sym.at[number];
    say(out, "sym s%u = %s", number, s->kind < PW_S_COUNT ? pw_sym_info[s->kind].name : "?");
    if (s->parent.i != PW_NONE)
        say(out, " s%u", s->parent.i);
    if (s->index || (s->kind < PW_S_COUNT && strchr(pw_sym_info[s->kind].uses, 'I')))
        say(out, " [%u]", s->index);
    if (s->name) {
        say(out, " ");
        say_string(out, s->name);
    }
    if (!is_zero(&s->digest)) {
        say(out, " digest=");
        say_digest(out, &s->digest);
    }
    say(out, "\n");
}

/* Numbers the values in the order in which they stand, and notes which snapshots are named. */
static void number_values(Printer *p)
{
    const PwTree *t = p->tree;
    uint32_t next = 0;
    for (uint32_t i = 0; i < t->ins.n; i++)
        p->name[i] = PW_NONE;
    for (uint32_t s = 0; s < t->seg.n; s++)
        for (uint32_t k = 0; k < t->seg.at[s].list.n; k++) {
            uint32_t i = t->seg.at[s].list.at[k];
            if (i < t->ins.n && t->ins.at[i].type != PW_T_V && p->name[i] == PW_NONE)
                p->name[i] = next++;
            if (i < t->ins.n && t->ins.at[i].snap.i < t->snap.n)
                p->named[t->ins.at[i].snap.i] = true;
        }
}

void pw_tree_print(const PwTree *t, PwWriter *out)
{
    Printer p = {.tree = t, .out = out, .name = pw_alloc(t->ins.n * sizeof *p.name)};
    p.named = pw_calloc(t->snap.n + 1, sizeof *p.named);
    if (!p.name || !p.named) {
        out->failed = true;
        goto done;
    }
    number_values(&p);
    say_head(t, out);
    for (uint32_t i = 0; i < t->sym.n; i++)
        say_sym(t, out, i);
    for (uint32_t i = 0; i < t->snap.n; i++)
        say_snap(&p, i);
    for (uint32_t i = 0; i < t->seg.n; i++)
        say_seg(&p, i);
done:
    pw_free(p.name);
    pw_free(p.named);
}
