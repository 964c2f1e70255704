/* Helpers on exact strs. None runs Python code: characters and hashes of exact strs need none, strs are not tracked. */
#include "launcher/rt/helpers_int.h"

O h_str_concat(O a, O b)
{
    return PyUnicode_Concat(a, b);
}

O h_str_append(O a, O b)
{
    PyUnicode_Append(&a, b);
    return a;
}

int h_str_eq(O a, O b)
{
    if (a == b)
        return 1;
    if (PyUnicode_READY(a) || PyUnicode_READY(b)) {
        PyErr_Clear(); /* old-style strs whose characters do not fit into memory */
        return 0;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(a);
    int kind = (int)PyUnicode_KIND(a);
    return n == PyUnicode_GET_LENGTH(b) && kind == (int)PyUnicode_KIND(b) &&
           !memcmp(PyUnicode_DATA(a), PyUnicode_DATA(b), (size_t)n * (size_t)kind);
}

int64_t h_str_cmp(O a, O b)
{
    int c = PyUnicode_Compare(a, b);
    return c < 0 ? -1 : c > 0;
}

O h_str_at(O a, int64_t i)
{
    return PyUnicode_READY(a) ? NULL : PyUnicode_FromOrdinal((int)PyUnicode_READ_CHAR(a, (Py_ssize_t)i));
}

int64_t h_str_ord(O a, int64_t i)
{
    return PyUnicode_READ_CHAR(a, (Py_ssize_t)i);
}

O h_str_chr(int64_t c)
{
    return PyUnicode_FromOrdinal((int)c);
}

int64_t h_str_has(O a, O b)
{
    return PyUnicode_Contains(a, b);
}

O h_str_slice(O a, int64_t i, int64_t j)
{
    if (PyUnicode_READY(a))
        return NULL;
    int64_t n = PyUnicode_GET_LENGTH(a);
    i = i < 0 ? (i + n < 0 ? 0 : i + n) : i > n ? n : i;
    j = j < 0 ? (j + n < 0 ? 0 : j + n) : j > n ? n : j;
    return PyUnicode_Substring(a, (Py_ssize_t)i, (Py_ssize_t)(j < i ? i : j));
}

O h_str_join(O a, O b)
{
    return PyUnicode_Join(a, b);
}

O h_str_build(O const *items, int64_t n)
{
    O empty = PyUnicode_FromStringAndSize(NULL, 0);
    if (!empty)
        return NULL;
    O r = _PyUnicode_JoinArray(empty, items, (Py_ssize_t)n);
    Py_DECREF(empty);
    return r;
}
