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

/* -- with -- */

/* A special method of a's class, bound. NULL: there is none, or an exception is set. */
static O special(O a, const char *name)
{
    O s = PyUnicode_InternFromString(name), f = s ? _PyType_Lookup(Py_TYPE(a), s) : NULL;
    Py_XDECREF(s);
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

O h_with_exit(O a)
{
    O enter = special(a, "__enter__");
    if (!enter)
        return no_manager(a, "");
    Py_DECREF(enter);
    O leave = special(a, "__exit__");
    return leave ? leave : no_manager(a, " (missed __exit__ method)");
}

O h_with_enter(O a)
{
    O enter = special(a, "__enter__");
    if (!enter)
        return no_manager(a, "");
    O value = PyObject_CallNoArgs(enter);
    Py_DECREF(enter);
    return value;
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

/* The current frame adds itself to the traceback. */
static void add_frame(PyThreadState *ts, Raised *e)
{
    PyFrameObject *frame = PyThreadState_GetFrame(ts);
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
    uint32_t boxes = run->nboxes, leaves = (uint32_t)imm >> 1;
    Raised e;
    PyErr_Fetch(&e.type, &e.value, &e.traceback);
    rt_sync_push(run, (uint32_t)run->cell[PW_RUN_SYNC].i, true);
    if (!(imm & 1))
        add_frame(run->ts, &e);
    for (; leaves; leaves--) {
        rt_sync_unwind(run);
        add_frame(run->ts, &e);
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
