/* How importlib gets the code of modules: io.open_code for the .pyc file, and marshal.loads. See pw_host_watch_loads.
 *
 * A file whose code the client has is not read. importlib's SourceLoader.get_code is given bytes instead that begin as the file
 * does, which is what it looks at, and have a token of ours where the code would be. They go nowhere but to marshal.loads.
 *
 * Source: CPython 3.11 Lib/importlib/_bootstrap_external.py (SourceLoader.get_code, FileLoader.get_data, _compile_bytecode),
 * Python/marshal.c, Modules/_io/_iomodule.c.
 */
#include "host/internal.h"

static const PwHostLoads *client;
static bool over;
static PyCFunction real_loads;
static _PyCFunctionFastWithKeywords real_open;

/* Behind the header of a file that was not read. No marshal data begins with such a byte. */
typedef struct Token {
    uint8_t no_type[8];
    const void *ours;
    uint32_t number;
    uint32_t bytes; /* of marshal data in the file */
} Token;
enum { HEADER = 16 };

/* Would anybody notice that nothing was unmarshalled? Then it is. */
static bool may_replace(void)
{
    PyInterpreterState *interp = PyInterpreterState_Get();
    const struct _gc_runtime_state *gc = &interp->gc;
    return !over && interp == PyInterpreterState_Main() && !pw_host_audited(interp) && interp->config.code_debug_ranges &&
           !interp->config.malloc_stats && !interp->config.verbose && !gc->debug && !gc->collecting &&
           !(gc->callbacks && PyList_GET_SIZE(gc->callbacks));
}

/* -- who asks? -- */

static bool is_importlibs(const PyCodeObject *code, const char *name)
{
    return PyUnicode_CompareWithASCIIString(code->co_qualname, name) == 0 &&
           PyUnicode_CompareWithASCIIString(code->co_filename, "<frozen importlib._bootstrap_external>") == 0;
}

static _PyInterpreterFrame *asking(void)
{
    return PyThreadState_Get()->cframe->current_frame;
}

/* FileLoader.get_data, called by SourceLoader.get_code? */
static bool get_code_reads(void)
{
    static const PyCodeObject *get_data, *get_code; /* static objects of the interpreter */
    const _PyInterpreterFrame *f = asking(), *caller = f ? f->previous : NULL;
    if (!caller)
        return false;
    if (f->f_code == get_data && caller->f_code == get_code)
        return true;
    if (!is_importlibs(f->f_code, "FileLoader.get_data") || !is_importlibs(caller->f_code, "SourceLoader.get_code"))
        return false;
    get_data = f->f_code;
    get_code = caller->f_code;
    return true;
}

PyObject *pw_host_bytecode_path(void)
{
    const _PyInterpreterFrame *f = asking();
    if (!f || !is_importlibs(f->f_code, "_compile_bytecode") || f->f_code->co_argcount < 4)
        return NULL;
    PyObject *path = f->localsplus[2]; /* data, name, bytecode_path, source_path */
    return path && PyUnicode_CheckExact(path) ? path : NULL;
}

/* -- a file that is not read -- */

typedef struct Unread {
    PyObject_HEAD
    PyObject *bytes;
} Unread;

static PyObject *unread_read(PyObject *self, PyObject *ignored)
{
    (void)ignored;
    return Py_NewRef(((Unread *)self)->bytes);
}

static PyObject *unread_enter(PyObject *self, PyObject *ignored)
{
    (void)ignored;
    return Py_NewRef(self);
}

static PyObject *unread_exit(PyObject *self, PyObject *ignored)
{
    (void)self, (void)ignored;
    return Py_NewRef(Py_None);
}

static void unread_dealloc(PyObject *self)
{
    Py_XDECREF(((Unread *)self)->bytes);
    PyObject_Free(self);
}

static PyMethodDef unread_methods[] = {{"read", unread_read, METH_NOARGS, NULL},
                                       {"__enter__", unread_enter, METH_NOARGS, NULL},
                                       {"__exit__", unread_exit, METH_VARARGS, NULL},
                                       {NULL, NULL, 0, NULL}};
