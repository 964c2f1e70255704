/* C functions, methods and classes that traces know better than by calling them. Names: pw_host_cfunc_name. */
#include "host/types.h"
#include "tracer/ops.h"

#include <math.h>

typedef struct Known {
    const char *name;
    unsigned min, max; /* arguments, self included */
    bool (*follow)(PwRec *r, unsigned nargs, const struct Known *k);
    int op;
} Known;

/* The arguments and the callee are taken off, a result is pushed. */
static bool result(PwRec *r, unsigned nargs, PwRef v, bool own)
{
    RVal val[8];
    PyObject *obj[8];
    for (unsigned k = 0; k < nargs + 2 - r->known_self; k++)
        obj[k] = rec_obj(r, k + 1);
    unsigned n = nargs + 2 - r->known_self; /* arguments, callee and what lies below it */
    for (unsigned k = 0; k < n; k++)
        val[k] = rec_pop(r);
    rec_push(r, v, own);
    for (unsigned k = n; k-- > 0;)
        rec_release(r, val[k], obj[k]);
    return !r->failed && !r->t->failed;
}

/* The result is the k-th value from the top, the same object: somebody may ask with `is`. */
static bool result_same(PwRec *r, unsigned nargs, unsigned k)
{
    RVal *v = rec_at(r, k);
    PwRef ref = rec_ref(r, v);
    if (r->failed || r->t->failed)
        return false;
    bool owned = v->state == R_KEEP || (v->own && pw_ref_type(r->t, ref) == PW_T_O);
    return result(r, nargs, owned ? rec_dup(r, ref) : ref, owned);
}

/* Distance of argument k of nargs from the top. */
static unsigned at(unsigned nargs, unsigned k)
{
    return nargs - k;
}

static bool known_len(PwRec *r, unsigned nargs, const Known *k)
{
    (void)k;
    PyObject *o = rec_obj(r, 1);
    PyTypeObject *t = Py_TYPE(o);
    PwField field = t == &PyList_Type                                     ? PW_F_LIST_SIZE
                    : t == &PyTuple_Type || t == &PyBytes_Type            ? PW_F_VAR_SIZE
                    : t == &PyUnicode_Type                                ? PW_F_STR_LENGTH
                    : t == &PyDict_Type                                   ? PW_F_DICT_USED
                    : t == &PySet_Type || t == &PyFrozenSet_Type          ? PW_F_SET_USED
                                                                          : PW_F_COUNT;
    if (field == PW_F_COUNT)
        return false;
    PwRef ref = rec_object(r, rec_at(r, 1));
    rec_guard_type(r, ref, t);
    return result(r, nargs, rec_ldf(r, field, ref), false);
}

static bool known_abs(PwRec *r, unsigned nargs, const Known *k)
{
    (void)k;
    PyObject *o = rec_obj(r, 1);
    int64_t v;
    if (PyFloat_CheckExact(o))
        return result(r, nargs, rec_op1(r, PW_OP_fabs, rec_as_float(r, rec_at(r, 1), o), PW_NOSNAP), false);
    if (!rec_fits(o, &v) || v == INT64_MIN)
        return false;
    PwRef i = rec_as_int(r, rec_at(r, 1), o);
    rec_guard_cond(r, rec_op2(r, PW_OP_ilt, i, rec_int(r, 0), PW_NOSNAP), v < 0, rec_before(r));
    return v < 0 ? result(r, nargs, rec_op1(r, PW_OP_ineg, i, rec_before(r)), false) : result_same(r, nargs, 1);
}

