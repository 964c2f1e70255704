/* Is this the Python that the headers describe? As much as can be seen at start is checked; what is not known is
 * refused.
 *
 * Source: CPython 3.11 Include/internal/; the sizes that types declare for their instances; one live frame.
 */
#include "host/internal.h"

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

/* clang-format off */
static const Size sizes[] = {
    {"object",    &PyBaseObject_Type, sizeof(PyObject), 0},
    {"int",       &PyLong_Type, offsetof(PyLongObject, ob_digit), sizeof(digit)},
    {"float",     &PyFloat_Type, sizeof(PyFloatObject), 0},
    {"complex",   &PyComplex_Type, sizeof(PyComplexObject), 0},
    {"str",       &PyUnicode_Type, sizeof(PyUnicodeObject), 0},
    {"bytes",     &PyBytes_Type, offsetof(PyBytesObject, ob_sval) + 1, sizeof(char)},
    {"list",      &PyList_Type, sizeof(PyListObject), 0},
    {"tuple",     &PyTuple_Type, offsetof(PyTupleObject, ob_item), sizeof(PyObject *)},
    {"dict",      &PyDict_Type, sizeof(PyDictObject), 0},
    {"set",       &PySet_Type, sizeof(PySetObject), 0},
    {"slice",     &PySlice_Type, sizeof(PySliceObject), 0},
    {"cell",      &PyCell_Type, sizeof(PyCellObject), 0},
    {"method",    &PyMethod_Type, sizeof(PyMethodObject), 0},
    {"builtin",   &PyCFunction_Type, sizeof(PyCFunctionObject), 0},
    {"function",  &PyFunction_Type, sizeof(PyFunctionObject), 0},
    {"code",      &PyCode_Type, offsetof(PyCodeObject, co_code_adaptive), sizeof(_Py_CODEUNIT)},
    {"frame",     &PyFrame_Type, offsetof(PyFrameObject, _f_frame_data) + offsetof(_PyInterpreterFrame, localsplus), sizeof(PyObject *)},
    {"generator", &PyGen_Type, offsetof(PyGenObject, gi_iframe) + offsetof(_PyInterpreterFrame, localsplus), sizeof(PyObject *)},
    {"coroutine", &PyCoro_Type, offsetof(PyCoroObject, cr_iframe) + offsetof(_PyInterpreterFrame, localsplus), sizeof(PyObject *)},
    {"type",      &PyType_Type, sizeof(PyHeapTypeObject), sizeof(PyMemberDef)},
};
/* clang-format on */
enum { SIZES = sizeof sizes / sizeof *sizes };

/* Everything that prewarm reads or writes at an offset and that no type declares. */
static const uint32_t offsets[] = {
    sizeof(PyThreadState),
    offsetof(PyInterpreterState, atexit),
    offsetof(PyThreadState, cframe),
    offsetof(PyThreadState, recursion_remaining),
    offsetof(PyThreadState, curexc_type),
    offsetof(PyThreadState, c_tracefunc),
    offsetof(PyThreadState, async_exc),
    offsetof(PyThreadState, exc_info),
    offsetof(PyThreadState, datastack_top),
    offsetof(PyInterpreterState, ceval),
    offsetof(PyInterpreterState, eval_frame),
    offsetof(struct _ceval_state, eval_breaker),
    offsetof(_PyInterpreterFrame, prev_instr),
    offsetof(_PyInterpreterFrame, stacktop),
    offsetof(_PyInterpreterFrame, owner),
    offsetof(_PyCFrame, current_frame),
    offsetof(PyTypeObject, tp_version_tag),
    offsetof(PyDictObject, ma_values),
    offsetof(PyDictKeysObject, dk_version),
    offsetof(PyFunctionObject, func_version),
    offsetof(PyCodeObject, co_warmup),
    offsetof(PyCodeObject, _co_firsttraceable),
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
    for (int i = 0; i < SIZES; i++) {
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

static void name_it(PwFingerprint *fp)
{
    uint32_t all[2 * SIZES + sizeof offsets / sizeof *offsets];
    uint32_t n = 0;
    for (int i = 0; i < SIZES; i++) {
        all[n++] = (uint32_t)sizes[i].basic;
        all[n++] = (uint32_t)sizes[i].item;
    }
    memcpy(all + n, offsets, sizeof offsets);
    PwDigest d = pw_digest(all, sizeof all);
    fp->ptr_bytes = (int)sizeof(void *);
    fp->digit_bits = PyLong_SHIFT;
    (void)snprintf(fp->key, sizeof fp->key, "cp311-3.11.%d-p%d-d%d-%02x%02x%02x%02x", fp->micro, fp->ptr_bytes,
                   fp->digit_bits, d.byte[0], d.byte[1], d.byte[2], d.byte[3]);
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
        name_it(fp);
    return status;
}
