/* Exceptions: raising, the way to a handler of a frame that is followed, what handlers do, with.
 *
 * An op that may raise leaves through a snapshot of its own (rec_throw) when a handler of some followed frame is in the way. Where
 * it does raise, the segment that was begun ends behind it, as if it had not, and another one begins at that snapshot: `catch`
 * there does what CPython does on the way, and the handler's bytecodes follow. */
#include "tracer/ops.h"

/* Which followed frame handles an exception of the innermost one, raised at `unit`. PW_NONE: none does. */
static uint32_t handling_frame(PwRec *r, uint32_t unit, PwHandler *h)
{
    for (uint32_t d = r->depth;; d--) {
        if (!r->frame[d].co)
            return PW_NONE;
        if (pw_host_handler(r->frame[d].co, d == r->depth ? unit : r->frame[d + 1].ret_unit - 1, h))
            return d;
        if (!d)
            return PW_NONE;
    }
}

/* -- the state in which an op raises -- */

static void save_slots(PwRec *r)
{
    r->thrown_slots.n = 0;
    for (uint32_t d = 0; d <= r->depth; d++)
        for (uint32_t i = 0; i < r->frame[d].nlocals + r->frame[d].nstack; i++)
            if (!PW_VEC_PUSH(&r->thrown_slots, r->frame[d].slot[i]))
                r->t->failed = true;
    r->thrown_nstack = rec_top(r)->nstack;
}

/* Values on the stack that the handler releases unseen: those of simple types are known to be that. */
static void know_operands(PwRec *r)
{
    for (unsigned k = 1; k <= rec_top(r)->nstack && k <= (unsigned)r->ev->depth && k <= 4; k++) {
        RVal *v = rec_at(r, k);
        PyObject *o = rec_obj(r, k);
        if (v->state == R_VAL && v->own && rec_type(r, v) == PW_T_O && !r->t->failed && o && rec_is_simple(Py_TYPE(o)) &&
            pw_ins(r->t, v->ref)->op != PW_OP_vtuple)
            rec_guard_type(r, v->ref, Py_TYPE(o));
    }
}

static PwSnapNo thrown_snap(PwRec *r, uint32_t unit)
{
    PwSnapNo snap = rec_snap_at(r, unit);
    if (snap.i == PW_NONE)
        return snap;
    r->t->snap.at[snap.i].throws = 1;
    r->thrown = snap;
    r->thrown_ins = r->t->ins.n;
    save_slots(r);
    return snap;
}

PwSnapNo rec_throw(PwRec *r)
{
    PwHandler h;
    if (r->thrown.i != PW_NONE) {
        r->thrown_more = true;
        return rec_raise(r);
    }
    if (handling_frame(r, r->ev->unit, &h) == PW_NONE)
        return rec_raise(r);
    know_operands(r);
    return thrown_snap(r, r->ev->unit);
}

/* Boxes made since then are not there. */
static void forget_since(PwRec *r, uint32_t ins)
{
    for (uint32_t i = 0; i < r->fact.n && i < ins; i++) {
        RFact *f = &r->fact.at[i];
        PwRef *made[2] = {&f->boxed, &f->unboxed};
        for (unsigned k = 0; k < 2; k++)
            if (made[k]->i != PW_NONE && made[k]->i >= ins && !(pw_op_info[pw_ins(r->t, *made[k])->op].flags & PW_FLAG_K))
                *made[k] = PW_NOREF;
    }
}

/* Begins the segment at r->thrown, in the state of then. */
static void begin_thrown(PwRec *r)
{
    uint32_t n = 0;
    r->seg = pw_tree_seg(r->t, r->thrown, r->seg);
    r->begun = r->length - r->counted; /* what raised is the first of it */
    rec_top(r)->nstack = r->thrown_nstack;
    for (uint32_t d = 0; d <= r->depth; d++)
        for (uint32_t i = 0; i < r->frame[d].nlocals + r->frame[d].nstack; i++)
            r->frame[d].slot[i] = r->thrown_slots.at[n++];
    forget_since(r, r->thrown_ins);
    r->thrown = PW_NOSNAP;
    r->ndrop = 0;
    r->opaque = r->slice_open = r->skip_iter = false;
    r->next_value = r->asked = PW_NOREF;
}

/* -- the way to the handler -- */

/* The frame object that the traceback keeps has references of its own: this one is not the last. */
static void release_held(PwRec *r, RVal v)
{
    if (v.state != R_VAL || v.ref.i == PW_NONE || r->t->failed || pw_ref_type(r->t, v.ref) != PW_T_O)
        return;
    if (pw_ins(r->t, v.ref)->op == PW_OP_vtuple) {
        for (unsigned k = 0; k < pw_ins(r->t, v.ref)->nargs && !r->t->failed; k++)
            release_held(r, (RVal){pw_arg(r->t, v.ref, k), R_VAL, true});
    } else if (v.own) {
        rec_op1(r, PW_OP_decref, v.ref, PW_NOSNAP);
    }
}

