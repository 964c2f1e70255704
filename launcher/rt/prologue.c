/* The bytecodes before RESUME, which a function's tree does not contain. Source: CPython 3.11 Python/ceval.c (MAKE_CELL,
 * COPY_FREE_VARS). */
#include "launcher/rt/helpers_int.h"
#include "launcher/rt/int.h"

static void copy_free_vars(_PyInterpreterFrame *f, int n)
{
    PyObject *closure = f->f_func->func_closure;
    PyObject **to = f->localsplus + f->f_code->co_nlocalsplus - n;
    for (int i = 0; i < n; i++)
        to[i] = Py_NewRef(PyTuple_GET_ITEM(closure, i));
}

static bool make_cell(_PyInterpreterFrame *f, int i)
{
    PyObject *value = f->localsplus[i], *cell = PyCell_New(value);
    if (!cell) {
        PyErr_Clear();
        return false;
    }
    f->localsplus[i] = cell;
    Py_XDECREF(value); /* the cell has it */
    return true;
}

bool rt_prologue(_PyInterpreterFrame *f)
{
    PyCodeObject *co = f->f_code;
    bool done = true;
    if ((!co->co_ncellvars && !co->co_nfreevars) || f->prev_instr >= _PyCode_CODE(co) + co->_co_firsttraceable)
        return true;
    PwGcPause pause = gc_pause();
    for (int unit = 0, high = 0; done && unit < co->_co_firsttraceable; unit++) {
        int arg;
        uint8_t op = pw_host_opcode_at(co, (uint32_t)unit, &arg);
        arg |= high;
        high = 0;
        if (op == EXTENDED_ARG)
            high = arg << 8;
        else if (op == COPY_FREE_VARS)
            copy_free_vars(f, arg);
        else
            done = op == MAKE_CELL && make_cell(f, arg);
        if (done && !high)
            f->prev_instr = _PyCode_CODE(co) + unit;
    }
    gc_resume(pause);
    return done;
}
