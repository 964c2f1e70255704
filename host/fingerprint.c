/* Is this the Python that the headers describe? As much as can be seen at start is checked; what is not known is
 * refused.
 *
 * Source: CPython 3.11 Include/internal/; the sizes that types declare for their instances; one live frame.
 */
#include "host/internal.h"
#include "ir/layout.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <structmember.h>

#ifdef Py_DEBUG
#error "host/ is built against release headers"
#endif

enum { MAGIC = 3495 }; /* of .pyc files; every final 3.11 has it: the opcodes are these */

typedef struct Size {
    const char *what;
    const PyTypeObject *type;
    size_t basic, item;
} Size;

static const Size sizes[] = {
#define PW_SIZE(name, type, basic, item) {#name, &type, basic, item},
#include "ir/sizes.def"
#undef PW_SIZE
};

static PwStatus check_build(PwFingerprint *fp, PwErr *err)
{
    const char *version = Py_GetVersion();
    int n = 0;
    if (sscanf(version, "3.11.%d%n", &fp->micro, &n) != 1)
        return pw_err_set(err, PW_UNSUPPORTED, "this Python is %.*s; prewarm knows 3.11", (int)strcspn(version, " "),
                          version);
    if (version[n] != ' ' && version[n] != '+')
        return pw_err_set(err, PW_UNSUPPORTED, "this Python is %.*s, which is not a final release",
                          (int)strcspn(version, " "), version);
    /* importlib knows the number, but it may not be there yet. */
    long magic = PyImport_GetMagicNumber();
    if (magic == -1)
        PyErr_Clear();
    else if ((magic & 0xffff) != MAGIC)
        return pw_err_set(err, PW_UNSUPPORTED, "this Python's bytecode has the number %ld; prewarm knows %d",
                          magic & 0xffff, MAGIC);
    if (dlsym(RTLD_DEFAULT, "_Py_AddToAllObjects"))
        return pw_err_set(err, PW_UNSUPPORTED, "this Python was built with --with-trace-refs");
    if (dlsym(RTLD_DEFAULT, "_Py_RefTotal") || dlsym(RTLD_DEFAULT, "_Py_NegativeRefcount"))
        return pw_err_set(err, PW_UNSUPPORTED, "this Python is a debug build");
    return PW_OK;
}

static PwStatus check_sizes(PwErr *err)
{
    for (int i = 0; i < PW_SIZE_COUNT; i++) {
        const Size *s = &sizes[i];
        if ((size_t)s->type->tp_basicsize != s->basic || (size_t)s->type->tp_itemsize != s->item)
            return pw_err_set(err, PW_UNSUPPORTED,
                              "%s objects of this Python have %zd+%zd bytes; prewarm expects %zu+%zu", s->what,
                              s->type->tp_basicsize, s->type->tp_itemsize, s->basic, s->item);
    }
    return PW_OK;
}

static bool on_data_stack(PyThreadState *ts, const _PyInterpreterFrame *frame)
{
    const _PyStackChunk *chunk = ts->datastack_chunk;
    return chunk && ts->datastack_limit == (PyObject **)((char *)chunk + chunk->size) &&
           ts->datastack_top <= ts->datastack_limit && ts->datastack_top > (PyObject **)frame;
}

/* The frame that imports us, if there is one. */
static bool frame_is_sound(PyThreadState *ts, const _PyInterpreterFrame *frame)
{
    if (!frame->f_code || !PyCode_Check(frame->f_code) || !frame->f_func || !PyFunction_Check(frame->f_func))
        return false;
    PyCodeObject *code = frame->f_code;
    Py_ssize_t unit = frame->prev_instr - _PyCode_CODE(code);
    if (unit < -1 || unit >= Py_SIZE(code) || code->_co_firsttraceable < 0 || code->_co_firsttraceable >= Py_SIZE(code))
        return false;
    if (_PyOpcode_Deopt[_Py_OPCODE(_PyCode_CODE(code)[code->_co_firsttraceable])] != RESUME)
        return false;
    return frame->owner == FRAME_OWNED_BY_GENERATOR || on_data_stack(ts, frame);
}

static PwStatus check_state(PwErr *err)
{
    PyThreadState *ts = PyThreadState_Get();
    bool ok = ts == _PyThreadState_GET() && ts->interp == PyInterpreterState_Get() && ts->cframe &&
              ts->recursion_limit == Py_GetRecursionLimit() && ts->recursion_remaining <= ts->recursion_limit &&
              PyInterpreterState_ThreadHead(ts->interp) == ts->interp->threads.head;
    if (ok && ts->cframe->current_frame)
        ok = frame_is_sound(ts, ts->cframe->current_frame);
    return ok ? PW_OK : pw_err_set(err, PW_UNSUPPORTED, "the state of this Python does not look like that of 3.11");
}

PwStatus pw_host_fingerprint(PwFingerprint *fp, PwErr *err)
{
    *fp = (PwFingerprint){.micro = -1};
    PwStatus status = check_build(fp, err);
    if (status == PW_OK)
        status = check_sizes(err);
    if (status == PW_OK)
        status = check_state(err);
    if (status == PW_OK)
        (void)snprintf(fp->key, sizeof fp->key, "cp311-3.11.%d", fp->micro);
    return status;
}