/* min and max of a few ints or floats: one of them is the result, as it is; the first one when equal. op: Py_LT or Py_GT. */
static bool known_minmax(PwRec *r, unsigned nargs, const Known *k)
{
    int64_t x, best_i = 0;
    bool floats = PyFloat_CheckExact(rec_obj(r, nargs));
    for (unsigned i = 1; i <= nargs; i++)
        if (floats ? !PyFloat_CheckExact(rec_obj(r, i)) : !rec_fits(rec_obj(r, i), &x))
            return false;
    unsigned best = nargs; /* distance from the top */
    PwRef at_best = floats ? rec_as_float(r, rec_at(r, best), rec_obj(r, best)) : rec_as_int(r, rec_at(r, best), rec_obj(r, best));
    for (unsigned i = nargs - 1; i >= 1; i--) {
        PyObject *a = rec_obj(r, best), *b = rec_obj(r, i);
        PwRef ref = floats ? rec_as_float(r, rec_at(r, i), b) : rec_as_int(r, rec_at(r, i), b);
        bool less = floats ? PyFloat_AS_DOUBLE(b) < PyFloat_AS_DOUBLE(a) : rec_fits(a, &best_i) && rec_fits(b, &x) && x < best_i;
        bool more = floats ? PyFloat_AS_DOUBLE(b) > PyFloat_AS_DOUBLE(a) : x > best_i;
        PwOp op = k->op == Py_LT ? (floats ? PW_OP_flt : PW_OP_ilt) : floats ? PW_OP_fgt : PW_OP_igt;
        bool better = k->op == Py_LT ? less : more;
        rec_guard_cond(r, rec_op2(r, op, ref, at_best, PW_NOSNAP), better, rec_before(r));
        if (better) {
            best = i;
            at_best = ref;
        }
    }
    return result_same(r, nargs, best);
}

static bool known_ord(PwRec *r, unsigned nargs, const Known *k)
{
    (void)k;
    PyObject *o = rec_obj(r, 1);
    if (!PyUnicode_CheckExact(o) || PyUnicode_GET_LENGTH(o) != 1)
        return false;
    PwRef ref = rec_ref(r, rec_at(r, 1));
    rec_guard_type(r, ref, &PyUnicode_Type);
    PwRef one = rec_op2(r, PW_OP_ieq, rec_ldf(r, PW_F_STR_LENGTH, ref), rec_int(r, 1), PW_NOSNAP);
    rec_guard_cond(r, one, true, rec_before(r));
    return result(r, nargs, rec_call2(r, PW_H_str_ord, ref, rec_int(r, 0), PW_NOSNAP), false);
}

static bool known_chr(PwRec *r, unsigned nargs, const Known *k)
{
    (void)k;
    int64_t v;
    if (!rec_fits(rec_obj(r, 1), &v) || v < 0 || v >= 0x110000)
        return false;
    PwRef i = rec_as_int(r, rec_at(r, 1), rec_obj(r, 1));
    rec_guard_cond(r, rec_op2(r, PW_OP_iult, i, rec_int(r, 0x110000), PW_NOSNAP), true, rec_before(r));
    PwRef s = rec_call1(r, PW_H_str_chr, i, rec_raise(r));
    rec_fact(r, s)->type = &PyUnicode_Type;
    return result(r, nargs, s, true);
}

/* The class of an object may get other bases, or another __class__. */
static bool assume_instance(PwRec *r, PyTypeObject *type, PyTypeObject *cls, bool yes)
{
    char name[160] = "!";
    PwSymNo sym = rec_type_sym(r, type);
    if (sym.i == PW_NONE || !pw_host_class_name(cls, name + !yes, sizeof name - 1))
        return false;
    pw_tree_sym(r->t, PW_S_issub, sym, 0, name, NULL);
    if (yes)
        return true;
    rec_assume_plain(r, type, "getattr");
    PwSymNo own = pw_tree_sym(r->t, PW_S_typeattr, sym, 0, "__class__", NULL);
    pw_tree_sym(r->t, PW_S_isinst, own, 0, PyGetSetDescr_Type.tp_name, NULL);
    return true;
}

