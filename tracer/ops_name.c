/* Globals, builtins and module-level names. */
#include "host/types.h"
#include "tracer/ops.h"

#include <stdio.h>

/* Values that programs hardly ever rebind: followed as constants behind an identity guard, so that calls of them can be
 * inlined and attributes of them looked up. */
static bool is_stable(PyObject *v)
{
    return PyFunction_Check(v) || PyType_Check(v) || PyModule_CheckExact(v) || PyCFunction_Check(v);
}

static const char *name_utf8(PwRec *r, PyObject *name)
{
    Py_ssize_t n;
    const char *s = PyUnicode_AsUTF8AndSize(name, &n);
    if (!s || strlen(s) != (size_t)n || n > PW_MAX_NAME) {
        PyErr_Clear();
        rec_fail(r, "a name that cannot be stored");
        return NULL;
    }
    return s;
}

PwRef rec_dict_value(PwRec *r, PwSymNo dict_sym, PyObject *dict, PyObject *name, PyObject *value)
{
    const char *s = name_utf8(r, name);
    if (!s || !rec_guard_keys(r, dict_sym, dict))
        return PW_NOREF;
    PwRef d = pw_tree_kobj(r->t, dict_sym);
    PwRef idx = pw_tree_const(r->t, PW_OP_kidx, pw_tree_sym(r->t, PW_S_dictidx, dict_sym, 0, s, NULL).i);
    PwRef v = rec_op2(r, PW_OP_dictval, d, idx, PW_NOSNAP);
    if (!is_stable(value)) {
        rec_op1(r, PW_OP_gnotnull, v, rec_before(r));
        rec_fact(r, v)->notnull = true;
        return v;
    }
    PwRef k = pw_tree_kobj(r->t, pw_tree_sym(r->t, PW_S_dictval, dict_sym, 0, s, NULL));
    rec_op2(r, PW_OP_gis, v, k, rec_before(r));
    rec_constant_fact(r, k, value);
    return k;
}

static bool push_value(PwRec *r, PwRef v)
{
    if (v.i == PW_NONE || r->failed || r->t->failed)
        return false;
    bool constant = pw_op_info[pw_ins(r->t, v)->op].flags & PW_FLAG_K;
    if (!constant)
        rec_dup(r, v);
    rec_push(r, v, !constant);
    return true;
}

bool rec_load_name(PwRec *r, PyObject *name, bool null_first)
{
    RFrame *f = rec_top(r);
    PyObject *v = PyDict_GetItemWithError(f->globals, name);
    PwRef ref;
    PyErr_Clear();
    if (v) {
        ref = rec_dict_value(r, f->globals_sym, f->globals, name, v);
    } else {
        const char *s = name_utf8(r, name);
        if (!PyDict_CheckExact(f->builtins) || !(v = PyDict_GetItemWithError(f->builtins, name)) || !s) {
            PyErr_Clear();
            return rec_fail(r, "a name that is not defined");
        }
        pw_tree_sym(r->t, PW_S_absent, f->globals_sym, 0, s, NULL);
        if (!rec_guard_keys(r, f->globals_sym, f->globals))
            return false;
        ref = rec_dict_value(r, f->builtins_sym, f->builtins, name, v);
    }
    if (r->failed)
        return false;
    if (null_first)
        rec_push_null(r);
    return push_value(r, ref);
}

bool rec_op_load_global(PwRec *r, int oparg)
{
    return rec_load_name(r, PyTuple_GET_ITEM(rec_top(r)->co->co_names, oparg >> 1), oparg & 1);
}

/* Storing into a namespace with str keys; the old value is released. */
static bool store_dict(PwRec *r, PwSymNo dict_sym, PyObject *dict, PyObject *name)
{
    if (!PyDict_CheckExact(dict) || ((PyDictObject *)dict)->ma_keys->dk_kind != DICT_KEYS_UNICODE)
        return rec_fail(r, "a namespace that is no plain dict with string keys");
    PyObject *old_obj = PyDict_GetItemWithError(dict, name), *obj = rec_obj(r, 1);
    PyErr_Clear();
    rec_guard_keys(r, dict_sym, dict);
    PwRef key = rec_str(r, name);
    PwRef v = rec_object(r, rec_at(r, 1));
    if (r->failed)
        return false;
    PwRef old = rec_call3(r, PW_H_dict_set, pw_tree_kobj(r->t, dict_sym), key, v, rec_raise(r));
    if (!old_obj)
        r->keyed.n = 0; /* a new key: another version */
    RVal top = rec_pop(r);
    rec_release(r, (RVal){old, R_VAL, true}, old_obj ? old_obj : Py_None);
    rec_release(r, top, obj);
    return true;
}

bool rec_op_store_global(PwRec *r, int oparg)
{
    RFrame *f = rec_top(r);
    return store_dict(r, f->globals_sym, f->globals, PyTuple_GET_ITEM(f->co->co_names, oparg));
}

/* Module-level code: locals and globals are one dict. */
static bool module_level(PwRec *r)
{
    _PyInterpreterFrame *fp = r->ev->frame;
    return fp->f_locals == fp->f_globals && !r->depth;
}

bool rec_op_load_name(PwRec *r, int oparg)
{
    return module_level(r) && rec_load_name(r, PyTuple_GET_ITEM(rec_top(r)->co->co_names, oparg), false);
}

bool rec_op_store_name(PwRec *r, int oparg)
{
    RFrame *f = rec_top(r);
    return module_level(r) && store_dict(r, f->globals_sym, f->globals, PyTuple_GET_ITEM(f->co->co_names, oparg));
}
