/* Subscripts, containers, slices, strings. */
#include "tracer/ops.h"

/* -- dicts with str keys -- */

bool rec_strkeys(PwRec *r, RVal *v, PyObject *dict)
{
    PyDictObject *d = (PyDictObject *)dict;
    if (d->ma_keys->dk_kind == DICT_KEYS_GENERAL)
        return false;
    PwRef ref = rec_ref(r, v);
    rec_guard_type(r, ref, &PyDict_Type);
    rec_guard_cond(r, rec_call1(r, PW_H_dict_strkeys, ref, PW_NOSNAP), true, rec_before(r));
    return !r->failed;
}

/* -- indexes -- */

/* A sequence index as an i ref that is known to be in range, negative ones counted from the end; PW_NOREF: it raises. */
static PwRef index_in(PwRec *r, unsigned k, PwRef size, Py_ssize_t n)
{
    int64_t i;
    if (!rec_fits(rec_obj(r, k), &i) || i >= n || i < -n)
        return PW_NOREF;
    PwRef idx = rec_as_int(r, rec_at(r, k), rec_obj(r, k));
    if (i < 0) {
        PwRef negative = rec_op2(r, PW_OP_ilt, idx, rec_int(r, 0), PW_NOSNAP);
        rec_guard_cond(r, negative, true, rec_before(r));
        idx = rec_op2(r, PW_OP_iadd_nc, idx, size, PW_NOSNAP);
    }
    rec_guard_cond(r, rec_op2(r, PW_OP_iult, idx, size, PW_NOSNAP), true, rec_before(r));
    return idx;
}

/* Takes container and index off and pushes an owned (or unboxed) result. */
static bool replace_item(PwRec *r, PwRef v, bool own)
{
    PyObject *container = rec_obj(r, 2);
    rec_pop_release(r);
    RVal c = rec_pop(r);
    rec_push(r, v, own);
    rec_release(r, c, container);
    return true;
}

static bool list_item(PwRec *r, PyObject *o)
{
    bool list = PyList_CheckExact(o);
    PwRef ref = rec_object(r, rec_at(r, 2));
    rec_guard_sequence(r, ref, o);
    PwRef size = rec_ldf(r, list ? PW_F_LIST_SIZE : PW_F_VAR_SIZE, ref);
    PwRef idx = index_in(r, 1, size, Py_SIZE(o));
    if (idx.i == PW_NONE)
        return false;
    PwRef items = list ? rec_ldf(r, PW_F_LIST_ITEMS, ref) : rec_op1(r, PW_OP_tupleitems, ref, PW_NOSNAP);
    PwRef v = rec_ldx(r, list ? PW_A_LIST : PW_A_TUPLE, items, idx);
    rec_fact(r, v)->notnull = true;
    return replace_item(r, rec_dup(r, v), true);
}

static bool str_item(PwRec *r, PyObject *o)
{
    PwRef ref = rec_ref(r, rec_at(r, 2));
    rec_guard_type(r, ref, &PyUnicode_Type);
    PwRef idx = index_in(r, 1, rec_ldf(r, PW_F_STR_LENGTH, ref), PyUnicode_GET_LENGTH(o));
    if (idx.i == PW_NONE)
        return false;
    PwRef v = rec_call2(r, PW_H_str_at, ref, idx, rec_raise(r));
    rec_fact(r, v)->type = &PyUnicode_Type;
    return replace_item(r, v, true);
}

static bool dict_item(PwRec *r, PyObject *o, PyObject *key)
{
    if (!rec_quiet_lookup(o, key) || !PyDict_GetItemWithError(o, key) || !rec_strkeys(r, rec_at(r, 2), o)) {
        PyErr_Clear();
        return false;
    }
    rec_guard_type(r, rec_ref(r, rec_at(r, 1)), &PyUnicode_Type);
    PwRef v = rec_call2(r, PW_H_dict_get, rec_ref(r, rec_at(r, 2)), rec_ref(r, rec_at(r, 1)), PW_NOSNAP);
    rec_op1(r, PW_OP_gnotnull, v, rec_before(r));
    return replace_item(r, rec_dup(r, v), true);
}