/* isinstance of a class that is a constant: decided by the guard on the object's class. */
static bool known_isinstance(PwRec *r, unsigned nargs, const Known *k)
{
    (void)k;
    PyObject *o = rec_obj(r, 2), *cls = rec_obj(r, 1);
    PwRef c = rec_ref(r, rec_at(r, 1));
    if (!PyType_Check(cls) || Py_TYPE(cls) != &PyType_Type || r->t->failed || pw_ins(r->t, c)->op != PW_OP_kobj)
        return false;
    bool yes = PyType_IsSubtype(Py_TYPE(o), (PyTypeObject *)cls);
    if (!yes) { /* then __class__ is asked */
        PyObject *name = PyUnicode_InternFromString("__class__");
        PyObject *d = name ? _PyType_Lookup(Py_TYPE(o), name) : NULL, *base = name ? _PyType_Lookup(&PyBaseObject_Type, name) : NULL;
        Py_XDECREF(name);
        PyErr_Clear();
        if (d != base || Py_TYPE(o)->tp_getattro != PyObject_GenericGetAttr)
            return false;
    }
    RVal *v = rec_at(r, 2);
    if (rec_type(r, v) == PW_T_O && !r->t->failed && pw_ins(r->t, v->ref)->op != PW_OP_vtuple)
        rec_guard_type(r, rec_ref(r, v), Py_TYPE(o));
    if (!rec_is_static((PyTypeObject *)cls))
        rec_guard_class_object(r, c, (PwSymNo){(uint32_t)pw_ins(r->t, c)->imm});
    if (Py_TYPE(o)->tp_flags & Py_TPFLAGS_HEAPTYPE && !assume_instance(r, Py_TYPE(o), (PyTypeObject *)cls, yes))
        return false;
    return !r->failed && result(r, nargs, pw_tree_const(r->t, PW_OP_kbool, yes), false);
}

/* -- classes as functions -- */

static bool known_int(PwRec *r, unsigned nargs, const Known *k)
{
    (void)k;
    PyObject *o = rec_obj(r, 1);
    int64_t v;
    if (PyFloat_CheckExact(o) && fabs(PyFloat_AS_DOUBLE(o)) < 4e18) {
        PwRef f = rec_as_float(r, rec_at(r, 1), o);
        return result(r, nargs, rec_op1(r, PW_OP_f2i, f, rec_before(r)), false);
    }
    if (!PyBool_Check(o) && !rec_fits(o, &v))
        return false;
    PwRef i = rec_as_int(r, rec_at(r, 1), o);
    return PyBool_Check(o) ? result(r, nargs, i, false) : result_same(r, nargs, 1);
}

static bool known_float(PwRec *r, unsigned nargs, const Known *k)
{
    (void)k;
    PyObject *o = rec_obj(r, 1);
    int64_t v;
    if (PyFloat_CheckExact(o)) {
        (void)rec_as_float(r, rec_at(r, 1), o);
        return result_same(r, nargs, 1);
    }
    if (!PyBool_Check(o) && !rec_fits(o, &v))
        return false;
    return result(r, nargs, rec_op1(r, PW_OP_i2f, rec_as_int(r, rec_at(r, 1), o), PW_NOSNAP), false);
}

static bool known_bool(PwRec *r, unsigned nargs, const Known *k)
{
    (void)k;
    RVal *v = rec_at(r, 1);
    PwRef ref = rec_ref(r, v), cond;
    bool truth;
    PwType t = rec_type(r, v);
    if (t == PW_T_B)
        cond = ref;
    else if (t == PW_T_I)
        cond = rec_op2(r, PW_OP_ine, ref, rec_int(r, 0), PW_NOSNAP);
    else if (t != PW_T_O || !rec_truth(r, v, rec_obj(r, 1), &cond, &truth))
        return false;
    return result(r, nargs, cond, false);
}

