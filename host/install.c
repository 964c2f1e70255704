/* Putting everything in place, once, or leaving everything alone.
 *
 * Source: CPython 3.11 Modules/atexitmodule.c (the table of functions), Python/pylifecycle.c (the order of the end). */
#include "host/gate.h"
#include "host/internal.h"

#include <pthread.h>

/* Frames that run already are not under the hook: an exit at a patched back-edge would end them. */
static void spare_running_code(void)
{
    for (PyThreadState *ts = pw_host.interp->threads.head; ts; ts = ts->next)
        for (_PyInterpreterFrame *f = ts->cframe ? ts->cframe->current_frame : NULL; f; f = f->previous)
            pw_host_never(f->f_code);
}

static PyObject *at_end(PyObject *self, PyObject *args)
{
    (void)self, (void)args;
    if (pw_host.client->on_end)
        pw_host.client->on_end();
    return Py_NewRef(Py_None);
}

/* The first atexit function of all, which is the last to be called. The module atexit is not imported for it. */
static bool watch_end(PyInterpreterState *interp)
{
    static PyMethodDef def = {"prewarm", at_end, METH_NOARGS, NULL};
    struct atexit_state *state = &interp->atexit;
    if (!state->callbacks || state->ncallbacks >= state->callback_len)
        return false;
    atexit_callback *cb = PyMem_Malloc(sizeof *cb);
    PyObject *func = PyCFunction_New(&def, NULL), *args = PyTuple_New(0);
    if (!cb || !func || !args) {
        PyMem_Free(cb);
        Py_XDECREF(func);
        Py_XDECREF(args);
        PyErr_Clear();
        return false;
    }
    *cb = (atexit_callback){.func = func, .args = args};
    memmove(state->callbacks + 1, state->callbacks, sizeof *state->callbacks * (size_t)state->ncallbacks++);
    state->callbacks[0] = cb;
    return true;
}

static void forked(void)
{
    pw_host_record_forked();
    pw_host_native_forked();
}

typedef const char *(*Piece)(bool go);
static const Piece pieces[] = {pw_host_disguise, pw_host_watch_tracing, pw_host_watch_locals,
                               pw_host_watch_generators};
enum { PIECES = sizeof pieces / sizeof *pieces };

PwStatus pw_host_install(const PwHostClient *client, PwErr *err)
{
    PwFingerprint fp;
    PwStatus status = pw_host_fingerprint(&fp, err);
    if (status != PW_OK)
        return status;
    PyInterpreterState *interp = PyInterpreterState_Get();
    if (pw_host.client)
        return pw_err_set(err, PW_USAGE, "the host is installed already");
    if (interp != PyInterpreterState_Main())
        return pw_err_set(err, PW_USAGE, "the host belongs in the main interpreter");
    if (interp->eval_frame != NULL && interp->eval_frame != _PyEval_EvalFrameDefault)
        return pw_err_set(err, PW_UNSUPPORTED, "something else has hooked Python's evaluation already");
    for (int i = 0; i < PIECES; i++) {
        const char *missing = pieces[i](false);
        if (missing)
            return pw_err_set(err, PW_NOTFOUND, "%s is not where prewarm expects it in this Python", missing);
    }
    if (!pw_host_table_init() || !watch_end(interp))
        return pw_err_set(err, PW_NOMEM, "no memory for the table of code objects");
    pw_host.client = client;
    pw_host.interp = interp;
    pw_host.gates = client->gates && pw_host_gates_possible();
    if (!pw_host.gates)
        spare_running_code();
    for (int i = 0; i < PIECES; i++)
        (void)pieces[i](true);
    (void)pthread_atfork(NULL, NULL, forked);
    if (pw_host_any_tracer())
        pw_host_suspend();
    if (!pw_host.gates)
        _PyInterpreterState_SetEvalFrameFunc(interp, pw_host_hook);
    return PW_OK;
}
