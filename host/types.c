/* Names of classes and C functions. */
#include "host/types.h"

#include <stdio.h>
#include <string.h>

typedef struct BType {
    const char *name;
    PyTypeObject *type;
} BType;

/* The type of iter("x"), which 3.11 does not export. */
static PyTypeObject *type_of_ascii_iterator(void)
{
    PyObject *s = PyUnicode_FromStringAndSize("ab", 2), *it = s ? PyObject_GetIter(s) : NULL;
    PyTypeObject *type = it ? Py_TYPE(it) : NULL;
    Py_XDECREF(it);
    Py_XDECREF(s);
    PyErr_Clear();
    return type;
}

static const BType *btypes(unsigned *n)
{
    static BType table[] = {
#define PW_BTYPE(name, how) {name, NULL},
#include "host/types.def"
#undef PW_BTYPE
    };
    if (!table[0].type) {
        PyTypeObject *const type[] = {
#define PW_BTYPE(name, how) how,
#include "host/types.def"
#undef PW_BTYPE
        };
        for (unsigned i = 0; i < sizeof type / sizeof *type; i++)
            table[i].type = type[i];
    }
    *n = sizeof table / sizeof *table;
    return table;
}

PyTypeObject *pw_host_btype(const char *name)
{
    unsigned n;
    const BType *t = btypes(&n);
    for (unsigned i = 0; i < n; i++)
        if (!strcmp(t[i].name, name))
            return t[i].type;
    return NULL;
}

const char *pw_host_btype_name(const PyTypeObject *type)
{
    unsigned n;
    const BType *t = btypes(&n);
    for (unsigned i = 0; i < n; i++)
        if (t[i].type == type)
            return t[i].name;
    return NULL;
}

/* An exact str's UTF-8, or NULL; no exception is left. */
static const char *utf8(PyObject *s)
{
    Py_ssize_t n;
    const char *p = s && PyUnicode_CheckExact(s) ? PyUnicode_AsUTF8AndSize(s, &n) : NULL;
    if (!p)
        PyErr_Clear();
    return p && strlen(p) == (size_t)n ? p : NULL;
}

static PyObject *item(PyObject *dict, const char *key)
{
    PyObject *v = dict && PyDict_CheckExact(dict) ? PyDict_GetItemString(dict, key) : NULL;
    return v;
}

/* A class's name is that of its module, a colon, and the qualified one. */
typedef struct Name {
    const char *module, *rest;
    size_t n_module, n_rest;
} Name;

static bool name_of(PyTypeObject *type, Name *out)
{
    if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) {
        out->module = utf8(item(type->tp_dict, "__module__"));
        out->rest = utf8(((PyHeapTypeObject *)type)->ht_qualname);
        if (!out->module || !out->rest)
            return false;
        out->n_module = strlen(out->module);
    } else {
        const char *dot = strrchr(type->tp_name, '.');
        out->module = dot ? type->tp_name : "builtins";
        out->rest = dot ? dot + 1 : type->tp_name;
        out->n_module = dot ? (size_t)(dot - type->tp_name) : strlen(out->module);
    }
    out->n_rest = strlen(out->rest);
    return true;
}

bool pw_host_class_name(PyTypeObject *type, char *buf, size_t n)
{
    Name name;
    if (!name_of(type, &name) || name.n_module + name.n_rest + 2 > n)
        return false;
    memcpy(buf, name.module, name.n_module);
    buf[name.n_module] = ':';
    memcpy(buf + name.n_module + 1, name.rest, name.n_rest + 1);
    return true;
}

/* Could its qualified name end `wanted`? Asked of every class of the process, most of which could not. */
static bool may_bear(const PyTypeObject *type, const char *wanted, size_t n)
{
    if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE))
        return true;
    PyObject *name = ((const PyHeapTypeObject *)type)->ht_qualname;
    if (!name || !PyUnicode_CheckExact(name) || !PyUnicode_IS_COMPACT_ASCII(name))
        return true;
    size_t length = (size_t)PyUnicode_GET_LENGTH(name);
    return length < n && wanted[n - length - 1] == ':' && !memcmp(PyUnicode_1BYTE_DATA(name), wanted + n - length, length);
}

static bool bears(PyTypeObject *type, const char *wanted, size_t n)
{
    Name name;
    return may_bear(type, wanted, n) && name_of(type, &name) && name.n_module + 1 + name.n_rest == n && wanted[name.n_module] == ':' &&
           !memcmp(wanted + name.n_module + 1, name.rest, name.n_rest) && !memcmp(wanted, name.module, name.n_module);
}

/* Down from the module through the classes' own dicts. */
static PyObject *by_path(const char *name)
{
    char part[1100];
    const char *colon = strchr(name, ':');
    if (!colon || (size_t)(colon - name) >= sizeof part || strstr(name, "<locals>"))
        return NULL;
    memcpy(part, name, (size_t)(colon - name));
    part[colon - name] = 0;
    PyObject *at = item(PyImport_GetModuleDict(), part);
    PyObject *dict = at && PyModule_Check(at) ? PyModule_GetDict(at) : NULL;
    at = NULL;
    for (const char *p = colon + 1; dict;) {
        size_t len = strcspn(p, ".");
        if (len >= sizeof part)
            return NULL;
        memcpy(part, p, len);
        part[len] = 0;
        at = item(dict, part);
        if (!at || !p[len])
            break;
        if (!PyType_Check(at))
            return NULL;
        dict = ((PyTypeObject *)at)->tp_dict;
        p += len + 1;
    }
    return at;
}