static PyTypeObject unread_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "prewarm.unread",
    .tp_basicsize = sizeof(Unread),
    .tp_methods = unread_methods,
    .tp_dealloc = unread_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
};

/* NULL without memory; no exception is set. */
static PyObject *unread(const PwHostKnown *known)
{
    Token token = {.ours = &unread_type, .number = known->number, .bytes = (uint32_t)known->bytes};
    memset(token.no_type, 0xff, sizeof token.no_type);
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(HEADER + known->bytes));
    Unread *o = bytes ? PyObject_New(Unread, &unread_type) : NULL;
    if (!o) {
        Py_XDECREF(bytes);
        PyErr_Clear();
        return NULL;
    }
    memcpy(PyBytes_AS_STRING(bytes), known->header, HEADER);
    memcpy(PyBytes_AS_STRING(bytes) + HEADER, &token, sizeof token);
    o->bytes = bytes;
    return (PyObject *)o;
}

static PyObject *our_open(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names)
{
    PwHostKnown known;
    const char *path = n == 1 && !names && PyUnicode_CheckExact(args[0]) && !_PyRuntime.open_code_hook && may_replace() &&
                               !pw_host_traced(PyThreadState_Get()) && get_code_reads()
                           ? PyUnicode_AsUTF8(args[0])
                           : NULL;
    PyErr_Clear();
    if (path && client->known(path, &known) && known.bytes >= sizeof(Token)) {
        PyObject *o = unread(&known);
        if (o)
            return o;
    }
    return real_open(self, args, n, names);
}

/* -- marshal.loads -- */

static bool is_token(const Py_buffer *data, Token *token)
{
    if (data->len < (Py_ssize_t)sizeof *token)
        return false;
    memcpy(token, data->buf, sizeof *token);
    return token->ours == &unread_type && token->no_type[0] == 0xff && !memcmp(token->no_type, token->no_type + 1, 7) &&
           token->bytes == (size_t)data->len;
}

/* The client could not keep its word. What the file holds is unmarshalled; it is the one that the client saw. */
static PyObject *read_after_all(PyObject *self, const Token *token)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)token->bytes);
    if (!bytes)
        return NULL;
    if (!client->read(token->number, PyBytes_AS_STRING(bytes))) {
        Py_DECREF(bytes);
        PyErr_SetString(PyExc_EOFError, "marshal data too short");
        return NULL;
    }
    PyObject *code = real_loads(self, bytes);
    Py_DECREF(bytes);
    return code;
}

static PyObject *our_loads(PyObject *self, PyObject *arg)
{
    Py_buffer data;
    Token token;
    PyObject *code = NULL;
    if (PyObject_GetBuffer(arg, &data, PyBUF_SIMPLE)) {
        PyErr_Clear();
        return real_loads(self, arg);
    }
    bool known = is_token(&data, &token), may = may_replace();
    if (known && may)
        code = client->load(token.number);
    else if (may && client->find)
        code = client->find(data.buf, (size_t)data.len);
    if (!code) {
        code = known ? read_after_all(self, &token) : real_loads(self, arg);
        if (code && may && client->loaded && PyCode_Check(code))
            client->loaded(data.buf, (size_t)data.len, (PyCodeObject *)code);
    }
    PyBuffer_Release(&data);
    return code;
}

void pw_host_loads_end(void)
{
    over = true;
}

const char *pw_host_watch_loads(const PwHostLoads *watcher)
{
    PyMethodDef *loads = pw_host_function("marshal", "loads"), *open = pw_host_function("_io", "open_code");
    if (!loads || loads->ml_flags != METH_O)
        return "marshal.loads is not where prewarm expects it in this Python";
    client = watcher;
    real_loads = loads->ml_meth;
    loads->ml_meth = our_loads;
    if (watcher->known && open && open->ml_flags == (METH_FASTCALL | METH_KEYWORDS) && PyType_Ready(&unread_type) == 0) {
        real_open = (_PyCFunctionFastWithKeywords)(void (*)(void))open->ml_meth;
        open->ml_meth = (PyCFunction)(void (*)(void))our_open;
    }
    PyErr_Clear();
    return NULL;
}
