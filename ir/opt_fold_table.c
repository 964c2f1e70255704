/* fold: which values are known to be equal, and until when. An entry is as old as its stamp; it is void when something that
 * it reads was written later. So forgetting costs nothing, and going back to an earlier point only cuts the list. */
#include "ir/opt_fold.h"

static PwKnown key_of(const PwTree *t, const PwIns *ins)
{
    PwKnown k = {.op = ins->op, .aux = ins->aux, .imm = ins->imm, .arg = {PW_NONE, PW_NONE, PW_NONE}};
    for (unsigned j = 0; j < ins->nargs && j < 3; j++)
        k.arg[j] = pw_operand_ref(t, ins, j).i;
    if (pw_op_info[ins->op].flags & PW_FLAG_C && k.arg[0] > k.arg[1]) {
        uint32_t a = k.arg[0];
        k.arg[0] = k.arg[1];
        k.arg[1] = a;
    }
    return k;
}

static uint32_t hash(const PwKnown *k)
{
    uint64_t h = k->op + 1u;
    h = h * 0x9e3779b97f4a7c15u + k->aux;
    h = h * 0x9e3779b97f4a7c15u + (uint64_t)k->imm;
    for (int j = 0; j < 3; j++)
        h = h * 0x9e3779b97f4a7c15u + k->arg[j];
    return (uint32_t)(h >> 32 ^ h >> 7);
}

static bool same_key(const PwKnown *a, const PwKnown *b)
{
    return a->op == b->op && a->aux == b->aux && a->imm == b->imm && !memcmp(a->arg, b->arg, sizeof a->arg);
}

static bool still(const PwFold *f, const PwKnown *e, uint32_t reads)
{
    const PwClock *c = &f->clock;
    if (e->op == PW_OP_ldf && c->field[e->aux] >= e->stamp)
        return false;
    if (e->op == PW_OP_ldx && c->array[e->aux] >= e->stamp)
        return false;
    /* ldf and ldx know exactly what stores touch; element stores leave the pointer to the elements alone. */
    bool exact = e->op == PW_OP_ldf || e->op == PW_OP_ldx || e->op == PW_OP_values;
    for (unsigned k = 0; reads >> k; k++) {
        if (!(reads >> k & 1))
            continue;
        if (c->other[k] >= e->stamp || (!exact && c->element[k] >= e->stamp))
            return false;
    }
    return true;
}

PwRef pw_fold_find_key(PwFold *f, const PwKnown *key, uint32_t reads)
{
    for (uint32_t k = f->bucket[hash(key) & f->mask]; k != PW_NONE; k = f->known.at[k].next) {
        const PwKnown *e = &f->known.at[k];
        if (same_key(e, key))
            return still(f, e, reads) ? e->value : PW_NOREF; /* the newest one decides */
    }
    return PW_NOREF;
}

void pw_fold_note_key(PwFold *f, PwKnown key, PwRef value)
{
    uint32_t *bucket = &f->bucket[hash(&key) & f->mask];
    key.bucket = (uint32_t)(bucket - f->bucket);
    key.next = *bucket;
    key.stamp = f->now;
    key.value = value;
    *bucket = f->known.n;
    if (!PW_VEC_PUSH(&f->known, key)) {
        *bucket = key.next;
        f->nomem = true;
    }
}

PwRef pw_fold_find(PwFold *f, const PwIns *ins)
{
    PwKnown key = key_of(f->t, ins);
    return ins->nargs > 3 ? PW_NOREF : pw_fold_find_key(f, &key, pw_ins_reads(ins));
}

/* -- elements of arrays -- */

/* Where an element is: an object and a constant within it, or PW_NONE when it is not of that form. */
typedef struct Place {
    uint32_t base, at;
} Place;

static Place place_of(const PwTree *t, PwRef base, PwRef index)
{
    const PwIns *b = pw_ins_const(t, base), *i = pw_ins_const(t, index);
    if (b->op == PW_OP_addp && i->op == PW_OP_kint && i->imm == 0)
        return (Place){pw_operand_ref(t, b, 0).i, pw_operand_ref(t, b, 1).i};
    return (Place){base.i, index.i};
}

/* Two constants that cannot be the same number in any process. */
static bool never_equal(const PwTree *t, uint32_t a, uint32_t b)
{
    const PwIns *x = &t->ins.at[a], *y = &t->ins.at[b];
    if (x->op == PW_OP_kint && y->op == PW_OP_kint)
        return x->imm != y->imm;
    if (x->op != PW_OP_kidx || y->op != PW_OP_kidx)
        return false;
    const PwSym *p = &t->sym.at[x->imm], *q = &t->sym.at[y->imm];
    if (p->kind != q->kind || p->parent.i != q->parent.i || (p->kind != PW_S_attridx && p->kind != PW_S_slotofs))
        return false;
    return strcmp(p->name, q->name) != 0;
}

