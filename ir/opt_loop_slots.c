/* The loop pass, first part: which slots are carried around the loop, and which of them as plain numbers. */
#include "ir/opt_loop.h"

static void scan_snap(PwLoop *l, PwSnapNo snap)
{
    uint32_t first, n = pw_loop_entries(l, snap, &first);
    for (uint32_t k = 0; k < n; k++) {
        if (l->t->entry.at[first + k].kind != PW_E_KEEP)
            l->slot[k].taken = true;
    }
    l->named[snap.i] = 1;
}

static void scan_ins(PwLoop *l, uint32_t seg, uint32_t ref)
{
    (void)seg;
    const PwTree *t = l->t;
    const PwIns *ins = &t->ins.at[ref];
    if (ins->snap.i != PW_NONE && !l->named[ins->snap.i])
        scan_snap(l, ins->snap);
    if (ins->op == PW_OP_slot && ins->imm < l->nslots) {
        l->slot[ins->imm].read = true;
        l->slot_of[ref] = (uint32_t)ins->imm;
    }
    if (ins->op == PW_OP_stslot && ins->imm < l->nslots)
        l->any_stored = true;
    if (ins->op == PW_OP_gtype)
        l->guarded[pw_operand_ref(t, ins, 0).i] = (uint32_t)ins->imm;
}

static void scan(PwLoop *l, void (*visit)(PwLoop *, uint32_t seg, uint32_t ref))
{
    for (uint32_t s = 0; s < l->t->seg.n; s++) {
        for (uint32_t k = 0; k < l->t->seg.at[s].list.n; k++)
            visit(l, s, l->t->seg.at[s].list.at[k]);
    }
}

bool pw_loop_prepare(PwLoop *l)
{
    PwTree *t = l->t;
    l->nslots = (uint32_t)t->nlocals + t->nstack;
    l->nrefs = t->ins.n;
    l->slot = pw_arena_alloc(&l->arena, (l->nslots + 1) * sizeof *l->slot);
    l->slot_of = pw_arena_alloc(&l->arena, (l->nrefs + 1) * sizeof *l->slot_of);
    l->guarded = pw_arena_alloc(&l->arena, (l->nrefs + 1) * sizeof *l->guarded);
    l->named = pw_arena_alloc(&l->arena, t->snap.n + 1);
    l->as_object = pw_arena_alloc(&l->arena, (size_t)t->seg.n * l->nslots + 1);
    if (!l->slot || !l->slot_of || !l->guarded || !l->named || !l->as_object || !pw_replace_init(&l->map, t, &l->arena))
        return false;
    memset(l->slot_of, 0xff, l->nrefs * sizeof *l->slot_of);
    memset(l->guarded, 0xff, l->nrefs * sizeof *l->guarded);
    for (uint32_t k = 0; k < l->nslots; k++)
        l->slot[k] = (PwLoopSlot){.type = PW_T_O, .sym = PW_NONE};
    for (unsigned k = 0; k < PW_T_COUNT; k++)
        l->sym[k] = PW_NONE;
    l->sym[PW_T_I] = pw_btype(t, "int");
    l->sym[PW_T_F] = pw_btype(t, "float");
    l->sym[PW_T_B] = pw_btype(t, "bool");
    scan(l, scan_ins);
    return true;
}

/* -- as a number? -- */

static PwType type_of_sym(const PwLoop *l, uint32_t sym)
{
    if (sym == PW_NONE)
        return PW_T_O;
    return sym == l->sym[PW_T_I] ? PW_T_I : sym == l->sym[PW_T_F] ? PW_T_F : sym == l->sym[PW_T_B] ? PW_T_B : PW_T_O;
}

/* All type guards on the slot check for one type. When it has values of several types, a side trace checks for another, or
 * uses it as an object. */
static void note_guard(PwLoop *l, PwLoopSlot *s, const PwIns *ins)
{
    uint32_t sym = (uint32_t)ins->imm;
    if (type_of_sym(l, sym) == PW_T_O || (s->sym != PW_NONE && s->sym != sym))
        s->mixed = true;
    s->sym = sym;
}

bool pw_loop_is_none(const PwTree *t, const PwIns *ins)
{
    const PwSym *sym = ins->op == PW_OP_kobj ? &t->sym.at[ins->imm] : NULL;
    return sym && sym->kind == PW_S_single && !strcmp(sym->name, "None");
}

