/* Stack, locals, constants, cells, names, jumps and returns. */
#include "host/operators.h"
#include "tracer/ops.h"

bool rec_op_nop(PwRec *r, int oparg)
{
    (void)r, (void)oparg;
    return true;
}

bool rec_op_pop_top(PwRec *r, int oparg)
{
    (void)oparg;
    rec_pop_release(r);
    return true;
}

bool rec_op_push_null(PwRec *r, int oparg)
{
    (void)oparg;
    rec_push_null(r);
    return true;
}

/* A slot that frame memory owns becomes a value that the trace owns. */
static void take(PwRec *r, RVal *v)
{
    if (v->state == R_KEEP) {
        PwRef ref = rec_ref(r, v);
        *v = (RVal){ref, R_VAL, true};
    }
}

bool rec_op_copy(PwRec *r, int oparg)
{
    RVal *v = rec_at(r, (unsigned)oparg);
    if (v->state == R_NULL) {
        rec_push_null(r);
        return true;
    }
    if (rec_ref(r, v).i != PW_NONE && pw_ins(r->t, v->ref)->op == PW_OP_vtuple)
        rec_object(r, rec_at(r, (unsigned)oparg));
    RVal c = {rec_ref(r, rec_at(r, (unsigned)oparg)), R_VAL, false};
    rec_own(r, &c);
    rec_push(r, c.ref, c.own);
    return true;
}

bool rec_op_swap(PwRec *r, int oparg)
{
    RVal *a = rec_at(r, 1), *b = rec_at(r, (unsigned)oparg);
    take(r, a);
    take(r, b);
    RVal t = *a;
    *a = *b;
    *b = t;
    r->before = PW_NOSNAP;
    return true;
}

/* -- constants -- */

bool rec_op_load_const(PwRec *r, int oparg)
{
    RFrame *f = rec_top(r);
    PyObject *c = PyTuple_GET_ITEM(f->co->co_consts, oparg);
    int64_t i;
    if (c == Py_None) {
        rec_push(r, rec_single(r, "None"), false);
        return true;
    }
    if (c == Py_True || c == Py_False) {
        rec_push(r, pw_tree_const(r->t, PW_OP_kbool, c == Py_True), false);
        return true;
    }
    PwRef k = pw_tree_kobj(r->t, pw_tree_sym(r->t, PW_S_const, f->code, (uint32_t)oparg, NULL, NULL));
    rec_fact(r, k)->type = Py_TYPE(c);
    rec_fact(r, k)->notnull = true;
    if (rec_fits(c, &i)) {
        PwRef raw = rec_int(r, i);
        rec_fact(r, raw)->boxed = k;
        rec_fact(r, k)->unboxed = raw;
        k = raw;
    } else if (PyFloat_CheckExact(c)) {
        double d = PyFloat_AS_DOUBLE(c);
        int64_t bits;
        memcpy(&bits, &d, sizeof bits);
        PwRef raw = pw_tree_const(r->t, PW_OP_kflt, bits);
        rec_fact(r, raw)->boxed = k;
        rec_fact(r, k)->unboxed = raw;
        k = raw;
    }
    rec_push(r, k, false);
    return true;
}

/* -- locals -- */

bool rec_op_load_fast(PwRec *r, int oparg)
{
    RFrame *f = rec_top(r);
    RVal *v = &f->slot[oparg];
    if (!r->ev->frame->localsplus[oparg])
        return rec_fail(r, "an unbound local variable is read");
    if (v->state == R_NULL)
        return rec_fail(r, "a local variable that should be unbound is bound");
    PwRef ref = rec_ref(r, v);
    if (v->state == R_KEEP) /* may be unbound next time */
        rec_bound(r, ref);
    if (!r->t->failed && pw_ins(r->t, ref)->op == PW_OP_vtuple)
        rec_object(r, v); /* a local is read as often as one likes: one tuple */
    rec_push(r, v->ref, false);
    return true;
}

/* The local's reference goes away: whoever borrowed it on the value stack gets references of its own. */
static void leave_to_borrowers(PwRec *r, RVal *old)
{
    RFrame *f = rec_top(r);
    for (uint32_t i = f->nlocals; i < f->nlocals + f->nstack; i++) {
        RVal *v = &f->slot[i];
        if (v->state != R_VAL || v->own || !pw_ref_is(v->ref, old->ref))
            continue;
        if (old->own) {
            v->own = true;
            old->own = false;
        } else {
            rec_own(r, v);
        }
    }
}

