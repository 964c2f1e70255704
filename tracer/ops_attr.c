/* Attributes: of instances, classes and modules. */
#include "tracer/ops.h"

#include "host/types.h"

#include <structmember.h>

typedef struct Attr {
    PyObject *obj, *name, *descr; /* descr: what the class has under the name, or NULL */
    PyTypeObject *type;
    const char *s;
    PwSymNo type_sym;
} Attr;

static bool attr_begin(PwRec *r, Attr *a, PyObject *obj, PyObject *name)
{
    Py_ssize_t n;
    a->obj = obj;
    a->name = name;
    a->type = Py_TYPE(obj);
    a->s = PyUnicode_AsUTF8AndSize(name, &n);
    if (!a->s || strlen(a->s) != (size_t)n || n > PW_MAX_NAME) {
        PyErr_Clear();
        return rec_fail(r, "an attribute name that cannot be stored");
    }
    a->descr = _PyType_Lookup(a->type, name);
    return true;
}

static bool is_data_descr(PyObject *d)
{
    return d && Py_TYPE(d)->tp_descr_set;
}

static PwSymNo attr_sym(PwRec *r, const Attr *a, PwSymKind kind)
{
    return pw_tree_sym(r->t, kind, rec_type_sym(r, a->type), 0, a->s, NULL);
}

static bool has_own_class(PyObject *o)
{
    return o && Py_TYPE(o)->tp_flags & Py_TPFLAGS_HEAPTYPE;
}

/* The object is of its class, and the class looks attributes up as object does. */
static void guard_object(PwRec *r, const Attr *a, PwRef ref)
{
    rec_guard_type(r, ref, a->type);
    rec_assume_plain(r, a->type, "getattr");
}

/* The class attribute as a constant: the class is guarded already. */
static PwRef class_value(PwRec *r, const Attr *a)
{
    PwRef k = pw_tree_kobj(r->t, attr_sym(r, a, PW_S_typeattr));
    rec_constant_fact(r, k, a->descr);
    if (has_own_class(a->descr)) /* which may become one of descriptors */
        rec_guard_type(r, k, Py_TYPE(a->descr));
    return k;
}

/* Index of the name in the shared keys of a class with inline values; -1: not there. */
static Py_ssize_t inline_index(const Attr *a)
{
    PyHeapTypeObject *ht = (PyHeapTypeObject *)a->type;
    PyDictKeysObject *keys = ht->ht_cached_keys;
    if (!keys || keys->dk_kind == DICT_KEYS_GENERAL)
        return -1;
    for (Py_ssize_t i = 0; i < keys->dk_nentries; i++)
        if (DK_UNICODE_ENTRIES(keys)[i].me_key == a->name)
            return i;
    return -1;
}

static bool has_inline_values(const Attr *a)
{
    return a->type->tp_flags & Py_TPFLAGS_MANAGED_DICT && *_PyObject_ValuesPointer(a->obj);
}

/* The index of the name in the instance's own dict, for an instance without inline values; -1: it has no such dict, or other
 * keys than strs in it, or nothing under the name. */
static Py_ssize_t dict_index(const Attr *a, PyObject **value)
{
    PyDictObject *dict = has_inline_values(a) ? NULL : (PyDictObject *)pw_host_instance_dict(a->obj);
    PyDictKeysObject *keys = dict ? dict->ma_keys : NULL;
    if (!keys || keys->dk_kind == DICT_KEYS_GENERAL)
        return -1;
    for (Py_ssize_t i = 0; i < keys->dk_nentries; i++)
        if (DK_UNICODE_ENTRIES(keys)[i].me_key == a->name) {
            *value = dict->ma_values ? dict->ma_values->values[i] : DK_UNICODE_ENTRIES(keys)[i].me_value;
            return *value ? i : -1;
        }
    return -1;
}

