#include "host/operators.h"

#include "host/host.h"

#define OPERATOR(code, n, s, field)                                                                                    \
    [NB_##code] = {"__" n "__", "__r" n "__", NULL, s, offsetof(PyNumberMethods, field)},                              \
    [NB_INPLACE_##code] = {"__" n "__", "__r" n "__", "__i" n "__", s "=", offsetof(PyNumberMethods, field)}
static const PwOperator operators[] = {
    OPERATOR(ADD, "add", "+", nb_add),
    OPERATOR(AND, "and", "&", nb_and),
    OPERATOR(FLOOR_DIVIDE, "floordiv", "//", nb_floor_divide),
    OPERATOR(LSHIFT, "lshift", "<<", nb_lshift),
    OPERATOR(MATRIX_MULTIPLY, "matmul", "@", nb_matrix_multiply),
    OPERATOR(MULTIPLY, "mul", "*", nb_multiply),
    OPERATOR(REMAINDER, "mod", "%", nb_remainder),
    OPERATOR(OR, "or", "|", nb_or),
    OPERATOR(RSHIFT, "rshift", ">>", nb_rshift),
    OPERATOR(SUBTRACT, "sub", "-", nb_subtract),
    OPERATOR(TRUE_DIVIDE, "truediv", "/", nb_true_divide),
    OPERATOR(XOR, "xor", "^", nb_xor),
};
#undef OPERATOR

const PwOperator *pw_host_operator(int oparg)
{
    bool known = oparg >= 0 && (size_t)oparg < sizeof operators / sizeof *operators && operators[oparg].name;
    return known ? &operators[oparg] : NULL;
}

/* Units between the instruction and the next one. */
static const uint8_t caches[PW_CONT_COUNT] = {
    [PW_CONT_BINARY] = INLINE_CACHE_ENTRIES_BINARY_OP,
    [PW_CONT_COMPARE] = INLINE_CACHE_ENTRIES_COMPARE_OP,
    [PW_CONT_SUBSCR] = INLINE_CACHE_ENTRIES_BINARY_SUBSCR,
    [PW_CONT_STORE] = INLINE_CACHE_ENTRIES_STORE_SUBSCR,
};

unsigned pw_host_cont_operands(uint32_t cont)
{
    static const uint8_t operands[PW_CONT_COUNT] = {
#define PW_CONT(name, text, operands, meaning) operands,
#include "ir/conts.def"
#undef PW_CONT
    };
    return cont < PW_CONT_COUNT ? operands[cont] : 0;
}

/* -- the other operand --------------------------------------------------------------------------------------------- */

/* The reflected method of b, which its class has in Python. */
static PyObject *call_reflected(PyObject *a, PyObject *b, const char *name)
{
    PyObject *key = PyUnicode_InternFromString(name), *value = NULL;
    if (!key)
        return NULL;
    PyObject *method = _PyType_Lookup(Py_TYPE(b), key);
    Py_DECREF(key);
    if (!method)
        return Py_NewRef(Py_NotImplemented);
    Py_INCREF(method);
    descrgetfunc get = Py_TYPE(method)->tp_descr_get;
    if (get && !(Py_TYPE(method)->tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR))
        Py_SETREF(method, get(method, b, (PyObject *)Py_TYPE(b)));
    else if (get) {
        PyObject *args[] = {b, a};
        value = PyObject_Vectorcall(method, args, 2, NULL);
        Py_DECREF(method);
        return value;
    }
    if (method)
        value = PyObject_CallOneArg(method, a);
    Py_XDECREF(method);
    return value;
}

static binaryfunc slot_of(PyObject *o, size_t offset)
{
    PyNumberMethods *m = Py_TYPE(o)->tp_as_number;
    return m ? *(binaryfunc *)((char *)m + offset) : NULL;
}

/* The left operand's method has returned NotImplemented, or the right one's, when the left one is a number. */
static PyObject *rest_of_binary(PyObject *a, PyObject *b, int oparg)
{
    const PwOperator *op = pw_host_operator(oparg);
    PyObject *value = NULL;
    if (!op)
        Py_FatalError("prewarm: an operator that cannot have been inlined");
    if (Py_TYPE(a)->tp_flags & Py_TPFLAGS_HEAPTYPE && Py_TYPE(a) != Py_TYPE(b)) {
        binaryfunc left = slot_of(a, op->slot), right = slot_of(b, op->slot);
        if (right)
            value = left == right ? call_reflected(a, b, op->reflected) : right(a, b);
        if (right && (!value || value != Py_NotImplemented))
            return value;
    }
    Py_XDECREF(value);
    PyErr_Format(PyExc_TypeError, "unsupported operand type(s) for %.100s: '%.100s' and '%.100s'", op->sign,
                 Py_TYPE(a)->tp_name, Py_TYPE(b)->tp_name);
    return NULL;
}

static PyObject *rest_of_compare(PyObject *a, PyObject *b, int op)
{
    static const char *const signs[] = {"<", "<=", "==", "!=", ">", ">="};
    static const int swapped[] = {Py_GT, Py_GE, Py_EQ, Py_NE, Py_LT, Py_LE};
    richcmpfunc right = Py_TYPE(b)->tp_richcompare;
    PyObject *value = right ? right(b, a, swapped[op]) : Py_NewRef(Py_NotImplemented);
    if (value != Py_NotImplemented)
        return value;
    Py_DECREF(value);
    if (op == Py_EQ || op == Py_NE)
        return PyBool_FromLong((a == b) == (op == Py_EQ));
    PyErr_Format(PyExc_TypeError, "'%s' not supported between instances of '%.100s' and '%.100s'", signs[op],
                 Py_TYPE(a)->tp_name, Py_TYPE(b)->tp_name);
    return NULL;
}

PyObject *pw_host_operator_value(_PyInterpreterFrame *frame, uint32_t cont, PyObject *value)
{
    PyObject *a = frame->localsplus[frame->stacktop - 2], *b = frame->localsplus[frame->stacktop - 1];
    int arg = _Py_OPARG(*(frame->prev_instr - caches[cont]));
    if (cont == PW_CONT_CONTAINS) {
        int is = PyObject_IsTrue(value);
        Py_DECREF(value);
        return is < 0 ? NULL : PyBool_FromLong(is != arg); /* arg: not in */
    }
    if (value != Py_NotImplemented || (cont != PW_CONT_BINARY && cont != PW_CONT_COMPARE))
        return value;
    Py_DECREF(value);
    return cont == PW_CONT_BINARY ? rest_of_binary(a, b, arg) : rest_of_compare(a, b, arg);
}
