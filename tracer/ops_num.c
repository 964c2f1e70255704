/* Arithmetic, comparisons, truth. */
#include "tracer/ops.h"

#include <math.h>

/* -- anything: an opaque helper does what the interpreter would -- */

bool rec_generic(PwRec *r, PwHelper h, unsigned n, PwRef extra)
{
    PwRef arg[4];
    PyObject *obj[4];
    RVal val[4];
    for (unsigned k = 0; k < n; k++)
        rec_object(r, rec_at(r, n - k));
    for (unsigned k = 0; k < n; k++) {
        arg[k] = rec_ref(r, rec_at(r, n - k));
        obj[k] = rec_obj(r, n - k);
    }
    unsigned nargs = n;
    if (extra.i != PW_NONE)
        arg[nargs++] = extra;
    /* Operators let go of their operands, the first one first, before a handler gets the exception: the interpreter does that at an
     * exit. Other bytecodes leave them to the handler, which a segment follows. */
    PwSnapNo raises = h == PW_H_binop || h == PW_H_compare ? rec_raise(r) : rec_throw(r);
    PwRef res = rec_call(r, h, arg, nargs, raises);
    for (unsigned k = n; k-- > 0;)
        val[k] = rec_pop(r);
    char result = pw_helper_info[h].result;
    if (result == 'o')
        rec_push(r, res, true);
    else if (result == 'i')
        rec_push(r, rec_op2(r, PW_OP_ine, res, rec_int(r, 0), PW_NOSNAP), false);
    rec_opaque_done(r);
    for (unsigned k = 0; k < n; k++) /* the first operand first, as the interpreter does */
        rec_release(r, val[k], obj[k]);
    return true;
}

/* -- int and float -- */

typedef struct Num {
    PwRef i, f; /* one of them, or none */
    int64_t iv;
    double fv;
    bool is_bool;
} Num;

static Num number(PwRec *r, unsigned k)
{
    Num n = {PW_NOREF, PW_NOREF, 0, 0, false};
    RVal *v = rec_at(r, k);
    PyObject *o = rec_obj(r, k);
    if (!o)
        return n;
    if (PyFloat_CheckExact(o)) {
        n.fv = PyFloat_AS_DOUBLE(o);
        n.f = rec_as_float(r, v, o);
    } else if (PyBool_Check(o) || rec_fits(o, &n.iv)) {
        n.is_bool = PyBool_Check(o);
        if (n.is_bool)
            n.iv = o == Py_True;
        n.i = rec_as_int(r, v, o);
    }
    return n;
}

static bool is_number(PyObject *o)
{
    int64_t v;
    return o && (PyFloat_CheckExact(o) || PyBool_Check(o) || rec_fits(o, &v));
}

/* Takes both operands off and pushes a result. */
static bool replace2_owned(PwRec *r, PwRef res, bool own)
{
    PyObject *left = rec_obj(r, 2), *right = rec_obj(r, 1);
    RVal b = rec_pop(r), a = rec_pop(r);
    rec_release(r, a, left);
    rec_release(r, b, right);
    rec_push(r, res, own);
    return true;
}

static bool replace2(PwRec *r, PwRef res)
{
    return replace2_owned(r, res, false);
}

static PwRef as_float(PwRec *r, Num *n)
{
    return n->f.i != PW_NONE ? n->f : rec_op1(r, PW_OP_i2f, n->i, PW_NOSNAP);
}

static PwRef floored(PwRec *r, Num *a, Num *b, PwHelper h)
{
    PwRef x = as_float(r, a), y = as_float(r, b);
    PwRef zero = rec_op2(r, PW_OP_feq, y, pw_tree_const(r->t, PW_OP_kflt, 0), PW_NOSNAP);
    rec_guard_cond(r, zero, false, rec_before(r));
    return rec_call2(r, h, x, y, PW_NOSNAP);
}

/* The result is finite, or the interpreter does it (and raises, or not). */
static void guard_finite(PwRec *r, PwRef f)
{
    double inf = INFINITY;
    int64_t bits;
    memcpy(&bits, &inf, sizeof bits);
    PwRef size = rec_op1(r, PW_OP_fabs, f, PW_NOSNAP);
    PwRef ok = rec_op2(r, PW_OP_flt, size, pw_tree_const(r->t, PW_OP_kflt, bits), PW_NOSNAP);
    rec_guard_cond(r, ok, true, rec_before(r));
}

