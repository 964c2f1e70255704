/* Generators that are resumed without the interpreter: the slots tp_iternext and am_send of generators ask the client first.
 * Source: CPython 3.11 Objects/genobject.c (gen_send_ex2, gen_iternext, PyGen_am_send).
 */
#include "host/internal.h"

static iternextfunc real_iternext;
static sendfunc real_send;

static inline bool may_resume(const PyGenObject *gen)
{
    return gen->gi_frame_state == FRAME_SUSPENDED && !pw_host.stopped && pw_host.client->on_resume;
}

/* Behind a YIELD_VALUE of its own a generator waits at RESUME 1, in `yield from` at RESUME 2. */
static inline bool delegates(const PyGenObject *gen)
{
    return _Py_OPARG(((const _PyInterpreterFrame *)gen->gi_iframe)->prev_instr[1]) == 2;
}

static inline bool resume(PyGenObject *gen, PyObject *sent, PyObject **value, PySendResult *status)
{
    return pw_host.client->on_resume(gen, sent, value, status) || (delegates(gen) && pw_host_delegate(gen, sent, value, status));
}

static PyObject *our_iternext(PyObject *o)
{
    PyObject *value = NULL;
    PySendResult status;
    if (may_resume((PyGenObject *)o) && resume((PyGenObject *)o, NULL, &value, &status))
        return value;
    return real_iternext(o);
}

static PySendResult our_send(PyObject *o, PyObject *sent, PyObject **value)
{
    PySendResult status;
    if (may_resume((PyGenObject *)o) && resume((PyGenObject *)o, sent, value, &status))
        return status;
    return real_send(o, sent, value);
}

PySendResult pw_host_gen_send(PyGenObject *gen, PyObject *sent, PyObject **value)
{
    if (sent)
        return real_send((PyObject *)gen, sent, value);
    *value = real_iternext((PyObject *)gen);
    return *value ? PYGEN_NEXT : PYGEN_ERROR;
}

PySendResult pw_host_gen_ask(PyGenObject *gen, PyObject *sent, PyObject **value)
{
    return our_send((PyObject *)gen, sent, value);
}

const char *pw_host_watch_generators(bool go)
{
    PyAsyncMethods *async = PyGen_Type.tp_as_async;
    if (!PyGen_Type.tp_iternext || !async || !async->am_send)
        return "the slots of generators";
    if (!go)
        return NULL;
    real_iternext = PyGen_Type.tp_iternext;
    real_send = async->am_send;
    PyGen_Type.tp_iternext = our_iternext;
    async->am_send = our_send;
    return NULL;
}