/* The value of an attribute that is in the instance's own dict; the class is guarded, and what it has under the name is no data
 * descriptor: it has nothing, or something of the same type. */
static PwRef load_from_dict(PwRec *r, const Attr *a, PwRef ref, Py_ssize_t index)
{
    if (a->descr)
        pw_tree_sym(r->t, PW_S_isinst, attr_sym(r, a, PW_S_typeattr), 0, Py_TYPE(a->descr)->tp_name, NULL);
    else
        attr_sym(r, a, PW_S_notypeattr);
    PwRef v = rec_call3(r, PW_H_attr_dict, ref, rec_str(r, a->name), rec_int(r, index), PW_NOSNAP);
    rec_op1(r, PW_OP_gnotnull, v, rec_before(r));
    rec_fact(r, v)->notnull = true;
    return v;
}

static bool is_plain_type(PyTypeObject *t)
{
    return t->tp_flags & Py_TPFLAGS_HEAPTYPE || t->tp_dictoffset == 0;
}

/* Is there an attribute of this name in the instance's own dict, or could there be? */
static bool may_hide(const Attr *a)
{
    PyObject *dict = pw_host_instance_dict(a->obj);
    return dict && (((PyDictObject *)dict)->ma_keys->dk_kind == DICT_KEYS_GENERAL || PyDict_Contains(dict, a->name));
}

/* Instances have no attribute of this name, and will not get one unseen. */
static bool guard_no_instance_attr(PwRec *r, const Attr *a, PwRef ref)
{
    if (!(a->type->tp_flags & Py_TPFLAGS_MANAGED_DICT) && !a->type->tp_dictoffset)
        return true;
    if (!has_inline_values(a)) {
        if (may_hide(a))
            return false;
        rec_guard_cond(r, rec_call2(r, PW_H_attr_hides, ref, rec_str(r, a->name), PW_NOSNAP), false, rec_before(r));
        return true;
    }
    if (inline_index(a) >= 0)
        return false;
    PwSymNo type_sym = rec_type_sym(r, a->type);
    pw_tree_sym(r->t, PW_S_noattr, type_sym, 0, a->s, NULL);
    rec_op1(r, PW_OP_gptr, rec_op1(r, PW_OP_values, ref, PW_NOSNAP), rec_before(r));
    rec_emit(r, PW_OP_gckeys, 0, pw_tree_sym(r->t, PW_S_ckeysver, type_sym, 0, NULL, NULL).i, &ref, 1, rec_before(r));
    return true;
}

/* The place of a slot of __slots__ or of an inline value: base pointer and index. false: neither. */
static bool attr_place(PwRec *r, const Attr *a, PwRef ref, PwRef *base, PwRef *index)
{
    if (a->descr && Py_IS_TYPE(a->descr, &PyMemberDescr_Type)) {
        if (((PyMemberDescrObject *)a->descr)->d_member->type != T_OBJECT_EX ||
            ((PyMemberDescrObject *)a->descr)->d_member->flags & READONLY)
            return false;
        PwRef ofs = pw_tree_const(r->t, PW_OP_kidx, attr_sym(r, a, PW_S_slotofs).i);
        *base = rec_op2(r, PW_OP_addp, ref, ofs, PW_NOSNAP);
        *index = rec_int(r, 0);
        return true;
    }
    if (!has_inline_values(a) || inline_index(a) < 0)
        return false;
    *base = rec_op1(r, PW_OP_values, ref, PW_NOSNAP);
    rec_op1(r, PW_OP_gptr, *base, rec_before(r));
    *index = pw_tree_const(r->t, PW_OP_kidx, attr_sym(r, a, PW_S_attridx).i);
    return true;
}

static PyObject *place_now(const Attr *a)
{
    if (a->descr && Py_IS_TYPE(a->descr, &PyMemberDescr_Type))
        return *(PyObject **)((char *)a->obj + ((PyMemberDescrObject *)a->descr)->d_member->offset);
    return (*_PyObject_ValuesPointer(a->obj))->values[inline_index(a)];
}

