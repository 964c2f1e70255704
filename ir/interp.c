/* The reference interpreter's loop: one switch over all ops, in the order of ops.def. */
#include <stdlib.h>

#include "ir/interp_internal.h"

void pw_interp_cells(PwRun *r, uint32_t snap)
{
    const PwStepSnap *x = &r->in->snap[snap];
    const PwRef *live = r->in->live.at + x->live;
    for (uint32_t k = 0; k < x->nlive; k++)
        r->exits[k] = r->val[live[k].i];
}

static PwGo holds(bool cond)
{
    return cond ? PW_GO_ON : PW_GO_LEAVE;
}

/* -- guards -- */

static char *type_of(const PwRun *r, const PwStep *s)
{
    return *(char **)((char *)r->val[s->a].p + r->in->layout->field[PW_F_OB_TYPE]);
}

static PwCell linked(const PwRun *r, const PwStep *s)
{
    return ((const PwCell *)r->cell[PW_RUN_LINKS].p)[s->imm];
}

static PwGo guard_class(const PwRun *r, const PwStep *s)
{
    return holds(*(uint32_t *)(type_of(r, s) + r->in->layout->type_version_tag) == (uint64_t)linked(r, s).i);
}

static PwGo guard_keys(const PwRun *r, const PwStep *s)
{
    const PwLayout *l = r->in->layout;
    char *keys = *(char **)((char *)r->val[s->a].p + l->dict_keys);
    return holds(pw_interp_keysver(l, keys) == (uint64_t)linked(r, s).i);
}

static PwGo guard_shared_keys(const PwRun *r, const PwStep *s)
{
    const PwLayout *l = r->in->layout;
    char *keys = *(char **)(type_of(r, s) + l->ht_cached_keys);
    return holds(keys && pw_interp_keysver(l, keys) == (uint64_t)linked(r, s).i);
}

static PwGo guard_poll(const PwRun *r)
{
    return holds(!r->starved && *(volatile int *)r->cell[PW_RUN_BREAKER].p == 0);
}

static PwGo guard_unseen(const PwRun *r)
{
    void *object = *(void **)r->cell[PW_RUN_SEEN].p;
    return holds(!object || pw_interp_refs(r, object) == 1);
}

/* -- values -- */

static PwGo number(PwRun *r, const PwStep *s)
{
    return pw_num_eval((PwOp)s->op, &r->val[s->a], &r->val[s->b], &r->val[s->dst]);
}

static PwGo give_p(PwRun *r, const PwStep *s, void *p)
{
    r->val[s->dst].p = p;
    return PW_GO_ON;
}

static PwGo give_i(PwRun *r, const PwStep *s, int64_t v)
{
    r->val[s->dst].i = v;
    return PW_GO_ON;
}

static PwGo unbox_f(PwRun *r, const PwStep *s)
{
    r->val[s->dst].f = *(double *)((char *)r->val[s->a].p + r->in->layout->float_value);
    return PW_GO_ON;
}

static PwGo box(PwRun *r, const PwStep *s, PwType type)
{
    return give_p(r, s, pw_interp_box(r, type, &r->val[s->a])), r->val[s->dst].p ? PW_GO_ON : PW_GO_THROW;
}

/* -- memory -- */

static PwGo load(PwRun *r, const PwStep *s, void *at, PwCKind kind)
{
    pw_interp_load(at, kind, &r->val[s->dst]);
    return PW_GO_ON;
}

static PwGo store(void *at, PwCKind kind, const PwCell *v)
{
    pw_interp_store(at, kind, v);
    return PW_GO_ON;
}

static void *field(const PwRun *r, const PwStep *s)
{
    return (char *)r->val[s->a].p + r->in->layout->field[s->aux];
}

static PwCKind field_kind(const PwStep *s)
{
    return (PwCKind)pw_field_info[s->aux].ckind;
}

static void *element(const PwRun *r, const PwStep *s)
{
    return pw_interp_element(r->val[s->a].p, (PwCKind)pw_array_info[s->aux].ckind, r->val[s->b].i);
}

static PwCKind array_kind(const PwStep *s)
{
    return (PwCKind)pw_array_info[s->aux].ckind;
}