/* Only an object will do. A side path makes one when it gets there; the main path would make one each time around. */
static void note_object(PwLoop *l, uint32_t seg, uint32_t slot)
{
    if (seg)
        *pw_loop_as_object(l, seg, slot) = 1;
    else
        l->slot[slot].mixed = true;
}

/* Operand k of ins is the object of the slot. */
static void note_use(PwLoop *l, uint32_t seg, uint32_t slot, const PwIns *ins, unsigned k)
{
    PwLoopSlot *s = &l->slot[slot];
    switch ((PwOp)ins->op) {
    case PW_OP_gtype: note_guard(l, s, ins); return;
    case PW_OP_unbox_i:
    case PW_OP_unbox_f:
    case PW_OP_unbox_b: s->wanted = true; return;
    case PW_OP_gnotnull:
    case PW_OP_incref:
    case PW_OP_decref:
    case PW_OP_vtuple: return;
    case PW_OP_ois: /* no number is None */
    case PW_OP_gisnot:
        if (!pw_loop_is_none(l->t, pw_operand(l->t, ins, !k)))
            note_object(l, seg, slot);
        return;
    default: note_object(l, seg, slot);
    }
}

static void note_uses(PwLoop *l, uint32_t seg, uint32_t ref)
{
    const PwIns *ins = &l->t->ins.at[ref];
    for (unsigned k = 0; k < ins->nargs; k++) {
        uint32_t slot = pw_loop_slot_of(l, pw_operand_ref(l->t, ins, k));
        if (slot != PW_NONE)
            note_use(l, seg, slot, ins, k);
    }
}

/* Slots whose type the main path checks anyway. */
static void note_main_guards(PwLoop *l)
{
    const PwSeg *seg = &l->t->seg.at[0];
    for (uint32_t k = 0; k < seg->list.n; k++) {
        const PwIns *ins = &l->t->ins.at[seg->list.at[k]];
        uint32_t slot = ins->op == PW_OP_gtype ? pw_loop_slot_of(l, pw_operand_ref(l->t, ins, 0)) : PW_NONE;
        if (slot != PW_NONE)
            l->slot[slot].wanted = true;
    }
}

/* Can a `loop` snapshot's entry go around the loop as a value of slot s's type? */
static bool entry_fits(const PwLoop *l, const PwLoopSlot *s, const PwEntry *e)
{
    if (e->kind == PW_E_KEEP)
        return true;
    if (e->kind == PW_E_NULL)
        return false;
    const PwIns *ins = pw_ins_const(l->t, e->ref);
    if (ins->op == PW_OP_box_i || ins->op == PW_OP_box_f || ins->op == PW_OP_box_b)
        return pw_operand(l->t, ins, 0)->type == s->type;
    uint32_t from = pw_loop_slot_of(l, e->ref);
    if (ins->type != PW_T_O)
        return ins->type == s->type;
    if (from != PW_NONE && l->slot[from].taken && l->slot[from].type != PW_T_O)
        return l->slot[from].type == s->type;
    return e->ref.i < l->nrefs && l->guarded[e->ref.i] == s->sym; /* it can be unboxed at the back-edge */
}

/* Slots that this `loop` cannot carry as numbers become objects; true when there was one. */
static bool check_edge(PwLoop *l, const PwIns *loop)
{
    bool changed = false;
    uint32_t first, n = pw_loop_entries(l, loop->snap, &first);
    for (uint32_t k = 0; k < n; k++) {
        PwLoopSlot *s = &l->slot[k];
        if (s->type == PW_T_O || entry_fits(l, s, &l->t->entry.at[first + k]))
            continue;
        s->type = PW_T_O;
        changed = true;
    }
    return changed;
}

static bool check_edges(PwLoop *l)
{
    bool changed = false;
    for (uint32_t s = 0; s < l->t->seg.n; s++) {
        const PwSeg *seg = &l->t->seg.at[s];
        const PwIns *end = &l->t->ins.at[seg->list.at[seg->list.n - 1]];
        if (end->op == PW_OP_loop && check_edge(l, end))
            changed = true;
    }
    return changed;
}

void pw_loop_choose(PwLoop *l, bool unbox)
{
    if (!unbox)
        return;
    scan(l, note_uses);
    note_main_guards(l);
    for (uint32_t k = 0; k < l->nslots; k++) {
        PwLoopSlot *s = &l->slot[k];
        if (s->taken && s->wanted && !s->mixed)
            s->type = type_of_sym(l, s->sym);
    }
    while (check_edges(l)) /* one slot's choice may depend on another's; each round settles at least one */
        ;
}
