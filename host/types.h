/* Names of classes and C functions, both ways: what symbols of the kinds btype, htype, istype and cfunc carry.
 *
 * Names are written by the recorder and looked up by the linker, in processes that share nothing else. Nothing here runs
 * Python code or sets exceptions. Ctx: GIL held.
 */
#ifndef PW_HOST_TYPES_H
#define PW_HOST_TYPES_H

#include "host/py311.h"

#include <stdbool.h>

/* CPython's range iterator (Objects/rangeobject.c): no header gives it. */
typedef struct PwRangeIter {
    PyObject_HEAD
    long index, start, step, len;
} PwRangeIter;

/* The built-in class with this name in host/types.def; NULL when there is none. Borrowed, immortal. */
PyTypeObject *pw_host_btype(const char *name);
/* The name of a built-in class in host/types.def, or NULL when it is not there. Static. */
const char *pw_host_btype_name(const PyTypeObject *type);

/* "module:qualified.name" of any class, as its __module__ and __qualname__ say. false: they are not both exact strs without
 * NUL, or it does not fit n bytes. */
bool pw_host_class_name(PyTypeObject *type, char *buf, size_t n);
/* What   the class of that name: through sys.modules and the dicts of its classes; else any class of the process that bears it
 *        (the youngest), which finds those made inside functions, if its module is imported. Borrowed; NULL when there is none. No descriptor runs. */
PyTypeObject *pw_host_class_find(const char *name);

/* The dict of an instance's attributes, as it is: none is made. NULL: it has none, or its attributes are inline values. Borrowed.
 * Source: CPython 3.11 Objects/object.c _PyObject_DictPointer. */
PyObject *pw_host_instance_dict(PyObject *o);

/* Does a class derived from tuple leave subscripts, length and iteration to tuple? For tuple itself: no.
 * Source: CPython 3.11 Objects/tupleobject.c. */
bool pw_host_is_plain_tuple(const PyTypeObject *type);
/* The index of the item that an attribute of a namedtuple class stands for; -1: o is no such attribute.
 * Source: CPython 3.11 Modules/_collectionsmodule.c (tuplegetter). */
Py_ssize_t pw_host_tuple_getter(PyObject *o);

/* "module:qualified.name" of a Python function, when that is the way to find this very object again. */
bool pw_host_func_name(PyFunctionObject *func, char *buf, size_t n);
/* The function there now; borrowed, NULL when there is none. No descriptor runs. */
PyFunctionObject *pw_host_func_find(const char *name);

/* "module.name" of a C function of a module, "type.name" of a C method, slot wrapper or class method descriptor of a class.
 * false: none of these, or it does not fit. */
bool pw_host_cfunc_name(PyObject *callable, char *buf, size_t n);

#endif