static void **slot(const PwRun *r, const PwStep *s)
{
    return (void **)r->cell[PW_RUN_SLOTS].p + s->imm;
}

static PwGo store_slot(PwRun *r, const PwStep *s)
{
    *slot(r, s) = r->val[s->a].p;
    return PW_GO_ON;
}

/* The address of byte `offset` of operand a. */
static void *inside(const PwRun *r, const PwStep *s, int64_t offset)
{
    return (char *)r->val[s->a].p + offset;
}

/* -- references -- */

static PwGo incref(PwRun *r, const PwStep *s)
{
    pw_interp_incref(r, r->val[s->a].p);
    return PW_GO_ON;
}

static PwGo decref(PwRun *r, const PwStep *s)
{
    pw_interp_decref(r, r->val[s->a].p);
    return PW_GO_ON;
}

static PwGo drop(PwRun *r, const PwStep *s)
{
    void *object = r->val[s->a].p;
    return pw_interp_refs(r, object) == 1 ? PW_GO_LEAVE : (pw_interp_decref(r, object), PW_GO_ON);
}

/* Only a last reference can run Python code. */
static PwGo release(PwRun *r, const PwStep *s)
{
    void *object = r->val[s->a].p;
    bool last = pw_interp_refs(r, object) == 1;
    if (last)
        pw_interp_sync(r, s->snap, true);
    pw_interp_decref(r, object);
    if (last)
        pw_interp_unsync(r, s->snap);
    return PW_GO_ON;
}

static PwGo make(PwRun *r, const PwStep *s, PwHelper helper)
{
    const PwRef *arg = &r->in->tree->arg.at[s->args];
    void **items = (void **)r->temp;
    for (unsigned k = 0; k < s->nargs; k++)
        items[k] = r->val[arg[k].i].p;
    void *object = ((void *(*)(void *const *, int64_t))r->helper[helper].p)(items, s->nargs);
    return give_p(r, s, object), object ? PW_GO_ON : PW_GO_THROW;
}

/* Moves the operands of enter and jump to the params, all at once. */
static void pass(PwRun *r, const PwStep *s)
{
    const PwRef *arg = &r->in->tree->arg.at[s->args];
    uint32_t n = r->in->param.n;
    for (uint32_t k = 0; k < n; k++)
        r->temp[k] = r->val[arg[k].i];
    for (uint32_t k = 0; k < n; k++)
        r->val[r->in->param.at[k]] = r->temp[k];
}

