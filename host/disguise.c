/* What can be seen of a code object must look unpatched; and its side table goes when it goes.
 *
 * Source: CPython 3.11 Objects/codeobject.c, Python/marshal.c, Objects/descrobject.c.
 */
#include "host/gate.h"
#include "host/internal.h"

PyGetSetDef *pw_host_getset(PyTypeObject *type, const char *name)
{
    PyObject *d = type->tp_dict ? PyDict_GetItemString(type->tp_dict, name) : NULL;
    return d && Py_IS_TYPE(d, &PyGetSetDescr_Type) ? ((PyGetSetDescrObject *)d)->d_getset : NULL;
}

PyMethodDef *pw_host_method(PyTypeObject *type, const char *name)
{
    PyObject *d = type->tp_dict ? PyDict_GetItemString(type->tp_dict, name) : NULL;
    return d && Py_IS_TYPE(d, &PyMethodDescr_Type) ? ((PyMethodDescrObject *)d)->d_method : NULL;
}

PyMethodDef *pw_host_function(const char *module, const char *name)
{
    PyObject *modules = PyImport_GetModuleDict();
    PyObject *m = modules && PyDict_CheckExact(modules) ? PyDict_GetItemString(modules, module) : NULL;
    PyObject *f = m && PyModule_Check(m) ? PyDict_GetItemString(PyModule_GetDict(m), name) : NULL;
    return f && PyCFunction_CheckExact(f) ? ((PyCFunctionObject *)f)->m_ml : NULL;
}

/* -- one code object ----------------------------------------------------------------------------------------------- */

/* Takes the patches out while somebody looks. The code object must be kept alive until show_end. */
static PwSide *show(PyObject *o)
{
    PwSide *side = PyCode_Check(o) ? pw_host_side((PyCodeObject *)o) : NULL;
    if (!side || (!side->n_armed && !side->widened))
        return NULL;
    pw_host_hold(side, 1);
    return side;
}

static void show_end(PwSide *side)
{
    if (side)
        pw_host_hold(side, -1);
}

static getter real_co_code;
static PyObject *our_co_code(PyObject *o, void *closure)
{
    PwSide *side = show(o);
    PyObject *r = real_co_code(o, closure);
    show_end(side);
    return r;
}

static getter real_adaptive;
static PyObject *our_adaptive(PyObject *o, void *closure)
{
    PwSide *side = show(o);
    PyObject *r = real_adaptive(o, closure);
    show_end(side);
    return r;
}

static _PyCFunctionFastWithKeywords real_replace;
static PyObject *our_replace(PyObject *o, PyObject *const *args, Py_ssize_t n, PyObject *names)
{
    PwSide *side = show(o);
    PyObject *r = real_replace(o, args, n, names);
    show_end(side);
    return r;
}

static richcmpfunc real_compare;
static PyObject *our_compare(PyObject *a, PyObject *b, int op)
{
    PwSide *sa = show(a), *sb = show(b);
    PyObject *r = real_compare(a, b, op);
    show_end(sb);
    show_end(sa);
    return r;
}

static hashfunc real_hash;
static Py_hash_t our_hash(PyObject *o)
{
    PwSide *side = show(o);
    Py_hash_t r = real_hash(o);
    show_end(side);
    return r;
}

/* Adds up what co_extra points to. */
static PyCFunction real_sizeof;
static PyObject *our_sizeof(PyObject *o, PyObject *ignored)
{
    PyCodeObject *code = (PyCodeObject *)o;
    PwSide *side = PyCode_Check(o) ? pw_host_side(code) : NULL;
    void *landing = side && pw_host_landing_in_field(side) ? code->co_extra : NULL;
    if (landing)
        code->co_extra = NULL;
    PyObject *r = real_sizeof(o, ignored);
    if (landing)
        code->co_extra = landing;
    return r;
}

static destructor real_dealloc;
static void our_dealloc(PyObject *o)
{
    pw_host_code_gone((PyCodeObject *)o);
    real_dealloc(o);
}

