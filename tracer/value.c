/* Values of the abstract state: reading, boxing, owning, releasing. */
#include "tracer/rec.h"

RFact *rec_fact(PwRec *r, PwRef ref)
{
    static RFact none; /* what a failed recording writes to */
    if (ref.i == PW_NONE || r->t->failed)
        return none = (RFact){.unboxed = PW_NOREF, .boxed = PW_NOREF}, &none;
    while (r->fact.n <= ref.i)
        if (!PW_VEC_PUSH(&r->fact, ((RFact){.unboxed = PW_NOREF, .boxed = PW_NOREF}))) {
            r->t->failed = true;
            return none = (RFact){.unboxed = PW_NOREF, .boxed = PW_NOREF}, &none;
        }
    return &r->fact.at[ref.i];
}

PwRef rec_emit(PwRec *r, PwOp op, uint16_t aux, int64_t imm, const PwRef *args, unsigned n, PwSnapNo snap)
{
    PwRef ref = pw_tree_emit(r->t, r->seg, op, aux, imm, args, n, snap);
    if (ref.i == PW_NONE)
        return ref;
    PwIns *ins = pw_ins(r->t, ref);
    ins->unit = r->unit;
    if (pw_ins_flags(ins) & PW_FLAG_N)
        rec_fact(r, ref)->notnull = true;
    return ref;
}

PwRef rec_op0(PwRec *r, PwOp op, int64_t imm, PwSnapNo snap)
{
    return rec_emit(r, op, 0, imm, NULL, 0, snap);
}

PwRef rec_op1(PwRec *r, PwOp op, PwRef a, PwSnapNo snap)
{
    return rec_emit(r, op, 0, 0, &a, 1, snap);
}

PwRef rec_op2(PwRec *r, PwOp op, PwRef a, PwRef b, PwSnapNo snap)
{
    return rec_emit(r, op, 0, 0, (PwRef[]){a, b}, 2, snap);
}

PwRef rec_ldf(PwRec *r, PwField field, PwRef a)
{
    return rec_emit(r, PW_OP_ldf, (uint16_t)field, 0, &a, 1, PW_NOSNAP);
}

void rec_stf(PwRec *r, PwField field, PwRef a, PwRef b)
{
    rec_emit(r, PW_OP_stf, (uint16_t)field, 0, (PwRef[]){a, b}, 2, PW_NOSNAP);
}

PwRef rec_ldx(PwRec *r, PwArray array, PwRef p, PwRef i)
{
    return rec_emit(r, PW_OP_ldx, (uint16_t)array, 0, (PwRef[]){p, i}, 2, PW_NOSNAP);
}

PwRef rec_call(PwRec *r, PwHelper h, const PwRef *args, unsigned n, PwSnapNo snap)
{
    return rec_emit(r, PW_OP_call, (uint16_t)h, 0, args, n, snap);
}

PwRef rec_call1(PwRec *r, PwHelper h, PwRef a, PwSnapNo snap)
{
    return rec_call(r, h, &a, 1, snap);
}

PwRef rec_call2(PwRec *r, PwHelper h, PwRef a, PwRef b, PwSnapNo snap)
{
    return rec_call(r, h, (PwRef[]){a, b}, 2, snap);
}

PwRef rec_call3(PwRec *r, PwHelper h, PwRef a, PwRef b, PwRef c, PwSnapNo snap)
{
    return rec_call(r, h, (PwRef[]){a, b, c}, 3, snap);
}

PwRef rec_int(PwRec *r, int64_t v)
{
    return pw_tree_kint(r->t, v);
}

PwRef rec_single(PwRec *r, const char *name)
{
    PwRef k = pw_tree_kobj(r->t, pw_tree_sym(r->t, PW_S_single, PW_NOSYM, 0, name, NULL));
    rec_fact(r, k)->notnull = true;
    if (!strcmp(name, "None"))
        rec_fact(r, k)->type = Py_TYPE(Py_None);
    return k;
}