/* What frame memory holds becomes a value of the trace, which is about to be replaced. Guards come before anything changes. */
static void take_local(PwRec *r, uint32_t n)
{
    RVal *v = &rec_top(r)->slot[n];
    if (v->state != R_KEEP)
        return;
    PwRef ref = rec_ref(r, v);
    if (r->ev->frame->localsplus[n]) {
        rec_bound(r, ref);
        *v = (RVal){ref, R_VAL, true};
    } else {
        rec_op1(r, PW_OP_gnull, ref, rec_before(r));
        *v = (RVal){PW_NOREF, R_NULL, false};
    }
}

static void set_local(PwRec *r, uint32_t n, RVal v)
{
    RFrame *f = rec_top(r);
    RVal old = f->slot[n];
    if (old.state == R_VAL && old.own && !r->t->failed && pw_ref_type(r->t, old.ref) == PW_T_O)
        leave_to_borrowers(r, &old);
    f->slot[n] = v;
    r->before = PW_NOSNAP;
    rec_release(r, old, r->ev->frame->localsplus[n]);
}

bool rec_op_store_fast(PwRec *r, int oparg)
{
    RFrame *f = rec_top(r);
    RVal *top = rec_at(r, 1);
    take_local(r, (uint32_t)oparg);
    take(r, top);
    RVal v = *top;
    if (!r->t->failed && pw_ref_type(r->t, v.ref) == PW_T_O && !(pw_op_info[pw_ins(r->t, v.ref)->op].flags & PW_FLAG_K))
        rec_own(r, &v);
    f->nstack--;
    set_local(r, (uint32_t)oparg, v);
    return true;
}

bool rec_op_delete_fast(PwRec *r, int oparg)
{
    if (!r->ev->frame->localsplus[oparg])
        return rec_fail(r, "an unbound local variable is deleted");
    take_local(r, (uint32_t)oparg);
    set_local(r, (uint32_t)oparg, (RVal){PW_NOREF, R_NULL, false});
    return true;
}

/* -- cells -- */

static PwRef cell_of(PwRec *r, int n)
{
    RVal *v = &rec_top(r)->slot[n];
    return rec_ref(r, v);
}

bool rec_op_load_deref(PwRec *r, int oparg)
{
    PyObject *cell = r->ev->frame->localsplus[oparg];
    if (!cell || !PyCell_Check(cell) || !PyCell_GET(cell))
        return rec_fail(r, "an unbound closure variable is read");
    PwRef v = rec_ldf(r, PW_F_CELL_REF, cell_of(r, oparg));
    rec_op1(r, PW_OP_gnotnull, v, rec_before(r));
    rec_push(r, rec_dup(r, v), true);
    return true;
}

bool rec_op_store_deref(PwRec *r, int oparg)
{
    PyObject *cell = r->ev->frame->localsplus[oparg];
    if (!cell || !PyCell_Check(cell))
        return rec_fail(r, "a closure variable without a cell");
    PyObject *old_obj = PyCell_GET(cell);
    PwRef c = cell_of(r, oparg), old = rec_ldf(r, PW_F_CELL_REF, c);
    rec_op1(r, old_obj ? PW_OP_gnotnull : PW_OP_gnull, old, rec_before(r));
    rec_object(r, rec_at(r, 1));
    RVal v = rec_pop(r);
    rec_own(r, &v);
    rec_stf(r, PW_F_CELL_REF, c, v.ref);
    if (old_obj)
        rec_release(r, (RVal){old, R_VAL, true}, old_obj);
    return true;
}

bool rec_op_load_closure(PwRec *r, int oparg)
{
    RVal v = {cell_of(r, oparg), R_VAL, false};
    rec_own(r, &v);
    rec_push(r, v.ref, v.own);
    return true;
}

/* -- jumps -- */

bool rec_op_jump_forward(PwRec *r, int oparg)
{
    r->expect = r->ev->unit + 1 + (uint32_t)oparg;
    return true;
}

bool rec_op_jump_backward(PwRec *r, int oparg)
{
    r->expect = r->ev->unit + 1 - (uint32_t)oparg;
    return true;
}

