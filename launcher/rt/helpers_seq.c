/* Helpers on exact lists, tuples and str-keyed dicts. None runs Python code: collections are put off, and nothing is released
 * that somebody else does not still hold. */
#include "host/types.h"
#include "launcher/rt/helpers_int.h"

#include <limits.h>

/* An index as written in a slice, clamped to 0 .. n. */
static Py_ssize_t clamp(int64_t i, Py_ssize_t n)
{
    if (i < 0)
        i = i + n < 0 ? 0 : i + n;
    return i > n ? n : (Py_ssize_t)i;
}

int h_list_append(O a, O b)
{
    PyListObject *list = (PyListObject *)a;
    Py_ssize_t n = Py_SIZE(list);
    if (n < list->allocated) {
        PyList_SET_ITEM(a, n, Py_NewRef(b));
        Py_SET_SIZE(list, n + 1);
        return 0;
    }
    return PyList_Append(a, b);
}

/* list.pop shrinks the memory when less than half of it is used: PyList_SetSlice does the same. */
O h_list_pop(O a)
{
    PyListObject *list = (PyListObject *)a;
    Py_ssize_t n = Py_SIZE(list) - 1;
    O item = PyList_GET_ITEM(a, n);
    if (n >= list->allocated >> 1) {
        Py_SET_SIZE(list, n);
        return item;
    }
    Py_INCREF(item);
    if (PyList_SetSlice(a, n, n + 1, NULL)) {
        Py_DECREF(item);
        return NULL;
    }
    return item;
}

O h_list_slice(O a, int64_t i, int64_t j)
{
    PwGcPause p = gc_pause();
    Py_ssize_t n = PyList_GET_SIZE(a), lo = clamp(i, n), hi = clamp(j, n);
    O r = PyList_GetSlice(a, lo, hi < lo ? lo : hi);
    gc_resume(p);
    return r;
}

O h_list_repeat(O a, int64_t n)
{
    PwGcPause p = gc_pause();
    n = n > PY_SSIZE_T_MAX ? PY_SSIZE_T_MAX : n < 0 ? 0 : n;
    O r = PyList_Type.tp_as_sequence->sq_repeat(a, (Py_ssize_t)n);
    gc_resume(p);
    return r;
}

O h_list_concat(O a, O b)
{
    PwGcPause p = gc_pause();
    O r = PyList_Type.tp_as_sequence->sq_concat(a, b);
    gc_resume(p);
    return r;
}

O h_tuple_slice(O a, int64_t i, int64_t j)
{
    PwGcPause p = gc_pause();
    Py_ssize_t n = PyTuple_GET_SIZE(a), lo = clamp(i, n), hi = clamp(j, n);
    O r = PyTuple_GetSlice(a, lo, hi < lo ? lo : hi);
    gc_resume(p);
    return r;
}

O h_list_of_tuple(O a, int64_t i, int64_t j)
{
    PwGcPause p = gc_pause();
    Py_ssize_t n = PyTuple_GET_SIZE(a), lo = clamp(i, n), hi = clamp(j, n);
    O r = PyList_New(hi < lo ? 0 : hi - lo);
    for (Py_ssize_t k = lo; r && k < hi; k++)
        PyList_SET_ITEM(r, k - lo, Py_NewRef(PyTuple_GET_ITEM(a, k)));
    gc_resume(p);
    return r;
}

O h_tuple_of_list(O a)
{
    PwGcPause p = gc_pause();
    O r = PyList_AsTuple(a);
    gc_resume(p);
    return r;
}

/* How many numbers range(a, b, c) has. */
static uint64_t range_length(int64_t a, int64_t b, int64_t c)
{
    if (c > 0)
        return a < b ? 1 + ((uint64_t)b - (uint64_t)a - 1) / (uint64_t)c : 0;
    return a > b ? 1 + ((uint64_t)a - (uint64_t)b - 1) / (0 - (uint64_t)c) : 0;
}

O h_range3(int64_t a, int64_t b, int64_t c)
{
    uint64_t n = range_length(a, b, c);
    if (n > LONG_MAX || a < LONG_MIN || a > LONG_MAX || c < LONG_MIN || c > LONG_MAX) {
        PyErr_SetString(PyExc_OverflowError, "range does not fit its iterator");
        return NULL;
    }
    PwRangeIter *it = PyObject_New(PwRangeIter, &PyRangeIter_Type);
    if (!it)
        return NULL;
    it->index = 0;
    it->start = (long)a;
    it->step = (long)c;
    it->len = (long)n;
    return (O)it;
}

static O iter_of(O a)
{
    PwGcPause p = gc_pause();
    O r = Py_TYPE(a)->tp_iter(a);
    gc_resume(p);
    return r;
}

O h_list_iter(O a)
{
    return iter_of(a);
}

O h_tuple_iter(O a)
{
    return iter_of(a);
}

/* When there is no memory the items are kept for ever: releasing them could run Python code. */
O h_tuple_of(O const *items, int64_t n)
{
    PwGcPause p = gc_pause();
    O r = PyTuple_New((Py_ssize_t)n);
    for (int64_t i = 0; r && i < n; i++)
        PyTuple_SET_ITEM(r, i, items[i]);
    gc_resume(p);
    return r;
}

O h_list_of(O const *items, int64_t n)
{
    PwGcPause p = gc_pause();
    O r = PyList_New((Py_ssize_t)n);
    for (int64_t i = 0; r && i < n; i++)
        PyList_SET_ITEM(r, i, items[i]);
    gc_resume(p);
    return r;
}

int h_dict_strkeys(O a)
{
    return ((PyDictObject *)a)->ma_keys->dk_kind != DICT_KEYS_GENERAL;
}

O h_dict_get(O a, O b)
{
    Py_hash_t hash = ((PyASCIIObject *)b)->hash;
    if (hash == -1)
        hash = PyObject_Hash(b);
    return _PyDict_GetItem_KnownHash(a, b, hash);
}

O h_dict_set(O a, O b, O c)
{
    O old = h_dict_get(a, b);
    old = Py_NewRef(old ? old : Py_None);
    PwGcPause p = gc_pause();
    int failed = PyDict_SetItem(a, b, c);
    gc_resume(p);
    if (!failed)
        return old;
    Py_DECREF(old); /* not the last reference: the dict still has it */
    return NULL;
}
