/* Guards: what the trace checks so that what was seen while recording may be relied on. */
#include "host/types.h"
#include "tracer/rec.h"

bool rec_is_static(PyTypeObject *type)
{
    return !(type->tp_flags & Py_TPFLAGS_HEAPTYPE) && type != &PyModule_Type;
}

PwSymNo rec_type_sym(PwRec *r, PyTypeObject *type)
{
    const char *builtin = pw_host_btype_name(type);
    if (builtin)
        return pw_tree_sym(r->t, PW_S_btype, PW_NOSYM, 0, builtin, NULL);
    char name[PW_MAX_NAME];
    if (!pw_host_class_name(type, name, sizeof name)) {
        rec_fail(r, "a class without a usable name (%.60s)", type->tp_name);
        return PW_NOSYM;
    }
    return pw_tree_sym(r->t, PW_S_htype, PW_NOSYM, 0, name, NULL);
}

void rec_guard_type(PwRec *r, PwRef ref, PyTypeObject *type)
{
    if (r->failed || r->t->failed)
        return;
    RFact *fact = rec_fact(r, ref);
    bool fixed = rec_is_static(type);
    if (fact->type == type && (fixed || fact->epoch == r->epoch))
        return;
    PwSnapNo snap = rec_before(r);
    PwSymNo sym = rec_type_sym(r, type);
    if (sym.i == PW_NONE)
        return;
    if (fixed) {
        rec_emit(r, PW_OP_gtype, 0, sym.i, &ref, 1, snap);
    } else {
        PwSymNo version = pw_tree_sym(r->t, PW_S_typever, sym, 0, NULL, NULL);
        rec_emit(r, PW_OP_gclass, 0, version.i, &ref, 1, snap);
    }
    fact = rec_fact(r, ref);
    fact->type = type;
    fact->epoch = r->epoch;
}

void rec_assume_plain(PwRec *r, PyTypeObject *type, const char *what)
{
    if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE))
        return;
    PwSymNo sym = rec_type_sym(r, type);
    if (sym.i != PW_NONE)
        pw_tree_sym(r->t, PW_S_plain, sym, 0, what, NULL);
}

bool rec_is_tuple(PyObject *o)
{
    return PyTuple_CheckExact(o) || pw_host_is_plain_tuple(Py_TYPE(o));
}

void rec_guard_sequence(PwRec *r, PwRef ref, PyObject *o)
{
    rec_guard_type(r, ref, Py_TYPE(o));
    if (PyTuple_Check(o))
        rec_assume_plain(r, Py_TYPE(o), "tuple");
}

void rec_constant_fact(PwRec *r, PwRef k, PyObject *value)
{
    PyTypeObject *type = Py_TYPE(value);
    rec_fact(r, k)->notnull = true;
    if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) /* a guard comes where it matters: the class may change */
        return;
    const char *known = pw_host_btype_name(type);
    pw_tree_sym(r->t, PW_S_isinst, (PwSymNo){(uint32_t)pw_ins(r->t, k)->imm}, 0, known ? known : type->tp_name, NULL);
    rec_fact(r, k)->type = type;
    rec_fact(r, k)->epoch = r->epoch;
}

void rec_guard_is(PwRec *r, PwRef ref, PwRef constant)
{
    if (!pw_ref_is(ref, constant))
        rec_op2(r, PW_OP_gis, ref, constant, rec_before(r));
}

void rec_guard_cond(PwRec *r, PwRef cond, bool taken, PwSnapNo other)
{
    if (r->t->failed || cond.i == PW_NONE || pw_ins(r->t, cond)->op == PW_OP_kbool)
        return;
    rec_op1(r, taken ? PW_OP_gtrue : PW_OP_gfalse, cond, other);
}

bool rec_fits(PyObject *obj, int64_t *value)
{
    int overflow;
    if (!obj || !PyLong_CheckExact(obj))
        return false;
    long long v = PyLong_AsLongLongAndOverflow(obj, &overflow);
    *value = v;
    return !overflow;
}

/* The unboxed value of an object ref, once per ref. */
static PwRef unbox(PwRec *r, PwRef ref, PwOp op)
{
    RFact *fact = rec_fact(r, ref);
    if (fact->unboxed.i != PW_NONE)
        return fact->unboxed;
    PwRef raw = rec_op1(r, op, ref, op == PW_OP_unbox_i ? rec_before(r) : PW_NOSNAP);
    rec_fact(r, ref)->unboxed = raw;
    return raw;
}

PwRef rec_as_int(PwRec *r, RVal *v, PyObject *obj)
{
    int64_t value;
    PwRef ref = rec_ref(r, v);
    PwType t = rec_type(r, v);
    if (r->t->failed)
        return PW_NOREF;
    if (t == PW_T_I)
        return ref;
    if (t == PW_T_B)
        return rec_op1(r, PW_OP_b2i, ref, PW_NOSNAP);
    if (t != PW_T_O || !obj)
        return PW_NOREF;
    if (PyBool_Check(obj)) {
        rec_guard_type(r, ref, &PyBool_Type);
        return rec_op1(r, PW_OP_b2i, unbox(r, ref, PW_OP_unbox_b), PW_NOSNAP);
    }
    if (!rec_fits(obj, &value))
        return PW_NOREF;
    rec_guard_type(r, ref, &PyLong_Type);
    return unbox(r, ref, PW_OP_unbox_i);
}

PwRef rec_as_float(PwRec *r, RVal *v, PyObject *obj)
{
    PwRef ref = rec_ref(r, v);
    PwType t = rec_type(r, v);
    if (r->t->failed)
        return PW_NOREF;
    if (t == PW_T_F)
        return ref;
    if (t != PW_T_O || !obj || !PyFloat_CheckExact(obj))
        return PW_NOREF;
    rec_guard_type(r, ref, &PyFloat_Type);
    return unbox(r, ref, PW_OP_unbox_f);
}

bool rec_guard_keys(PwRec *r, PwSymNo dict_sym, PyObject *dict)
{
    if (!PyDict_CheckExact(dict) || ((PyDictObject *)dict)->ma_values ||
        ((PyDictObject *)dict)->ma_keys->dk_kind != DICT_KEYS_UNICODE)
        return rec_fail(r, "a namespace that is no plain dict with string keys");
    uint64_t key = (uint64_t)dict_sym.i << 32 | r->epoch;
    for (uint32_t i = 0; i < r->keyed.n; i++)
        if (r->keyed.at[i] == key)
            return true;
    PwSymNo version = pw_tree_sym(r->t, PW_S_keysver, dict_sym, 0, NULL, NULL);
    PwRef ref = pw_tree_kobj(r->t, dict_sym);
    rec_emit(r, PW_OP_gkeys, 0, version.i, &ref, 1, rec_before(r));
    if (!PW_VEC_PUSH(&r->keyed, key))
        r->t->failed = true;
    return true;
}