/* Everything but the ends. */
static PwGo execute(PwRun *r, const PwStep *s)
{
    const PwLayout *l = r->in->layout;
    PwCell *v = r->val;
    switch ((PwOp)s->op) {
    case PW_OP_kint:
    case PW_OP_kflt:
    case PW_OP_kbool:
    case PW_OP_kobj:
    case PW_OP_kidx:
    case PW_OP_knull: return PW_GO_ON;
    case PW_OP_slot: return give_p(r, s, *slot(r, s));
    case PW_OP_func: return give_p(r, s, r->cell[PW_RUN_FUNC].p);
    case PW_OP_param: return PW_GO_ON;
    case PW_OP_gtrue: return holds(v[s->a].i);
    case PW_OP_gfalse: return holds(!v[s->a].i);
    case PW_OP_gtype: return holds(type_of(r, s) == linked(r, s).p);
    case PW_OP_gclass: return guard_class(r, s);
    case PW_OP_gis: return holds(v[s->a].p == v[s->b].p);
    case PW_OP_gisnot: return holds(v[s->a].p != v[s->b].p);
    case PW_OP_gnull: return holds(!v[s->a].p);
    case PW_OP_gnotnull:
    case PW_OP_gptr: return holds(v[s->a].p);
    case PW_OP_gkeys: return guard_keys(r, s);
    case PW_OP_gckeys: return guard_shared_keys(r, s);
    case PW_OP_gpoll: return guard_poll(r);
    case PW_OP_guntraced: return holds(*(uint8_t *)r->cell[PW_RUN_TRACING].p == 0);
    case PW_OP_gunseen: return guard_unseen(r);
    case PW_OP_gkept: return holds(!pw_interp_kept(r, s));
    case PW_OP_gdepth: return holds(*(int *)r->cell[PW_RUN_DEPTH].p > s->imm);
    case PW_OP_iadd:
    case PW_OP_isub:
    case PW_OP_imul:
    case PW_OP_ineg:
    case PW_OP_idiv:
    case PW_OP_imod:
    case PW_OP_ishl:
    case PW_OP_ishr:
    case PW_OP_iand:
    case PW_OP_ior:
    case PW_OP_ixor:
    case PW_OP_inot:
    case PW_OP_iadd_nc:
    case PW_OP_isub_nc:
    case PW_OP_imul_nc:
    case PW_OP_ieq:
    case PW_OP_ine:
    case PW_OP_ilt:
    case PW_OP_ile:
    case PW_OP_igt:
    case PW_OP_ige:
    case PW_OP_iult:
    case PW_OP_fadd:
    case PW_OP_fsub:
    case PW_OP_fmul:
    case PW_OP_fdiv:
    case PW_OP_fneg:
    case PW_OP_fabs:
    case PW_OP_fsqrt:
    case PW_OP_feq:
    case PW_OP_fne:
    case PW_OP_flt:
    case PW_OP_fle:
    case PW_OP_fgt:
    case PW_OP_fge:
    case PW_OP_i2f:
    case PW_OP_i2f_exact:
    case PW_OP_f2i:
    case PW_OP_bnot:
    case PW_OP_b2i: return number(r, s);
    case PW_OP_ois: return give_i(r, s, v[s->a].p == v[s->b].p);
    case PW_OP_isnull: return give_i(r, s, !v[s->a].p);
    case PW_OP_unbox_i: return holds(pw_interp_unbox(r, v[s->a].p, &v[s->dst].i));
    case PW_OP_unbox_f: return unbox_f(r, s);
    case PW_OP_unbox_b: return give_i(r, s, v[s->a].p == r->cell[PW_RUN_TRUE].p);
    case PW_OP_box_i: return box(r, s, PW_T_I);
    case PW_OP_box_f: return box(r, s, PW_T_F);
    case PW_OP_box_b: return box(r, s, PW_T_B);
    case PW_OP_ldf: return load(r, s, field(r, s), field_kind(s));
    case PW_OP_stf: return store(field(r, s), field_kind(s), &v[s->b]);
    case PW_OP_ldx: return load(r, s, element(r, s), array_kind(s));
    case PW_OP_stx: return store(element(r, s), array_kind(s), &v[s->c]);
    case PW_OP_addp: return give_p(r, s, inside(r, s, v[s->b].i));
    case PW_OP_tupleitems: return give_p(r, s, inside(r, s, l->tuple_items));
    case PW_OP_strdata: return give_p(r, s, inside(r, s, l->str_data));
    case PW_OP_values: return give_p(r, s, *(void **)inside(r, s, -(int32_t)l->values_before));
    case PW_OP_dictval: return give_p(r, s, pw_interp_dictval(l, v[s->a].p, v[s->b].i));
    case PW_OP_typeof: return give_p(r, s, type_of(r, s));
    case PW_OP_incref: return incref(r, s);
    case PW_OP_decref: return decref(r, s);
    case PW_OP_drop: return drop(r, s);
    case PW_OP_free: return release(r, s);
    case PW_OP_vtuple: return PW_GO_ON;
    case PW_OP_mktuple: return make(r, s, PW_H_tuple_of);
    case PW_OP_mklist: return make(r, s, PW_H_list_of);
    case PW_OP_call: return pw_interp_call(r, s);
    case PW_OP_vcall: return pw_interp_vcall(r, s);
    case PW_OP_catch: return pw_interp_catch(r, s);
    case PW_OP_stslot: return store_slot(r, s);
    case PW_OP_loop: return pw_interp_settle(r, s->snap);
    case PW_OP_enter:
    case PW_OP_jump: return pass(r, s), PW_GO_ON;
    case PW_OP_exit: return PW_GO_LEAVE;
    case PW_OP_ret: return r->cell[PW_RUN_RET].p = v[s->a].p, PW_GO_ON;
    case PW_OP_yield: return r->cell[PW_RUN_RET].p = v[s->a].p, PW_GO_ON;
    case PW_OP_COUNT: break;
    }
    abort(); /* no such op: pw_interp_new was given a damaged tree */
}

