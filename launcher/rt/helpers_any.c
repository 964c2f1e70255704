/* Helpers that do what the interpreter would do, on objects of any type: all of them can run Python code. */
#include "launcher/rt/helpers_int.h"
#include "launcher/rt/int.h"
#include "launcher/rt/rt.h"

static O power(O a, O b)
{
    return PyNumber_Power(a, b, Py_None);
}

static O power_in_place(O a, O b)
{
    return PyNumber_InPlacePower(a, b, Py_None);
}

static const binaryfunc binary[] = {
    [NB_ADD] = PyNumber_Add,
    [NB_AND] = PyNumber_And,
    [NB_FLOOR_DIVIDE] = PyNumber_FloorDivide,
    [NB_LSHIFT] = PyNumber_Lshift,
    [NB_MATRIX_MULTIPLY] = PyNumber_MatrixMultiply,
    [NB_MULTIPLY] = PyNumber_Multiply,
    [NB_REMAINDER] = PyNumber_Remainder,
    [NB_OR] = PyNumber_Or,
    [NB_POWER] = power,
    [NB_RSHIFT] = PyNumber_Rshift,
    [NB_SUBTRACT] = PyNumber_Subtract,
    [NB_TRUE_DIVIDE] = PyNumber_TrueDivide,
    [NB_XOR] = PyNumber_Xor,
    [NB_INPLACE_ADD] = PyNumber_InPlaceAdd,
    [NB_INPLACE_AND] = PyNumber_InPlaceAnd,
    [NB_INPLACE_FLOOR_DIVIDE] = PyNumber_InPlaceFloorDivide,
    [NB_INPLACE_LSHIFT] = PyNumber_InPlaceLshift,
    [NB_INPLACE_MATRIX_MULTIPLY] = PyNumber_InPlaceMatrixMultiply,
    [NB_INPLACE_MULTIPLY] = PyNumber_InPlaceMultiply,
    [NB_INPLACE_REMAINDER] = PyNumber_InPlaceRemainder,
    [NB_INPLACE_OR] = PyNumber_InPlaceOr,
    [NB_INPLACE_POWER] = power_in_place,
    [NB_INPLACE_RSHIFT] = PyNumber_InPlaceRshift,
    [NB_INPLACE_SUBTRACT] = PyNumber_InPlaceSubtract,
    [NB_INPLACE_TRUE_DIVIDE] = PyNumber_InPlaceTrueDivide,
    [NB_INPLACE_XOR] = PyNumber_InPlaceXor,
};

O h_binop(O a, O b, int64_t op)
{
    return binary[op](a, b);
}

O h_unary(O a, int64_t op)
{
    return op == 0 ? PyNumber_Negative(a) : op == 1 ? PyNumber_Positive(a) : PyNumber_Invert(a);
}

O h_compare(O a, O b, int64_t op)
{
    return PyObject_RichCompare(a, b, (int)op);
}

int64_t h_truth(O a)
{
    return PyObject_IsTrue(a);
}

int64_t h_contains(O a, O b)
{
    return PySequence_Contains(a, b);
}

int64_t h_length(O a)
{
    return PyObject_Size(a);
}

O h_getattr(O a, O b)
{
    return PyObject_GetAttr(a, b);
}

int h_setattr(O a, O b, O c)
{
    return PyObject_SetAttr(a, b, c);
}

int h_delattr(O a, O b)
{
    return PyObject_SetAttr(a, b, NULL);
}

O h_getitem(O a, O b)
{
    return PyObject_GetItem(a, b);
}

int h_setitem(O a, O b, O c)
{
    return PyObject_SetItem(a, b, c);
}

int h_delitem(O a, O b)
{
    return PyObject_DelItem(a, b);
}

O h_iter(O a)
{
    return PyObject_GetIter(a);
}

