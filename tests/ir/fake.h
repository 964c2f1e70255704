/* Objects without Python, for running trees in tests: ints, floats and bools with reference counts, and the helpers that
 * trees need for them. Header-only; one user per program. */
#ifndef PW_TESTS_FAKE_H
#define PW_TESTS_FAKE_H

#include <stdlib.h>

#include "ir/interp.h"

typedef struct FakeObject {
    int64_t refs;
    void *type;
    int64_t size;
    union {
        uint32_t digit[4];
        double value;
    };
} FakeObject;

static FakeObject fake_int_type, fake_float_type, fake_bool_type;
static FakeObject fake_true = {1 << 20, &fake_bool_type, 1, {{1}}}, fake_false = {1 << 20, &fake_bool_type, 0, {{0}}};
static int64_t fake_live; /* objects that exist */

static void *fake_new(void *type)
{
    FakeObject *o = calloc(1, sizeof *o);
    o->refs = 1;
    o->type = type;
    fake_live++;
    return o;
}

static void *fake_long_new(int64_t v)
{
    FakeObject *o = fake_new(&fake_int_type);
    uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;
    for (; u; u >>= 30)
        o->digit[o->size++] = u & 0x3fffffff;
    o->size = v < 0 ? -o->size : o->size;
    return o;
}

static void *fake_float_new(double v)
{
    FakeObject *o = fake_new(&fake_float_type);
    o->value = v;
    return o;
}

static int64_t fake_long_value(void *object, void *out)
{
    FakeObject *o = object;
    int64_t n = o->size < 0 ? -o->size : o->size;
    uint64_t u = 0;
    for (int64_t k = n; k-- > 0;)
        u = u << 30 | o->digit[k];
    *(int64_t *)out = o->size < 0 ? (int64_t)-u : (int64_t)u;
    return 1;
}

static int fake_dealloc(void *object)
{
    free(object);
    fake_live--;
    return 0;
}

static void fake_release(void *object)
{
    FakeObject *o = object;
    if (o && --o->refs == 0)
        fake_dealloc(o);
}

static inline PwLayout fake_layout(void)
{
    PwLayout l = {.triple = "fake", .pointer = sizeof(void *), .long_size = sizeof(long)};
    l.ob_refcnt = offsetof(FakeObject, refs);
    l.field[PW_F_OB_TYPE] = offsetof(FakeObject, type);
    l.field[PW_F_VAR_SIZE] = offsetof(FakeObject, size);
    l.long_digits = offsetof(FakeObject, digit);
    l.digit_bits = 30;
    l.digit_size = 4;
    l.float_value = offsetof(FakeObject, value);
    return l;
}

/* What a run points at. */
typedef struct FakeRun {
    void *slots[64];
    PwCell links[64], exits[256], helpers[PW_H_COUNT], run[PW_RUN_COUNT];
    int breaker, depth;
    uint8_t tracing;
    void *prev, *seen;
} FakeRun;

static inline void fake_run_init(FakeRun *r)
{
    memset(r, 0, sizeof *r);
    r->depth = 1000;
    r->helpers[PW_H_long_new].p = (void *)fake_long_new;
    r->helpers[PW_H_float_new].p = (void *)fake_float_new;
    r->helpers[PW_H_long_value].p = (void *)fake_long_value;
    r->helpers[PW_H_dealloc].p = (void *)fake_dealloc;
    r->run[PW_RUN_SLOTS].p = r->slots;
    r->run[PW_RUN_LINKS].p = r->links;
    r->run[PW_RUN_HELPERS].p = r->helpers;
    r->run[PW_RUN_EXITS].p = r->exits;
    r->run[PW_RUN_BREAKER].p = &r->breaker;
    r->run[PW_RUN_TRACING].p = &r->tracing;
    r->run[PW_RUN_DEPTH].p = &r->depth;
    r->run[PW_RUN_PREV].p = &r->prev;
    r->run[PW_RUN_SEEN].p = &r->seen;
    r->run[PW_RUN_SYNC].i = -1;
    r->run[PW_RUN_TRUE].p = &fake_true;
    r->run[PW_RUN_FALSE].p = &fake_false;
}

/* -- exits: frame memory as the snapshot says, like the runtime does it -- */

static inline PwCell fake_cell(const PwTree *t, const FakeRun *r, const PwRef *live, uint32_t n, PwRef ref)
{
    const PwIns *ins = pw_ins_const(t, ref);
    for (uint32_t k = 0; k < n; k++) {
        if (pw_ref_is(live[k], ref))
            return r->exits[k];
    }
    if (ins->op == PW_OP_kobj)
        return r->links[ins->imm];
    return (PwCell){.i = ins->op == PW_OP_knull ? 0 : ins->imm};
}

static inline void *fake_object(PwType type, PwCell v)
{
    switch (type) {
    case PW_T_I: return fake_long_new(v.i);
    case PW_T_F: return fake_float_new(v.f);
    case PW_T_B: {
        FakeObject *o = v.i ? &fake_true : &fake_false;
        o->refs++;
        return o;
    }
    default: return v.p;
    }
}

static inline void fake_leave(const PwTree *t, FakeRun *r, uint32_t snap)
{
    PwRef live[256];
    void *slot[64];
    uint32_t n = pw_snap_live(t, (PwSnapNo){snap}, live, 256);
    const PwSnap *s = &t->snap.at[snap];
    const PwSnapFrame *f = &t->frame.at[s->frames];
    for (uint32_t k = 0; k < (uint32_t)f->nlocals + f->nstack; k++) {
        PwEntry e = t->entry.at[f->entries + k];
        slot[k] = e.kind == PW_E_KEEP ? r->slots[k] : NULL;
        if (e.kind < PW_E_OWN)
            continue;
        PwType type = pw_ref_type(t, e.ref);
        slot[k] = fake_object(type, fake_cell(t, r, live, n, e.ref));
        if (type == PW_T_O && e.kind == PW_E_BORROW)
            ((FakeObject *)slot[k])->refs++;
    }
    for (uint32_t k = 0; k < s->ndrops; k++)
        fake_release(fake_cell(t, r, live, n, t->arg.at[s->drops + k]).p);
    memcpy(r->slots, slot, sizeof(void *) * (f->nlocals + f->nstack));
}

#endif
