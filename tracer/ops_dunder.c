/* Operators of a class's own: a + b, a == b, a[b], a[b] = c, b in a, where the class has a Python function for it. The function is
 * inlined; the operands stay on the caller's stack while it runs, as the interpreter leaves them there, and the frame's `cont`
 * says what becomes of them and of the value. */
#include "host/operators.h"
#include "host/types.h"
#include "tracer/ops.h"

enum { MAX_OPERANDS = 3 };

/* The Python function that the class has under the name, if calls of it can be inlined; else NULL. */
static PyFunctionObject *method_named(PwRec *r, PyTypeObject *type, const char *name, unsigned nargs)
{
    PyObject *key = type->tp_flags & Py_TPFLAGS_HEAPTYPE ? PyUnicode_InternFromString(name) : NULL;
    PyObject *found = key ? _PyType_Lookup(type, key) : NULL;
    Py_XDECREF(key);
    PyErr_Clear();
    return found && PyFunction_Check(found) && rec_can_inline(r, (PyFunctionObject *)found, nargs, NULL, true)
               ? (PyFunctionObject *)found
               : NULL;
}

/* Calls the method of the operand `self_at` (distance from the top) with the operands at `at`, self first. */
static bool enter_method(PwRec *r, PyFunctionObject *fn, const char *name, const unsigned *at, unsigned n, PwCont cont)
{
    PyTypeObject *type = Py_TYPE(rec_obj(r, at[0]));
    RVal args[MAX_OPERANDS];
    PwSymNo sym = pw_tree_sym(r->t, PW_S_typeattr, rec_type_sym(r, type), 0, name, NULL);
    PwRef func = pw_tree_kobj(r->t, sym);
    if (r->failed || !rec_guard_function(r, fn, func, sym, n, NULL))
        return false;
    for (unsigned k = 0; k < n; k++)
        args[k] = (RVal){rec_ref(r, rec_at(r, at[k])), R_VAL, false};
    return rec_enter_function(r, fn, func, sym, args, n, NULL, cont);
}

/* Operands are looked at more than once from now on: tuples that were not built yet are. Then their classes are guarded. */
static bool guard_operands(PwRec *r, unsigned n)
{
    for (unsigned k = 1; k <= n; k++) {
        RVal *v = rec_at(r, k);
        if (rec_ref(r, v).i != PW_NONE && pw_ins(r->t, v->ref)->op == PW_OP_vtuple)
            rec_object(r, v);
    }
    for (unsigned k = 1; k <= n && !r->t->failed; k++)
        if (rec_type(r, rec_at(r, k)) == PW_T_O)
            rec_guard_type(r, rec_ref(r, rec_at(r, k)), Py_TYPE(rec_obj(r, k)));
    return !r->failed && !r->t->failed;
}

/* Will the class of the right operand never be asked first? Relies on it. */
static bool left_goes_first(PwRec *r, PyTypeObject *left, PyTypeObject *right)
{
    char name[160] = "!";
    if (left == right || !(right->tp_flags & Py_TPFLAGS_HEAPTYPE))
        return true;
    if (PyType_IsSubtype(right, left) || !pw_host_class_name(left, name + 1, sizeof name - 1))
        return false;
    PwSymNo sym = rec_type_sym(r, right);
    if (sym.i != PW_NONE)
        pw_tree_sym(r->t, PW_S_issub, sym, 0, name, NULL);
    return true;
}

/* Sequences have a second chance at + and *, which nothing here knows about. */
static bool is_sequence(PyTypeObject *type)
{
    return type->tp_as_sequence && (type->tp_as_sequence->sq_concat || type->tp_as_sequence->sq_repeat);
}

static bool is_number_type(PyTypeObject *type)
{
    return type == &PyLong_Type || type == &PyFloat_Type || type == &PyBool_Type;
}

bool rec_own_binary(PwRec *r, int oparg)
{
    static const unsigned forward[2] = {2, 1}, reflected[2] = {1, 2};
    PyTypeObject *left = Py_TYPE(rec_obj(r, 2)), *right = Py_TYPE(rec_obj(r, 1));
    const PwOperator *op = pw_host_operator(oparg);
    if (!op || is_sequence(left) || is_sequence(right))
        return false;
    PyFunctionObject *fn = method_named(r, left, op->name, 2);
    bool swapped = !fn && is_number_type(left);
    if (swapped)
        fn = method_named(r, right, op->reflected, 2);
    if (!fn || (!swapped && op->inplace && method_named(r, left, op->inplace, 2)))
        return false;
    if (!guard_operands(r, 2) || (!swapped && !left_goes_first(r, left, right)))
        return false;
    if (!swapped && op->inplace)
        pw_tree_sym(r->t, PW_S_notypeattr, rec_type_sym(r, left), 0, op->inplace, NULL);
    return enter_method(r, fn, swapped ? op->reflected : op->name, swapped ? reflected : forward, 2, PW_CONT_BINARY);
}