/* Pops the object and pushes the attribute. */
static bool replace_object(PwRec *r, PwRef v, bool own)
{
    PyObject *o = rec_obj(r, 1);
    RVal top = rec_pop(r);
    rec_push(r, v, own);
    rec_release(r, top, o);
    return true;
}

/* -- modules -- */

static bool module_attr(PwRec *r, const Attr *a, PwRef *v)
{
    PwRef ref = rec_ref(r, rec_at(r, 1));
    if (!PyModule_CheckExact(a->obj) || pw_ins(r->t, ref)->op != PW_OP_kobj)
        return false;
    PyObject *dict = ((PyModuleObject *)a->obj)->md_dict;
    PyObject *value = dict ? PyDict_GetItemWithError(dict, a->name) : NULL;
    if (!value || is_data_descr(a->descr)) {
        PyErr_Clear();
        return false;
    }
    PwSymNo sym = pw_tree_sym(r->t, PW_S_moddict, (PwSymNo){(uint32_t)pw_ins(r->t, ref)->imm}, 0, NULL, NULL);
    *v = rec_dict_value(r, sym, dict, a->name, value);
    return v->i != PW_NONE;
}

/* -- classes as objects -- */

/* The attribute of a class that is a linked constant: a constant while the class has the same version. */
static bool type_attr(PwRec *r, PyObject *obj, PyObject *name, const char *s, PwRef *v, PyObject **value)
{
    PwRef ref = rec_ref(r, rec_at(r, 1));
    if (!PyType_Check(obj) || Py_TYPE(obj) != &PyType_Type || pw_ins(r->t, ref)->op != PW_OP_kobj)
        return false;
    PyTypeObject *type = (PyTypeObject *)obj;
    PyObject *meta = _PyType_Lookup(&PyType_Type, name), *d = _PyType_Lookup(type, name);
    if (!d || is_data_descr(meta))
        return false;
    if (Py_TYPE(d)->tp_descr_get && !PyFunction_Check(d) && !Py_IS_TYPE(d, &PyStaticMethod_Type) &&
        !Py_IS_TYPE(d, &PyMethodDescr_Type) && !PyType_Check(d))
        return false;
    PwSymNo type_sym = {(uint32_t)pw_ins(r->t, ref)->imm};
    if (!rec_is_static(type))
        rec_guard_class_object(r, ref, type_sym);
    PwSymNo sym = pw_tree_sym(r->t, PW_S_typeattr, type_sym, 0, s, NULL);
    if (Py_IS_TYPE(d, &PyStaticMethod_Type)) {
        d = PyObject_GetAttrString(d, "__func__");
        if (!d) {
            PyErr_Clear();
            return false;
        }
        Py_DECREF(d); /* the staticmethod keeps it */
        sym = pw_tree_sym(r->t, PW_S_unwrap, sym, 0, NULL, NULL);
    }
    *v = pw_tree_kobj(r->t, sym);
    *value = d;
    rec_constant_fact(r, *v, d);
    if (has_own_class(d))
        rec_guard_type(r, *v, Py_TYPE(d));
    return true;
}

/* -- loading -- */

static bool property_get(PwRec *r, const Attr *a, PwRef ref)
{
    if (!Py_IS_TYPE(a->descr, &PyProperty_Type))
        return false;
    PyObject *fget = ((PwPropertyLike *)a->descr)->prop_get;
    if (!fget || !PyFunction_Check(fget) || !rec_can_inline(r, (PyFunctionObject *)fget, 1, NULL, true) ||
        !rec_may_take_over(r, (PyFunctionObject *)fget, 1, 0, NULL))
        return false;
    guard_object(r, a, ref);
    PwSymNo sym = pw_tree_sym(r->t, PW_S_propget, attr_sym(r, a, PW_S_typeattr), 0, NULL, NULL);
    if (!rec_guard_function(r, (PyFunctionObject *)fget, pw_tree_kobj(r->t, sym), sym, 1, NULL))
        return false;
    RVal self = rec_pop(r);
    return rec_enter_function(r, (PyFunctionObject *)fget, pw_tree_kobj(r->t, sym), sym, &self, 1, NULL, PW_CONT_PUSH);
}