/* range(...) that a for loop is about to iterate over: the iterator is made at once. */
static bool known_range(PwRec *r, unsigned nargs, const Known *k)
{
    (void)k;
    RFrame *f = rec_top(r);
    int arg;
    int64_t v[3] = {0, 0, 1};
    PwRef ref[3];
    if (pw_host_opcode_at(f->co, r->next, &arg) != GET_ITER)
        return false;
    for (unsigned i = 0; i < nargs; i++) {
        PyObject *o = rec_obj(r, at(nargs, i));
        if (!rec_fits(o, &v[nargs == 1 ? 1 : i]))
            return false;
        if (rec_at(r, at(nargs, i))->own && rec_type(r, rec_at(r, at(nargs, i))) == PW_T_O)
            return false; /* something would be released between the two bytecodes */
    }
    const int64_t limit = INT64_C(1) << 30; /* fits a long on every target */
    for (unsigned i = 0; i < 3; i++)
        if (v[i] > limit || v[i] < -limit)
            return false;
    if (!v[2])
        return false;
    for (unsigned i = 0; i < 3; i++)
        ref[i] = rec_int(r, v[i]);
    for (unsigned i = 0; i < nargs; i++) {
        unsigned to = nargs == 1 ? 1 : i;
        ref[to] = rec_as_int(r, rec_at(r, at(nargs, i)), rec_obj(r, at(nargs, i)));
        if (r->failed || r->t->failed)
            return false;
        if (pw_ins(r->t, ref[to])->op == PW_OP_kint)
            continue;
        PwRef off = rec_op2(r, PW_OP_iadd_nc, ref[to], rec_int(r, limit), PW_NOSNAP);
        rec_guard_cond(r, rec_op2(r, PW_OP_iult, off, rec_int(r, 2 * limit), PW_NOSNAP), true, rec_before(r));
    }
    if (nargs == 3) {
        PwRef zero = rec_op2(r, PW_OP_ieq, ref[2], rec_int(r, 0), PW_NOSNAP);
        rec_guard_cond(r, zero, false, rec_before(r));
    }
    PwRef it = rec_call3(r, PW_H_range3, ref[0], ref[1], ref[2], rec_raise(r));
    rec_fact(r, it)->type = &PyRangeIter_Type;
    r->skip_iter = true;
    return result(r, nargs, it, true);
}

/* -- math -- */

static PwRef float_arg(PwRec *r, unsigned nargs, unsigned k)
{
    PyObject *o = rec_obj(r, at(nargs, k));
    int64_t v;
    if (PyFloat_CheckExact(o))
        return rec_as_float(r, rec_at(r, at(nargs, k)), o);
    if (!rec_fits(o, &v))
        return PW_NOREF;
    return rec_op1(r, PW_OP_i2f, rec_as_int(r, rec_at(r, at(nargs, k)), o), PW_NOSNAP);
}

static double float_now(PyObject *o)
{
    int64_t v;
    return PyFloat_CheckExact(o) ? PyFloat_AS_DOUBLE(o) : rec_fits(o, &v) ? (double)v : NAN;
}

static PwRef kflt(PwRec *r, double d)
{
    int64_t bits;
    memcpy(&bits, &d, sizeof bits);
    return pw_tree_const(r->t, PW_OP_kflt, bits);
}

static void guard_below(PwRec *r, PwRef f, double limit)
{
    PwRef ok = rec_op2(r, PW_OP_flt, rec_op1(r, PW_OP_fabs, f, PW_NOSNAP), kflt(r, limit), PW_NOSNAP);
    rec_guard_cond(r, ok, true, rec_before(r));
}

static bool known_sqrt(PwRec *r, unsigned nargs, const Known *k)
{
    (void)k;
    if (!(float_now(rec_obj(r, 1)) >= 0))
        return false;
    PwRef f = float_arg(r, nargs, 0);
    return f.i != PW_NONE && result(r, nargs, rec_op1(r, PW_OP_fsqrt, f, rec_before(r)), false);
}

static bool known_fabs(PwRec *r, unsigned nargs, const Known *k)
{
    (void)k;
    PwRef f = float_arg(r, nargs, 0);
    return f.i != PW_NONE && result(r, nargs, rec_op1(r, PW_OP_fabs, f, PW_NOSNAP), false);
}

