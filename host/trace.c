/* Programs that trace or profile themselves: nothing is patched while any thread does.
 *
 * sys.settrace and sys.setprofile are replaced inside their method definitions, so that they stay the same objects.
 * What sets a trace function from C (cProfile, coverage) is heard of through its audit event, which comes before the
 *      deed.
 * Source: CPython 3.11 Python/sysmodule.c, Python/ceval.c (_PyEval_SetTrace, _PyEval_SetProfile).
 */
#include "host/internal.h"

#include <string.h>

static PyCFunction real_settrace, real_setprofile;

/* The call that last announced a trace function: the frame it was made from, and where. Between the announcement and
 * the deed Python code may run (other audit hooks, finalisers); nothing may be patched again before the deed. */
static struct {
    PyThreadState *ts;
    _PyInterpreterFrame *frame;
    _Py_CODEUNIT *prev_instr;
} announced;

static void announce(PyThreadState *ts)
{
    announced.ts = ts;
    announced.frame = ts->cframe->current_frame;
    announced.prev_instr = announced.frame ? announced.frame->prev_instr : NULL;
}

/* Is that call still under way? Then its frame is on the stack with others above it. */
static bool under_way(void)
{
    if (!announced.frame)
        return false;
    for (PyThreadState *ts = pw_host.interp->threads.head; ts; ts = ts->next)
        if (ts == announced.ts) {
            _PyInterpreterFrame *f = ts->cframe->current_frame;
            if (f == announced.frame)
                return false;
            while (f && f != announced.frame)
                f = f->previous;
            return f && f->prev_instr == announced.prev_instr;
        }
    return false;
}

void pw_host_resume_if_quiet(void)
{
    if (!pw_host.suspended || under_way() || pw_host_any_tracer())
        return;
    announced.ts = NULL;
    announced.frame = NULL;
    pw_host_unsuspend();
}

/* Our own recording gives way before the program's function is there. */
static void about_to_trace(void)
{
    PyThreadState *ts = PyThreadState_Get();
    if (ts->interp != pw_host.interp)
        return;
    announce(ts);
    pw_host_count_cancel();
    pw_host_record_cancel(ts);
    pw_host_suspend();
    pw_host_breaker_settle(ts->interp);
}

static PyObject *our_settrace(PyObject *self, PyObject *arg)
{
    about_to_trace();
    PyObject *r = real_settrace(self, arg);
    pw_host_resume_if_quiet();
    return r;
}

static PyObject *our_setprofile(PyObject *self, PyObject *arg)
{
    about_to_trace();
    PyObject *r = real_setprofile(self, arg);
    pw_host_resume_if_quiet();
    return r;
}

/* Runs, mostly, once the thread is done with what the audit event announced. */
static int look_again(void *unused)
{
    (void)unused;
    pw_host_resume_if_quiet();
    return 0;
}

static int on_audit(const char *event, PyObject *args, void *unused)
{
    (void)unused;
    if (event[0] == 'e' && pw_host.gates && strcmp(event, "exec") == 0 && PyTuple_Check(args) && PyTuple_GET_SIZE(args) == 1 &&
        PyCode_Check(PyTuple_GET_ITEM(args, 0))) {
        if (PyInterpreterState_Get() == pw_host.interp)
            pw_host_discover((PyCodeObject *)PyTuple_GET_ITEM(args, 0));
        return 0;
    }
    if (event[0] != 's' || (strcmp(event, "sys.settrace") != 0 && strcmp(event, "sys.setprofile") != 0))
        return 0;
    about_to_trace();
    (void)Py_AddPendingCall(look_again, NULL);
    return 0;
}

bool pw_host_audited(PyInterpreterState *interp)
{
    const _Py_AuditHookEntry *hook = _PyRuntime.audit_hook_head;
    while (hook && hook->hookCFunction == on_audit)
        hook = hook->next;
    return hook || interp->audit_hooks;
}

const char *pw_host_watch_tracing(bool go)
{
    PyMethodDef *settrace = pw_host_function("sys", "settrace"), *setprofile = pw_host_function("sys", "setprofile");
    if (!settrace || settrace->ml_flags != METH_O)
        return "sys.settrace";
    if (!setprofile || setprofile->ml_flags != METH_O)
        return "sys.setprofile";
    if (!go)
        return NULL;
    if (PySys_AddAuditHook(on_audit, NULL) < 0) {
        PyErr_Clear();
        return "the audit hooks";
    }
    real_settrace = settrace->ml_meth;
    settrace->ml_meth = our_settrace;
    real_setprofile = setprofile->ml_meth;
    setprofile->ml_meth = our_setprofile;
    return NULL;
}
