/* Helpers against what Python itself says. */
#include "tests/rt/client.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define CALL_O(name, types, ...) (((PyObject * (*)types) pw_rt_helpers()[PW_H_##name].p)(__VA_ARGS__))
#define CALL_I(name, types, ...) (((int64_t(*) types)pw_rt_helpers()[PW_H_##name].p)(__VA_ARGS__))
#define CALL_B(name, types, ...) (((int (*) types)pw_rt_helpers()[PW_H_##name].p)(__VA_ARGS__))
#define CALL_F(name, types, ...) (((double (*) types)pw_rt_helpers()[PW_H_##name].p)(__VA_ARGS__))
typedef PyObject *O;

static void check(int ok, const char *what)
{
    if (ok && !PyErr_Occurred())
        return;
    fprintf(stderr, "helper %s\n", what);
    PyErr_Print();
    abort();
}

static O eval(const char *text)
{
    static O globals;
    if (!globals) {
        globals = PyDict_New();
        PyDict_SetItemString(globals, "__builtins__", PyEval_GetBuiltins());
    }
    O r = PyRun_String(text, Py_eval_input, globals, globals);
    check(r != NULL, text);
    return r;
}

/* got (stolen) equals the value of text, with the same type. */
static void same(O got, const char *text)
{
    O want = eval(text);
    check(got && Py_TYPE(got) == Py_TYPE(want) && PyObject_RichCompareBool(got, want, Py_EQ) == 1, text);
    Py_DECREF(got);
    Py_DECREF(want);
}

/* got must be NULL with this exception set. */
static void raises(O got, O exception, const char *what)
{
    int ok = !got && PyErr_ExceptionMatches(exception);
    PyErr_Clear();
    check(ok, what);
}

static void numbers(void)
{
    const double v[] = {0.0, -0.0, 1.0, -1.0, 2.5, -2.5, 1e300, -1e-300, INFINITY, -INFINITY, NAN, 3.0, 7.0, 0.1};
    char text[200];
    for (size_t i = 0; i < sizeof v / sizeof *v; i++)
        for (size_t j = 0; j < sizeof v / sizeof *v; j++) {
            if (v[j] == 0.0)
                continue;
            snprintf(text, sizeof text, "repr(float.fromhex('%a') // float.fromhex('%a'))", v[i], v[j]);
            O a = PyFloat_FromDouble(CALL_F(ffloordiv, (double, double), v[i], v[j]));
            same(PyObject_Repr(a), text);
            snprintf(text, sizeof text, "repr(float.fromhex('%a') %% float.fromhex('%a'))", v[i], v[j]);
            Py_DECREF(a);
            a = PyFloat_FromDouble(CALL_F(fmod, (double, double), v[i], v[j]));
            same(PyObject_Repr(a), text);
            Py_DECREF(a);
        }
    const char *ints[] = {"0", "1", "-1", "2**30", "-2**30", "2**60-1", "2**60", "2**63-1", "-2**63"};
    for (size_t i = 0; i < sizeof ints / sizeof *ints; i++) {
        O o = eval(ints[i]);
        int64_t x;
        check(CALL_I(long_value, (O, void *), o, &x) == 1, "long_value");
        same(CALL_O(long_new, (int64_t), x), ints[i]);
        Py_DECREF(o);
    }
    int64_t x;
    O big = eval("2**63"), low = eval("-2**63-1");
    check(!CALL_I(long_value, (O, void *), big, &x) && !CALL_I(long_value, (O, void *), low, &x), "long_value overflow");
    O small = CALL_O(long_new, (int64_t), 256), again = eval("256");
    check(small == again, "small ints are shared");
}

