/* Code objects, before they run: whatever is executed as a module, as the main program, by exec or by eval is announced by an audit
 * event, and the functions in it are among its constants. */
#include "host/gate.h"

enum { DEEPEST = 50 };

static void look(PyCodeObject *code, int depth)
{
    if (!pw_host_probe(code)->code && pw_host.client->code_wanted(code)) {
        PwSide *side = pw_host_side_make_fresh(code);
        if (side)
            side->fresh = false;
    }
    for (Py_ssize_t i = 0; depth < DEEPEST && i < PyTuple_GET_SIZE(code->co_consts); i++) {
        PyObject *o = PyTuple_GET_ITEM(code->co_consts, i);
        if (PyCode_Check(o))
            look((PyCodeObject *)o, depth + 1);
    }
}

/* co_extra belongs to whoever asks for it. */
static void give_up_fields(void)
{
    pw_host_stop();
    for (uint32_t i = 0; i <= pw_host_table.mask; i++)
        if (pw_host_table.at[i].side)
            pw_host_landing_clear(pw_host_table.at[i].side);
}

void pw_host_discover(PyCodeObject *code)
{
    if (pw_host.interp->co_extra_user_count && !pw_host.stopped)
        give_up_fields();
    if (pw_host.suspended)
        pw_host_resume_if_quiet();
    if (!pw_host.stopped)
        look(code, 0);
}