static PwKnown cell_key(const PwCellKnown *c)
{
    return (PwKnown){.op = PW_OP_ldx, .aux = c->array, .arg = {c->base.i, c->index.i, PW_NONE}};
}

static void note_cell(PwFold *f, unsigned array, PwRef base, PwRef index, PwRef value)
{
    PwCellKnown *c = &f->clock.cell[f->clock.cells++ % PW_FOLD_CELLS];
    *c = (PwCellKnown){(uint16_t)array, base, index, value, f->now};
    pw_fold_note_key(f, cell_key(c), value);
}

/* A store to an element: other elements of the same object that were known before still are. */
static void write_cell(PwFold *f, const PwIns *ins)
{
    PwClock *c = &f->clock;
    PwRef base = pw_operand_ref(f->t, ins, 0), index = pw_operand_ref(f->t, ins, 1);
    uint32_t before = c->array[ins->aux], fx = pw_array_info[ins->aux].fx;
    Place to = place_of(f->t, base, index);
    c->array[ins->aux] = f->now;
    for (unsigned k = 0; fx >> k; k++) {
        if (fx >> k & 1) {
            c->element[k] = f->now;
            before = before > c->other[k] ? before : c->other[k];
        }
    }
    f->now++;
    for (unsigned k = 0; k < PW_FOLD_CELLS && k < c->cells; k++) {
        PwCellKnown *e = &c->cell[k];
        Place p = place_of(f->t, e->base, e->index);
        if (e->array != ins->aux || e->stamp <= before || p.base != to.base || !never_equal(f->t, p.at, to.at))
            continue;
        e->stamp = f->now;
        pw_fold_note_key(f, cell_key(e), e->value);
    }
    note_cell(f, ins->aux, base, index, pw_operand_ref(f->t, ins, 2));
}

/* -- writing -- */

/* Does a stored number come back as it was? Only from fields as wide as a machine word. */
static bool comes_back(unsigned field)
{
    unsigned kind = pw_field_info[field].ckind;
    return kind != PW_C_INT && kind != PW_C_U32 && kind != PW_C_U8;
}

static void write_field(PwFold *f, const PwIns *ins)
{
    PwKnown key = {.op = PW_OP_ldf, .aux = ins->aux, .arg = {pw_operand_ref(f->t, ins, 0).i, PW_NONE, PW_NONE}};
    uint32_t fx = pw_field_info[ins->aux].fx;
    f->clock.field[ins->aux] = f->now;
    for (unsigned k = 0; fx >> k; k++) {
        if (fx >> k & 1)
            f->clock.element[k] = f->now;
    }
    f->now++;
    if (comes_back(ins->aux))
        pw_fold_note_key(f, key, pw_operand_ref(f->t, ins, 1));
}

static void write_slot(PwFold *f, const PwIns *ins)
{
    PwKnown key = {.op = PW_OP_slot, .imm = ins->imm, .arg = {PW_NONE, PW_NONE, PW_NONE}};
    pw_fold_note_key(f, key, pw_operand_ref(f->t, ins, 0));
}

void pw_fold_write(PwFold *f, const PwIns *ins)
{
    if (ins->op == PW_OP_stx) {
        write_cell(f, ins);
        return;
    }
    if (ins->op == PW_OP_stf) {
        write_field(f, ins);
        return;
    }
    if (ins->op == PW_OP_stslot) {
        write_slot(f, ins); /* other slots are other memory; nobody but stslot writes slots */
        return;
    }
    uint32_t fx = pw_ins_writes(ins) & ~(uint32_t)PW_FX_FRAME;
    for (unsigned k = 0; fx >> k; k++) {
        if (fx >> k & 1)
            f->clock.other[k] = f->now;
    }
    f->now++;
}

void pw_fold_note(PwFold *f, const PwIns *ins, PwRef value)
{
    if (ins->nargs > 3)
        return;
    if (ins->op == PW_OP_ldx)
        note_cell(f, ins->aux, pw_operand_ref(f->t, ins, 0), pw_operand_ref(f->t, ins, 1), value);
    else
        pw_fold_note_key(f, key_of(f->t, ins), value);
}

void pw_fold_forget(PwFold *f, uint32_t known)
{
    while (f->known.n > known) {
        const PwKnown *e = &f->known.at[--f->known.n];
        f->bucket[e->bucket] = e->next;
    }
}