/* Among all classes derived from type: the last one found that bears the name. */
static PyTypeObject *by_search(PyTypeObject *type, const char *name, size_t n, unsigned depth)
{
    PyTypeObject *found = NULL;
    PyObject *subs = type->tp_subclasses, *ref;
    Py_ssize_t pos = 0;
    while (subs && depth < 100 && PyDict_CheckExact(subs) && PyDict_Next(subs, &pos, NULL, &ref)) {
        PyObject *sub = PyWeakref_GET_OBJECT(ref);
        if (sub == Py_None)
            continue;
        PyTypeObject *below = by_search((PyTypeObject *)sub, name, n, depth + 1);
        found = below ? below : bears((PyTypeObject *)sub, name, n) ? (PyTypeObject *)sub : found;
    }
    return found;
}

static bool is_imported(const char *name)
{
    char module[1100];
    size_t n = strcspn(name, ":");
    if (n >= sizeof module)
        return false;
    memcpy(module, name, n);
    module[n] = 0;
    return item(PyImport_GetModuleDict(), module) != NULL;
}

PyTypeObject *pw_host_class_find(const char *name)
{
    PyObject *type = by_path(name);
    if (type && PyType_Check(type) && bears((PyTypeObject *)type, name, strlen(name)))
        return (PyTypeObject *)type;
    return is_imported(name) ? by_search(&PyBaseObject_Type, name, strlen(name), 0) : NULL;
}

bool pw_host_func_name(PyFunctionObject *func, char *buf, size_t n)
{
    const char *module = utf8(func->func_module), *name = utf8(func->func_qualname);
    if (!module || !name)
        return false;
    int len = snprintf(buf, n, "%s:%s", module, name);
    return len > 0 && (size_t)len < n && by_path(buf) == (PyObject *)func;
}

PyFunctionObject *pw_host_func_find(const char *name)
{
    PyObject *func = by_path(name);
    return func && PyFunction_Check(func) ? (PyFunctionObject *)func : NULL;
}

static bool two_parts(const char *a, const char *b, char *buf, size_t n)
{
    if (!a || !b)
        return false;
    int len = snprintf(buf, n, "%s.%s", a, b);
    return len > 0 && (size_t)len < n;
}

bool pw_host_cfunc_name(PyObject *callable, char *buf, size_t n)
{
    PyTypeObject *type = Py_TYPE(callable);
    if (type == &PyCFunction_Type) {
        PyCFunctionObject *f = (PyCFunctionObject *)callable;
        if (f->m_self && !PyModule_Check(f->m_self))
            return false;
        return two_parts(utf8(f->m_module), f->m_ml->ml_name, buf, n);
    }
    if (type == &PyMethodDescr_Type || type == &PyWrapperDescr_Type || type == &PyClassMethodDescr_Type)
        return two_parts(PyDescr_TYPE(callable)->tp_name, utf8(PyDescr_NAME(callable)), buf, n);
    return false;
}

PyObject *pw_host_instance_dict(PyObject *o)
{
    PyTypeObject *type = Py_TYPE(o);
    Py_ssize_t offset = type->tp_dictoffset;
    if (type->tp_flags & Py_TPFLAGS_MANAGED_DICT)
        return *_PyObject_ValuesPointer(o) ? NULL : *_PyObject_ManagedDictPointer(o);
    if (offset < 0) {
        Py_ssize_t n = ((PyVarObject *)o)->ob_size;
        offset += (Py_ssize_t)_PyObject_VAR_SIZE(type, n < 0 ? -n : n);
    }
    return offset ? *(PyObject **)((char *)o + offset) : NULL;
}

bool pw_host_is_plain_tuple(const PyTypeObject *type)
{
    const PyTypeObject *tuple = &PyTuple_Type;
    return type != tuple && PyType_FastSubclass((PyTypeObject *)type, Py_TPFLAGS_TUPLE_SUBCLASS) && type->tp_iter == tuple->tp_iter &&
           type->tp_as_mapping && type->tp_as_mapping->mp_subscript == tuple->tp_as_mapping->mp_subscript &&
           type->tp_as_sequence && type->tp_as_sequence->sq_length == tuple->tp_as_sequence->sq_length;
}

typedef struct TupleGetter {
    PyObject_HEAD
    Py_ssize_t index;
    PyObject *doc;
} TupleGetter;

Py_ssize_t pw_host_tuple_getter(PyObject *o)
{
    const PyTypeObject *type = Py_TYPE(o);
    bool it_is = !(type->tp_flags & Py_TPFLAGS_HEAPTYPE) && !strcmp(type->tp_name, "_collections._tuplegetter") &&
                 type->tp_basicsize == sizeof(TupleGetter);
    return it_is ? ((TupleGetter *)o)->index : -1;
}
