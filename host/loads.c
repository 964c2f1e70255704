/* marshal.loads, through which importlib gets the code of modules: see pw_host_watch_loads.
 *
 * Source: CPython 3.11 Python/marshal.c, Lib/importlib/_bootstrap_external.py (_compile_bytecode).
 */
#include "host/internal.h"

static const PwHostLoads *client;
static PyCFunction real_loads;

/* Would anybody notice that nothing was unmarshalled? Then it is. */
static bool may_replace(void)
{
    PyInterpreterState *interp = PyInterpreterState_Get();
    const struct _gc_runtime_state *gc = &interp->gc;
    return interp == PyInterpreterState_Main() && !pw_host_audited(interp) && interp->config.code_debug_ranges &&
           !interp->config.malloc_stats && !gc->debug && !gc->collecting && !(gc->callbacks && PyList_GET_SIZE(gc->callbacks));
}

static PyObject *our_loads(PyObject *self, PyObject *arg)
{
    Py_buffer data;
    if (!may_replace() || PyObject_GetBuffer(arg, &data, PyBUF_SIMPLE)) {
        PyErr_Clear();
        return real_loads(self, arg);
    }
    PyObject *code = client->load ? client->load(data.buf, (size_t)data.len) : NULL;
    if (!code) {
        code = real_loads(self, arg);
        if (code && client->loaded && PyCode_Check(code))
            client->loaded(data.buf, (size_t)data.len, (PyCodeObject *)code);
    }
    PyBuffer_Release(&data);
    return code;
}

const char *pw_host_watch_loads(const PwHostLoads *watcher)
{
    PyMethodDef *loads = pw_host_function("marshal", "loads");
    if (!loads || loads->ml_flags != METH_O)
        return "marshal.loads is not where prewarm expects it in this Python";
    client = watcher;
    real_loads = loads->ml_meth;
    loads->ml_meth = our_loads;
    return NULL;
}
