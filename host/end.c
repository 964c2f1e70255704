/* The end of a process: memory is given back by the kernel, not object by object. See pw_host_end_quickly.
 *
 * Py_FinalizeEx runs what programs ask for (threads, atexit), flushes the standard streams, and takes everything apart. The second
 * flush, that of stderr, is where it is decided. If nobody can notice the rest, the interpreter's state is made to look as if
 * it had happened: no modules to clear, nothing for the collector to do, one reference more to what holds the rest. So
 * Py_FinalizeEx goes its own way to its end, with its own exit status, and finds little to do.
 *
 * Source: CPython 3.11 Python/pylifecycle.c (Py_FinalizeEx, finalize_modules), Python/pystate.c (interpreter_clear), Modules/gcmodule.c.
 */
#include "host/silent.h"

#include <stdio.h>

static PyCFunction real_flush;
static destructor plain_dealloc;
static PyObject *flushed_stdout;
static bool decided, quick;
static char reason[240];

const char *pw_host_end_why(void)
{
    return quick ? "" : decided ? reason : NULL;
}

/* -- conditions -- */

/* Does a list of warning filters ignore ResourceWarning, whatever the place? */
static bool list_ignores(PyObject *filters)
{
    for (Py_ssize_t k = 0; filters && PyList_CheckExact(filters) && k < PyList_GET_SIZE(filters); k++) {
        PyObject *row = PyList_GET_ITEM(filters, k);
        if (!PyTuple_CheckExact(row) || PyTuple_GET_SIZE(row) != 5)
            return false;
        PyObject *action = PyTuple_GET_ITEM(row, 0), *category = PyTuple_GET_ITEM(row, 2), *line = PyTuple_GET_ITEM(row, 4);
        if (!PyType_Check(category) || !PyUnicode_CheckExact(action) || !PyLong_CheckExact(line))
            return false;
        if (!PyType_IsSubtype((PyTypeObject *)PyExc_ResourceWarning, (PyTypeObject *)category))
            continue;
        if (!_PyUnicode_EqualToASCIIString(action, "ignore"))
            return false;
        if (PyTuple_GET_ITEM(row, 1) == Py_None && PyTuple_GET_ITEM(row, 3) == Py_None && _PyLong_Sign(line) == 0)
            return true;
    }
    return false;
}

static bool warnings_ignored(PyInterpreterState *interp)
{
    PyObject *module = PyDict_GetItemString(interp->modules, "warnings");
    PyObject *filters = module && PyModule_Check(module) ? PyDict_GetItemString(PyModule_GetDict(module), "filters") : NULL;
    return list_ignores(interp->warnings.filters) && (!module || list_ignores(filters));
}

/* What cheap questions tell: why CPython has to do it all, or NULL. */
static const char *obstacle(PyThreadState *ts)
{
    PyInterpreterState *interp = ts->interp;
    const PyConfig *config = _PyInterpreterState_GetConfig(interp);
    const struct _gc_runtime_state *gc = &interp->gc;
    int allocator = _PyRuntime.preconfig.allocator;
    const struct {
        bool there;
        const char *why;
    } obstacles[] = {
        {interp != _PyRuntime.interpreters.main || interp->next || _PyRuntime.interpreters.head != interp,
         "there is another interpreter"},
        {interp->threads.head != ts || ts->next, "there is another thread"},
        {ts->cframe->current_frame != NULL, "Python ends while a Python function runs"},
        {ts->curexc_type != NULL, "Python ends with an exception set"},
        {ts->cframe->use_tracing || ts->c_tracefunc || ts->c_profilefunc, "the program is traced or profiled"},
        {pw_host_audited(interp), "there is an audit hook"},
        {config->verbose || config->dev_mode || config->malloc_stats || config->dump_refs || config->show_ref_count,
         "an option of Python shows what happens at the end"},
        {config->tracemalloc || _Py_tracemalloc_config.tracing, "memory is traced"},
        {allocator != PYMEM_ALLOCATOR_NOT_SET && allocator != PYMEM_ALLOCATOR_DEFAULT, "Python was given an allocator"},
        {gc->collecting, "a collection is under way"},
        {gc->debug || !gc->callbacks || PyList_GET_SIZE(gc->callbacks), "the program watches the collector"},
        {!gc->garbage || PyList_GET_SIZE(gc->garbage), "there is garbage that cannot be collected"},
        {!interp->modules || !PyDict_CheckExact(interp->modules), "there is no sys.modules"},
    };
    for (size_t k = 0; k < sizeof obstacles / sizeof *obstacles; k++)
        if (obstacles[k].there)
            return obstacles[k].why;
    return warnings_ignored(interp) ? NULL : "the program wants to be warned of what it left open";
}