/* slice(a, b) that was just built for this subscript: BUILD_SLICE left its parts unbuilt. */
static bool slice_item(PwRec *r, PyObject *o)
{
    PwHelper h = PyList_CheckExact(o)      ? PW_H_list_slice
                 : PyUnicode_CheckExact(o) ? PW_H_str_slice
                                           : PW_H_tuple_slice;
    PwRef ref = rec_object(r, rec_at(r, 2));
    rec_guard_sequence(r, ref, o);
    PwRef v = rec_call3(r, h, ref, r->slice[0], r->slice[1], rec_raise(r));
    rec_fact(r, v)->type = h == PW_H_tuple_slice ? &PyTuple_Type : Py_TYPE(o);
    PyObject *container = rec_obj(r, 2);
    rec_pop(r); /* the place of the slice: never built */
    RVal c = rec_pop(r);
    rec_push(r, v, true);
    rec_release(r, c, container);
    r->slice_open = false;
    return true;
}

bool rec_op_binary_subscr(PwRec *r, int oparg)
{
    (void)oparg;
    PyObject *o = rec_obj(r, 2), *key = rec_obj(r, 1);
    if (r->slice_open)
        return slice_item(r, o);
    bool done = false;
    if ((PyList_CheckExact(o) || rec_is_tuple(o)) && PyLong_CheckExact(key))
        done = list_item(r, o);
    else if (PyUnicode_CheckExact(o) && PyLong_CheckExact(key))
        done = str_item(r, o);
    else if (PyDict_CheckExact(o) && PyUnicode_CheckExact(key))
        done = dict_item(r, o, key);
    else
        done = rec_hash_item(r);
    if (!done && !r->failed)
        done = rec_own_subscript(r);
    return done || (!r->failed && rec_generic(r, PW_H_getitem, 2, PW_NOREF));
}

/* a[b] = c: the value stack is c, a, b. */
static bool store_list(PwRec *r, PyObject *o)
{
    rec_object(r, rec_at(r, 3));
    PwRef ref = rec_object(r, rec_at(r, 2));
    rec_guard_type(r, ref, &PyList_Type);
    PwRef size = rec_ldf(r, PW_F_LIST_SIZE, ref);
    int64_t i;
    PwRef idx = index_in(r, 1, size, Py_SIZE(o));
    if (idx.i == PW_NONE || !rec_fits(rec_obj(r, 1), &i))
        return false;
    PwRef items = rec_ldf(r, PW_F_LIST_ITEMS, ref), old = rec_ldx(r, PW_A_LIST, items, idx);
    PyObject *container = rec_obj(r, 2), *index = rec_obj(r, 1);
    PyObject *old_obj = PyList_GET_ITEM(o, i < 0 ? i + Py_SIZE(o) : i);
    RVal vi = rec_pop(r), vc = rec_pop(r), v = rec_pop(r);
    rec_own(r, &v);
    if (!v.own) /* a constant */
        rec_dup(r, v.ref);
    rec_emit(r, PW_OP_stx, PW_A_LIST, 0, (PwRef[]){items, idx, v.ref}, 3, PW_NOSNAP);
    rec_fact(r, old)->notnull = true;
    rec_release(r, (RVal){old, R_VAL, true}, old_obj);
    rec_release(r, vc, container);
    rec_release(r, vi, index);
    return true;
}

static bool store_dict(PwRec *r, PyObject *o)
{
    PyObject *key = rec_obj(r, 1);
    if (!rec_strkeys(r, rec_at(r, 2), o))
        return false;
    rec_guard_type(r, rec_ref(r, rec_at(r, 1)), &PyUnicode_Type);
    PyObject *old_obj = PyDict_GetItemWithError(o, key);
    PyErr_Clear();
    rec_object(r, rec_at(r, 3));
    PwRef old = rec_call3(r, PW_H_dict_set, rec_ref(r, rec_at(r, 2)), rec_ref(r, rec_at(r, 1)),
                          rec_ref(r, rec_at(r, 3)), rec_raise(r));
    r->keyed.n = 0;
    rec_pop_release(r);
    PyObject *container = rec_obj(r, 2), *value = rec_obj(r, 3);
    RVal c = rec_pop(r), v = rec_pop(r);
    rec_release(r, (RVal){old, R_VAL, true}, old_obj ? old_obj : Py_None);
    rec_release(r, c, container);
    rec_release(r, v, value);
    return true;
}