static void strings(void)
{
    O a = eval("'h\\u00e9llo w\\u00f6rld'"), b = eval("'\\u20ac100'"), e = eval("''");
    same(CALL_O(str_concat, (O, O), a, b), "'h\\u00e9llo w\\u00f6rld\\u20ac100'");
    check(CALL_B(str_eq, (O, O), a, a) == 1 && CALL_B(str_eq, (O, O), a, b) == 0, "str_eq");
    check(CALL_I(str_cmp, (O, O), a, b) == -1 && CALL_I(str_cmp, (O, O), b, a) == 1, "str_cmp");
    same(CALL_O(str_at, (O, int64_t), b, 0), "'\\u20ac'");
    O one = CALL_O(str_at, (O, int64_t), a, 0), h = eval("chr(104)");
    check(one == h, "characters are shared");
    check(CALL_I(str_ord, (O, int64_t), b, 0) == 0x20ac, "str_ord");
    same(CALL_O(str_chr, (int64_t), 0x1F600), "'\\U0001F600'");
    same(CALL_O(str_slice, (O, int64_t, int64_t), a, -5, INT64_MAX), "'w\\u00f6rld'");
    same(CALL_O(str_slice, (O, int64_t, int64_t), a, 2, -2), "'llo w\\u00f6r'");
    same(CALL_O(str_slice, (O, int64_t, int64_t), a, 5, 2), "''");
    check(CALL_O(str_slice, (O, int64_t, int64_t), a, 0, 100) == a, "a whole slice is the str itself");
    check(CALL_I(str_has, (O, O), a, h) == 1 && CALL_I(str_has, (O, O), b, h) == 0, "str_has");
    O items[] = {a, e, b};
    same(CALL_O(str_build, (O const *, int64_t), items, 3), "'h\\u00e9llo w\\u00f6rld\\u20ac100'");
    O list = eval("['a', 'b', 'c']"), comma = eval("', '");
    same(CALL_O(str_join, (O, O), comma, list), "'a, b, c'");
    same(CALL_O(str_append, (O, O), eval("'x'.upper()"), h), "'Xh'");
}

static void sequences(void)
{
    O list = eval("[1, 2, 3, 4, 5]"), tuple = eval("(1, 2, 3)"), nine = eval("9");
    same(CALL_O(list_slice, (O, int64_t, int64_t), list, 1, -1), "[2, 3, 4]");
    same(CALL_O(list_slice, (O, int64_t, int64_t), list, -100, 2), "[1, 2]");
    same(CALL_O(tuple_slice, (O, int64_t, int64_t), tuple, 1, INT64_MAX), "(2, 3)");
    same(CALL_O(list_of_tuple, (O, int64_t, int64_t), tuple, 1, INT64_MAX), "[2, 3]");
    same(CALL_O(list_of_tuple, (O, int64_t, int64_t), tuple, 1, -2), "[]");
    same(CALL_O(list_of_tuple, (O, int64_t, int64_t), tuple, 2, -2), "[]");
    same(CALL_O(tuple_of_list, (O), list), "(1, 2, 3, 4, 5)");
    for (int i = 0; i < 100; i++)
        check(CALL_B(list_append, (O, O), list, nine) == 0, "list_append");
    check(PyList_GET_SIZE(list) == 105, "list_append");
    for (int i = 0; i < 102; i++)
        Py_DECREF(CALL_O(list_pop, (O), list));
    same(Py_NewRef(list), "[1, 2, 3]");
    same(CALL_O(list_repeat, (O, int64_t), list, 2), "[1, 2, 3, 1, 2, 3]");
    same(CALL_O(list_repeat, (O, int64_t), list, -2), "[]");
    same(CALL_O(list_concat, (O, O), list, list), "[1, 2, 3, 1, 2, 3]");
    same(PySequence_List(CALL_O(range3, (int64_t, int64_t, int64_t), 10, 0, -3)), "[10, 7, 4, 1]");
    same(PySequence_List(CALL_O(range3, (int64_t, int64_t, int64_t), 0, 0, 1)), "[]");
    same(PySequence_List(CALL_O(list_iter, (O), list)), "[1, 2, 3]");
    O items[] = {Py_NewRef(nine), Py_NewRef(nine)};
    same(CALL_O(tuple_of, (O const *, int64_t), items, 2), "(9, 9)");
    O dict = eval("{'a': 1}"), a = eval("'a'"), b = eval("'b'"), general = eval("{1: 1}");
    check(CALL_B(dict_strkeys, (O), dict) && !CALL_B(dict_strkeys, (O), general), "dict_strkeys");
    same(CALL_O(dict_set, (O, O, O), dict, a, nine), "1");
    same(CALL_O(dict_set, (O, O, O), dict, b, nine), "None");
    check(CALL_O(dict_get, (O, O), dict, b) == nine, "dict_get");
    same(Py_NewRef(dict), "{'a': 9, 'b': 9}");
    O it = eval("iter([7])");
    same(CALL_O(next, (O), it), "7");
    check(CALL_O(next_safe, (O), it) == pw_rt_exhausted(), "next at the end");
}