/* An attribute of a namedtuple: its item. */
static bool tuple_attr(PwRec *r, const Attr *a, PwRef ref)
{
    Py_ssize_t n = a->descr && PyTuple_Check(a->obj) ? pw_host_tuple_getter(a->descr) : -1;
    if (n < 0 || n >= Py_SIZE(a->obj))
        return false;
    guard_object(r, a, ref);
    PwSymNo sym = pw_tree_sym(r->t, PW_S_tupleidx, attr_sym(r, a, PW_S_typeattr), 0, NULL, NULL);
    PwRef index = pw_tree_const(r->t, PW_OP_kidx, sym.i);
    rec_guard_cond(r, rec_op2(r, PW_OP_iult, index, rec_ldf(r, PW_F_VAR_SIZE, ref), PW_NOSNAP), true, rec_before(r));
    PwRef v = rec_ldx(r, PW_A_TUPLE, rec_op1(r, PW_OP_tupleitems, ref, PW_NOSNAP), index);
    rec_fact(r, v)->notnull = true;
    return replace_object(r, rec_dup(r, v), true);
}

static bool instance_attr(PwRec *r, const Attr *a, bool *done)
{
    PwRef ref = rec_ref(r, rec_at(r, 1)), base, index, v;
    *done = true;
    if (a->descr && (property_get(r, a, ref) || (!r->failed && tuple_attr(r, a, ref))))
        return true;
    bool slot = a->descr && Py_IS_TYPE(a->descr, &PyMemberDescr_Type);
    if (!slot && is_data_descr(a->descr))
        return *done = false, true;
    if (slot || (has_inline_values(a) && inline_index(a) >= 0)) {
        if ((!slot && has_own_class(a->descr)) || !place_now(a) ||
            (slot && ((PyMemberDescrObject *)a->descr)->d_member->type != T_OBJECT_EX))
            return *done = false, true;
        guard_object(r, a, ref);
        if (!attr_place(r, a, ref, &base, &index))
            return *done = false, true;
        v = rec_ldx(r, PW_A_ATTR, base, index);
        rec_op1(r, PW_OP_gnotnull, v, rec_before(r));
        rec_fact(r, v)->notnull = true;
        return replace_object(r, rec_dup(r, v), true);
    }
    PyObject *value;
    Py_ssize_t in_dict = slot || has_own_class(a->descr) ? -1 : dict_index(a, &value);
    if (in_dict >= 0) {
        guard_object(r, a, ref);
        return replace_object(r, rec_dup(r, load_from_dict(r, a, ref, in_dict)), true);
    }
    if (!a->descr || Py_TYPE(a->descr)->tp_descr_get) {
        bool function = a->descr && PyFunction_Check(a->descr);
        if (!function)
            return *done = false, true;
        guard_object(r, a, ref);
        if (!guard_no_instance_attr(r, a, ref))
            return *done = false, true;
        v = rec_call2(r, PW_H_method_new, class_value(r, a), ref, rec_raise(r));
        rec_fact(r, v)->type = &PyMethod_Type;
        return replace_object(r, v, true);
    }
    guard_object(r, a, ref);
    if (!guard_no_instance_attr(r, a, ref))
        return *done = false, true;
    return replace_object(r, class_value(r, a), false);
}