bool rec_op_store_subscr(PwRec *r, int oparg)
{
    (void)oparg;
    PyObject *o = rec_obj(r, 2), *key = rec_obj(r, 1);
    bool done = false;
    if (r->slice_open)
        return rec_fail(r, "storing to a slice");
    if (PyList_CheckExact(o) && PyLong_CheckExact(key))
        done = store_list(r, o);
    else if (PyDict_CheckExact(o) && PyUnicode_CheckExact(key))
        done = store_dict(r, o);
    if (!done && !r->failed)
        done = rec_hash_store(r);
    if (!done && !r->failed)
        done = rec_own_store_subscript(r);
    if (done || r->failed)
        return done;
    /* the helper's operands are a, b, c */
    for (unsigned k = 1; k <= 3; k++)
        rec_object(r, rec_at(r, k));
    rec_call3(r, PW_H_setitem, rec_ref(r, rec_at(r, 2)), rec_ref(r, rec_at(r, 1)), rec_ref(r, rec_at(r, 3)),
              rec_throw(r));
    PyObject *obj[3] = {rec_obj(r, 1), rec_obj(r, 2), rec_obj(r, 3)};
    RVal val[3];
    for (unsigned k = 0; k < 3; k++)
        val[k] = rec_pop(r);
    rec_opaque_done(r);
    for (unsigned k = 3; k-- > 0;)
        rec_release(r, val[k], obj[k]);
    return true;
}

bool rec_op_delete_subscr(PwRec *r, int oparg)
{
    (void)oparg;
    return rec_hash_delete(r) || (!r->failed && rec_generic(r, PW_H_delitem, 2, PW_NOREF));
}

/* -- slices -- */

/* The bounds of a slice without a step as i refs; None is the far end. */
static bool slice_bounds(PwRec *r)
{
    static const int64_t none[2] = {0, INT64_MAX};
    PwRef bound[2];
    int64_t v;
    for (unsigned k = 0; k < 2; k++) {
        PyObject *o = rec_obj(r, 2 - k);
        if (o != Py_None && !rec_fits(o, &v))
            return false;
    }
    for (unsigned k = 0; k < 2; k++) {
        PyObject *o = rec_obj(r, 2 - k);
        RVal *s = rec_at(r, 2 - k);
        if (o == Py_None) {
            rec_guard_is(r, rec_ref(r, s), rec_single(r, "None"));
            bound[k] = rec_int(r, none[k]);
        } else {
            bound[k] = rec_as_int(r, s, o);
        }
    }
    r->slice[0] = bound[0];
    r->slice[1] = bound[1];
    return !r->failed && !r->t->failed;
}

bool rec_op_build_slice(PwRec *r, int n)
{
    RFrame *f = rec_top(r);
    int arg;
    if (n == 2 && pw_host_opcode_at(f->co, r->next, &arg) == BINARY_SUBSCR) {
        PyObject *o = rec_obj(r, 3);
        bool plain = PyList_CheckExact(o) || PyUnicode_CheckExact(o) || rec_is_tuple(o);
        bool unowned = !rec_at(r, 1)->own && !rec_at(r, 2)->own && rec_at(r, 1)->state == R_VAL &&
                       rec_at(r, 2)->state == R_VAL;
        /* The guards of the subscript leave before the slice is built, so nothing may happen in between. */
        if (plain && unowned && slice_bounds(r)) {
            rec_guard_sequence(r, rec_object(r, rec_at(r, 3)), o);
            rec_pop(r);
            rec_pop(r);
            rec_push(r, rec_single(r, "None"), false);
            r->slice_open = true;
            return !r->failed;
        }
        if (r->failed || r->t->failed)
            return false;
    }
    for (unsigned k = 1; k <= (unsigned)n; k++)
        rec_object(r, rec_at(r, k));
    PwRef step = n == 3 ? rec_ref(r, rec_at(r, 1)) : rec_single(r, "None");
    PwRef v = rec_call3(r, PW_H_slice_new, rec_ref(r, rec_at(r, (unsigned)n)), rec_ref(r, rec_at(r, (unsigned)n - 1)),
                        step, rec_raise(r));
    for (int k = 0; k < n; k++)
        rec_pop_release(r);
    rec_push(r, v, true);
    return true;
}