PwRef rec_str(PwRec *r, PyObject *str)
{
    Py_ssize_t n;
    const char *s = PyUnicode_AsUTF8AndSize(str, &n);
    if (!s) {
        PyErr_Clear();
        rec_fail(r, "a name that is no valid UTF-8");
        return PW_NOREF;
    }
    if (strlen(s) != (size_t)n || n > PW_MAX_NAME) {
        rec_fail(r, "a name that is too long or contains NUL");
        return PW_NOREF;
    }
    PwRef k = pw_tree_kobj(r->t, pw_tree_sym(r->t, PW_S_str, PW_NOSYM, 0, s, NULL));
    rec_fact(r, k)->type = &PyUnicode_Type;
    rec_fact(r, k)->notnull = true;
    return k;
}

PwRef rec_dup(PwRec *r, PwRef object)
{
    rec_op1(r, PW_OP_incref, object, PW_NOSNAP);
    return object;
}

static bool is_const(PwRec *r, PwRef ref)
{
    return ref.i != PW_NONE && pw_op_info[pw_ins(r->t, ref)->op].flags & PW_FLAG_K;
}

PwRef rec_ref(PwRec *r, RVal *v)
{
    if (v->state == R_NULL)
        return pw_tree_const(r->t, PW_OP_knull, 0);
    if (v->ref.i == PW_NONE) {
        RFrame *root = &r->frame[0];
        v->ref = rec_op0(r, PW_OP_slot, v - root->slot, PW_NOSNAP);
        rec_fact(r, v->ref)->notnull = (uint32_t)(v - root->slot) >= root->nlocals; /* locals: rec_bound */
    }
    return v->ref;
}

void rec_bound(PwRec *r, PwRef ref)
{
    if (r->t->failed || rec_fact(r, ref)->notnull)
        return;
    rec_op1(r, PW_OP_gnotnull, ref, rec_before(r));
    rec_fact(r, ref)->notnull = true;
}

PwType rec_type(PwRec *r, RVal *v)
{
    PwRef ref = rec_ref(r, v);
    return r->t->failed ? PW_T_O : pw_ref_type(r->t, ref);
}

static bool is_vtuple(PwRec *r, PwRef ref)
{
    return !r->t->failed && ref.i != PW_NONE && pw_ins(r->t, ref)->op == PW_OP_vtuple;
}

static bool still_owned(PwRec *r, PwRef ref)
{
    for (uint32_t d = 0; d <= r->depth; d++)
        for (uint32_t i = 0; i < r->frame[d].nlocals + r->frame[d].nstack; i++) {
            RVal *v = &r->frame[d].slot[i];
            if (v->state == R_VAL && v->own && pw_ref_is(v->ref, ref))
                return true;
        }
    return false;
}

bool rec_held(PwRec *r, const RVal *except)
{
    for (uint32_t d = 0; d <= r->depth; d++)
        for (uint32_t i = 0; i < r->frame[d].nlocals + r->frame[d].nstack; i++) {
            const RVal *v = &r->frame[d].slot[i];
            if (v != except && v->state == R_VAL && pw_ref_is(v->ref, except->ref))
                return true;
        }
    return false;
}

/* All slots that held the unboxed value hold the object from now on, so that it stays one object. */
static bool share_box(PwRec *r, PwRef raw, PwRef box, const RVal *except)
{
    bool taken = false;
    for (uint32_t d = 0; d <= r->depth; d++)
        for (uint32_t i = 0; i < r->frame[d].nlocals + r->frame[d].nstack; i++) {
            RVal *v = &r->frame[d].slot[i];
            if (v == except || v->state != R_VAL || !pw_ref_is(v->ref, raw))
                continue;
            if (taken)
                rec_dup(r, box);
            *v = (RVal){box, R_VAL, true};
            taken = true;
        }
    return taken;
}

