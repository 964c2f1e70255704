/* An extension module that prewarm cannot know: what it makes may tell of its end. With FOREIGN_FREE the module itself does. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdio.h>

static void say(const char *what)
{
    fputs(what, stdout);
    fflush(stdout);
}

/* -- a class whose objects no list has -- */

static void thing_dealloc(PyObject *self)
{
    say("thing gone\n");
    Py_TYPE(self)->tp_free(self);
}

static PyTypeObject thing_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "foreign.Thing",
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
    .tp_dealloc = thing_dealloc,
};

/* -- capsules -- */

static void capsule_end(PyObject *capsule)
{
    (void)capsule;
    say("capsule gone\n");
}

static PyObject *capsule(PyObject *module, PyObject *loud)
{
    (void)module;
    static int something;
    return PyCapsule_New(&something, "foreign.capsule", loud == Py_True ? capsule_end : NULL);
}

static PyMethodDef methods[] = {{"capsule", capsule, METH_O, ""}, {0}};

#ifdef FOREIGN_FREE
static void module_free(void *module)
{
    (void)module;
    say("module gone\n");
}
#define NAME "foreign_free"
#define INIT PyInit_foreign_free
#define FREE module_free
#else
#define NAME "foreign"
#define INIT PyInit_foreign
#define FREE NULL
#endif

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = NAME, .m_size = -1, .m_methods = methods, .m_free = FREE};

PyMODINIT_FUNC INIT(void);
PyMODINIT_FUNC INIT(void)
{
    PyObject *module = PyModule_Create(&definition);
    if (module && PyModule_AddType(module, &thing_type))
        Py_CLEAR(module);
    return module;
}