/* Functions of one double whose operand and result are finite here. */
static bool known_math1(PwRec *r, unsigned nargs, const Known *k)
{
    double x = float_now(rec_obj(r, 1));
    if (!isfinite(x) || (k->op == PW_H_flog && x <= 0) || (k->op == PW_H_fexp && x > 700))
        return false;
    PwRef f = float_arg(r, nargs, 0);
    if (f.i == PW_NONE)
        return false;
    guard_below(r, f, INFINITY);
    if (k->op == PW_H_flog)
        rec_guard_cond(r, rec_op2(r, PW_OP_fgt, f, kflt(r, 0), PW_NOSNAP), true, rec_before(r));
    PwRef v = rec_call1(r, (PwHelper)k->op, f, PW_NOSNAP);
    guard_below(r, v, INFINITY);
    return result(r, nargs, v, false);
}

/* floor and ceil: the int. */
static bool known_round(PwRec *r, unsigned nargs, const Known *k)
{
    PyObject *o = rec_obj(r, 1);
    if (!PyFloat_CheckExact(o) || !(fabs(PyFloat_AS_DOUBLE(o)) < 4e18))
        return false;
    PwRef f = rec_call1(r, (PwHelper)k->op, rec_as_float(r, rec_at(r, 1), o), PW_NOSNAP);
    return result(r, nargs, rec_op1(r, PW_OP_f2i, f, rec_before(r)), false);
}

/* -- methods: argument 0 is self -- */

static bool known_append(PwRec *r, unsigned nargs, const Known *k)
{
    (void)k;
    if (!PyList_CheckExact(rec_obj(r, 2)))
        return false;
    rec_guard_type(r, rec_object(r, rec_at(r, 2)), &PyList_Type);
    PwRef v = rec_object(r, rec_at(r, 1));
    rec_call2(r, PW_H_list_append, rec_ref(r, rec_at(r, 2)), v, rec_raise(r));
    return result(r, nargs, rec_single(r, "None"), false);
}

static bool known_pop(PwRec *r, unsigned nargs, const Known *k)
{
    (void)k;
    PyObject *o = rec_obj(r, 1);
    if (!PyList_CheckExact(o) || !PyList_GET_SIZE(o))
        return false;
    PwRef ref = rec_object(r, rec_at(r, 1));
    rec_guard_type(r, ref, &PyList_Type);
    PwRef some = rec_op2(r, PW_OP_ine, rec_ldf(r, PW_F_LIST_SIZE, ref), rec_int(r, 0), PW_NOSNAP);
    rec_guard_cond(r, some, true, rec_before(r));
    return result(r, nargs, rec_call1(r, PW_H_list_pop, ref, rec_raise(r)), true);
}

static bool known_dict_get(PwRec *r, unsigned nargs, const Known *k)
{
    (void)k;
    PyObject *d = rec_obj(r, nargs), *key = rec_obj(r, nargs - 1);
    if (!PyDict_Check(d) || ((PyDictObject *)d)->ma_values || !rec_plain_key(key) || !rec_quiet_lookup(d, key))
        return false;
    PyObject *now = PyDict_GetItemWithError(d, key);
    PyErr_Clear();
    PwRef v;
    if (PyDict_CheckExact(d) && PyUnicode_CheckExact(key) && rec_strkeys(r, rec_at(r, nargs), d)) {
        rec_guard_type(r, rec_ref(r, rec_at(r, nargs - 1)), &PyUnicode_Type);
        v = rec_call2(r, PW_H_dict_get, rec_ref(r, rec_at(r, nargs)), rec_ref(r, rec_at(r, nargs - 1)), PW_NOSNAP);
    } else {
        v = rec_find(r, rec_at(r, nargs), d, rec_at(r, nargs - 1));
    }
    if (r->failed || r->t->failed)
        return false;
    rec_op1(r, now ? PW_OP_gnotnull : PW_OP_gnull, v, rec_before(r));
    if (now) {
        rec_fact(r, v)->notnull = true;
        return result(r, nargs, rec_dup(r, v), true);
    }
    if (nargs == 2)
        return result(r, nargs, rec_single(r, "None"), false);
    RVal def = *rec_at(r, 1);
    if (def.state == R_VAL && pw_ref_type(r->t, def.ref) != PW_T_O)
        return result(r, nargs, def.ref, false);
    PwRef obj = rec_object(r, rec_at(r, 1));
    return result(r, nargs, rec_dup(r, obj), true);
}