static PwRef float_op(PwRec *r, int nb, Num *a, Num *b)
{
    double bv = b->f.i != PW_NONE ? b->fv : (double)b->iv, av = a->f.i != PW_NONE ? a->fv : (double)a->iv;
    switch (nb) {
    case NB_ADD:
        return rec_op2(r, PW_OP_fadd, as_float(r, a), as_float(r, b), PW_NOSNAP);
    case NB_SUBTRACT:
        return rec_op2(r, PW_OP_fsub, as_float(r, a), as_float(r, b), PW_NOSNAP);
    case NB_MULTIPLY:
        return rec_op2(r, PW_OP_fmul, as_float(r, a), as_float(r, b), PW_NOSNAP);
    case NB_TRUE_DIVIDE:
        return bv == 0 ? PW_NOREF : rec_op2(r, PW_OP_fdiv, as_float(r, a), as_float(r, b), rec_before(r));
    case NB_FLOOR_DIVIDE:
        return bv == 0 ? PW_NOREF : floored(r, a, b, PW_H_ffloordiv);
    case NB_REMAINDER:
        return bv == 0 ? PW_NOREF : floored(r, a, b, PW_H_fmod);
    case NB_POWER: {
        double p = pow(av, bv);
        if (!isfinite(p) || av == 0 || !isfinite(av) || !isfinite(bv))
            return PW_NOREF;
        PwRef x = as_float(r, a), y = as_float(r, b);
        PwRef zero = rec_op2(r, PW_OP_feq, x, pw_tree_const(r->t, PW_OP_kflt, 0), PW_NOSNAP);
        rec_guard_cond(r, zero, false, rec_before(r));
        PwRef res = rec_call2(r, PW_H_fpow, x, y, PW_NOSNAP);
        guard_finite(r, res);
        return res;
    }
    default:
        return PW_NOREF;
    }
}

static PwRef int_divide(PwRec *r, Num *a, Num *b)
{
    const int64_t exact = INT64_C(1) << 53;
    if (!b->iv || a->iv > exact || a->iv < -exact || b->iv > exact || b->iv < -exact)
        return PW_NOREF;
    PwRef x = rec_op1(r, PW_OP_i2f_exact, a->i, rec_before(r)), y = rec_op1(r, PW_OP_i2f_exact, b->i, rec_before(r));
    return rec_op2(r, PW_OP_fdiv, x, y, rec_before(r));
}

static PwRef int_power(PwRec *r, Num *a, Num *b)
{
    if (pw_ins(r->t, b->i)->op != PW_OP_kint || b->iv < 0 || b->iv > 4)
        return PW_NOREF;
    PwRef p = rec_int(r, 1);
    int64_t v = 1;
    for (int64_t k = 0; k < b->iv; k++) {
        if (__builtin_mul_overflow(v, a->iv, &v))
            return PW_NOREF;
        p = k ? rec_op2(r, PW_OP_imul, p, a->i, rec_before(r)) : a->i;
    }
    return p;
}

static PwRef int_op(PwRec *r, int nb, Num *a, Num *b)
{
    int64_t v;
    PwSnapNo s = rec_before(r);
    switch (nb) {
    case NB_ADD:
        return __builtin_add_overflow(a->iv, b->iv, &v) ? PW_NOREF : rec_op2(r, PW_OP_iadd, a->i, b->i, s);
    case NB_SUBTRACT:
        return __builtin_sub_overflow(a->iv, b->iv, &v) ? PW_NOREF : rec_op2(r, PW_OP_isub, a->i, b->i, s);
    case NB_MULTIPLY:
        return __builtin_mul_overflow(a->iv, b->iv, &v) ? PW_NOREF : rec_op2(r, PW_OP_imul, a->i, b->i, s);
    case NB_AND:
        return rec_op2(r, PW_OP_iand, a->i, b->i, PW_NOSNAP);
    case NB_OR:
        return rec_op2(r, PW_OP_ior, a->i, b->i, PW_NOSNAP);
    case NB_XOR:
        return rec_op2(r, PW_OP_ixor, a->i, b->i, PW_NOSNAP);
    case NB_LSHIFT:
        return b->iv < 0 || b->iv > 62 || __builtin_mul_overflow(a->iv, INT64_C(1) << b->iv, &v)
                   ? PW_NOREF
                   : rec_op2(r, PW_OP_ishl, a->i, b->i, s);
    case NB_RSHIFT:
        return b->iv < 0 ? PW_NOREF : rec_op2(r, PW_OP_ishr, a->i, b->i, s);
    case NB_FLOOR_DIVIDE:
        return !b->iv || (b->iv == -1 && a->iv == INT64_MIN) ? PW_NOREF : rec_op2(r, PW_OP_idiv, a->i, b->i, s);
    case NB_REMAINDER:
        return !b->iv ? PW_NOREF : rec_op2(r, PW_OP_imod, a->i, b->i, s);
    case NB_TRUE_DIVIDE:
        return int_divide(r, a, b);
    case NB_POWER:
        return int_power(r, a, b);
    default:
        return PW_NOREF;
    }
}