/* Where to go on after an end that did its work. */
static uint32_t after_end(PwRun *r, const PwStep *s)
{
    if (s->op == PW_OP_enter)
        return r->in->loop_pc;
    if (s->op == PW_OP_jump) {
        r->starved = r->fuel == 0;
        r->fuel -= r->fuel > 0;
        return r->in->loop_pc;
    }
    r->fuel--; /* loop: checked before */
    return 0;
}

static int64_t yield(PwRun *r, const PwStep *s)
{
    void **prev = r->cell[PW_RUN_PREV].p;
    *prev = (char *)r->cell[PW_RUN_CODE].p + 2 * (s->imm & ((1 << PW_YIELD_UNIT_BITS) - 1));
    return PW_EXIT_YIELD - (s->imm >> PW_YIELD_UNIT_BITS);
}

static int64_t leave(PwRun *r, uint32_t snap, unsigned how)
{
    pw_interp_cells(r, snap);
    return (int64_t)snap * 2 + how;
}

static int64_t run_steps(PwRun *r, uint64_t *count)
{
    PwInterp *in = r->in;
    uint32_t pc = 0;
    uint64_t n = 0;
    int64_t result;
    for (;;) {
        const PwStep *s = &in->step[pc++];
        n++;
        if (s->op == PW_OP_loop && r->fuel == 0) {
            result = leave(r, s->snap, 0);
            break;
        }
        if (r->fail && s->flags & PW_FLAG_G && r->fail[s->snap] && !in->tree->snap.at[s->snap].other) {
            result = leave(r, s->snap, 0); /* also when there is a side segment, as native code does */
            break;
        }
        PwGo go = execute(r, s);
        if (go == PW_GO_ON && !(s->flags & PW_FLAG_T))
            continue;
        if (go == PW_GO_ON && s->op == PW_OP_ret) {
            result = PW_EXIT_RET;
            break;
        }
        if (go == PW_GO_ON && s->op == PW_OP_yield) {
            result = yield(r, s);
            break;
        }
        if (go == PW_GO_ON) {
            pc = after_end(r, s);
            continue;
        }
        bool caught = in->tree->snap.at[s->snap].throws;
        if ((go == PW_GO_THROW && !caught) || in->snap[s->snap].pc == PW_NONE || (s->op == PW_OP_gpoll && r->starved)) {
            result = leave(r, s->snap, go == PW_GO_THROW ? PW_EXIT_THROW : 0);
            break;
        }
        pc = in->snap[s->snap].pc;
    }
    if (count)
        *count += n;
    return result;
}

static PwCell *take_values(PwInterp *in)
{
    uint32_t n = in->tree->ins.n;
    PwCell *v = in->spare;
    in->spare = NULL;
    if (!v)
        v = pw_alloc((n + PW_MAX_ARGS + 1) * sizeof *v);
    if (!v)
        abort(); /* there is no exit before the first instruction */
    memcpy(v, in->constant, n * sizeof *v);
    return v;
}

int64_t pw_interp_run(PwInterp *in, PwCell *run, uint64_t fuel, uint64_t *steps)
{
    PwCell *val = take_values(in);
    PwRun r = {
        .in = in,
        .val = val,
        .temp = val + in->tree->ins.n,
        .cell = run,
        .exits = run[PW_RUN_EXITS].p,
        .helper = run[PW_RUN_HELPERS].p,
        .fail = run[PW_RUN_FAIL].p,
        .fuel = fuel,
    };
    const PwCell *links = run[PW_RUN_LINKS].p;
    for (uint32_t k = 0; k < in->link.n; k++)
        val[in->link.at[k].ref] = links[in->link.at[k].sym];
    int64_t result = run_steps(&r, steps);
    pw_free(in->spare); /* a nested run may have left its own */
    in->spare = val;
    return result;
}
