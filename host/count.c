/* Counting: how many bytecodes the interpreter executes in the main thread, while native code runs as ever.
 *
 * The interpreter only tells of its bytecodes to a trace function that has asked for each of them by the frame's
 * f_trace_opcodes. Ours is put into the thread state directly, as a recording's is (record.c), and does not count as tracing for anybody
 * else here (pw_host_traced). Once the program traces or profiles itself the count is over.
 * Source: CPython 3.11 Python/ceval.c (maybe_call_line_trace).
 */
#include "host/gate.h"
#include "host/internal.h"

static int nobody(PyObject *self, PyFrameObject *object, int what, PyObject *arg)
{
    (void)self, (void)object, (void)what, (void)arg;
    return 0;
}

Py_tracefunc pw_host_counter = nobody;
uint8_t pw_host_count_leaves;
static struct {
    PyThreadState *ts; /* NULL: nothing is counted */
    uint64_t bytecodes;
    bool cut_short;
} count;

static int on_event(PyObject *self, PyFrameObject *object, int what, PyObject *arg)
{
    (void)self, (void)arg;
    if (what == PyTrace_OPCODE)
        count.bytecodes += !pw_host_gate_landed(object->f_frame);
    else if (what == PyTrace_CALL || what == PyTrace_LINE)
        object->f_trace_opcodes = 1;
    return 0;
}

bool pw_host_counting(PyThreadState *ts)
{
    return count.ts == ts;
}

bool pw_host_count_begin(PyThreadState *ts)
{
    if (pw_host_any_tracer())
        return false;
    pw_host_counter = on_event;
    count.ts = ts;
    ts->c_tracefunc = on_event;
    _PyThreadState_UpdateTracingState(ts);
    return true;
}

bool pw_host_count_end(uint64_t *bytecodes)
{
    PyThreadState *ts = count.ts;
    bool whole = ts && !count.cut_short;
    *bytecodes = count.bytecodes;
    count.ts = NULL;
    pw_host_counter = nobody;
    if (ts && ts->c_tracefunc == on_event) {
        ts->c_tracefunc = NULL;
        _PyThreadState_UpdateTracingState(ts);
    }
    return whole;
}

void pw_host_count_cancel(void)
{
    uint64_t ignored;
    if (!count.ts)
        return;
    count.cut_short = true;
    pw_host_count_leaves = 255;
    (void)pw_host_count_end(&ignored);
}

void pw_host_count_frame(PyThreadState *ts, _PyInterpreterFrame *frame)
{
    PyObject *type, *value, *traceback;
    if (count.ts != ts)
        return;
    PyErr_Fetch(&type, &value, &traceback);
    PyFrameObject *object = PyThreadState_GetFrame(ts);
    if (object && object->f_frame == frame)
        object->f_trace_opcodes = 1;
    Py_XDECREF(object);
    PyErr_Restore(type, value, traceback); /* that there is no memory for an object, too, is forgotten */
}