static bool number_op(PwRec *r, int nb, PwRef *res)
{
    if (!is_number(rec_obj(r, 1)) || !is_number(rec_obj(r, 2)))
        return false;
    Num a = number(r, 2), b = number(r, 1);
    if (r->failed || r->t->failed || (a.i.i == PW_NONE && a.f.i == PW_NONE) || (b.i.i == PW_NONE && b.f.i == PW_NONE))
        return false;
    bool ints = a.i.i != PW_NONE && b.i.i != PW_NONE;
    *res = ints ? int_op(r, nb, &a, &b) : float_op(r, nb, &a, &b);
    if (ints && a.is_bool && b.is_bool && (nb == NB_AND || nb == NB_OR || nb == NB_XOR))
        *res = rec_op2(r, PW_OP_ine, *res, rec_int(r, 0), PW_NOSNAP); /* bool with bool gives bool */
    return res->i != PW_NONE;
}

/* -- sequences -- */

/* s = s + x and s += x of a local: the interpreter grows s in place when nobody else has it. So does the trace: the local's
 * reference goes into the call. */
static RVal *appended_local(PwRec *r)
{
    RFrame *f = rec_top(r);
    int arg;
    if (pw_host_opcode_at(f->co, r->next, &arg) != STORE_FAST || (uint32_t)arg >= f->nlocals)
        return NULL;
    RVal *local = &f->slot[arg], *left = rec_at(r, 2);
    if (local->state == R_NULL || !pw_ref_is(rec_ref(r, local), rec_ref(r, left)) || left->own)
        return NULL;
    for (uint32_t i = f->nlocals; i + 2 < f->nlocals + f->nstack; i++) /* others that live on the local's reference */
        if (f->slot[i].state == R_VAL && pw_ref_is(f->slot[i].ref, left->ref))
            return NULL;
    return local->state == R_KEEP || local->own ? local : NULL;
}

static bool str_add(PwRec *r)
{
    rec_guard_type(r, rec_ref(r, rec_at(r, 2)), &PyUnicode_Type);
    rec_guard_type(r, rec_ref(r, rec_at(r, 1)), &PyUnicode_Type);
    RVal *local = appended_local(r);
    PwRef a = rec_ref(r, rec_at(r, 2)), b = rec_ref(r, rec_at(r, 1)), res;
    if (local) {
        RVal *left = rec_at(r, 2);
        *local = *left = (RVal){PW_NOREF, R_NULL, false};
        r->before = PW_NOSNAP;
        if (pw_ref_is(a, b)) /* s + s: the call steals one of two */
            rec_own(r, rec_at(r, 1));
        res = rec_call2(r, PW_H_str_append, a, b, rec_raise(r));
    } else {
        res = rec_call2(r, PW_H_str_concat, a, b, rec_raise(r));
    }
    rec_fact(r, res)->type = &PyUnicode_Type;
    return replace2_owned(r, res, true);
}

static bool list_op(PwRec *r, PwHelper h, PwRef second)
{
    PwRef a = rec_ref(r, rec_at(r, 2));
    rec_guard_type(r, a, &PyList_Type);
    PwRef res = rec_call2(r, h, a, second, rec_throw(r));
    rec_fact(r, res)->type = &PyList_Type;
    return replace2_owned(r, res, true);
}