/* The items in their order; the tuple's other places stay empty when it ends early. */
static int64_t take_items(O iterator, O tuple, int64_t n)
{
    int64_t k = 0;
    O item = NULL;
    while (k < n && (item = PyIter_Next(iterator)))
        PyTuple_SET_ITEM(tuple, k++, item);
    return k;
}

/* Source: CPython 3.11 Python/ceval.c (unpack_iterable). */
O h_unpack(O a, int64_t n)
{
    O iterator = PyObject_GetIter(a), more = NULL;
    if (!iterator) {
        if (PyErr_ExceptionMatches(PyExc_TypeError) && !Py_TYPE(a)->tp_iter && !PySequence_Check(a))
            PyErr_Format(PyExc_TypeError, "cannot unpack non-iterable %.200s object", Py_TYPE(a)->tp_name);
        return NULL;
    }
    O tuple = PyTuple_New(n);
    int64_t found = tuple ? take_items(iterator, tuple, n) : 0;
    if (!tuple || PyErr_Occurred())
        goto failed;
    if (found < n)
        PyErr_Format(PyExc_ValueError, "not enough values to unpack (expected %d, got %d)", (int)n, (int)found);
    else if ((more = PyIter_Next(iterator))) {
        Py_DECREF(more);
        PyErr_Format(PyExc_ValueError, "too many values to unpack (expected %d)", (int)n);
    }
    if (PyErr_Occurred())
        goto failed;
    Py_DECREF(iterator);
    return tuple;
failed:
    Py_XDECREF(tuple);
    Py_DECREF(iterator);
    return NULL;
}

/* What FOR_ITER does: no value means the end, whether or not a StopIteration says so. */
O h_next(O a)
{
    O v = Py_TYPE(a)->tp_iternext(a);
    if (v)
        return v;
    if (PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_StopIteration))
            return NULL;
        PyErr_Clear();
    }
    return Py_NewRef(pw_rt_exhausted());
}

O h_next_safe(O a)
{
    PwGcPause p = gc_pause();
    O v = h_next(a);
    gc_resume(p);
    return v;
}

O h_format(O value, O spec, int64_t conversion)
{
    O text = conversion == FVC_NONE   ? Py_NewRef(value)
             : conversion == FVC_STR  ? PyObject_Str(value)
             : conversion == FVC_REPR ? PyObject_Repr(value)
                                      : PyObject_ASCII(value);
    if (!text || (PyUnicode_CheckExact(text) && !spec))
        return text;
    O formatted = PyObject_Format(text, spec);
    Py_DECREF(text);
    return formatted;
}

O h_dict_of(O const *items, int64_t n)
{
    O dict = PyDict_New();
    for (int64_t i = 0; dict && i < n; i += 2)
        if (PyDict_SetItem(dict, items[i], items[i + 1]))
            Py_CLEAR(dict);
    return dict;
}

O h_dict_strs(O const *items, int64_t n)
{
    PwGcPause p = gc_pause();
    O dict = h_dict_of(items, n);
    gc_resume(p);
    return dict;
}

O h_set_of(O const *items, int64_t n)
{
    O set = PySet_New(NULL);
    for (int64_t i = 0; set && i < n; i++)
        if (PySet_Add(set, items[i]))
            Py_CLEAR(set);
    return set;
}

int h_set_add(O a, O b)
{
    return PySet_Add(a, b);
}

int h_map_add(O a, O b, O c)
{
    return PyDict_SetItem(a, b, c);
}

int h_extend(O a, O b)
{
    O none = _PyList_Extend((PyListObject *)a, b);
    if (none) {
        Py_DECREF(none);
        return 0;
    }
    if (PyErr_ExceptionMatches(PyExc_TypeError) && !Py_TYPE(b)->tp_iter && !PySequence_Check(b)) {
        PyErr_Clear();
        PyErr_Format(PyExc_TypeError, "Value after * must be an iterable, not %.200s", Py_TYPE(b)->tp_name);
    }
    return -1;
}

int h_set_update(O a, O b)
{
    return _PySet_Update(a, b);
}

