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
    if (Py_SIZE(x) != Py_SIZE(y))
        return false;
    for (Py_ssize_t i = Py_ABS(Py_SIZE(x)); i-- > 0;)
        if (x->ob_digit[i] != y->ob_digit[i])
            return false;
    return true;
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

/* -- hashes, which CPython computes likewise (Objects/longobject.c, Objects/tupleobject.c) -- */

#if SIZEOF_PY_UHASH_T > 4
#define PRIME_1 ((Py_uhash_t)11400714785074694791ULL)
#define PRIME_2 ((Py_uhash_t)14029467366897019727ULL)
#define PRIME_5 ((Py_uhash_t)2870177450012600261ULL)
#define ROTATED(x) ((x << 31) | (x >> 33))
#else
#define PRIME_1 ((Py_uhash_t)2654435761UL)
#define PRIME_2 ((Py_uhash_t)2246822519UL)
#define PRIME_5 ((Py_uhash_t)374761393UL)
#define ROTATED(x) ((x << 13) | (x >> 19))
#endif

static bool hash_at(O key, unsigned deep, Py_hash_t *hash);

static bool hash_tuple(O key, unsigned deep, Py_hash_t *hash)
{
    Py_uhash_t acc = PRIME_5;
    Py_ssize_t n = PyTuple_GET_SIZE(key);
    if (deep == DEEP)
        return false;
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_hash_t item;
        if (!hash_at(PyTuple_GET_ITEM(key, i), deep + 1, &item))
            return false;
        acc += (Py_uhash_t)item * PRIME_2;
        acc = ROTATED(acc) * PRIME_1;
    }
    acc += (Py_uhash_t)n ^ (PRIME_5 ^ 3527539UL);
    *hash = acc == (Py_uhash_t)-1 ? 1546275796 : (Py_hash_t)acc;
    return true;
}

/* false: it, or a comparison, could run Python code. */
static bool hash_at(O key, unsigned deep, Py_hash_t *hash)
{
    if (PyLong_CheckExact(key) && Py_ABS(Py_SIZE(key)) <= 1) {
        Py_hash_t v = Py_SIZE(key) * (Py_hash_t)((PyLongObject *)key)->ob_digit[0];
        *hash = v == -1 ? -2 : v;
        return true;
    }
    if (PyTuple_CheckExact(key))
        return hash_tuple(key, deep, hash);
    if (PyUnicode_CheckExact(key) && (*hash = ((PyASCIIObject *)key)->hash) != -1)
        return true;
    if (!is_plain(key, deep) && !is_by_identity(key))
        return false;
    *hash = PyObject_Hash(key);
    return true;
}

static bool hash_of(O key, Py_hash_t *hash)
{
    return hash_at(key, 0, hash);
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

/* What h_find has found last, for the dict_put that follows it: nothing changes the dict in between. */
static struct {
    O dict, key; /* NULL: nothing to be used; never followed */
    Py_hash_t hash;
    Py_ssize_t at; /* entry, or DKIX_EMPTY */
} last;

/* *at: the entry, when it is SAME. */
static Match find_general(PyDictKeysObject *keys, O key, Py_hash_t hash, Py_ssize_t *at)
{
    const PyDictKeyEntry *entries = DK_ENTRIES(keys);
    size_t mask = ((size_t)1 << keys->dk_log2_size) - 1, perturb = (size_t)hash, i = (size_t)hash & mask;
    for (;;) {
        *at = index_at(keys, i);
        if (*at == DKIX_EMPTY)
            return DIFFERENT;
        if (*at >= 0 && entries[*at].me_hash == hash) {
            Match m = match(key, entries[*at].me_key);
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
    Py_ssize_t at;
    last.dict = NULL;
    if (d->ma_values || !hash_of(b, &hash))
        return pw_rt_exhausted();
    if (d->ma_keys->dk_kind != DICT_KEYS_GENERAL)
        return _PyDict_GetItem_KnownHash(a, b, hash);
    Match m = find_general(d->ma_keys, b, hash, &at);
    if (m == UNSURE)
        return pw_rt_exhausted();
    last.dict = a;
    last.key = b;
    last.hash = hash;
    last.at = at;
    return m == SAME ? DK_ENTRIES(d->ma_keys)[at].me_value : NULL;
}

O h_dict_put(O a, O b, O c, O old)
{
    Py_hash_t hash = last.hash;
    bool known = last.dict == a && last.key == b;
    if (known && last.at >= 0) /* the dict's own key is found without a comparison */
        b = DK_ENTRIES(((PyDictObject *)a)->ma_keys)[last.at].me_key;
    last.dict = NULL;
    old = Py_NewRef(old ? old : Py_None);
    PwGcPause p = gc_pause();
    int failed = known || hash_of(b, &hash) ? _PyDict_SetItem_KnownHash(a, b, c, hash) : -1;
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