/* -- the act -- */

/* Nothing that the interpreter's state holds dies with the state. */
static bool keep_all(PyInterpreterState *interp)
{
    PyObject *sysdict = PyDict_New(), *builtins = PyDict_New();
    if (!sysdict || !builtins) {
        PyErr_Clear();
        Py_XDECREF(sysdict);
        Py_XDECREF(builtins);
        return false;
    }
    PyObject *const held[] = {interp->modules_by_index,     interp->importlib,           interp->codec_search_path,
                              interp->codec_search_cache,   interp->codec_error_registry, interp->dict,
                              interp->builtins_copy,        interp->import_func,          interp->before_forkers,
                              interp->after_forkers_parent, interp->after_forkers_child};
    for (size_t k = 0; k < sizeof held / sizeof *held; k++)
        Py_XINCREF(held[k]);
    interp->gc.collecting = 1;
    interp->modules = NULL; /* finalize_modules takes it for done */
    interp->sysdict = sysdict;
    interp->builtins = builtins;
    return true;
}

static void decide(PyThreadState *ts, PyObject *stderr_stream)
{
    const PwFlushed flushed = {{flushed_stdout, stderr_stream}};
    const char *why = obstacle(ts);
    decided = true;
    if (why)
        (void)snprintf(reason, sizeof reason, "%s", why);
    else if (pw_host_all_silent(ts->interp, plain_dealloc, &flushed, reason, sizeof reason))
        quick = keep_all(ts->interp);
}

/* -- the way in -- */

/* Is it one of these in sys? The second is the stream itself where the first only hands on to it. */
static bool is_named(PyThreadState *ts, PyObject *stream, const char *name, const char *original)
{
    PyObject *sysdict = ts->interp->sysdict, *now = PyDict_GetItemString(sysdict, name);
    return stream == now || (now && !Py_IS_TYPE(now, Py_TYPE(stream)) && stream == PyDict_GetItemString(sysdict, original));
}

static void flushed_at_end(PyThreadState *ts, PyObject *stream)
{
    if (is_named(ts, stream, "stdout", "__stdout__"))
        flushed_stdout = stream;
    if (is_named(ts, stream, "stderr", "__stderr__"))
        decide(ts, stream);
}

static PyObject *our_flush(PyObject *self, PyObject *nothing)
{
    PyObject *result = real_flush(self, nothing);
    PyThreadState *ts = _PyRuntimeState_GetFinalizing(&_PyRuntime);
    if (PW_UNLIKELY(ts != NULL) && !decided && result && ts == _PyThreadState_GET())
        flushed_at_end(ts, self);
    return result;
}

const char *pw_host_end_quickly(void)
{
    PyObject *modules = PyImport_GetModuleDict();
    PyObject *io = PyDict_GetItemString(modules, "_io"), *bootstrap = PyDict_GetItemString(modules, "_frozen_importlib");
    PyObject *text = io && PyModule_Check(io) ? PyDict_GetItemString(PyModule_GetDict(io), "TextIOWrapper") : NULL;
    PyObject *python = bootstrap && PyModule_Check(bootstrap) ? PyDict_GetItemString(PyModule_GetDict(bootstrap), "ModuleSpec") : NULL;
    PyMethodDef *flush = text && PyType_Check(text) ? pw_host_method((PyTypeObject *)text, "flush") : NULL;
    if (!flush || flush->ml_flags != METH_NOARGS || !python || !PyType_Check(python))
        return "io.TextIOWrapper is not where prewarm expects it in this Python";
    plain_dealloc = ((PyTypeObject *)python)->tp_dealloc;
    real_flush = flush->ml_meth;
    flush->ml_meth = our_flush;
    return NULL;
}