/* co_stacksize is a member: its descriptor gives way to one that calls this. */
static PyObject *our_stacksize(PyObject *o, void *closure)
{
    (void)closure;
    return PyLong_FromLong(pw_host_stacksize((PyCodeObject *)o));
}

static bool disguise_stacksize(void)
{
    static PyGetSetDef def = {"co_stacksize", our_stacksize, NULL, NULL, NULL};
    PyObject *descr = PyDescr_NewGetSet(&PyCode_Type, &def);
    bool ok = descr && PyDict_SetItemString(PyCode_Type.tp_dict, "co_stacksize", descr) == 0;
    Py_XDECREF(descr);
    PyErr_Clear();
    PyType_Modified(&PyCode_Type);
    return ok;
}

/* -- marshal ------------------------------------------------------------------------------------------------------- */

static bool may_hold_code(PyObject *o)
{
    return !PyUnicode_CheckExact(o) && !PyBytes_CheckExact(o) && !PyLong_CheckExact(o) && !PyFloat_CheckExact(o) &&
           o != Py_None;
}

static PyObject *marshal(_PyCFunctionFast real, PyObject *self, PyObject *const *args, Py_ssize_t n)
{
    bool hold = n > 0 && pw_host.armed && may_hold_code(args[0]);
    if (hold)
        pw_host_hold_all(1);
    PyObject *r = real(self, args, n);
    if (hold)
        pw_host_hold_all(-1);
    return r;
}

static _PyCFunctionFast real_dumps, real_dump;
static PyObject *our_dumps(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
    return marshal(real_dumps, self, args, n);
}
static PyObject *our_dump(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
    return marshal(real_dump, self, args, n);
}

/* -- all of it ----------------------------------------------------------------------------------------------------- */

const char *pw_host_disguise(bool go)
{
    PyGetSetDef *co_code = pw_host_getset(&PyCode_Type, "co_code");
    PyGetSetDef *adaptive = pw_host_getset(&PyCode_Type, "_co_code_adaptive");
    PyMethodDef *replace = pw_host_method(&PyCode_Type, "replace");
    PyMethodDef *dumps = pw_host_function("marshal", "dumps"), *dump = pw_host_function("marshal", "dump");
    if (!co_code || !adaptive)
        return "code.co_code";
    if (!replace || replace->ml_flags != (METH_FASTCALL | METH_KEYWORDS))
        return "code.replace";
    PyMethodDef *size = pw_host_method(&PyCode_Type, "__sizeof__");
    if (!size || size->ml_flags != METH_NOARGS)
        return "code.__sizeof__";
    if (!dumps || dumps->ml_flags != METH_FASTCALL || !dump || dump->ml_flags != METH_FASTCALL)
        return "marshal.dumps";
    if (!PyCode_Type.tp_dealloc || !PyCode_Type.tp_richcompare || !PyCode_Type.tp_hash)
        return "the code type";
    if (!go)
        return NULL;
    if (!disguise_stacksize())
        return "code.co_stacksize";
    real_co_code = co_code->get;
    co_code->get = our_co_code;
    real_adaptive = adaptive->get;
    adaptive->get = our_adaptive;
    real_replace = (_PyCFunctionFastWithKeywords)(void (*)(void))replace->ml_meth;
    replace->ml_meth = (PyCFunction)(void (*)(void))our_replace;
    real_sizeof = size->ml_meth;
    size->ml_meth = our_sizeof;
    real_dumps = (_PyCFunctionFast)(void (*)(void))dumps->ml_meth;
    dumps->ml_meth = (PyCFunction)(void (*)(void))our_dumps;
    real_dump = (_PyCFunctionFast)(void (*)(void))dump->ml_meth;
    dump->ml_meth = (PyCFunction)(void (*)(void))our_dump;
    real_compare = PyCode_Type.tp_richcompare;
    PyCode_Type.tp_richcompare = our_compare;
    real_hash = PyCode_Type.tp_hash;
    PyCode_Type.tp_hash = our_hash;
    real_dealloc = PyCode_Type.tp_dealloc;
    PyCode_Type.tp_dealloc = our_dealloc;
    return NULL;
}