bool rec_op_load_attr(PwRec *r, int oparg)
{
    Attr a;
    PwRef v;
    PyObject *value, *o = rec_obj(r, 1);
    bool done = false;
    rec_object(r, rec_at(r, 1));
    if (!attr_begin(r, &a, o, PyTuple_GET_ITEM(rec_top(r)->co->co_names, oparg)))
        return false;
    if (module_attr(r, &a, &v)) {
        bool constant = pw_ins(r->t, v)->op == PW_OP_kobj;
        return replace_object(r, constant ? v : rec_dup(r, v), !constant);
    }
    if (!r->failed && type_attr(r, o, a.name, a.s, &v, &value))
        return replace_object(r, v, false);
    if (!r->failed && a.type->tp_getattro == PyObject_GenericGetAttr && is_plain_type(a.type) &&
        !(instance_attr(r, &a, &done) && !done))
        return done;
    if (r->failed || r->t->failed)
        return false;
    PwRef name = rec_str(r, a.name);
    v = rec_call2(r, PW_H_getattr, rec_ref(r, rec_at(r, 1)), name, rec_throw(r));
    rec_opaque_done(r);
    return replace_object(r, v, true);
}

/* -- methods -- */

/* The class's method under the name as a constant; the object is guarded. */
static bool method_of(PwRec *r, const Attr *a, PwRef ref, PwRef *method)
{
    if (!a->descr || (!PyFunction_Check(a->descr) && !Py_IS_TYPE(a->descr, &PyMethodDescr_Type)) ||
        a->type->tp_getattro != PyObject_GenericGetAttr)
        return false;
    if (has_inline_values(a) ? inline_index(a) >= 0 : may_hide(a))
        return false;
    guard_object(r, a, ref);
    if (r->failed || !guard_no_instance_attr(r, a, ref))
        return false;
    *method = class_value(r, a);
    return true;
}

bool rec_op_load_method(PwRec *r, int oparg)
{
    Attr a;
    PwRef v;
    PyObject *value, *o = rec_obj(r, 1);
    if (r->super_open)
        return rec_super_method(r);
    rec_object(r, rec_at(r, 1));
    if (!attr_begin(r, &a, o, PyTuple_GET_ITEM(rec_top(r)->co->co_names, oparg)))
        return false;
    if (module_attr(r, &a, &v) || (!r->failed && type_attr(r, o, a.name, a.s, &v, &value))) {
        RVal top = rec_pop(r);
        bool constant = pw_ins(r->t, v)->op == PW_OP_kobj;
        rec_push_null(r);
        rec_push(r, constant ? v : rec_dup(r, v), !constant);
        rec_release(r, top, o);
        return true;
    }
    if (r->failed)
        return false;
    if (method_of(r, &a, rec_ref(r, rec_at(r, 1)), &v)) {
        RVal self = rec_pop(r);
        rec_push(r, v, false);
        rec_push(r, self.ref, self.own);
        return true;
    }
    if (r->failed || r->t->failed)
        return false;
    /* whatever it is: the attribute, called without self. The interpreter may do it otherwise, to the same end */
    if (a.type->tp_getattro == PyObject_GenericGetAttr && a.descr &&
        Py_TYPE(a.descr)->tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR)
        return rec_fail(r, "a method that instances may hide (%s)", a.s);
    PwRef name = rec_str(r, a.name);
    v = rec_call2(r, PW_H_getattr, rec_ref(r, rec_at(r, 1)), name, rec_throw(r));
    RVal top = rec_pop(r);
    rec_push_null(r);
    rec_push(r, v, true);
    rec_opaque_done(r);
    rec_release(r, top, o);
    return true;
}

/* -- storing -- */