static PwRef box_value(PwRec *r, PwRef raw)
{
    static const struct {
        PwOp op;
        PyTypeObject *type;
    } box[PW_T_COUNT] = {[PW_T_I] = {PW_OP_box_i, &PyLong_Type},
                         [PW_T_F] = {PW_OP_box_f, &PyFloat_Type},
                         [PW_T_B] = {PW_OP_box_b, &PyBool_Type}};
    PwType t = pw_ref_type(r->t, raw);
    PwRef o = rec_op1(r, box[t].op, raw, t == PW_T_B ? PW_NOSNAP : rec_raise(r));
    *rec_fact(r, o) = (RFact){.type = box[t].type, .unboxed = raw, .boxed = PW_NOREF, .notnull = true};
    return o;
}

static PwRef build_tuple(PwRec *r, RVal *v)
{
    PwRef tuple = v->ref, item[PW_MAX_ARGS];
    unsigned n = pw_ins(r->t, tuple)->nargs;
    for (unsigned k = 0; k < n; k++) {
        item[k] = pw_arg(r->t, tuple, k);
        if (is_vtuple(r, item[k])) {
            RVal inner = {item[k], R_VAL, true};
            item[k] = rec_object(r, &inner);
        } else if (pw_ref_type(r->t, item[k]) != PW_T_O) {
            PwRef boxed = rec_fact(r, item[k])->boxed;
            item[k] = boxed.i != PW_NONE && is_const(r, boxed) ? rec_dup(r, boxed) : box_value(r, item[k]);
        }
        if (r->t->failed)
            return tuple;
    }
    PwRef o = rec_emit(r, PW_OP_mktuple, 0, 0, item, n, rec_raise(r));
    rec_fact(r, o)->type = &PyTuple_Type;
    return o;
}

PwRef rec_object(PwRec *r, RVal *v)
{
    PwRef raw = rec_ref(r, v);
    if (r->t->failed || v->state == R_NULL)
        return raw;
    if (is_vtuple(r, raw)) {
        PwRef o = build_tuple(r, v);
        *v = (RVal){o, R_VAL, true};
        r->before = PW_NOSNAP;
        return o;
    }
    if (pw_ref_type(r->t, raw) == PW_T_O)
        return raw;
    PwRef boxed = rec_fact(r, raw)->boxed;
    if (boxed.i != PW_NONE && (is_const(r, boxed) || still_owned(r, boxed))) {
        *v = (RVal){boxed, R_VAL, false};
        r->before = PW_NOSNAP;
        return boxed;
    }
    PwRef o = box_value(r, raw);
    if (r->t->failed)
        return raw;
    rec_fact(r, raw)->boxed = o;
    *v = (RVal){o, R_VAL, true};
    if (share_box(r, raw, o, v))
        v->own = false;
    r->before = PW_NOSNAP;
    return o;
}

static bool room_for_push(PwRec *r)
{
    RFrame *f = rec_top(r);
    return f->nlocals + f->nstack < f->room || rec_fail(r, "a value stack deeper than the code object says");
}

void rec_push(PwRec *r, PwRef ref, bool own)
{
    RFrame *f = rec_top(r);
    if (room_for_push(r))
        f->slot[f->nlocals + f->nstack++] = (RVal){ref, R_VAL, own};
    r->before = PW_NOSNAP;
}

void rec_push_null(PwRec *r)
{
    RFrame *f = rec_top(r);
    if (room_for_push(r))
        f->slot[f->nlocals + f->nstack++] = (RVal){PW_NOREF, R_NULL, false};
    r->before = PW_NOSNAP;
}

RVal rec_pop(PwRec *r)
{
    RFrame *f = rec_top(r);
    if (!f->nstack) {
        rec_fail(r, "an empty value stack");
        return (RVal){PW_NOREF, R_NULL, false};
    }
    RVal v = f->slot[f->nlocals + f->nstack - 1];
    if (v.state == R_KEEP) { /* memory gives its reference up */
        rec_ref(r, &f->slot[f->nlocals + f->nstack - 1]);
        v = (RVal){f->slot[f->nlocals + f->nstack - 1].ref, R_VAL, true};
    }
    f->nstack--;
    r->before = PW_NOSNAP;
    return v;
}

void rec_own(PwRec *r, RVal *v)
{
    if (v->state != R_VAL || v->own || r->t->failed || pw_ref_type(r->t, v->ref) != PW_T_O || is_vtuple(r, v->ref))
        return;
    rec_dup(r, v->ref);
    v->own = true;
    r->before = PW_NOSNAP;
}

