/* Symbols of dicts: versions of keys, entries by name. */
#include "launcher/rt/int.h"

/* CPython counts versions of keys upward from 1 and takes one away (0) whenever the keys change; the linker counts downward,
 * so that both can give them. */
uint32_t rt_keys_version(PyDictKeysObject *keys)
{
    static uint32_t next = 0xFFFFFFF0u;
    if (!keys->dk_version && next > 0x80000000u)
        keys->dk_version = next--;
    return keys->dk_version;
}

static PyDictKeysObject *plain_keys(PyObject *dict)
{
    PyDictObject *d = (PyDictObject *)dict;
    return !d->ma_values && d->ma_keys->dk_kind == DICT_KEYS_UNICODE ? d->ma_keys : NULL;
}

uint32_t rt_dict_version(PyObject *dict)
{
    PyDictKeysObject *keys = plain_keys(dict);
    return keys ? rt_keys_version(keys) : 0;
}

/* Index of the entry of an interned name: 0 or more, -1 absent, -2 not a dict of the right kind. */
static Py_ssize_t entry_of(PyObject *dict, const char *name, PyObject **value)
{
    PyDictKeysObject *keys = plain_keys(dict);
    PyObject *key = keys ? PyUnicode_InternFromString(name) : NULL;
    if (!key) {
        PyErr_Clear();
        return -2;
    }
    PyObject *found = PyDict_GetItemWithError(dict, key);
    *value = found;
    Py_ssize_t at = found ? 0 : -1;
    if (found) {
        PyDictUnicodeEntry *e = DK_UNICODE_ENTRIES(keys);
        while (at < keys->dk_nentries && (e[at].me_value != found || PyUnicode_Compare(e[at].me_key, key)))
            at++;
    }
    Py_DECREF(key);
    return at;
}

static int wrong_dict(RtLinker *l)
{
    return rt_link_fail(l, "a dict has keys that are no strs, or shares them with instances");
}

static int keysver(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    (void)s;
    out->i = rt_dict_version(parent.p);
    return out->i ? 1 : wrong_dict(l);
}

static int dictval(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    PyObject *value;
    Py_ssize_t at = entry_of(parent.p, s->name, &value);
    if (at < 0)
        return at == -1 ? rt_link_fail(l, "the name %s is not defined", s->name) : wrong_dict(l);
    out->p = Py_NewRef(value);
    return 1;
}

static int dictidx(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    PyObject *value;
    Py_ssize_t at = entry_of(parent.p, s->name, &value);
    if (at < 0)
        return at == -1 ? rt_link_fail(l, "the name %s is not defined", s->name) : wrong_dict(l);
    out->i = at;
    return 1;
}

static int absent(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    PyObject *value;
    Py_ssize_t at = entry_of(parent.p, s->name, &value);
    out->i = 0;
    return at == -1 ? 1 : at < 0 ? wrong_dict(l) : rt_link_fail(l, "the name %s is defined now", s->name);
}

RtEval rt_link_dict(uint32_t kind)
{
    switch (kind) {
    case PW_S_keysver: return keysver;
    case PW_S_dictval: return dictval;
    case PW_S_dictidx: return dictidx;
    case PW_S_absent: return absent;
    default: return NULL;
    }
}
