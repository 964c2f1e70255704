/* Calls of helpers through libffi, by the signatures of helpers.def. Cells are little-endian, as all targets are: an int
 * operand is the low half of its cell. */
#include "ir/interp_internal.h"

static ffi_type *c_type(char letter)
{
    switch (letter) {
    case 'v':
    case 'b': return &ffi_type_sint;
    case 'i': return &ffi_type_sint64;
    case 'f': return &ffi_type_double;
    default: return &ffi_type_pointer;
    }
}

PwStatus pw_interp_signature(PwHelperSig *sig, PwHelper helper, PwErr *err)
{
    const PwOpInfo *info = &pw_helper_info[helper];
    unsigned n = 0;
    for (const char *a = info->args; *a; a++) {
        if (n >= 7)
            return pw_err_set(err, PW_INTERNAL, "helper %s has more arguments than the interpreter can pass", info->name);
        if (*a == '*')
            sig->arg[n++] = &ffi_type_sint64; /* its letter before gave the pointer */
        else
            sig->arg[n++] = a[1] == '*' ? &ffi_type_pointer : c_type(*a);
    }
    if (ffi_prep_cif(&sig->cif, FFI_DEFAULT_ABI, n, c_type(info->result), sig->arg) != FFI_OK)
        return pw_err_set(err, PW_INTERNAL, "libffi cannot call helper %s", info->name);
    sig->ready = true;
    return PW_OK;
}

typedef union CResult {
    ffi_arg small;
    int64_t i;
    double f;
    void *p;
} CResult;

/* Stores what a helper returned; THROW when that means an exception. */
static PwGo take(PwRun *r, const PwStep *s, char letter, const CResult *c)
{
    PwCell *out = &r->val[s->dst];
    bool raises = s->flags & PW_FLAG_E;
    switch (letter) {
    case 'v': return raises && (int)c->small < 0 ? PW_GO_THROW : PW_GO_ON;
    case 'b': out->i = (int)c->small; return PW_GO_ON;
    case 'i': out->i = c->i; return raises && c->i == -1 ? PW_GO_THROW : PW_GO_ON;
    case 'f': out->f = c->f; return PW_GO_ON;
    default: out->p = c->p; return raises && !c->p ? PW_GO_THROW : PW_GO_ON;
    }
}

/* Points avalue at the operands; those behind a star are packed as objects into r->temp. */
static void gather(PwRun *r, const PwStep *s, const char *letters, void **avalue, void **array, int64_t *count)
{
    const PwRef *arg = &r->in->tree->arg.at[s->args];
    unsigned n = 0;
    for (unsigned k = 0; letters[k]; k++) {
        if (letters[k + 1] != '*') {
            avalue[n++] = &r->val[arg[k].i];
            continue;
        }
        void **items = (void **)r->temp;
        for (unsigned j = k; j < s->nargs; j++)
            items[j - k] = r->val[arg[j].i].p;
        *array = items;
        *count = s->nargs - k;
        avalue[n++] = array;
        avalue[n++] = count;
        break;
    }
}

PwGo pw_interp_call(PwRun *r, const PwStep *s)
{
    const PwOpInfo *info = &pw_helper_info[s->aux];
    void *avalue[8], *array;
    int64_t count;
    CResult c = {0};
    gather(r, s, info->args, avalue, &array, &count);
    bool opaque = s->flags & PW_FLAG_O;
    if (opaque)
        pw_interp_sync(r, s->snap, false);
    ffi_call(&r->in->sig[s->aux].cif, FFI_FN(r->helper[s->aux].p), &c, avalue);
    if (opaque)
        pw_interp_unsync(r, s->snap);
    return take(r, s, info->result, &c);
}

PwGo pw_interp_vcall(PwRun *r, const PwStep *s)
{
    typedef void *(*Vectorcall)(void *, void *const *, int64_t, void *);
    const PwRef *arg = &r->in->tree->arg.at[s->args];
    void **items = (void **)r->temp + 1; /* a callee may borrow the place before the first */
    for (unsigned k = 1; k < s->nargs; k++)
        items[k - 1] = r->val[arg[k].i].p;
    const PwCell *links = r->cell[PW_RUN_LINKS].p;
    void *names = s->imm ? links[s->imm - 1].p : NULL;
    pw_interp_sync(r, s->snap, false);
    void *result = ((Vectorcall)r->helper[PW_H_vectorcall].p)(r->val[s->a].p, items, s->nargs - 1, names);
    pw_interp_unsync(r, s->snap);
    r->val[s->dst].p = result;
    return result ? PW_GO_ON : PW_GO_THROW;
}

/* Tells the runtime how the frames look. */
static void show(PwRun *r, uint32_t snap, bool after)
{
    const PwStepSnap *x = &r->in->snap[snap];
    pw_interp_cells(r, snap);
    r->cell[PW_RUN_SYNC].i = snap;
    void **prev = r->cell[PW_RUN_PREV].p;
    *prev = (char *)r->cell[PW_RUN_CODE].p + 2 * (intptr_t)(x->nframes > 1 || after ? x->unit - 1 : x->unit);
}

PwGo pw_interp_catch(PwRun *r, const PwStep *s)
{
    show(r, s->snap, false);
    r->val[s->dst].p = ((void *(*)(void *, int64_t))r->helper[PW_H_catch].p)(r->cell, s->imm);
    r->cell[PW_RUN_SYNC].i = -1;
    return PW_GO_ON;
}

bool pw_interp_kept(PwRun *r, const PwStep *s)
{
    return ((int (*)(void *, int64_t))r->helper[PW_H_kept].p)(r->cell, s->imm);
}

void pw_interp_sync(PwRun *r, uint32_t snap, bool after)
{
    show(r, snap, after);
    if (r->in->snap[snap].nframes > 1)
        ((int (*)(void *))r->helper[after ? PW_H_sync_after : PW_H_sync_begin].p)(r->cell);
}

void pw_interp_unsync(PwRun *r, uint32_t snap)
{
    if (r->in->snap[snap].nframes > 1)
        ((int (*)(void *))r->helper[PW_H_sync_end].p)(r->cell);
    r->cell[PW_RUN_SYNC].i = -1;
}