/* o.name = v: the value stack is v, o. */
static bool store_place(PwRec *r, const Attr *a)
{
    bool slot = a->descr && Py_IS_TYPE(a->descr, &PyMemberDescr_Type);
    if (!slot && (is_data_descr(a->descr) || has_own_class(a->descr) || !has_inline_values(a) || inline_index(a) < 0))
        return false;
    rec_object(r, rec_at(r, 2));
    PwRef ref = rec_ref(r, rec_at(r, 1)), base, index;
    rec_guard_type(r, ref, a->type);
    rec_assume_plain(r, a->type, "setattr");
    if (r->failed || !attr_place(r, a, ref, &base, &index))
        return false;
    PyObject *old_obj = place_now(a), *obj = rec_obj(r, 1);
    PwRef old = rec_ldx(r, PW_A_ATTR, base, index);
    rec_op1(r, old_obj ? PW_OP_gnotnull : PW_OP_gnull, old, rec_before(r));
    RVal o = rec_pop(r), v = rec_pop(r);
    rec_own(r, &v);
    if (old_obj || slot)
        rec_emit(r, PW_OP_stx, PW_A_ATTR, 0, (PwRef[]){base, index, v.ref}, 3, PW_NOSNAP);
    else
        rec_call3(r, PW_H_attr_init, ref, index, v.ref, PW_NOSNAP);
    if (old_obj) {
        rec_fact(r, old)->notnull = true;
        rec_release(r, (RVal){old, R_VAL, true}, old_obj);
    }
    rec_release(r, o, obj);
    return true;
}

/* The same for an attribute that the instance's own dict has already. */
static bool store_in_dict(PwRec *r, const Attr *a)
{
    PyObject *old_obj, *obj = rec_obj(r, 1), *value = rec_obj(r, 2);
    Py_ssize_t index = is_data_descr(a->descr) || has_own_class(a->descr) ? -1 : dict_index(a, &old_obj);
    if (index < 0)
        return false;
    rec_object(r, rec_at(r, 2));
    PwRef ref = rec_ref(r, rec_at(r, 1));
    rec_guard_type(r, ref, a->type);
    rec_assume_plain(r, a->type, "setattr");
    if (r->failed)
        return false;
    PwRef old = rec_dup(r, load_from_dict(r, a, ref, index));
    rec_call3(r, PW_H_attr_put, ref, rec_str(r, a->name), rec_ref(r, rec_at(r, 2)), PW_NOSNAP);
    RVal o = rec_pop(r), v = rec_pop(r);
    rec_release(r, (RVal){old, R_VAL, true}, old_obj);
    rec_release(r, v, value);
    rec_release(r, o, obj);
    return true;
}

bool rec_op_store_attr(PwRec *r, int oparg)
{
    Attr a;
    PyObject *o = rec_obj(r, 1), *value = rec_obj(r, 2);
    rec_object(r, rec_at(r, 1));
    if (!attr_begin(r, &a, o, PyTuple_GET_ITEM(rec_top(r)->co->co_names, oparg)))
        return false;
    if (a.type->tp_setattro == PyObject_GenericSetAttr && a.type->tp_flags & Py_TPFLAGS_HEAPTYPE &&
        (store_place(r, &a) || (!r->failed && store_in_dict(r, &a))))
        return true;
    if (r->failed || r->t->failed)
        return false;
    rec_object(r, rec_at(r, 2));
    PwRef name = rec_str(r, a.name);
    rec_call3(r, PW_H_setattr, rec_ref(r, rec_at(r, 1)), name, rec_ref(r, rec_at(r, 2)), rec_throw(r));
    RVal obj = rec_pop(r), v = rec_pop(r);
    rec_opaque_done(r);
    rec_release(r, v, value);
    rec_release(r, obj, o);
    return true;
}

bool rec_op_delete_attr(PwRec *r, int oparg)
{
    PyObject *o = rec_obj(r, 1);
    rec_object(r, rec_at(r, 1));
    PwRef name = rec_str(r, PyTuple_GET_ITEM(rec_top(r)->co->co_names, oparg));
    rec_call2(r, PW_H_delattr, rec_ref(r, rec_at(r, 1)), name, rec_throw(r));
    RVal obj = rec_pop(r);
    rec_opaque_done(r);
    rec_release(r, obj, o);
    return true;
}