/* -- building -- */

bool rec_op_build_tuple(PwRec *r, int n)
{
    PwRef item[PW_MAX_ARGS];
    if (n > 16 || !n) { /* large ones are not worth keeping apart */
        if (n > PW_MAX_ARGS || !n)
            return false;
        for (int k = 0; k < n; k++) {
            RVal *v = rec_at(r, (unsigned)(n - k));
            item[k] = rec_object(r, v);
            rec_own(r, rec_at(r, (unsigned)(n - k)));
        }
    }
    for (int k = 0; k < n; k++) {
        RVal *v = rec_at(r, (unsigned)(n - k));
        if (v->state == R_KEEP)
            return rec_fail(r, "a tuple of what frame memory holds");
        rec_own(r, v);
        if (v->state == R_VAL && !v->own && pw_ref_type(r->t, v->ref) == PW_T_O) {
            rec_dup(r, v->ref);
            v->own = true;
        }
        item[k] = v->ref;
    }
    PwRef t = n <= 16 ? rec_emit(r, PW_OP_vtuple, 0, 0, item, (unsigned)n, PW_NOSNAP)
                      : rec_emit(r, PW_OP_mktuple, 0, 0, item, (unsigned)n, rec_raise(r));
    for (int k = 0; k < n; k++)
        rec_pop(r);
    rec_push(r, t, true);
    return true;
}

bool rec_op_build_list(PwRec *r, int n)
{
    PwRef item[PW_MAX_ARGS];
    if (n > PW_MAX_ARGS)
        return false;
    for (int k = 0; k < n; k++)
        rec_object(r, rec_at(r, (unsigned)(n - k)));
    for (int k = 0; k < n; k++) {
        RVal *v = rec_at(r, (unsigned)(n - k));
        if (v->state == R_KEEP)
            return rec_fail(r, "a list of what frame memory holds");
        if (!v->own) {
            rec_dup(r, v->ref);
            v->own = true;
        }
        item[k] = v->ref;
    }
    r->before = PW_NOSNAP;
    PwRef l = rec_emit(r, PW_OP_mklist, 0, 0, item, (unsigned)n, rec_raise(r));
    rec_fact(r, l)->type = &PyList_Type;
    for (int k = 0; k < n; k++)
        rec_pop(r);
    rec_push(r, l, true);
    return true;
}

/* n operands, borrowed, by an opaque helper of any number of them. */
static bool build_opaque(PwRec *r, PwHelper h, unsigned n)
{
    PwRef item[PW_MAX_ARGS];
    if (n > PW_MAX_ARGS)
        return false;
    for (unsigned k = 0; k < n; k++)
        rec_object(r, rec_at(r, n - k));
    for (unsigned k = 0; k < n; k++)
        item[k] = rec_ref(r, rec_at(r, n - k));
    PwRef v = rec_call(r, h, item, n, rec_raise(r));
    for (unsigned k = 0; k < n; k++)
        rec_pop_release(r);
    rec_push(r, v, true);
    return true;
}

/* A dict of n keys and their values, in place of the values on the stack. strs: the keys are exact strs. */
static bool make_dict(PwRec *r, const PwRef *items, unsigned n, bool strs, unsigned on_stack)
{
    PwRef v = rec_call(r, strs ? PW_H_dict_strs : PW_H_dict_of, items, 2 * n, rec_raise(r));
    rec_fact(r, v)->type = &PyDict_Type;
    for (unsigned k = 0; k < on_stack; k++)
        rec_pop_release(r);
    rec_push(r, v, true);
    if (!strs)
        rec_opaque_done(r);
    return !r->failed;
}