int h_dict_update(O a, O b)
{
    return PyDict_Update(a, b);
}

int h_dict_merge(O a, O b)
{
    PwGcPause p = gc_pause();
    int failed = PyDict_Update(a, b);
    gc_resume(p);
    return failed;
}

O h_slice_get(O a, O b, O c)
{
    O slice = PySlice_New(b, c, NULL);
    if (!slice)
        return NULL;
    O r = PyObject_GetItem(a, slice);
    Py_DECREF(slice);
    return r;
}

int64_t h_isinstance(O a, O b)
{
    return PyObject_IsInstance(a, b);
}

/* An exception given as class or instance, as an instance (new reference). */
static O instance_of(O exc, const char *wrong)
{
    if (PyExceptionInstance_Check(exc))
        return Py_NewRef(exc);
    if (!PyExceptionClass_Check(exc)) {
        PyErr_SetString(PyExc_TypeError, wrong);
        return NULL;
    }
    return PyObject_CallNoArgs(exc);
}

O h_raise(O exc, O cause)
{
    O value = instance_of(exc, "exceptions must derive from BaseException");
    if (!value)
        return NULL;
    if (!PyExceptionInstance_Check(value)) {
        PyErr_Format(PyExc_TypeError, "calling %R should have returned an instance of BaseException, not %R", exc,
                     Py_TYPE(value));
        Py_DECREF(value);
        return NULL;
    }
    if (cause) {
        O fixed = cause == Py_None ? NULL : instance_of(cause, "exception causes must derive from BaseException");
        if (!fixed && cause != Py_None) {
            Py_DECREF(value);
            return NULL;
        }
        PyException_SetCause(value, fixed);
    }
    PyErr_SetObject((O)(PyExceptionClass_Check(exc) ? exc : (O)Py_TYPE(value)), value);
    Py_DECREF(value);
    return NULL;
}

/* CPython's CALL looks at the eval breaker when a C function has returned: a signal that the call itself has raised is handled there, and
 * not behind the `try` or `with` that it stands in. */
static O called(O value)
{
    PyThreadState *ts = _PyThreadState_GET();
    if (!pw_host_breaker(ts) || !value)
        return value;
    pw_rt_gc_catch_up(ts);
    if (pw_host_breaker(ts) && !pw_host_traced(ts) && pw_host_poll(ts) < 0)
        Py_CLEAR(value);
    return value;
}

O h_vectorcall(O callee, O const *args, int64_t n, O names)
{
    PyObject *value;
    if (!names && rt_direct(callee, args, (size_t)n, &value))
        return value;
    return called(PyObject_Vectorcall(callee, args, (size_t)(n - (names ? PyTuple_GET_SIZE(names) : 0)), names));
}

O h_call_ex(O callee, O args, O keywords)
{
    O tuple = PyTuple_CheckExact(args) ? Py_NewRef(args) : PyList_AsTuple(args), value = NULL;
    if (!tuple)
        return NULL;
    if (keywords && PyDict_GET_SIZE(keywords))
        value = PyObject_Call(callee, tuple, keywords);
    else if (!rt_direct(callee, ((PyTupleObject *)tuple)->ob_item, (size_t)PyTuple_GET_SIZE(tuple), &value))
        value = PyObject_Call(callee, tuple, keywords);
    Py_DECREF(tuple);
    return called(value);
}

O h_call_safe(O const *items, int64_t n)
{
    PwGcPause pause = gc_pause();
    O value = PyObject_Vectorcall(items[0], items + 1, (size_t)n - 1, NULL);
    gc_resume(pause);
    return value;
}

O h_binop_safe(O a, O b, int64_t op)
{
    PwGcPause pause = gc_pause();
    O value = h_binop(a, b, op);
    gc_resume(pause);
    return value;
}

int h_compare_safe(O a, O b, int64_t op)
{
    return PyObject_RichCompareBool(a, b, (int)op) == 1;
}
