/* Dicts and sets whose keys are not all strs: looked up by helpers that give up where Python code would run. */
#include "tracer/ops.h"

bool rec_plain_key(PyObject *o)
{
    if (PyUnicode_CheckExact(o) || PyLong_CheckExact(o) || PyFloat_CheckExact(o) || PyBool_Check(o) || PyBytes_CheckExact(o) ||
        o == Py_None ||
        (Py_TYPE(o)->tp_hash == PyBaseObject_Type.tp_hash && Py_TYPE(o)->tp_richcompare == PyBaseObject_Type.tp_richcompare))
        return true;
    if (!PyTuple_CheckExact(o))
        return false;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(o); i++)
        if (!rec_plain_key(PyTuple_GET_ITEM(o, i)))
            return false;
    return true;
}

bool rec_quiet_lookup(PyObject *all, PyObject *key)
{
    Py_hash_t wanted = PyObject_Hash(key), hash;
    PyObject *other, *value;
    Py_ssize_t pos = 0;
    if (PyDict_Check(all) && ((PyDictObject *)all)->ma_keys->dk_kind != DICT_KEYS_GENERAL)
        return true;
    if (PyDict_Check(all)) {
        while (_PyDict_Next(all, &pos, &other, &value, &hash))
            if (hash == wanted && other != key && !rec_plain_key(other))
                return false;
    } else {
        while (_PySet_NextEntry(all, &pos, &other, &hash))
            if (hash == wanted && other != key && !rec_plain_key(other))
                return false;
    }
    return true;
}

/* A dict, or of a subclass that leaves subscripts and `in` as they are. */
static bool is_dict(PyObject *o)
{
    PyTypeObject *t = Py_TYPE(o);
    return PyDict_Check(o) && !((PyDictObject *)o)->ma_values &&
           t->tp_as_mapping->mp_subscript == PyDict_Type.tp_as_mapping->mp_subscript &&
           t->tp_as_mapping->mp_ass_subscript == PyDict_Type.tp_as_mapping->mp_ass_subscript &&
           t->tp_as_sequence->sq_contains == PyDict_Type.tp_as_sequence->sq_contains;
}

static bool is_set(PyObject *o)
{
    return PySet_CheckExact(o) || PyFrozenSet_CheckExact(o);
}

PwRef rec_find(PwRec *r, RVal *dict, PyObject *dict_obj, RVal *key)
{
    rec_object(r, key);
    PwRef d = rec_ref(r, dict);
    rec_guard_type(r, d, Py_TYPE(dict_obj));
    PwRef v = rec_call2(r, PW_H_find, d, rec_ref(r, key), PW_NOSNAP);
    rec_op2(r, PW_OP_gisnot, v, rec_single(r, "exhausted"), rec_before(r));
    return v;
}

static PyObject *value_now(PyObject *dict, PyObject *key)
{
    PyObject *v = PyDict_GetItemWithError(dict, key);
    PyErr_Clear();
    return v;
}

bool rec_hash_item(PwRec *r)
{
    PyObject *dict = rec_obj(r, 2), *key = rec_obj(r, 1);
    if (!is_dict(dict) || !rec_plain_key(key) || !rec_quiet_lookup(dict, key) || !value_now(dict, key))
        return false;
    PwRef v = rec_find(r, rec_at(r, 2), dict, rec_at(r, 1));
    rec_op1(r, PW_OP_gnotnull, v, rec_before(r));
    rec_dup(r, v);
    RVal k = rec_pop(r), d = rec_pop(r);
    rec_push(r, v, true);
    rec_release(r, k, key);
    rec_release(r, d, dict);
    return !r->failed;
}