static bool sequence_op(PwRec *r, int nb, bool inplace, bool *done)
{
    PyObject *a = rec_obj(r, 2), *b = rec_obj(r, 1);
    int64_t n;
    *done = true;
    if (nb == NB_ADD && PyUnicode_CheckExact(a) && PyUnicode_CheckExact(b))
        return str_add(r);
    if (nb == NB_ADD && !inplace && PyList_CheckExact(a) && PyList_CheckExact(b)) {
        rec_guard_type(r, rec_ref(r, rec_at(r, 1)), &PyList_Type);
        return list_op(r, PW_H_list_concat, rec_ref(r, rec_at(r, 1)));
    }
    if (nb == NB_MULTIPLY && !inplace && PyList_CheckExact(a) && rec_fits(b, &n))
        return list_op(r, PW_H_list_repeat, rec_as_int(r, rec_at(r, 1), b));
    *done = false;
    return true;
}

static bool is_int(PyObject *o)
{
    return PyLong_CheckExact(o) || PyBool_Check(o);
}

/* Does this operator of these operands run no Python code? */
static bool is_safe(int nb, PyObject *a, PyObject *b)
{
    if ((is_int(a) || PyFloat_CheckExact(a)) && (is_int(b) || PyFloat_CheckExact(b)))
        return true;
    if (nb == NB_MULTIPLY && (PyUnicode_CheckExact(a) || PyBytes_CheckExact(a) || PyTuple_CheckExact(a)))
        return PyLong_CheckExact(b);
    if (nb == NB_REMAINDER && PyUnicode_CheckExact(a)) /* formatting one plain value */
        return is_int(b) || PyFloat_CheckExact(b) || PyUnicode_CheckExact(b);
    return nb == NB_ADD && Py_TYPE(a) == Py_TYPE(b) && (PyTuple_CheckExact(a) || PyBytes_CheckExact(a));
}

/* A binary operator by a helper that is not opaque. */
static bool safe_op(PwRec *r, int oparg)
{
    static const PyTypeObject *const result_same[] = {&PyUnicode_Type, &PyTuple_Type, &PyBytes_Type};
    PyObject *a = rec_obj(r, 2), *b = rec_obj(r, 1);
    PyTypeObject *ta = Py_TYPE(a), *tb = Py_TYPE(b);
    PwRef x = rec_object(r, rec_at(r, 2)), y = rec_object(r, rec_at(r, 1));
    x = rec_ref(r, rec_at(r, 2));
    rec_guard_type(r, x, ta);
    rec_guard_type(r, y, tb);
    PwRef v = rec_call3(r, PW_H_binop_safe, x, y, rec_int(r, oparg), rec_throw(r));
    for (size_t i = 0; i < sizeof result_same / sizeof *result_same; i++)
        if (ta == result_same[i])
            rec_fact(r, v)->type = ta;
    rec_pop_release(r);
    RVal left = rec_pop(r);
    rec_release(r, left, a);
    rec_push(r, v, true);
    return !r->failed;
}

bool rec_op_binary_op(PwRec *r, int oparg)
{
    bool inplace = oparg >= NB_INPLACE_ADD, done = false;
    int nb = inplace ? oparg - NB_INPLACE_ADD : oparg;
    PwRef res = PW_NOREF;
    if (number_op(r, nb, &res))
        return replace2(r, res);
    if (r->failed || r->t->failed)
        return false;
    if (!sequence_op(r, nb, inplace, &done) || done)
        return done;
    if (is_safe(nb, rec_obj(r, 2), rec_obj(r, 1)))
        return safe_op(r, oparg);
    if (rec_own_binary(r, oparg))
        return true;
    return !r->failed && rec_generic(r, PW_H_binop, 2, rec_int(r, oparg));
}

/* -- comparisons -- */