/* Keys of every kind, and those that are not looked up. */
static void hashed(void)
{
    const char *keys[] = {"1",    "True",      "1.0",   "'a'",   "b'a'",           "None", "(1, 'a')", "(1.0, 'a')", "2**70",
                          "-1",   "(-1, -2)", "(1, -2**30, '', 2**30 - 1, (0,))", "(2**61 - 1, 2**64, False, None)", "(object, 2)",  "object",   "()",    "((1, (2,)), 3)", "2.5",  "(2.5,)",   "-2",         "2**61"};
    O dict = eval("{1: 'one', 'a': 2, (1, 'a'): 3, 2**70: 4, object: 5, -1: 6, ((1, (2,)), 3): 7, (2.5,): 8, (object, 2): 9, 1: 10}");
    O set = PySet_New(dict), plain = eval("{'a': 1}"), nine = eval("9"), list = eval("[1]"), deep = eval("([],)");
    O one = eval("1");
    char what[100];
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        O key = eval(keys[i]), v = CALL_O(find, (O, O), dict, key);
        snprintf(what, sizeof what, "find %s", keys[i]);
        check(v == PyDict_GetItemWithError(dict, key), what);
        check(CALL_I(set_find, (O, O), set, key) == PySet_Contains(set, key), what);
        check(CALL_O(find, (O, O), plain, key) == PyDict_GetItemWithError(plain, key), what);
        O own = PyDict_New(), again = eval(keys[i]); /* hashes are CPython's */
        check(!PyDict_SetItem(own, nine, key) && !PyDict_SetItem(own, key, nine), what);
        check(CALL_O(find, (O, O), own, again) == nine, what);
        same(CALL_O(dict_put, (O, O, O, O), own, again, one, nine), "9");
        check(PyDict_GetItemWithError(own, key) == one && PyDict_GET_SIZE(own) == 2, what);
        Py_DECREF(again);
        Py_DECREF(own);
        Py_DECREF(key);
    }
    check(CALL_O(find, (O, O), dict, list) == pw_rt_exhausted() && CALL_O(find, (O, O), dict, deep) == pw_rt_exhausted(),
          "find what cannot be hashed");
    check(CALL_I(set_find, (O, O), set, list) == 2, "set_find what cannot be hashed");
    O odd = eval("type('Odd', (), {'__hash__': lambda s: 7, '__eq__': lambda s, o: 1 / 0})()"), seven = eval("7");
    check(!PyDict_SetItem(dict, odd, nine) && !PySet_Add(set, odd), "odd");
    check(CALL_O(find, (O, O), dict, seven) == pw_rt_exhausted() && CALL_I(set_find, (O, O), set, seven) == 2,
          "a key that would be asked");
    O three = eval("3");
    same(CALL_O(dict_put, (O, O, O, O), dict, one, nine, CALL_O(find, (O, O), dict, one)), "10");
    same(CALL_O(dict_put, (O, O, O, O), dict, three, nine, CALL_O(find, (O, O), dict, three)), "None");
    same(CALL_O(dict_cut, (O, O, O), dict, one, CALL_O(find, (O, O), dict, one)), "9");
    check(!CALL_O(find, (O, O), dict, one) && CALL_O(find, (O, O), dict, three) == nine, "dict_put, dict_cut");
    check(!CALL_B(set_put, (O, O), set, three) && CALL_I(set_find, (O, O), set, three) == 1, "set_put");
    check(!CALL_B(set_cut, (O, O), set, three) && !CALL_I(set_find, (O, O), set, three), "set_cut");
}