static void leave_frame(PwRec *r)
{
    RFrame *f = rec_top(r);
    for (uint32_t i = 0; i < f->nlocals; i++)
        release_held(r, f->slot[i]);
    release_held(r, f->held);
    rec_frame_drop(f);
    r->depth--;
}

/* held: so many values on top are what is raised, which the trace owns once it is caught: these are not the last references.
 * lasti: what the handler wants to find below the exception when its row says so; PW_NOREF: the raising unit. */
static bool to_handler(PwRec *r, uint32_t unit, bool reraised, unsigned held, PwRef lasti)
{
    PwHandler h;
    uint32_t d = handling_frame(r, unit, &h), leaves = r->depth - d;
    if (d == PW_NONE || r->t->failed)
        return false;
    RFrame *f = &r->frame[d];
    uint32_t raised_at = leaves ? r->frame[d + 1].ret_unit - 1 : unit;
    bool own_lasti = !leaves && lasti.i != PW_NONE;
    if (own_lasti)
        unit = (uint32_t)pw_ins(r->t, lasti)->imm;
    PwRef exc = rec_emit(r, PW_OP_catch, 0, leaves * 2 + reraised, NULL, 0, rec_snap_at(r, unit));
    rec_fact(r, exc)->notnull = true;
    r->before = PW_NOSNAP;
    while (held--)
        release_held(r, rec_pop(r));
    while (r->depth > d) {
        while (rec_top(r)->nstack)
            rec_release(r, rec_pop(r), NULL);
        leave_frame(r);
    }
    while (f->nstack > h.level)
        rec_release(r, rec_pop(r), NULL);
    if (h.lasti)
        rec_push(r, own_lasti ? lasti : rec_int(r, raised_at), false);
    rec_push(r, exc, true);
    for (uint32_t k = 1; k <= d; k++)
        r->frame[k].caught = true;
    f->kwnames = NULL;
    f->kw_unit = PW_NONE;
    r->expect = h.unit;
    r->catching = true;
    rec_opaque_done(r);
    rec_flush(r, h.unit);
    return !r->failed && !r->t->failed;
}

bool rec_catch(PwRec *r)
{
    uint32_t unit = r->unit;
    if (r->at_throw) {
        r->at_throw = false;
        return to_handler(r, unit, false, 0, PW_NOREF);
    }
    if (r->thrown.i == PW_NONE || r->thrown_more || r->ended || r->failed || r->expect_call || r->rebuilding)
        return false;
    unit = r->t->frame.at[r->t->snap.at[r->thrown.i].frames + r->t->snap.at[r->thrown.i].nframes - 1].unit;
    if (r->next_value.i != PW_NONE)
        rec_next_seen(r, true);
    if (r->asked.i != PW_NONE)
        rec_truth_seen(r, true);
    if (r->expect == PW_NONE)
        return false;
    rec_op0(r, PW_OP_exit, 0, rec_snap_at(r, r->expect));
    begin_thrown(r);
    return to_handler(r, unit, false, 0, PW_NOREF);
}

/* -- raising -- */

/* The op that was emitted last with the snapshot r->thrown raises always. */
static bool raised(PwRec *r, bool reraised, unsigned held, PwRef lasti)
{
    uint32_t unit = r->ev->unit;
    rec_op0(r, PW_OP_exit, 0, rec_snap_at(r, r->unit)); /* never reached */
    begin_thrown(r);
    return to_handler(r, unit, reraised, held, lasti);
}

/* Nobody here handles it: the interpreter raises. */
static bool leave_raising(PwRec *r)
{
    if (r->side && !r->length)
        return rec_fail(r, "there is nothing to follow from this exit");
    if (!r->side && r->length < PW_LIMIT_KEEP_PARTIAL)
        return rec_fail(r, "only %u bytecodes before an exception is raised", r->length);
    rec_op0(r, PW_OP_exit, 0, rec_before(r));
    rec_ended(r, false);
    return true;
}

static bool again(PwRec *r, PwRef exc, unsigned held, PwRef lasti)
{
    rec_call1(r, PW_H_reraise, exc, thrown_snap(r, r->ev->unit));
    return raised(r, true, held, lasti);
}

