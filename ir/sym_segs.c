/* Which part of a tree needs a symbol: so that one that cannot be linked costs the paths that need it, and not the tree. */
#include "ir/native.h"
#include "ir/opt_internal.h"

typedef struct Uses {
    const PwTree *t;
    uint32_t *seg; /* by symbol; PW_NONE: no use so far */
} Uses;

static uint32_t depth_of(const PwTree *t, uint32_t seg)
{
    uint32_t n = 0;
    for (; seg != PW_NONE && n <= t->seg.n; seg = t->seg.at[seg].parent)
        n++;
    return n;
}

/* The segment that both are, or are behind. */
static uint32_t common(const PwTree *t, uint32_t a, uint32_t b)
{
    uint32_t da = depth_of(t, a), db = depth_of(t, b);
    for (; da > db; da--)
        a = t->seg.at[a].parent;
    for (; db > da; db--)
        b = t->seg.at[b].parent;
    for (; a != b && da > 1; da--) {
        a = t->seg.at[a].parent;
        b = t->seg.at[b].parent;
    }
    return a == b ? a : 0;
}

static void use(Uses *u, int64_t sym, uint32_t seg)
{
    if (sym < 0 || sym >= u->t->sym.n)
        return;
    uint32_t *s = &u->seg[sym];
    *s = *s == PW_NONE ? seg : common(u->t, *s, seg);
}

static void use_ref(Uses *u, PwRef r, uint32_t seg)
{
    const PwIns *ins = r.i == PW_NONE ? NULL : pw_ins_const(u->t, r);
    if (ins && pw_is_const(ins) && pw_op_info[ins->op].aux == PW_AUX_SYM)
        use(u, ins->imm, seg);
}

static void use_snap(Uses *u, PwSnapNo snap, uint32_t seg)
{
    const PwTree *t = u->t;
    if (snap.i == PW_NONE)
        return;
    const PwSnap *s = &t->snap.at[snap.i];
    for (uint32_t k = 0; k < s->ndrops; k++)
        use_ref(u, t->arg.at[s->drops + k], seg);
    for (uint32_t d = 0; d < s->nframes; d++) {
        const PwSnapFrame *f = &t->frame.at[s->frames + d];
        use(u, f->code.i == PW_NONE ? -1 : (int64_t)f->code.i, seg);
        use_ref(u, f->func, seg);
        for (uint32_t k = 0; k < (uint32_t)f->nlocals + f->nstack; k++)
            if (t->entry.at[f->entries + k].kind >= PW_E_OWN)
                use_ref(u, t->entry.at[f->entries + k].ref, seg);
    }
}

static void use_ins(Uses *u, const PwIns *ins, uint32_t seg)
{
    for (unsigned k = 0; k < ins->nargs; k++)
        use_ref(u, pw_operand_ref(u->t, ins, k), seg);
    if (ins->op == PW_OP_vcall)
        use(u, ins->imm - 1, seg);
    else if (pw_op_info[ins->op].aux == PW_AUX_SYM)
        use(u, ins->imm, seg);
    use_snap(u, ins->snap, seg);
}

void pw_tree_sym_segs(const PwTree *t, uint32_t *seg)
{
    Uses u = {t, seg};
    for (uint32_t i = 0; i < t->sym.n; i++)
        seg[i] = PW_NONE;
    for (uint32_t s = 0; s < t->seg.n; s++)
        for (uint32_t k = 0; k < t->seg.at[s].list.n; k++)
            use_ins(&u, &t->ins.at[t->seg.at[s].list.at[k]], s);
    for (uint32_t i = t->sym.n; i-- > 0;) /* children are behind their parents */
        if (seg[i] != PW_NONE && t->sym.at[i].parent.i != PW_NONE)
            use(&u, t->sym.at[i].parent.i, seg[i]);
    for (uint32_t i = 0; i < t->sym.n; i++) { /* what is only assumed is assumed wherever its parent is used */
        uint32_t parent = t->sym.at[i].parent.i;
        if (seg[i] == PW_NONE)
            seg[i] = parent == PW_NONE ? 0 : seg[parent];
        if (t->seg.at[seg[i]].from.i == PW_NONE) /* the root, or its loop */
            seg[i] = 0;
    }
}
