/* Dicts and sets with keys of any kind, as far as looking them up runs no Python code: the key is of a built-in class whose hash
 * and comparison are known (or a tuple of such, or of a class that has object's), and so is every key that has the same hash.
 * Source: CPython 3.11 Objects/dictobject.c (lookdict), Objects/setobject.c (set_lookkey). */
#include "launcher/rt/helpers_int.h"
#include "launcher/rt/rt.h"

enum { DEEP = 4, PERTURB_SHIFT = 5, LINEAR_PROBES = 9 };
typedef enum Match { DIFFERENT, SAME, UNSURE } Match;

static bool is_by_identity(O o)
{
    return Py_TYPE(o)->tp_hash == PyBaseObject_Type.tp_hash && Py_TYPE(o)->tp_richcompare == PyBaseObject_Type.tp_richcompare;
}

static bool is_plain(O o, unsigned deep)
{
    if (PyUnicode_CheckExact(o) || PyLong_CheckExact(o) || PyFloat_CheckExact(o) || PyBool_Check(o) || PyBytes_CheckExact(o) ||
        o == Py_None)
        return true;
    if (!PyTuple_CheckExact(o) || deep == DEEP)
        return false;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(o); i++)
        if (!is_plain(PyTuple_GET_ITEM(o, i), deep + 1) && !is_by_identity(PyTuple_GET_ITEM(o, i)))
            return false;
    return true;
}

static bool equal_ints(O a, O b)
{
    const PyLongObject *x = (PyLongObject *)a, *y = (PyLongObject *)b;
    return Py_SIZE(x) == Py_SIZE(y) && !memcmp(x->ob_digit, y->ob_digit, sizeof(digit) * (size_t)Py_ABS(Py_SIZE(x)));
}

static Match match(O a, O b);

static Match match_tuples(O a, O b)
{
    if (PyTuple_GET_SIZE(a) != PyTuple_GET_SIZE(b))
        return DIFFERENT;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(a); i++) {
        Match m = match(PyTuple_GET_ITEM(a, i), PyTuple_GET_ITEM(b, i));
        if (m != SAME)
            return m;
    }
    return SAME;
}

/* a is a key that is looked up, or an item of one. */
static Match match(O a, O b)
{
    if (a == b)
        return SAME;
    if (PyLong_CheckExact(a) && PyLong_CheckExact(b))
        return equal_ints(a, b) ? SAME : DIFFERENT;
    if (PyUnicode_CheckExact(a) && PyUnicode_CheckExact(b))
        return h_str_eq(a, b) ? SAME : DIFFERENT;
    bool plain = is_plain(b, 0);
    if (!plain && !is_by_identity(b))
        return UNSURE;
    if (!plain || is_by_identity(a))
        return DIFFERENT;
    if (PyTuple_CheckExact(a) && PyTuple_CheckExact(b))
        return match_tuples(a, b);
    return PyObject_RichCompareBool(a, b, Py_EQ) == 1 ? SAME : DIFFERENT; /* cannot fail */
}

/* false: it could run Python code. */
static bool hash_of(O key, Py_hash_t *hash)
{
    if (!is_plain(key, 0) && !is_by_identity(key))
        return false;
    *hash = PyUnicode_CheckExact(key) ? ((PyASCIIObject *)key)->hash : -1;
    if (*hash == -1)
        *hash = PyObject_Hash(key);
    return true;
}

/* -- dicts -- */

static Py_ssize_t index_at(const PyDictKeysObject *keys, size_t i)
{
    if (keys->dk_log2_size < 8)
        return ((const int8_t *)keys->dk_indices)[i];
    if (keys->dk_log2_size < 16)
        return ((const int16_t *)keys->dk_indices)[i];
    if (keys->dk_log2_size < 32)
        return ((const int32_t *)keys->dk_indices)[i];
    return (Py_ssize_t)((const int64_t *)keys->dk_indices)[i];
}

static Match find_general(PyDictKeysObject *keys, O key, Py_hash_t hash, O *value)
{
    const PyDictKeyEntry *entries = DK_ENTRIES(keys);
    size_t mask = ((size_t)1 << keys->dk_log2_size) - 1, perturb = (size_t)hash, i = (size_t)hash & mask;
    for (;;) {
        Py_ssize_t at = index_at(keys, i);
        if (at == DKIX_EMPTY)
            return DIFFERENT;
        if (at >= 0 && entries[at].me_hash == hash) {
            Match m = match(key, entries[at].me_key);
            *value = entries[at].me_value;
            if (m != DIFFERENT)
                return m;
        }
        perturb >>= PERTURB_SHIFT;
        i = (i * 5 + perturb + 1) & mask;
    }
}

O h_find(O a, O b)
{
    PyDictObject *d = (PyDictObject *)a;
    Py_hash_t hash;
    O value;
    if (d->ma_values || !hash_of(b, &hash))
        return pw_rt_exhausted();
    if (d->ma_keys->dk_kind != DICT_KEYS_GENERAL)
        return _PyDict_GetItem_KnownHash(a, b, hash);
    Match m = find_general(d->ma_keys, b, hash, &value);
    return m == SAME ? value : m == DIFFERENT ? NULL : pw_rt_exhausted();
}

O h_dict_put(O a, O b, O c, O old)
{
    Py_hash_t hash;
    old = Py_NewRef(old ? old : Py_None);
    PwGcPause p = gc_pause();
    int failed = hash_of(b, &hash) ? _PyDict_SetItem_KnownHash(a, b, c, hash) : -1;
    gc_resume(p);
    if (!failed)
        return old;
    Py_DECREF(old); /* not the last reference: the dict still has it */
    return NULL;
}

O h_dict_cut(O a, O b, O old)
{
    Py_hash_t hash;
    Py_INCREF(old);
    if (hash_of(b, &hash) && !_PyDict_DelItem_KnownHash(a, b, hash))
        return old;
    Py_DECREF(old); /* likewise */
    return NULL;
}

/* -- sets -- */

int64_t h_set_find(O a, O b)
{
    const PySetObject *s = (PySetObject *)a;
    Py_hash_t hash;
    if (!hash_of(b, &hash))
        return UNSURE;
    size_t mask = (size_t)s->mask, perturb = (size_t)hash, i = (size_t)hash & mask;
    for (;;) {
        const setentry *e = &s->table[i];
        for (size_t probes = i + LINEAR_PROBES <= mask ? LINEAR_PROBES + 1 : 1; probes; probes--, e++) {
            if (!e->hash && !e->key)
                return DIFFERENT;
            Match m = e->hash == hash ? match(b, e->key) : DIFFERENT;
            if (m != DIFFERENT)
                return m;
        }
        perturb >>= PERTURB_SHIFT;
        i = (i * 5 + 1 + perturb) & mask;
    }
}

int h_set_put(O a, O b)
{
    PwGcPause p = gc_pause();
    int failed = PySet_Add(a, b);
    gc_resume(p);
    return failed;
}

int h_set_cut(O a, O b)
{
    return PySet_Discard(a, b) < 0 ? -1 : 0;
}