/* The value stack is value, dict, key. */
bool rec_hash_store(PwRec *r)
{
    PyObject *dict = rec_obj(r, 2), *key = rec_obj(r, 1), *value = rec_obj(r, 3);
    if (!is_dict(dict) || !rec_plain_key(key) || !rec_quiet_lookup(dict, key))
        return false;
    PyObject *old_obj = value_now(dict, key);
    rec_object(r, rec_at(r, 3));
    PwRef before = rec_find(r, rec_at(r, 2), dict, rec_at(r, 1));
    PwRef args[4] = {rec_ref(r, rec_at(r, 2)), rec_ref(r, rec_at(r, 1)), rec_ref(r, rec_at(r, 3)), before};
    PwRef old = rec_call(r, PW_H_dict_put, args, 4, rec_raise(r));
    r->keyed.n = 0;
    RVal k = rec_pop(r), d = rec_pop(r), v = rec_pop(r);
    rec_release(r, (RVal){old, R_VAL, true}, old_obj ? old_obj : Py_None);
    rec_release(r, d, dict);
    rec_release(r, k, key);
    rec_release(r, v, value);
    return !r->failed;
}

bool rec_hash_delete(PwRec *r)
{
    PyObject *dict = rec_obj(r, 2), *key = rec_obj(r, 1), *old_obj = NULL;
    if (!is_dict(dict) || !rec_plain_key(key) || !rec_quiet_lookup(dict, key) || !(old_obj = value_now(dict, key)))
        return false;
    PwRef v = rec_find(r, rec_at(r, 2), dict, rec_at(r, 1));
    rec_op1(r, PW_OP_gnotnull, v, rec_before(r));
    PwRef old = rec_call3(r, PW_H_dict_cut, rec_ref(r, rec_at(r, 2)), rec_ref(r, rec_at(r, 1)), v, rec_raise(r));
    r->keyed.n = 0;
    RVal k = rec_pop(r), d = rec_pop(r);
    rec_release(r, (RVal){old, R_VAL, true}, old_obj);
    rec_release(r, k, key);
    rec_release(r, d, dict);
    return !r->failed;
}

static PwRef in_set(PwRec *r, RVal *set, PyObject *set_obj, RVal *key)
{
    rec_object(r, key);
    PwRef s = rec_ref(r, set);
    rec_guard_type(r, s, Py_TYPE(set_obj));
    PwRef is = rec_call2(r, PW_H_set_find, s, rec_ref(r, key), PW_NOSNAP);
    rec_guard_cond(r, rec_op2(r, PW_OP_ieq, is, rec_int(r, 2), PW_NOSNAP), false, rec_before(r));
    return rec_op2(r, PW_OP_ine, is, rec_int(r, 0), PW_NOSNAP);
}

PwRef rec_hash_contains(PwRec *r)
{
    PyObject *all = rec_obj(r, 1), *key = rec_obj(r, 2);
    if (!rec_plain_key(key) || (!is_dict(all) && !is_set(all)))
        return PW_NOREF;
    if (is_set(all))
        return in_set(r, rec_at(r, 1), all, rec_at(r, 2));
    PwRef v = rec_find(r, rec_at(r, 1), all, rec_at(r, 2));
    return rec_op1(r, PW_OP_bnot, rec_op1(r, PW_OP_isnull, v, PW_NOSNAP), PW_NOSNAP);
}

bool rec_set_change(PwRec *r, bool add, bool must)
{
    PyObject *set = rec_obj(r, 2), *key = rec_obj(r, 1);
    if (!PySet_CheckExact(set) || !rec_plain_key(key) || !rec_quiet_lookup(set, key))
        return false;
    int has = PySet_Contains(set, key);
    if (has < 0 || (must && !has)) {
        PyErr_Clear();
        return false;
    }
    PwRef in = in_set(r, rec_at(r, 2), set, rec_at(r, 1));
    rec_guard_cond(r, in, has, rec_before(r));
    PwRef s = rec_ref(r, rec_at(r, 2)), k = rec_ref(r, rec_at(r, 1));
    if (add != (bool)has)
        rec_call2(r, add ? PW_H_set_put : PW_H_set_cut, s, k, rec_raise(r));
    return !r->failed;
}
