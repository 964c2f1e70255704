/* The raw `loop` op: frame memory becomes what the snapshot says. */
#include "ir/interp_internal.h"

static void *tuple_of_values(PwRun *r, PwRef ref);

/* The object for a vtuple's element: its own reference moves into the tuple. */
static void *element_object(PwRun *r, PwRef ref)
{
    PwType type = pw_ref_type(r->in->tree, ref);
    if (pw_ins_const(r->in->tree, ref)->op == PW_OP_vtuple)
        return tuple_of_values(r, ref);
    return type == PW_T_O ? r->val[ref.i].p : pw_interp_box(r, type, &r->val[ref.i]);
}

static void *tuple_of_values(PwRun *r, PwRef ref)
{
    const PwIns *ins = pw_ins_const(r->in->tree, ref);
    void **items = pw_calloc(ins->nargs + 1u, sizeof *items);
    bool good = items != NULL;
    for (unsigned k = 0; good && k < ins->nargs; k++) {
        items[k] = element_object(r, pw_arg(r->in->tree, ref, k));
        good = items[k] != NULL;
    }
    void *tuple = good ? ((void *(*)(void *const *, int64_t))r->helper[PW_H_tuple_of].p)(items, ins->nargs) : NULL;
    pw_free(items);
    return tuple;
}

/* A value that has no object yet: the slot before that names the same ref has made it, or it is made now. */
static void *made_object(PwRun *r, const PwEntry *entry, uint32_t k, void *const *made)
{
    for (uint32_t j = 0; j < k; j++) {
        if (entry[j].kind < PW_E_OWN || !pw_ref_is(entry[j].ref, entry[k].ref))
            continue;
        pw_interp_incref(r, made[j]);
        return made[j];
    }
    return element_object(r, entry[k].ref);
}

static bool is_object(const PwTree *t, PwRef ref)
{
    const PwIns *ins = pw_ins_const(t, ref);
    return ins->type == PW_T_O && ins->op != PW_OP_vtuple;
}

/* NULL without an error is right for unbound entries only. */
static bool entry_object(PwRun *r, const PwEntry *entry, uint32_t k, void **made)
{
    PwEntryKind kind = (PwEntryKind)entry[k].kind;
    made[k] = NULL;
    if (kind == PW_E_KEEP || kind == PW_E_NULL)
        return true;
    if (!is_object(r->in->tree, entry[k].ref)) {
        made[k] = made_object(r, entry, k, made);
        return made[k] != NULL;
    }
    made[k] = r->val[entry[k].ref.i].p;
    if (kind == PW_E_BORROW && made[k])
        pw_interp_incref(r, made[k]);
    return true;
}

PwGo pw_interp_settle(PwRun *r, uint32_t snap)
{
    const PwTree *t = r->in->tree;
    const PwSnapFrame *f = &t->frame.at[t->snap.at[snap].frames];
    const PwEntry *entry = &t->entry.at[f->entries];
    uint32_t n = (uint32_t)f->nlocals + f->nstack;
    void **made = pw_alloc(n * sizeof *made); /* all of them before the first is stored: values may come from slots */
    bool good = made != NULL;
    for (uint32_t k = 0; good && k < n; k++)
        good = entry_object(r, entry, k, made);
    void **slots = r->cell[PW_RUN_SLOTS].p;
    for (uint32_t k = 0; good && k < n; k++) {
        if (entry[k].kind != PW_E_KEEP)
            slots[k] = made[k];
    }
    pw_free(made);
    return good ? PW_GO_ON : PW_GO_THROW;
}