/* Is the value on top an exception that the trace has just made, and has nowhere else? Then raising it cannot run Python code. */
static bool raise_fresh(PwRec *r)
{
    RVal *v = rec_at(r, 1);
    PyObject *o = rec_obj(r, 1);
    if (PyExceptionClass_Check(o) && v->state == R_VAL && !r->t->failed && pw_ins(r->t, v->ref)->op == PW_OP_kobj &&
        rec_plain_exception(r, (PyTypeObject *)o, v->ref, (PwSymNo){(uint32_t)pw_ins(r->t, v->ref)->imm})) {
        PwRef made = rec_call(r, PW_H_call_safe, &v->ref, 1, rec_raise(r));
        *rec_at(r, 1) = (RVal){made, R_VAL, true};
        r->before = PW_NOSNAP;
    } else if (v->state != R_VAL || !v->own || !PyExceptionInstance_Check(o) || r->t->failed ||
               pw_ins(r->t, v->ref)->op != PW_OP_call || pw_ins(r->t, v->ref)->aux != PW_H_call_safe || rec_held(r, v)) {
        return false;
    }
    if (r->failed || r->t->failed)
        return false;
    rec_call1(r, PW_H_raise_new, rec_at(r, 1)->ref, thrown_snap(r, r->ev->unit));
    return true;
}

bool rec_op_raise_varargs(PwRec *r, int n)
{
    PwHandler h;
    if (handling_frame(r, r->ev->unit, &h) == PW_NONE)
        return leave_raising(r);
    if (!n) {
        PwRef now = rec_call(r, PW_H_exc_now, NULL, 0, PW_NOSNAP);
        rec_op2(r, PW_OP_gisnot, now, rec_single(r, "None"), rec_before(r));
        return again(r, now, 0, PW_NOREF);
    }
    PwRef cause = n == 2 ? rec_object(r, rec_at(r, 1)) : pw_tree_const(r->t, PW_OP_knull, 0);
    PwRef exc = rec_object(r, rec_at(r, (unsigned)n));
    if (n == 1 && raise_fresh(r))
        return raised(r, false, 1, PW_NOREF);
    if (r->failed)
        return false;
    bool instance = n == 1 && PyExceptionInstance_Check(rec_obj(r, 1));
    if (instance)
        rec_guard_type(r, exc, Py_TYPE(rec_obj(r, 1)));
    rec_call2(r, PW_H_raise, exc, cause, rec_throw(r));
    return !r->failed && raised(r, false, instance, PW_NOREF);
}

bool rec_op_reraise(PwRec *r, int oparg)
{
    PwHandler h;
    PwRef lasti = PW_NOREF;
    if (handling_frame(r, r->ev->unit, &h) == PW_NONE)
        return leave_raising(r);
    if (oparg) {
        lasti = rec_ref(r, rec_at(r, (unsigned)oparg + 1));
        if (r->t->failed || pw_ins(r->t, lasti)->op != PW_OP_kint)
            return false;
    }
    return again(r, rec_ref(r, rec_at(r, 1)), 1, lasti);
}

bool rec_op_load_assertion_error(PwRec *r, int oparg)
{
    (void)oparg;
    rec_push(r, rec_single(r, "AssertionError"), false);
    return true;
}

/* -- handlers -- */

bool rec_op_push_exc_info(PwRec *r, int oparg)
{
    (void)oparg;
    RVal exc = rec_pop(r);
    PwRef before = rec_call1(r, PW_H_exc_push, exc.ref, PW_NOSNAP);
    rec_fact(r, before)->notnull = true;
    rec_push(r, before, true);
    rec_push(r, exc.ref, exc.own);
    return true;
}

static bool is_constant_class(PwRec *r, PwRef ref, PyObject *o)
{
    return !r->t->failed && pw_ins(r->t, ref)->op == PW_OP_kobj && PyExceptionClass_Check(o);
}

/* A class, or a tuple of classes, that is the same in every run: the exception's type decides. */
static bool known_classes(PwRec *r, PwRef ref, PyObject *o)
{
    if (r->t->failed || pw_ins(r->t, ref)->op != PW_OP_vtuple)
        return is_constant_class(r, ref, o);
    for (unsigned k = 0; k < pw_ins(r->t, ref)->nargs; k++)
        if (!is_constant_class(r, pw_arg(r->t, ref, k), PyTuple_GET_ITEM(o, k)))
            return false;
    return true;
}

bool rec_op_check_exc_match(PwRec *r, int oparg)
{
    (void)oparg;
    PyObject *exc = rec_obj(r, 2), *what = rec_obj(r, 1);
    PwRef left = rec_ref(r, rec_at(r, 2)), right = rec_ref(r, rec_at(r, 1)), match;
    if (known_classes(r, right, what)) {
        rec_guard_type(r, left, Py_TYPE(exc));
        match = pw_tree_const(r->t, PW_OP_kbool, PyErr_GivenExceptionMatches(exc, what));
    } else {
        right = rec_object(r, rec_at(r, 1));
        PwRef is = rec_call2(r, PW_H_exc_match, left, right, rec_throw(r));
        match = rec_op2(r, PW_OP_ine, is, rec_int(r, 0), PW_NOSNAP);
        rec_opaque_done(r);
    }
    rec_pop_release(r);
    rec_push(r, match, false);
    return !r->failed;
}