static void anything(void)
{
    O a = eval("7"), b = eval("2");
    const char *binary[] = {"9", "2", "3", "28", "", "14", "1", "7", "49", "1", "5", "3.5", "5"};
    for (int i = 0; i < 26; i++)
        if (*binary[i % 13])
            same(CALL_O(binop, (O, O, int64_t), a, b, i), binary[i % 13]);
    same(CALL_O(unary, (O, int64_t), a, 2), "-8");
    same(CALL_O(compare, (O, O, int64_t), a, b, Py_GE), "True");
    O spec = eval("'>5'");
    same(CALL_O(format, (O, O, int64_t), a, spec, 2), "'    7'");
    O cls = eval("type('C', (), {'x': 1})"), c = CALL_O(inst_new, (O), cls);
    check(c && Py_TYPE(c) == (PyTypeObject *)cls, "inst_new");
    O x = PyUnicode_InternFromString("x"), y = PyUnicode_InternFromString("y"), nine = PyLong_FromLong(9);
    check(!CALL_O(attr_dict, (O, O, int64_t), c, x, 0) && CALL_B(attr_hides, (O, O), c, x), "inline values");
    O dict = PyObject_GetAttrString(c, "__dict__");
    check(!PyDict_SetItem(dict, x, nine) && CALL_O(attr_dict, (O, O, int64_t), c, x, 5) == nine, "attr_dict");
    check(CALL_B(attr_hides, (O, O), c, x) && !CALL_B(attr_hides, (O, O), c, y), "attr_hides");
    check(!CALL_B(attr_put, (O, O, O), c, x, cls) && PyDict_GetItem(dict, x) == cls, "attr_put");
    check(!PyDict_SetItem(dict, nine, nine) && !CALL_O(attr_dict, (O, O, int64_t), c, x, 0) &&
              CALL_B(attr_hides, (O, O), c, y), "keys of other types");
    O pairs[] = {a, b, b, a};
    same(CALL_O(dict_of, (O const *, int64_t), pairs, 4), "{7: 2, 2: 7}");
    same(CALL_O(set_of, (O const *, int64_t), pairs, 4), "{2, 7}");
    O named[] = {x, a, y, b, x, b}, made = CALL_O(dict_strs, (O const *, int64_t), named, 6), empty = PyDict_New();
    same(Py_NewRef(made), "{'x': 2, 'y': 2}");
    check(!CALL_B(dict_merge, (O, O), empty, made), "dict_merge");
    same(Py_NewRef(empty), "{'x': 2, 'y': 2}");
    check(!CALL_B(dict_update, (O, O), empty, dict) && PyDict_GetItem(empty, x) == cls, "dict_update");
    O set = PySet_New(NULL), args = eval("['1010', 2]"), to_int = (O)&PyLong_Type, words = eval("{'base': 2}");
    check(!CALL_B(set_update, (O, O), set, args) && PySet_GET_SIZE(set) == 2, "set_update");
    same(CALL_O(call_ex, (O, O, O), to_int, args, NULL), "10");
    O one = eval("('11',)");
    same(CALL_O(call_ex, (O, O, O), to_int, one, words), "3");
    raises(CALL_O(call_ex, (O, O, O), to_int, args, words), PyExc_TypeError, "call_ex");
    raises(CALL_O(raise, (O, O), PyExc_KeyError, NULL), PyExc_KeyError, "raise");
    raises(CALL_O(raise, (O, O), a, NULL), PyExc_TypeError, "raise of no exception");
    raises(CALL_O(getattr, (O, O), a, spec), PyExc_AttributeError, "getattr");
    Py_DECREF(dict);
}

void test_helpers(void)
{
    numbers();
    strings();
    sequences();
    hashed();
    anything();
}