bool rec_op_build_const_key_map(PwRec *r, int oparg)
{
    PyObject *keys = rec_obj(r, 1);
    PwRef item[PW_MAX_ARGS];
    unsigned n = (unsigned)oparg;
    if (2 * n > PW_MAX_ARGS || !PyTuple_CheckExact(keys))
        return false;
    bool strs = true;
    for (unsigned k = 0; k < n; k++)
        strs &= PyUnicode_CheckExact(PyTuple_GET_ITEM(keys, k));
    for (unsigned k = 0; k < n; k++)
        rec_object(r, rec_at(r, n + 1 - k));
    PwRef names = rec_op1(r, PW_OP_tupleitems, rec_ref(r, rec_at(r, 1)), PW_NOSNAP);
    for (unsigned k = 0; k < n; k++) {
        item[2 * k] = rec_ldx(r, PW_A_TUPLE, names, rec_int(r, k));
        item[2 * k + 1] = rec_ref(r, rec_at(r, n + 1 - k));
    }
    return make_dict(r, item, n, strs, n + 1);
}

static bool build_str_map(PwRec *r, unsigned n)
{
    PwRef item[PW_MAX_ARGS];
    if (2 * n > PW_MAX_ARGS)
        return false;
    for (unsigned k = 0; k < n; k++)
        if (!PyUnicode_CheckExact(rec_obj(r, 2 * n - 2 * k)))
            return false;
    for (unsigned k = 1; k <= 2 * n; k++)
        rec_object(r, rec_at(r, k));
    for (unsigned k = 0; k < 2 * n; k++)
        item[k] = rec_ref(r, rec_at(r, 2 * n - k));
    for (unsigned k = 0; k < n; k++)
        rec_guard_type(r, item[2 * k], &PyUnicode_Type);
    return make_dict(r, item, n, true, 2 * n);
}

bool rec_op_build_map(PwRec *r, int n)
{
    if (build_str_map(r, (unsigned)n))
        return true;
    if (r->failed || r->t->failed)
        return false;
    if (!build_opaque(r, PW_H_dict_of, 2 * (unsigned)n))
        return false;
    rec_opaque_done(r);
    rec_fact(r, rec_at(r, 1)->ref)->type = &PyDict_Type;
    return true;
}

bool rec_op_build_set(PwRec *r, int n)
{
    if (!build_opaque(r, PW_H_set_of, (unsigned)n))
        return false;
    rec_opaque_done(r);
    rec_fact(r, rec_at(r, 1)->ref)->type = &PySet_Type;
    return true;
}

bool rec_op_build_string(PwRec *r, int n)
{
    for (int k = 1; k <= n; k++) {
        if (!PyUnicode_CheckExact(rec_obj(r, (unsigned)k)))
            return false;
        rec_guard_type(r, rec_ref(r, rec_at(r, (unsigned)k)), &PyUnicode_Type);
    }
    if (!build_opaque(r, PW_H_str_build, (unsigned)n))
        return false;
    rec_fact(r, rec_at(r, 1)->ref)->type = &PyUnicode_Type;
    return true;
}

bool rec_op_make_function(PwRec *r, int flags)
{
    RFrame *f = rec_top(r);
    if (flags & 4)
        return false; /* annotations */
    unsigned at = 1, n = 1 + (flags & 1) + (flags >> 1 & 1) + (flags >> 3 & 1);
    PwRef null = pw_tree_const(r->t, PW_OP_knull, 0), part[4] = {null, null, null, null};
    for (unsigned k = 1; k <= n; k++)
        rec_object(r, rec_at(r, k));
    part[0] = rec_ref(r, rec_at(r, at++));
    if (flags & 8)
        part[3] = rec_ref(r, rec_at(r, at++));
    if (flags & 2)
        part[2] = rec_ref(r, rec_at(r, at++));
    if (flags & 1)
        part[1] = rec_ref(r, rec_at(r, at++));
    PwRef args[5] = {part[0], pw_tree_kobj(r->t, f->globals_sym), part[1], part[2], part[3]};
    PwRef v = rec_call(r, PW_H_func_new, args, 5, rec_raise(r));
    rec_fact(r, v)->type = &PyFunction_Type;
    for (unsigned k = 0; k < n; k++)
        rec_pop_release(r);
    rec_push(r, v, true);
    return true;
}