/* op: 0 add, 1 discard, 2 remove. */
static bool known_set_change(PwRec *r, unsigned nargs, const Known *k)
{
    return rec_set_change(r, k->op == 0, k->op == 2) && result(r, nargs, rec_single(r, "None"), false);
}

static bool known_join(PwRec *r, unsigned nargs, const Known *k)
{
    (void)k;
    PyObject *s = rec_obj(r, 2), *seq = rec_obj(r, 1);
    if (!PyUnicode_CheckExact(s) || (!PyList_CheckExact(seq) && !PyTuple_CheckExact(seq)))
        return false;
    rec_guard_type(r, rec_ref(r, rec_at(r, 2)), &PyUnicode_Type);
    rec_guard_type(r, rec_object(r, rec_at(r, 1)), Py_TYPE(seq));
    PwRef v = rec_call2(r, PW_H_str_join, rec_ref(r, rec_at(r, 2)), rec_ref(r, rec_at(r, 1)), rec_throw(r));
    rec_fact(r, v)->type = &PyUnicode_Type;
    return result(r, nargs, v, true);
}

static const Known functions[] = {
    {"builtins.len", 1, 1, known_len, 0},
    {"builtins.abs", 1, 1, known_abs, 0},
    {"builtins.min", 2, 6, known_minmax, Py_LT},
    {"builtins.max", 2, 6, known_minmax, Py_GT},
    {"builtins.ord", 1, 1, known_ord, 0},
    {"builtins.chr", 1, 1, known_chr, 0},
    {"builtins.isinstance", 2, 2, known_isinstance, 0},
    {"math.sqrt", 1, 1, known_sqrt, 0},
    {"math.fabs", 1, 1, known_fabs, 0},
    {"math.sin", 1, 1, known_math1, PW_H_fsin},
    {"math.cos", 1, 1, known_math1, PW_H_fcos},
    {"math.tan", 1, 1, known_math1, PW_H_ftan},
    {"math.atan", 1, 1, known_math1, PW_H_fatan},
    {"math.exp", 1, 1, known_math1, PW_H_fexp},
    {"math.log", 1, 1, known_math1, PW_H_flog},
    {"math.floor", 1, 1, known_round, PW_H_ffloor},
    {"math.ceil", 1, 1, known_round, PW_H_fceil},
    {"list.append", 2, 2, known_append, 0},
    {"list.pop", 1, 1, known_pop, 0},
    {"dict.get", 2, 3, known_dict_get, 0},
    {"set.add", 2, 2, known_set_change, 0},
    {"set.discard", 2, 2, known_set_change, 1},
    {"set.remove", 2, 2, known_set_change, 2},
    {"str.join", 2, 2, known_join, 0},
};

static const Known classes[] = {
    {"builtins:int", 1, 1, known_int, 0},
    {"builtins:float", 1, 1, known_float, 0},
    {"builtins:bool", 1, 1, known_bool, 0},
    {"builtins:range", 1, 3, known_range, 0},
};

/* -- C functions that run no Python code -- */

typedef enum SafePolicy { PLAIN, CONTAINER, STRKEYS } SafePolicy;

static const struct {
    const char *name;
    SafePolicy policy;
} safe[] = {
#define PW_SAFE(name, policy) {name, policy},
#include "tracer/safe.def"
#undef PW_SAFE
};

static bool is_plain(PyObject *o)
{
    return o == Py_None || PyLong_CheckExact(o) || PyFloat_CheckExact(o) || PyBool_Check(o) || PyUnicode_CheckExact(o) ||
           PyBytes_CheckExact(o);
}

/* Guards one operand's class; a tuple only as a constant, whose items are known. */
static bool guard_plain(PwRec *r, unsigned k)
{
    PyObject *o = rec_obj(r, k);
    PwRef ref = rec_object(r, rec_at(r, k));
    if (PyTuple_CheckExact(o) && !r->t->failed && pw_ins(r->t, ref)->op == PW_OP_kobj) {
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(o); i++)
            if (!is_plain(PyTuple_GET_ITEM(o, i)))
                return false;
        return true;
    }
    if (!is_plain(o))
        return false;
    rec_guard_type(r, ref, Py_TYPE(o));
    return !r->failed;
}