void rec_release(PwRec *r, RVal v, PyObject *obj)
{
    if (v.state != R_VAL || r->t->failed || v.ref.i == PW_NONE)
        return;
    if (is_vtuple(r, v.ref)) {
        for (unsigned k = pw_ins(r->t, v.ref)->nargs; k-- > 0 && !r->t->failed;) { /* as tuples end: the last one first */
            bool known = obj && PyTuple_CheckExact(obj) && PyTuple_GET_SIZE(obj) > (Py_ssize_t)k;
            rec_release(r, (RVal){pw_arg(r->t, v.ref, k), R_VAL, true}, known ? PyTuple_GET_ITEM(obj, k) : NULL);
        }
        return;
    }
    if (!v.own || pw_ref_type(r->t, v.ref) != PW_T_O || is_const(r, v.ref)) {
        if (v.own && is_const(r, v.ref) && pw_ref_type(r->t, v.ref) == PW_T_O)
            rec_op1(r, PW_OP_decref, v.ref, PW_NOSNAP);
        return;
    }
    if (r->ndrop == sizeof r->drop / sizeof *r->drop) {
        rec_fail(r, "too many values released by one bytecode");
        return;
    }
    r->drop[r->ndrop] = v;
    r->drop_obj[r->ndrop++] = obj;
}

void rec_pop_release(PwRec *r)
{
    RFrame *f = rec_top(r);
    /* the real stack may have been popped in part already: what matters is the distance from its own top */
    uint32_t index = f->nlocals + f->nstack - 1;
    PyObject *obj = f->nstack && f->nstack <= (uint32_t)r->ev->depth ? r->ev->frame->localsplus[index] : NULL;
    RVal v = rec_pop(r);
    rec_release(r, v, obj);
}

bool rec_is_simple(PyTypeObject *t)
{
    return t == &PyLong_Type || t == &PyFloat_Type || t == &PyUnicode_Type || t == &PyBool_Type || t == &PyBytes_Type ||
           t == Py_TYPE(Py_None) || t == &PyComplex_Type || t == &PyRange_Type || t == &PyRangeIter_Type;
}

static void release_one(PwRec *r, uint32_t k, uint32_t unit)
{
    PwRef ref = r->drop[k].ref, rest[64];
    PyObject *obj = r->drop_obj[k];
    RFact *fact = rec_fact(r, ref);
    unsigned n = 0;
    for (uint32_t i = k; i < r->ndrop; i++)
        rest[n++] = r->drop[i].ref;
    if (fact->type && rec_is_simple(fact->type)) {
        rec_op1(r, PW_OP_decref, ref, PW_NOSNAP);
    } else if (obj && rec_is_simple(Py_TYPE(obj))) {
        rec_emit(r, PW_OP_gtype, 0, rec_type_sym(r, Py_TYPE(obj)).i, &ref, 1, rec_snap_drops(r, unit, rest, n));
        rec_op1(r, PW_OP_decref, ref, PW_NOSNAP);
    } else if (!obj || Py_REFCNT(obj) == 1) { /* not known: what a side trace takes over from its exit */
        rec_op1(r, PW_OP_free, ref, rec_snap_drops(r, unit, rest + 1, n - 1));
        r->epoch++;
        r->keyed.n = 0;
    } else {
        rec_op1(r, PW_OP_drop, ref, rec_snap_drops(r, unit, rest, n));
    }
}

void rec_flush(PwRec *r, uint32_t unit)
{
    if (r->opaque && !r->failed) {
        PwRef rest[64];
        for (uint32_t i = 0; i < r->ndrop; i++)
            rest[i] = r->drop[i].ref;
        rec_op0(r, PW_OP_guntraced, 0, rec_snap_drops(r, unit, rest, r->ndrop));
        r->opaque = false;
    }
    for (uint32_t k = 0; k < r->ndrop && !r->failed && !r->t->failed; k++)
        release_one(r, k, unit);
    r->ndrop = 0;
}