bool rec_op_format_value(PwRec *r, int oparg)
{
    bool spec = (oparg & 4) != 0;
    if (!spec && oparg == 0 && PyUnicode_CheckExact(rec_obj(r, 1))) { /* a str is its own format */
        rec_guard_type(r, rec_ref(r, rec_at(r, 1)), &PyUnicode_Type);
        return !r->failed;
    }
    unsigned n = spec ? 2 : 1;
    for (unsigned k = 1; k <= n; k++)
        rec_object(r, rec_at(r, k));
    PwRef none = pw_tree_const(r->t, PW_OP_knull, 0);
    PwRef v = rec_call3(r, PW_H_format, rec_ref(r, rec_at(r, n)), spec ? rec_ref(r, rec_at(r, 1)) : none,
                        rec_int(r, oparg & 3), rec_throw(r));
    for (unsigned k = 0; k < n; k++)
        rec_pop_release(r);
    rec_push(r, v, true);
    rec_opaque_done(r);
    return true;
}

/* -- comprehensions: the container lies oparg below the value -- */

bool rec_op_list_append(PwRec *r, int oparg)
{
    rec_object(r, rec_at(r, 1));
    PwRef list = rec_ref(r, rec_at(r, (unsigned)oparg + 1));
    rec_call2(r, PW_H_list_append, list, rec_ref(r, rec_at(r, 1)), rec_raise(r));
    rec_pop_release(r);
    return true;
}

static bool add_opaque(PwRec *r, PwHelper h, unsigned below)
{
    rec_object(r, rec_at(r, 1));
    PwRef c = rec_ref(r, rec_at(r, below + 1));
    rec_call2(r, h, c, rec_ref(r, rec_at(r, 1)), rec_raise(r));
    rec_pop_release(r);
    rec_opaque_done(r);
    return true;
}

bool rec_op_list_extend(PwRec *r, int oparg)
{
    return add_opaque(r, PW_H_extend, (unsigned)oparg);
}

bool rec_op_list_to_tuple(PwRec *r, int oparg)
{
    (void)oparg;
    PwRef v = rec_call1(r, PW_H_tuple_of_list, rec_ref(r, rec_at(r, 1)), rec_raise(r));
    rec_fact(r, v)->type = &PyTuple_Type;
    rec_pop_release(r);
    rec_push(r, v, true);
    return true;
}

bool rec_op_set_update(PwRec *r, int oparg)
{
    return add_opaque(r, PW_H_set_update, (unsigned)oparg);
}

bool rec_op_dict_update(PwRec *r, int oparg)
{
    if (!PyDict_CheckExact(rec_obj(r, 1)))
        return false;
    rec_guard_type(r, rec_ref(r, rec_at(r, 1)), &PyDict_Type);
    return add_opaque(r, PW_H_dict_update, (unsigned)oparg);
}

/* f(**a): the dict below is new and empty. One that has keys could have the same ones. */
bool rec_op_dict_merge(PwRec *r, int oparg)
{
    PyObject *from = rec_obj(r, 1), *to = rec_obj(r, (unsigned)oparg + 1);
    if (!PyDict_CheckExact(from) || !PyDict_CheckExact(to) || PyDict_GET_SIZE(to) || !rec_strkeys(r, rec_at(r, 1), from))
        return false;
    PwRef dict = rec_ref(r, rec_at(r, (unsigned)oparg + 1));
    rec_guard_type(r, dict, &PyDict_Type);
    PwRef used = rec_ldf(r, PW_F_DICT_USED, dict);
    rec_guard_cond(r, rec_op2(r, PW_OP_ieq, used, rec_int(r, 0), PW_NOSNAP), true, rec_before(r));
    rec_call2(r, PW_H_dict_merge, dict, rec_ref(r, rec_at(r, 1)), rec_raise(r));
    rec_pop_release(r);
    return !r->failed;
}

bool rec_op_set_add(PwRec *r, int oparg)
{
    return add_opaque(r, PW_H_set_add, (unsigned)oparg);
}

bool rec_op_map_add(PwRec *r, int oparg)
{
    rec_object(r, rec_at(r, 1));
    rec_object(r, rec_at(r, 2));
    PwRef map = rec_ref(r, rec_at(r, (unsigned)oparg + 2));
    rec_call3(r, PW_H_map_add, map, rec_ref(r, rec_at(r, 2)), rec_ref(r, rec_at(r, 1)), rec_raise(r));
    rec_pop_release(r);
    rec_pop_release(r);
    rec_opaque_done(r);
    return true;
}