static bool safe_operands(PwRec *r, SafePolicy policy, unsigned nargs)
{
    PyObject *self = rec_obj(r, nargs);
    for (unsigned k = 1; k <= nargs; k++)
        if (policy == PLAIN && !is_plain(rec_obj(r, k)) && !PyTuple_CheckExact(rec_obj(r, k)))
            return false;
    if (policy == PLAIN) {
        for (unsigned k = nargs; k >= 1; k--)
            if (!guard_plain(r, k))
                return false;
        return true;
    }
    for (unsigned k = nargs; k >= 1; k--)
        rec_object(r, rec_at(r, k));
    if (policy == CONTAINER) {
        if (Py_TYPE(self)->tp_flags & Py_TPFLAGS_HEAPTYPE && strcmp(Py_TYPE(self)->tp_name, "collections.deque"))
            return false;
        if (nargs > 1 && PyList_CheckExact(self) && !PyLong_CheckExact(rec_obj(r, nargs - 1)))
            return false; /* an index of its own kind would be asked for __index__ */
        if (nargs > 1 && PyList_CheckExact(self))
            rec_guard_type(r, rec_ref(r, rec_at(r, nargs - 1)), &PyLong_Type);
        rec_guard_type(r, rec_ref(r, rec_at(r, nargs)), Py_TYPE(self));
        return !r->failed;
    }
    if (!PyDict_CheckExact(self) || nargs < 2 || !PyUnicode_CheckExact(rec_obj(r, nargs - 1)) ||
        !rec_strkeys(r, rec_at(r, nargs), self))
        return false;
    rec_guard_type(r, rec_ref(r, rec_at(r, nargs - 1)), &PyUnicode_Type);
    return !r->failed;
}

static bool call_safe(PwRec *r, const char *name, PwSymNo sym, unsigned nargs)
{
    PwRef item[8] = {pw_tree_kobj(r->t, sym)};
    size_t i = 0, n = sizeof safe / sizeof *safe;
    while (i < n && strcmp(safe[i].name, name))
        i++;
    if (i == n || !nargs || nargs > 6 || !safe_operands(r, safe[i].policy, nargs) || r->failed || r->t->failed)
        return false;
    for (unsigned k = 1; k <= nargs; k++)
        item[k] = rec_ref(r, rec_at(r, at(nargs, k - 1)));
    PwRef v = rec_call(r, PW_H_call_safe, item, nargs + 1, rec_throw(r));
    if (safe[i].policy == STRKEYS)
        r->keyed.n = 0;
    return result(r, nargs, v, true);
}

static const Known *find(const Known *table, size_t n, const char *name, unsigned nargs)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(table[i].name, name) && nargs >= table[i].min && nargs <= table[i].max)
            return &table[i];
    return NULL;
}

bool rec_call_known(PwRec *r, PyObject *callee, PwSymNo sym, unsigned nargs, bool self)
{
    char name[160];
    const Known *k = NULL;
    PwSymKind kind = PW_S_cfunc;
    if (PyType_Check(callee)) {
        kind = PW_S_istype;
        if (!pw_host_class_name((PyTypeObject *)callee, name, sizeof name))
            return false;
        if (!self)
            k = find(classes, sizeof classes / sizeof *classes, name, nargs);
    } else if (pw_host_cfunc_name(callee, name, sizeof name)) {
        k = find(functions, sizeof functions / sizeof *functions, name, nargs);
    }
    else
        return false;
    pw_tree_sym(r->t, kind, sym, 0, name, NULL);
    r->known_self = self;
    if (k && k->follow(r, nargs, k))
        return true;
    return !r->failed && !r->t->failed && !r->ended && (kind == PW_S_cfunc || !self) && call_safe(r, name, sym, nargs);
}