/* The condition of a branch as b and what it is now; false: not covered. */
static bool condition(PwRec *r, PwRef *cond, bool *truth)
{
    RVal *v = rec_at(r, 1);
    PyObject *o = rec_obj(r, 1);
    PwRef ref = rec_ref(r, v);
    int64_t bits;
    if (r->t->failed)
        return false;
    switch (pw_ref_type(r->t, ref)) {
    case PW_T_B:
        *cond = ref;
        *truth = o == Py_True;
        return true;
    case PW_T_I:
        *cond = rec_op2(r, PW_OP_ine, ref, rec_int(r, 0), PW_NOSNAP);
        *truth = rec_fits(o, &bits) ? bits != 0 : true;
        return true;
    case PW_T_F:
        *cond = rec_op2(r, PW_OP_fne, ref, pw_tree_const(r->t, PW_OP_kflt, 0), PW_NOSNAP);
        *truth = PyFloat_AS_DOUBLE(o) != 0;
        return true;
    case PW_T_O:
        return rec_truth(r, v, o, cond, truth);
    case PW_T_V:
    case PW_T_P:
    case PW_T_COUNT:
        break;
    }
    return false;
}

/* An object with a __bool__ or a __len__ that may run Python code: what it says is seen at the next bytecode. */
static bool ask(PwRec *r, uint32_t target, bool if_true, bool keep)
{
    if (target == r->next || rec_type(r, rec_at(r, 1)) != PW_T_O)
        return false;
    r->asked = rec_call1(r, PW_H_truth, rec_object(r, rec_at(r, 1)), rec_raise(r));
    r->asked_target = target;
    r->asked_for = if_true;
    r->asked_keep = keep;
    rec_opaque_done(r);
    r->expect = PW_NONE;
    return true;
}

void rec_truth_seen(PwRec *r, bool jumped)
{
    RFrame *f = rec_top(r);
    PwRef is = rec_op2(r, PW_OP_ine, r->asked, rec_int(r, 0), PW_NOSNAP), ref = rec_ref(r, rec_at(r, 1));
    RVal v = *rec_at(r, 1);
    bool owned = v.state == R_KEEP || v.own, truth = jumped == r->asked_for;
    uint32_t other = jumped ? r->next : r->asked_target;
    r->asked = PW_NOREF;
    r->before = PW_NOSNAP;
    r->expect = jumped ? r->asked_target : r->next;
    if (r->asked_keep && !jumped) {
        rec_guard_cond(r, is, truth, rec_snap_other(r, other, NULL, 0));
    } else {
        f->nstack--;
        rec_guard_cond(r, is, truth, rec_snap_other(r, other, &ref, owned));
        f->nstack++;
    }
    if (!r->asked_keep || !jumped)
        rec_release(r, rec_pop(r), NULL);
    rec_flush(r, r->expect);
}

/* if_true: jumps when the condition holds. keep: the value stays when it jumps (JUMP_IF_x_OR_POP). */
static bool branch(PwRec *r, uint32_t target, bool if_true, bool keep)
{
    PwRef cond = PW_NOREF;
    bool truth = false;
    if (!condition(r, &cond, &truth))
        return !r->failed && !r->t->failed && ask(r, target, if_true, keep);
    bool jumps = truth == if_true;
    if (keep) { /* the other way has another stack: leave before the bytecode */
        rec_guard_cond(r, cond, truth, rec_before(r));
        if (!jumps)
            rec_pop_release(r);
    } else {
        PyObject *obj = rec_obj(r, 1);
        RVal v = rec_pop(r);
        bool owned = v.own && pw_ref_type(r->t, v.ref) == PW_T_O;
        rec_guard_cond(r, cond, truth,
                       rec_snap_other(r, jumps ? r->next : target, &v.ref, owned ? 1 : 0));
        rec_release(r, v, obj);
    }
    r->expect = jumps ? target : r->next;
    return true;
}

static uint32_t forward(PwRec *r, int oparg)
{
    return r->ev->unit + 1 + (uint32_t)oparg;
}

static uint32_t backward(PwRec *r, int oparg)
{
    return r->ev->unit + 1 - (uint32_t)oparg;
}

bool rec_op_pop_jump_forward_if_true(PwRec *r, int oparg)
{
    return branch(r, forward(r, oparg), true, false);
}

bool rec_op_pop_jump_forward_if_false(PwRec *r, int oparg)
{
    return branch(r, forward(r, oparg), false, false);
}

bool rec_op_pop_jump_backward_if_true(PwRec *r, int oparg)
{
    return branch(r, backward(r, oparg), true, false);
}

bool rec_op_pop_jump_backward_if_false(PwRec *r, int oparg)
{
    return branch(r, backward(r, oparg), false, false);
}

bool rec_op_jump_if_true_or_pop(PwRec *r, int oparg)
{
    return branch(r, forward(r, oparg), true, true);
}

bool rec_op_jump_if_false_or_pop(PwRec *r, int oparg)
{
    return branch(r, forward(r, oparg), false, true);
}