static PwRef compare_numbers(PwRec *r, int op, Num *a, Num *b)
{
    static const PwOp ops_i[] = {[Py_LT] = PW_OP_ilt, [Py_LE] = PW_OP_ile, [Py_EQ] = PW_OP_ieq,
                                 [Py_NE] = PW_OP_ine, [Py_GT] = PW_OP_igt, [Py_GE] = PW_OP_ige};
    static const PwOp ops_f[] = {[Py_LT] = PW_OP_flt, [Py_LE] = PW_OP_fle, [Py_EQ] = PW_OP_feq,
                                 [Py_NE] = PW_OP_fne, [Py_GT] = PW_OP_fgt, [Py_GE] = PW_OP_fge};
    if (a->i.i != PW_NONE && b->i.i != PW_NONE)
        return rec_op2(r, ops_i[op], a->i, b->i, PW_NOSNAP);
    const int64_t exact = INT64_C(1) << 53;
    PwRef x = a->f, y = b->f;
    if (x.i == PW_NONE) { /* Python compares int with float exactly */
        if (a->iv > exact || a->iv < -exact)
            return PW_NOREF;
        x = rec_op1(r, PW_OP_i2f_exact, a->i, rec_before(r));
    }
    if (y.i == PW_NONE) {
        if (b->iv > exact || b->iv < -exact)
            return PW_NOREF;
        y = rec_op1(r, PW_OP_i2f_exact, b->i, rec_before(r));
    }
    return rec_op2(r, ops_f[op], x, y, PW_NOSNAP);
}

static PwRef compare_strings(PwRec *r, int op)
{
    static const PwOp ops_i[] = {[Py_LT] = PW_OP_ilt, [Py_LE] = PW_OP_ile, [Py_EQ] = PW_OP_ieq,
                                 [Py_NE] = PW_OP_ine, [Py_GT] = PW_OP_igt, [Py_GE] = PW_OP_ige};
    PwRef a = rec_ref(r, rec_at(r, 2)), b = rec_ref(r, rec_at(r, 1));
    rec_guard_type(r, a, &PyUnicode_Type);
    rec_guard_type(r, b, &PyUnicode_Type);
    if (op == Py_EQ || op == Py_NE) {
        PwRef eq = rec_call2(r, PW_H_str_eq, a, b, PW_NOSNAP);
        return op == Py_EQ ? eq : rec_op1(r, PW_OP_bnot, eq, PW_NOSNAP);
    }
    return rec_op2(r, ops_i[op], rec_call2(r, PW_H_str_cmp, a, b, PW_NOSNAP), rec_int(r, 0), PW_NOSNAP);
}

bool rec_op_compare_op(PwRec *r, int op)
{
    PyObject *a = rec_obj(r, 2), *b = rec_obj(r, 1);
    PwRef res = PW_NOREF;
    if (is_number(a) && is_number(b)) {
        Num x = number(r, 2), y = number(r, 1);
        if (r->failed || r->t->failed)
            return false;
        res = compare_numbers(r, op, &x, &y);
    } else if (PyUnicode_CheckExact(a) && PyUnicode_CheckExact(b)) {
        res = compare_strings(r, op);
    } else if ((is_int(a) || PyFloat_CheckExact(a)) && (is_int(b) || PyFloat_CheckExact(b))) {
        rec_object(r, rec_at(r, 2));
        PwRef y = rec_object(r, rec_at(r, 1)), x = rec_ref(r, rec_at(r, 2));
        rec_guard_type(r, x, Py_TYPE(a));
        rec_guard_type(r, y, Py_TYPE(b));
        res = rec_call3(r, PW_H_compare_safe, x, y, rec_int(r, op), PW_NOSNAP);
    }
    if (res.i != PW_NONE)
        return replace2(r, res);
    return !r->failed && (rec_own_compare(r, op) || (!r->failed && rec_generic(r, PW_H_compare, 2, rec_int(r, op))));
}

bool rec_op_is_op(PwRec *r, int invert)
{
    RVal *a = rec_at(r, 2), *b = rec_at(r, 1);
    PwType ta = rec_type(r, a), tb = rec_type(r, b);
    PwRef res;
    if (r->t->failed)
        return false;
    bool tuple = pw_ins(r->t, a->ref)->op == PW_OP_vtuple || pw_ins(r->t, b->ref)->op == PW_OP_vtuple;
    if (ta == PW_T_B && tb == PW_T_B) {
        res = rec_op2(r, PW_OP_ieq, rec_op1(r, PW_OP_b2i, a->ref, PW_NOSNAP), rec_op1(r, PW_OP_b2i, b->ref, PW_NOSNAP),
                      PW_NOSNAP);
    } else if (ta == PW_T_O && tb == PW_T_O && !tuple) {
        res = rec_op2(r, PW_OP_ois, a->ref, b->ref, PW_NOSNAP);
    } else {
        rec_object(r, a);
        rec_object(r, rec_at(r, 1));
        res = rec_op2(r, PW_OP_ois, rec_ref(r, rec_at(r, 2)), rec_ref(r, rec_at(r, 1)), PW_NOSNAP);
    }
    if (invert)
        res = rec_op1(r, PW_OP_bnot, res, PW_NOSNAP);
    return replace2(r, res);
}

