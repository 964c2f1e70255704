/* Exceptions that are raised and handled in a trace: what CPython's interpreter does to them on the way, with the same
 * tracebacks and frame objects. Source: CPython 3.11 Python/ceval.c (error, exception_unwind, PUSH_EXC_INFO, BEFORE_WITH ...). */
#include "launcher/rt/helpers_int.h"
#include "launcher/rt/int.h"

O h_exc_push(O a)
{
    _PyErr_StackItem *info = _PyThreadState_GET()->exc_info;
    O before = info->exc_value;
    info->exc_value = Py_NewRef(a);
    return before ? before : Py_NewRef(Py_None);
}

O h_exc_pop(O a)
{
    _PyErr_StackItem *info = _PyThreadState_GET()->exc_info;
    O was = info->exc_value;
    info->exc_value = Py_NewRef(a);
    return was ? was : Py_NewRef(Py_None);
}

O h_exc_now(void)
{
    for (_PyErr_StackItem *info = _PyThreadState_GET()->exc_info; info; info = info->previous_item)
        if (info->exc_value && info->exc_value != Py_None)
            return info->exc_value;
    return Py_None;
}

static bool is_class(O o)
{
    if (PyExceptionClass_Check(o))
        return true;
    PyErr_SetString(PyExc_TypeError, "catching classes that do not inherit from BaseException is not allowed");
    return false;
}

int64_t h_exc_match(O a, O b)
{
    if (!PyTuple_Check(b))
        return is_class(b) ? PyErr_GivenExceptionMatches(a, b) : -1;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(b); i++)
        if (!is_class(PyTuple_GET_ITEM(b, i)))
            return -1;
    return PyErr_GivenExceptionMatches(a, b);
}

O h_reraise(O a)
{
    PyErr_Restore(Py_NewRef((O)Py_TYPE(a)), Py_NewRef(a), PyException_GetTraceback(a));
    return NULL;
}

O h_raise_new(O a)
{
    PyErr_SetObject((O)Py_TYPE(a), a);
    return NULL;
}

/* -- with -- */

/* An interned name, made once. */
typedef struct Name {
    const char *text;
    O str;
} Name;
static Name enter_name = {"__enter__", NULL}, exit_name = {"__exit__", NULL};

/* A special method of a's class, bound. NULL: there is none, or an exception is set. */
static O special(O a, Name *name)
{
    if (!name->str)
        name->str = PyUnicode_InternFromString(name->text);
    O f = name->str ? _PyType_Lookup(Py_TYPE(a), name->str) : NULL;
    if (!f)
        return NULL;
    descrgetfunc get = Py_TYPE(f)->tp_descr_get;
    if (!get)
        return Py_NewRef(f);
    Py_INCREF(f);
    O bound = get(f, a, (O)Py_TYPE(a));
    Py_DECREF(f);
    return bound;
}

static O no_manager(O a, const char *missing)
{
    if (!PyErr_Occurred())
        PyErr_Format(PyExc_TypeError, "'%.200s' object does not support the context manager protocol%s", Py_TYPE(a)->tp_name,
                     missing);
    return NULL;
}

O h_with_pair(O a)
{
    O enter = special(a, &enter_name);
    if (!enter)
        return no_manager(a, "");
    O pair = PyTuple_Pack(2, enter, a);
    Py_DECREF(enter);
    return pair;
}

O h_with_exit(O a)
{
    O manager = PyTuple_GET_ITEM(a, 1), leave = special(manager, &exit_name);
    return leave ? leave : no_manager(manager, " (missed __exit__ method)");
}

O h_with_enter(O a)
{
    return PyObject_CallNoArgs(PyTuple_GET_ITEM(a, 0));
}

O h_with_except(O a, O b)
{
    O traceback = PyException_GetTraceback(b);
    O args[4] = {NULL, (O)Py_TYPE(b), b, traceback};
    O value = PyObject_Vectorcall(a, args + 1, 3 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    Py_XDECREF(traceback);
    return value;
}

/* -- the way from where it is raised to its handler -- */

typedef struct Raised {
    O type, value, traceback;
} Raised;

/* The line at which frame k of a snapshot raises. CPython searches a table for it: done once per tree. */
static int line_of(RtRun *run, uint32_t k, PyFrameObject *frame)
{
    PwRtTree *t = run->tree;
    if (!t->line && !(t->line = pw_calloc(t->exits.nframe, sizeof *t->line)))
        return PyFrame_GetLineNumber(frame);
    int *line = &t->line[t->exits.snap[run->cell[PW_RUN_SYNC].i].frames + k];
    if (!*line)
        *line = PyFrame_GetLineNumber(frame);
    return *line;
}

/* As PyTraceBack_Here. */
static PyTracebackObject *traceback_here(RtRun *run, uint32_t k, PyFrameObject *frame, O next)
{
    PyTracebackObject *tb = PyObject_GC_New(PyTracebackObject, &PyTraceBack_Type);
    if (!tb)
        return NULL;
    tb->tb_next = (PyTracebackObject *)next;
    tb->tb_frame = frame;
    tb->tb_lasti = (int)(frame->f_frame->prev_instr - _PyCode_CODE(frame->f_frame->f_code)) * (int)sizeof(_Py_CODEUNIT);
    tb->tb_lineno = line_of(run, k, frame);
    PyObject_GC_Track(tb);
    return tb;
}

/* The current frame, k of the snapshot, adds itself to the traceback. */
static void add_frame(RtRun *run, uint32_t k, Raised *e)
{
    PyFrameObject *frame = PyThreadState_GetFrame(run->ts);
    if (frame && !frame->f_lineno) {
        PyTracebackObject *tb = traceback_here(run, k, frame, e->traceback);
        if (tb) {
            e->traceback = (O)tb;
            return;
        }
        PyErr_Clear();
    }
    PyErr_Restore(e->type, e->value, e->traceback);
    if (frame)
        (void)PyTraceBack_Here(frame);
    PyErr_Fetch(&e->type, &e->value, &e->traceback);
    Py_XDECREF((O)frame);
}

/* Objects made to show locals: whatever needs them has its own references now. */
static void release_boxes(RtRun *run, uint32_t from)
{
    while (run->nboxes > from)
        Py_DECREF(run->boxes[--run->nboxes]);
}

O h_catch(void *cells, int64_t imm)
{
    RtRun *run = ((PwCell *)cells)[PW_RUN_RUNTIME].p;
    uint32_t snapshot = (uint32_t)run->cell[PW_RUN_SYNC].i, boxes = run->nboxes;
    uint32_t k = run->tree->exits.snap[snapshot].nframes - 1, handler = k - ((uint32_t)imm >> 1);
    Raised e;
    PyErr_Fetch(&e.type, &e.value, &e.traceback);
    rt_sync_push(run, snapshot, true);
    if (!(imm & 1))
        add_frame(run, k, &e);
    while (k-- > handler) {
        rt_sync_unwind(run);
        add_frame(run, k, &e);
    }
    PyErr_NormalizeException(&e.type, &e.value, &e.traceback);
    PyException_SetTraceback(e.value, e.traceback ? e.traceback : Py_None);
    Py_XDECREF(e.traceback);
    Py_DECREF(e.type);
    rt_sync_rest(run);
    release_boxes(run, boxes);
    return e.value;
}

int h_kept(void *cells, int64_t frame)
{
    RtRun *run = ((PwCell *)cells)[PW_RUN_RUNTIME].p;
    return run->kept && rt_kept_has(run, (uint32_t)frame);
}
