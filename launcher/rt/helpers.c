/* The table that trees call helpers through: one cell per row of ir/helpers.def. */
#include "launcher/rt/helpers_int.h"
#include "launcher/rt/rt.h"

static const PwCell table[PW_H_COUNT] = {
#define PW_HELPER(name, result, args, flags, reads, writes, text) [PW_H_##name] = {.p = (void *)(uintptr_t)h_##name},
#include "ir/helpers.def"
#undef PW_HELPER
};

const PwCell *pw_rt_helpers(void)
{
    return table;
}

/* Shared by all trees: an object that is no iterator's item. */
PyObject *pw_rt_exhausted(void)
{
    static PyObject sentinel;
    if (!sentinel.ob_type) {
        sentinel.ob_refcnt = 1 << 28; /* never the last reference */
        sentinel.ob_type = &PyBaseObject_Type;
    }
    return &sentinel;
}

static bool collection_due(const struct _gc_runtime_state *gc)
{
    return gc->generations[0].count > gc->generations[0].threshold && gc->enabled && gc->generations[0].threshold &&
           !gc->collecting && !PyErr_Occurred();
}

void pw_rt_gc_catch_up(PyThreadState *ts)
{
    if (!pw_host_breaker(ts))
        return;
    if (collection_due(&ts->interp->gc)) {
        Py_XDECREF(PyCell_New(NULL)); /* any tracked allocation does what was put off */
        PyErr_Clear();
    }
    pw_host_breaker_settle(ts->interp);
}