bool rec_own_compare(PwRec *r, int op)
{
    static const char *const names[] = {[Py_LT] = "__lt__", [Py_LE] = "__le__", [Py_EQ] = "__eq__",
                                        [Py_NE] = "__ne__", [Py_GT] = "__gt__", [Py_GE] = "__ge__"};
    static const unsigned at[2] = {2, 1};
    PyTypeObject *left = Py_TYPE(rec_obj(r, 2)), *right = Py_TYPE(rec_obj(r, 1));
    PyFunctionObject *fn = method_named(r, left, names[op], 2);
    return fn && guard_operands(r, 2) && left_goes_first(r, left, right) &&
           enter_method(r, fn, names[op], at, 2, PW_CONT_COMPARE);
}

bool rec_own_subscript(PwRec *r)
{
    static const unsigned at[2] = {2, 1};
    PyFunctionObject *fn = method_named(r, Py_TYPE(rec_obj(r, 2)), "__getitem__", 2);
    return fn && guard_operands(r, 2) && enter_method(r, fn, "__getitem__", at, 2, PW_CONT_SUBSCR);
}

bool rec_own_store_subscript(PwRec *r)
{
    static const unsigned at[3] = {2, 1, 3}; /* the stack is value, container, index */
    PyFunctionObject *fn = method_named(r, Py_TYPE(rec_obj(r, 2)), "__setitem__", 3);
    return fn && guard_operands(r, 3) && enter_method(r, fn, "__setitem__", at, 3, PW_CONT_STORE);
}

bool rec_own_contains(PwRec *r)
{
    static const unsigned at[2] = {1, 2};
    PyFunctionObject *fn = method_named(r, Py_TYPE(rec_obj(r, 1)), "__contains__", 2);
    return fn && guard_operands(r, 2) && enter_method(r, fn, "__contains__", at, 2, PW_CONT_CONTAINS);
}

/* -- its value ----------------------------------------------------------------------------------------------------- */

/* The value is the top of the method's stack, before its RETURN_VALUE: may its caller take it? Guards that it may. */
bool rec_own_value(PwRec *r, PwCont cont)
{
    RVal *v = rec_at(r, 1);
    PyObject *value = rec_obj(r, 1);
    bool object = rec_type(r, v) == PW_T_O;
    if (r->t->failed)
        return false;
    if (cont == PW_CONT_CONTAINS) {
        if (!PyBool_Check(value))
            return rec_fail(r, "__contains__ returns no bool");
        if (object)
            rec_guard_type(r, v->ref, &PyBool_Type);
        return !r->failed;
    }
    if ((cont != PW_CONT_BINARY && cont != PW_CONT_COMPARE) || !object || pw_ins(r->t, v->ref)->op == PW_OP_vtuple)
        return true;
    if (value == Py_NotImplemented)
        return rec_fail(r, "an operator that is not implemented for its operands");
    PyTypeObject *known = rec_fact(r, v->ref)->type;
    if (!known || known == Py_TYPE(Py_NotImplemented))
        rec_op2(r, PW_OP_gisnot, v->ref, rec_single(r, "NotImplemented"), rec_before(r));
    return !r->failed;
}

/* `not in`: the opposite of a bool. */
static RVal negated(PwRec *r, RVal v)
{
    PwRef b = rec_type(r, &v) == PW_T_O ? rec_op1(r, PW_OP_unbox_b, v.ref, PW_NOSNAP) : v.ref;
    return (RVal){rec_op1(r, PW_OP_bnot, b, PW_NOSNAP), R_VAL, false};
}

/* The method's frame is gone, its caller's operands lie on top: they go, and the value takes their place. */
void rec_own_done(PwRec *r, PwCont cont, RVal v)
{
    RFrame *f = rec_top(r);
    RVal operand[MAX_OPERANDS];
    PyObject *obj[MAX_OPERANDS];
    unsigned n = pw_host_cont_operands(cont);
    int arg = 0;
    if (cont == PW_CONT_CONTAINS && pw_host_opcode_at(f->co, r->expect - 1, &arg) == CONTAINS_OP && arg) {
        RVal value = v;
        v = negated(r, v);
        rec_release(r, value, NULL);
    }
    for (unsigned k = n; k-- > 0;) {
        obj[k] = f->fp ? f->fp->localsplus[f->nlocals + f->nstack - 1] : NULL;
        operand[k] = rec_pop(r);
    }
    for (unsigned k = 0; k < n; k++)
        rec_release(r, operand[k], obj[k]);
    if (cont == PW_CONT_STORE)
        rec_release(r, v, NULL);
    else
        rec_push(r, v.ref, v.own);
}