bool rec_op_contains_op(PwRec *r, int invert)
{
    PyObject *seq = rec_obj(r, 1), *item = rec_obj(r, 2);
    if (PyUnicode_CheckExact(seq) && PyUnicode_CheckExact(item)) {
        PwRef s = rec_ref(r, rec_at(r, 1)), x = rec_ref(r, rec_at(r, 2));
        rec_guard_type(r, s, &PyUnicode_Type);
        rec_guard_type(r, x, &PyUnicode_Type);
        PwRef res = rec_op2(r, PW_OP_ine, rec_call2(r, PW_H_str_has, s, x, rec_raise(r)), rec_int(r, 0), PW_NOSNAP);
        return replace2(r, invert ? rec_op1(r, PW_OP_bnot, res, PW_NOSNAP) : res);
    }
    if (PyDict_CheckExact(seq) && PyUnicode_CheckExact(item) && rec_strkeys(r, rec_at(r, 1), seq)) {
        PwRef x = rec_ref(r, rec_at(r, 2));
        rec_guard_type(r, x, &PyUnicode_Type);
        PwRef v = rec_call2(r, PW_H_dict_get, rec_ref(r, rec_at(r, 1)), x, PW_NOSNAP);
        PwRef absent = rec_op1(r, PW_OP_isnull, v, PW_NOSNAP);
        return replace2(r, invert ? absent : rec_op1(r, PW_OP_bnot, absent, PW_NOSNAP));
    }
    PwRef in = rec_hash_contains(r);
    if (in.i != PW_NONE)
        return replace2(r, invert ? rec_op1(r, PW_OP_bnot, in, PW_NOSNAP) : in);
    if (!r->failed && rec_own_contains(r))
        return true;
    if (r->failed || r->t->failed)
        return false;
    /* the helper takes the container first */
    rec_object(r, rec_at(r, 1));
    rec_object(r, rec_at(r, 2));
    PwRef res = rec_call2(r, PW_H_contains, rec_ref(r, rec_at(r, 1)), rec_ref(r, rec_at(r, 2)), rec_throw(r));
    res = rec_op2(r, PW_OP_ine, res, rec_int(r, 0), PW_NOSNAP);
    rec_opaque_done(r);
    return replace2(r, invert ? rec_op1(r, PW_OP_bnot, res, PW_NOSNAP) : res);
}

/* -- unary -- */

static bool replace1(PwRec *r, PwRef res, bool own)
{
    rec_pop_release(r);
    rec_push(r, res, own);
    return true;
}

bool rec_op_unary_negative(PwRec *r, int oparg)
{
    (void)oparg;
    if (is_number(rec_obj(r, 1))) {
        Num n = number(r, 1);
        if (n.f.i != PW_NONE)
            return replace1(r, rec_op1(r, PW_OP_fneg, n.f, PW_NOSNAP), false);
        if (n.i.i != PW_NONE && n.iv != INT64_MIN)
            return replace1(r, rec_op1(r, PW_OP_ineg, n.i, rec_before(r)), false);
    }
    return !r->failed && rec_generic(r, PW_H_unary, 1, rec_int(r, 0));
}

bool rec_op_unary_positive(PwRec *r, int oparg)
{
    (void)oparg;
    return rec_generic(r, PW_H_unary, 1, rec_int(r, 1));
}

bool rec_op_unary_invert(PwRec *r, int oparg)
{
    (void)oparg;
    if (is_number(rec_obj(r, 1)) && !PyFloat_CheckExact(rec_obj(r, 1))) {
        Num n = number(r, 1);
        if (n.i.i != PW_NONE)
            return replace1(r, rec_op1(r, PW_OP_inot, n.i, PW_NOSNAP), false);
    }
    return !r->failed && rec_generic(r, PW_H_unary, 1, rec_int(r, 2));
}