bool rec_op_pop_except(PwRec *r, int oparg)
{
    (void)oparg;
    PyObject *before = rec_obj(r, 1), *was = r->ev->ts->exc_info->exc_value;
    RVal v = rec_pop(r);
    PwRef exc = rec_call1(r, PW_H_exc_pop, v.ref, PW_NOSNAP);
    rec_fact(r, exc)->notnull = true;
    rec_release(r, v, before);
    rec_release(r, (RVal){exc, R_VAL, true}, was);
    return true;
}

/* -- with -- */

static PyObject *special(PyTypeObject *type, const char *name)
{
    PyObject *s = PyUnicode_InternFromString(name), *f = s ? _PyType_Lookup(type, s) : NULL;
    Py_XDECREF(s);
    PyErr_Clear();
    return f;
}

/* A class whose __enter__ is a function that can be followed, and whose __exit__ is a function. */
static bool enter_inlined(PwRec *r, PyObject *manager)
{
    PyTypeObject *type = Py_TYPE(manager);
    PyObject *enter = special(type, "__enter__"), *leave = special(type, "__exit__");
    if (!enter || !leave || !PyFunction_Check(enter) || !PyFunction_Check(leave) || rec_is_static(type) ||
        !rec_can_inline(r, (PyFunctionObject *)enter, 1, NULL, true))
        return false;
    PwRef self = rec_ref(r, rec_at(r, 1));
    rec_guard_type(r, self, type);
    PwSymNo cls = rec_type_sym(r, type);
    if (r->failed || cls.i == PW_NONE)
        return false;
    PwSymNo enter_sym = pw_tree_sym(r->t, PW_S_typeattr, cls, 0, "__enter__", NULL);
    PwRef func = pw_tree_kobj(r->t, enter_sym);
    if (!rec_guard_function(r, (PyFunctionObject *)enter, func, enter_sym, 1, NULL))
        return false;
    PwRef exit = pw_tree_kobj(r->t, pw_tree_sym(r->t, PW_S_typeattr, cls, 0, "__exit__", NULL));
    rec_constant_fact(r, exit, leave);
    PwRef bound = rec_call2(r, PW_H_method_new, exit, self, rec_raise(r));
    rec_fact(r, bound)->type = &PyMethod_Type;
    RVal v = rec_pop(r);
    rec_push(r, bound, true);
    return rec_enter_function(r, (PyFunctionObject *)enter, func, enter_sym, &v, 1, NULL, PW_CONT_PUSH);
}

bool rec_op_before_with(PwRec *r, int oparg)
{
    (void)oparg;
    PyObject *manager = rec_obj(r, 1);
    if (enter_inlined(r, manager))
        return true;
    if (r->failed || r->t->failed)
        return false;
    rec_object(r, rec_at(r, 1));
    /* Each of the two methods is looked up once, which can run code: meanwhile a pair of __enter__ and the manager is on the stack. */
    PwRef pair = rec_call1(r, PW_H_with_pair, rec_ref(r, rec_at(r, 1)), rec_raise(r));
    RVal v = rec_pop(r);
    rec_push(r, pair, true);
    if (v.own && !r->t->failed)
        rec_op1(r, PW_OP_decref, v.ref, PW_NOSNAP); /* never the last: the pair has it */
    PwRef exit = rec_call1(r, PW_H_with_exit, pair, rec_snap_at(r, r->ev->unit));
    RVal held = rec_pop(r);
    rec_push(r, exit, true);
    rec_push(r, pair, true);
    PwHandler h;
    bool handled = handling_frame(r, r->ev->unit, &h) != PW_NONE;
    PwRef value = rec_call1(r, PW_H_with_enter, pair, handled ? thrown_snap(r, r->ev->unit) : rec_snap_at(r, r->ev->unit));
    rec_pop(r);
    rec_push(r, value, true);
    rec_opaque_done(r);
    rec_release(r, held, NULL);
    return true;
}

bool rec_op_with_except_start(PwRec *r, int oparg)
{
    (void)oparg;
    PwRef value = rec_call2(r, PW_H_with_except, rec_ref(r, rec_at(r, 4)), rec_ref(r, rec_at(r, 1)), rec_throw(r));
    rec_push(r, value, true);
    rec_opaque_done(r);
    return true;
}
