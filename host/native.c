/* Frames whose memory is not current because native code runs them, and those who would read it.
 *
 * The marks are in an array and not on the C stack: greenlets move C stacks away. A thread's marks are in order, but
 * other threads' marks lie between them.
 * Source: CPython 3.11 Objects/frameobject.c (frame_getlocals), Python/bltinmodule.c, Objects/typeobject.c
 * (super_init).
 */
#include "host/internal.h"

typedef struct Mark {
    _PyInterpreterFrame *frame;
    void *user;
    const PwThread *thread;
} Mark;
static PW_VEC(Mark) marks;

bool pw_host_native_enter(_PyInterpreterFrame *frame, void *user)
{
    if (PW_UNLIKELY(marks.n == marks.cap) && !PW_VEC_ROOM(&marks, 1))
        return false;
    marks.at[marks.n++] = (Mark){frame, user, &pw_host_thread};
    frame->stacktop = -1;
    return true;
}

void pw_host_native_leave(_PyInterpreterFrame *frame, int stacktop)
{
    frame->stacktop = stacktop;
    uint32_t i = marks.n;
    if (PW_LIKELY(i && marks.at[i - 1].frame == frame)) {
        marks.n--;
        return;
    }
    while (i > 0 && marks.at[i - 1].frame != frame)
        i--;
    if (!i)
        return;
    memmove(&marks.at[i - 1], &marks.at[i], (marks.n - i) * sizeof *marks.at);
    marks.n--;
}

bool pw_host_native_runs(void)
{
    for (uint32_t i = marks.n; i-- > 0;)
        if (marks.at[i].thread == &pw_host_thread)
            return true;
    return false;
}

/* Only the thread that forked lives on; the others' C stacks may be used again. */
void pw_host_native_forked(void)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < marks.n; i++)
        if (marks.at[i].thread == &pw_host_thread)
            marks.at[n++] = marks.at[i];
    marks.n = n;
}

static void need_locals(_PyInterpreterFrame *frame)
{
    if (frame->stacktop != -1 || !pw_host.client->frame_locals_needed)
        return;
    for (uint32_t i = marks.n; i-- > 0;)
        if (pw_host.client->frame_locals_needed(marks.at[i].user, frame))
            return;
}

static void need_current_locals(void)
{
    if (marks.n == 0)
        return;
    _PyInterpreterFrame *frame = PyThreadState_Get()->cframe->current_frame;
    if (frame)
        need_locals(frame);
}

/* -- who reads them ------------------------------------------------------------------------------------------------ */

static getter real_f_locals;
static PyObject *our_f_locals(PyObject *o, void *closure)
{
    if (marks.n)
        need_locals(((PyFrameObject *)o)->f_frame);
    return real_f_locals(o, closure);
}

static initproc real_super;
static int our_super(PyObject *self, PyObject *args, PyObject *kwargs)
{
    need_current_locals();
    return real_super(self, args, kwargs);
}

static vectorcallfunc real_super_call; /* not in every 3.11.x */
static PyObject *our_super_call(PyObject *type, PyObject *const *args, size_t n, PyObject *names)
{
    need_current_locals();
    return real_super_call(type, args, n, names);
}

/* Builtins that look at the caller's locals. Their calling conventions are CPython's; they are checked before. */
#define WATCH_PLAIN(name)                                                                                              \
    static PyCFunction real_##name;                                                                                    \
    static PyObject *our_##name(PyObject *self, PyObject *args)                                                        \
    {                                                                                                                  \
        need_current_locals();                                                                                         \
        return real_##name(self, args);                                                                                \
    }
#define WATCH_FAST(name)                                                                                               \
    static _PyCFunctionFast real_##name;                                                                               \
    static PyObject *our_##name(PyObject *self, PyObject *const *args, Py_ssize_t n)                                   \
    {                                                                                                                  \
        need_current_locals();                                                                                         \
        return real_##name(self, args, n);                                                                             \
    }
#define WATCH_FASTKW(name)                                                                                             \
    static _PyCFunctionFastWithKeywords real_##name;                                                                   \
    static PyObject *our_##name(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names)                  \
    {                                                                                                                  \
        need_current_locals();                                                                                         \
        return real_##name(self, args, n, names);                                                                      \
    }
WATCH_PLAIN(locals)
WATCH_PLAIN(vars)
WATCH_PLAIN(dir)
WATCH_FAST(eval)
WATCH_FASTKW(exec)

const char *pw_host_watch_locals(bool go)
{
    PyMethodDef *locals = pw_host_function("builtins", "locals"), *vars = pw_host_function("builtins", "vars");
    PyMethodDef *dir = pw_host_function("builtins", "dir"), *eval = pw_host_function("builtins", "eval");
    PyMethodDef *exec = pw_host_function("builtins", "exec");
    PyGetSetDef *f_locals = pw_host_getset(&PyFrame_Type, "f_locals");
    if (!f_locals)
        return "frame.f_locals";
    if (!locals || locals->ml_flags != METH_NOARGS)
        return "locals()";
    if (!vars || vars->ml_flags != METH_VARARGS)
        return "vars()";
    if (!dir || dir->ml_flags != METH_VARARGS)
        return "dir()";
    if (!eval || eval->ml_flags != METH_FASTCALL)
        return "eval()";
    if (!exec || exec->ml_flags != (METH_FASTCALL | METH_KEYWORDS))
        return "exec()";
    if (!PySuper_Type.tp_init)
        return "super";
    if (!go)
        return NULL;
    real_f_locals = f_locals->get;
    f_locals->get = our_f_locals;
    real_super = PySuper_Type.tp_init;
    PySuper_Type.tp_init = our_super;
    real_super_call = PySuper_Type.tp_vectorcall;
    if (real_super_call)
        PySuper_Type.tp_vectorcall = our_super_call;
    real_locals = locals->ml_meth;
    locals->ml_meth = our_locals;
    real_vars = vars->ml_meth;
    vars->ml_meth = our_vars;
    real_dir = dir->ml_meth;
    dir->ml_meth = our_dir;
    real_eval = (_PyCFunctionFast)(void (*)(void))eval->ml_meth;
    eval->ml_meth = (PyCFunction)(void (*)(void))our_eval;
    real_exec = (_PyCFunctionFastWithKeywords)(void (*)(void))exec->ml_meth;
    exec->ml_meth = (PyCFunction)(void (*)(void))our_exec;
    return NULL;
}