bool rec_op_unary_not(PwRec *r, int oparg)
{
    (void)oparg;
    RVal *v = rec_at(r, 1);
    PyObject *o = rec_obj(r, 1);
    PwRef ref = rec_ref(r, v), cond = PW_NOREF;
    bool truth;
    if (r->t->failed)
        return false;
    PwType t = pw_ref_type(r->t, ref);
    if (t == PW_T_B)
        cond = rec_op1(r, PW_OP_bnot, ref, PW_NOSNAP);
    else if (t == PW_T_I)
        cond = rec_op2(r, PW_OP_ieq, ref, rec_int(r, 0), PW_NOSNAP);
    else if (t == PW_T_F)
        cond = rec_op2(r, PW_OP_feq, ref, pw_tree_const(r->t, PW_OP_kflt, 0), PW_NOSNAP);
    else if (rec_truth(r, v, o, &cond, &truth))
        cond = rec_op1(r, PW_OP_bnot, cond, PW_NOSNAP);
    else if (!r->failed && !r->t->failed) { /* __bool__ or __len__ */
        PwRef is = rec_call1(r, PW_H_truth, rec_object(r, v), rec_raise(r));
        rec_opaque_done(r);
        cond = rec_op2(r, PW_OP_ieq, is, rec_int(r, 0), PW_NOSNAP);
    } else
        return false;
    return replace1(r, cond, false);
}

/* -- truth of objects -- */

static PwRef not_zero(PwRec *r, PwRef i)
{
    return rec_op2(r, PW_OP_ine, i, rec_int(r, 0), PW_NOSNAP);
}

bool rec_truth(PwRec *r, RVal *v, PyObject *o, PwRef *cond, bool *truth)
{
    PyTypeObject *type = Py_TYPE(o);
    int64_t value;
    if (rec_ref(r, v).i != PW_NONE && pw_ins(r->t, v->ref)->op == PW_OP_vtuple) {
        *truth = pw_ins(r->t, v->ref)->nargs != 0;
        *cond = pw_tree_const(r->t, PW_OP_kbool, *truth);
        return true;
    }
    PwRef ref = rec_ref(r, v);
    if (o == Py_None) {
        rec_guard_is(r, ref, rec_single(r, "None"));
        *cond = pw_tree_const(r->t, PW_OP_kbool, 0);
        *truth = false;
    } else if (PyLong_CheckExact(o) && !rec_fits(o, &value)) {
        rec_guard_type(r, ref, &PyLong_Type);
        *truth = true;
        *cond = not_zero(r, rec_ldf(r, PW_F_VAR_SIZE, ref));
    } else if (PyBool_Check(o) || rec_fits(o, &value)) {
        *truth = PyBool_Check(o) ? o == Py_True : value != 0;
        *cond = not_zero(r, rec_as_int(r, v, o));
    } else if (PyFloat_CheckExact(o)) {
        *truth = PyFloat_AS_DOUBLE(o) != 0;
        *cond = rec_op2(r, PW_OP_fne, rec_as_float(r, v, o), pw_tree_const(r->t, PW_OP_kflt, 0), PW_NOSNAP);
    } else if (type == &PyUnicode_Type || type == &PyList_Type || type == &PyTuple_Type || type == &PyDict_Type ||
               type == &PySet_Type || type == &PyFrozenSet_Type) {
        rec_guard_type(r, ref, type);
        PwField field = type == &PyUnicode_Type ? PW_F_STR_LENGTH
                        : type == &PyList_Type  ? PW_F_LIST_SIZE
                        : type == &PyTuple_Type ? PW_F_VAR_SIZE
                        : type == &PyDict_Type  ? PW_F_DICT_USED
                                                : PW_F_SET_USED;
        *truth = PyObject_Size(o) != 0;
        *cond = not_zero(r, rec_ldf(r, field, ref));
    } else if (!type->tp_as_number || !type->tp_as_number->nb_bool) {
        if ((type->tp_as_mapping && type->tp_as_mapping->mp_length) ||
            (type->tp_as_sequence && type->tp_as_sequence->sq_length))
            return false;
        rec_guard_type(r, ref, type);
        rec_assume_plain(r, type, "truth");
        *cond = pw_tree_const(r->t, PW_OP_kbool, 1);
        *truth = true;
    } else {
        return false;
    }
    return !r->failed && !r->t->failed;
}
