/* super().method(...): the super object is not built. What it would find is a symbol that the linker evaluates along the method
 * resolution order, and the stack gets function and self: the interpreter would have a bound method there, and comes to the same
 * two values at the call. */
#include "host/types.h"
#include "tracer/ops.h"

/* The class whose method this is, from its cell. NULL: there is none. */
static PyObject *defining_class(PwRec *r, int *slot)
{
    PyCodeObject *co = rec_top(r)->co;
    for (int i = co->co_nlocalsplus - co->co_nfreevars; i < co->co_nlocalsplus; i++)
        if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(co->co_localsplusnames, i), "__class__") == 0) {
            PyObject *cell = r->ev->frame->localsplus[i];
            *slot = i;
            return cell && PyCell_Check(cell) ? PyCell_GET(cell) : NULL;
        }
    return NULL;
}

/* What super finds: along the order of type, behind cls. Borrowed. */
static PyObject *find_behind(PyTypeObject *type, PyObject *cls, PyObject *name)
{
    PyObject *mro = type->tp_mro, *found = NULL;
    Py_ssize_t n = mro ? PyTuple_GET_SIZE(mro) : 0, i = 0;
    while (i < n && PyTuple_GET_ITEM(mro, i) != cls)
        i++;
    for (i++; i < n && !found; i++)
        found = PyDict_GetItemWithError(((PyTypeObject *)PyTuple_GET_ITEM(mro, i))->tp_dict, name);
    PyErr_Clear();
    return found;
}

/* The function's symbol: a child of the class of self. */
static PwSymNo super_sym(PwRec *r, PyTypeObject *type, PyObject *cls, PyObject *name)
{
    char text[PW_MAX_NAME];
    const char *s = PyUnicode_AsUTF8(name);
    size_t n = s ? strlen(s) : sizeof text;
    if (n + 2 > sizeof text || !pw_host_class_name((PyTypeObject *)cls, text + n + 1, sizeof text - n - 1)) {
        PyErr_Clear();
        return PW_NOSYM;
    }
    memcpy(text, s, n);
    text[n] = ',';
    PwSymNo parent = rec_type_sym(r, type);
    return parent.i == PW_NONE ? PW_NOSYM : pw_tree_sym(r->t, PW_S_superattr, parent, 0, text, NULL);
}

/* Guards that `super` is what it was, self of its class and the cell unchanged. */
static void guard_super(PwRec *r, PwSymNo super, PwRef self, PyTypeObject *type, int cell, PyObject *cls)
{
    pw_tree_sym(r->t, PW_S_istype, super, 0, "builtins:super", NULL);
    rec_guard_type(r, self, type);
    PwRef held = rec_ldf(r, PW_F_CELL_REF, rec_ref(r, &rec_top(r)->slot[cell]));
    PwSymNo named = rec_type_sym(r, (PyTypeObject *)cls);
    if (!r->failed)
        rec_guard_is(r, held, pw_tree_kobj(r->t, named));
}

bool rec_super_call(PwRec *r, PyObject *callee, PwSymNo sym)
{
    RFrame *f = rec_top(r);
    PyCodeObject *co = f->co;
    int arg, cell = 0;
    if (callee != (PyObject *)&PySuper_Type || !co->co_argcount || pw_host_opcode_at(co, r->next, &arg) != LOAD_METHOD ||
        PyBytes_AS_STRING(co->co_localspluskinds)[0] & CO_FAST_CELL)
        return false;
    PyObject *self = r->ev->frame->localsplus[0], *cls = defining_class(r, &cell);
    if (!self || !cls || !PyType_Check(cls) || PyType_Check(self) || !PyType_IsSubtype(Py_TYPE(self), (PyTypeObject *)cls))
        return false;
    PyObject *name = PyTuple_GET_ITEM(co->co_names, arg), *found = find_behind(Py_TYPE(self), cls, name);
    if (!found || !PyFunction_Check(found) || f->slot[0].state == R_NULL)
        return false;
    PwRef ref = rec_ref(r, &f->slot[0]);
    if (rec_type(r, &f->slot[0]) != PW_T_O || (!r->t->failed && pw_ins(r->t, ref)->op == PW_OP_vtuple))
        return false;
    if (f->slot[0].state == R_KEEP)
        rec_bound(r, ref);
    PwSymNo func = super_sym(r, Py_TYPE(self), cls, name);
    if (func.i == PW_NONE)
        return false;
    guard_super(r, sym, ref, Py_TYPE(self), cell, cls);
    if (r->failed || r->t->failed)
        return false;
    r->super_func = pw_tree_kobj(r->t, func);
    rec_constant_fact(r, r->super_func, found);
    r->super_self = ref;
    r->super_open = true;
    rec_pop_release(r);
    rec_pop(r);
    rec_push(r, rec_single(r, "None"), false); /* the place of what is not built */
    return true;
}

bool rec_super_method(PwRec *r)
{
    r->super_open = false;
    rec_pop(r);
    rec_push(r, r->super_func, false);
    rec_push(r, r->super_self, false);
    return true;
}