/* POP_JUMP_..._IF_NONE and its opposite. */
static bool branch_none(PwRec *r, uint32_t target, bool if_none)
{
    RVal *v = rec_at(r, 1);
    PyObject *obj = rec_obj(r, 1);
    bool is_none = obj == Py_None, jumps = is_none == if_none;
    PwRef ref = rec_ref(r, v);
    if (rec_type(r, v) != PW_T_O || pw_ins(r->t, ref)->op == PW_OP_vtuple) {
        rec_pop_release(r);
    } else {
        PwRef cond = rec_op2(r, PW_OP_ois, ref, rec_single(r, "None"), PW_NOSNAP);
        RVal p = rec_pop(r);
        rec_guard_cond(r, cond, is_none, rec_snap_other(r, jumps ? r->next : target, &p.ref, p.own ? 1 : 0));
        if (is_none)
            rec_fact(r, ref)->type = Py_TYPE(Py_None);
        rec_release(r, p, obj);
    }
    r->expect = jumps ? target : r->next;
    return true;
}

bool rec_op_pop_jump_forward_if_none(PwRec *r, int oparg)
{
    return branch_none(r, forward(r, oparg), true);
}

bool rec_op_pop_jump_forward_if_not_none(PwRec *r, int oparg)
{
    return branch_none(r, forward(r, oparg), false);
}

bool rec_op_pop_jump_backward_if_none(PwRec *r, int oparg)
{
    return branch_none(r, backward(r, oparg), true);
}

bool rec_op_pop_jump_backward_if_not_none(PwRec *r, int oparg)
{
    return branch_none(r, backward(r, oparg), false);
}

/* -- returning -- */

/* The root function returns: frame memory becomes true again, so that the interpreter's clean-up releases it. */
static bool return_root(PwRec *r)
{
    RFrame *f = &r->frame[0];
    const int resumable = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR;
    if (f->co->co_flags & resumable || !(f->co->co_flags & CO_OPTIMIZED) || f->nstack != 1)
        return rec_end_exit(r);
    rec_op0(r, PW_OP_gunseen, 0, rec_before(r));
    rec_object(r, rec_at(r, 1));
    RVal v = rec_pop(r);
    rec_own(r, &v);
    if (!v.own && !r->t->failed)
        rec_dup(r, v.ref);
    for (uint32_t i = 0; i < f->nlocals && !r->t->failed; i++) {
        RVal *s = &f->slot[i];
        if (s->state == R_KEEP)
            continue;
        bool owned = s->state == R_VAL && s->own && pw_ref_type(r->t, s->ref) == PW_T_O;
        if (owned && pw_ins(r->t, s->ref)->op == PW_OP_vtuple)
            return rec_fail(r, "a tuple that was never built is left in a local variable");
        PwRef ref = owned ? s->ref : pw_tree_const(r->t, PW_OP_knull, 0);
        rec_emit(r, PW_OP_stslot, 0, i, &ref, 1, PW_NOSNAP);
    }
    rec_op1(r, PW_OP_ret, v.ref, PW_NOSNAP);
    rec_ended(r, true);
    return true;
}

bool rec_op_return_value(PwRec *r, int oparg)
{
    (void)oparg;
    if (!r->depth)
        return return_root(r);
    RFrame *f = rec_top(r);
    if (f->cont == PW_CONT_INIT && rec_obj(r, 1) != Py_None)
        return rec_fail(r, "__init__ returns a value");
    if (f->cont == PW_CONT_INIT)
        rec_guard_is(r, rec_ref(r, rec_at(r, 1)), rec_single(r, "None"));
    if (f->caught)
        rec_op0(r, PW_OP_gkept, r->depth, rec_before(r));
    bool own = pw_host_cont_operands(f->cont);
    if (own && !rec_own_value(r, f->cont))
        return false;
    RVal v = rec_pop(r);
    for (uint32_t i = 0; i < f->nlocals; i++) {
        RVal *s = &f->slot[i];
        if (s->state == R_VAL && s->own && !v.own && pw_ref_is(s->ref, v.ref)) { /* the local's reference goes along */
            v.own = true;
            s->own = false;
        }
    }
    for (uint32_t i = 0; i < f->nlocals; i++)
        rec_release(r, f->slot[i], r->ev->frame->localsplus[i]);
    rec_release(r, f->held, NULL);
    PwCont cont = f->cont;
    r->expect = f->ret_unit;
    rec_frame_drop(f);
    r->depth--;
    if (own)
        rec_own_done(r, cont, v);
    else if (cont == PW_CONT_PUSH)
        rec_push(r, v.ref, v.own);
    else
        rec_release(r, v, NULL);
    return true;
}
