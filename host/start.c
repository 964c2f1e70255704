/* The way in: `posix` is a built-in module that every start of Python initialises before any program code runs.
 *
 * Source: CPython 3.11 Include/cpython/import.h (PyImport_Inittab), Lib/importlib/_bootstrap_external.py.
 */
#include "host/internal.h"

#include <string.h>

#pragma weak PyImport_Inittab

static PyObject *(*real_init)(void);
static int (*client_init)(void);

static PyObject *our_init(void)
{
    static bool started;
    if (PyInterpreterState_Get() == PyInterpreterState_Main()) {
        /* A second start has new code objects at old addresses, and no hook. */
        if (started) {
            pw_host_kill();
            pw_host_loads_end(); /* interned strings are others */
        } else {
            started = true;
            if (client_init() < 0)
                return NULL;
        }
    }
    return real_init();
}

PwStatus pw_host_start(int (*init)(void), PwErr *err)
{
    if (&PyImport_Inittab == NULL || !PyImport_Inittab)
        return pw_err_set(err, PW_NOTFOUND, "this process is no Python: it has no table of built-in modules");
    for (struct _inittab *row = PyImport_Inittab; row->name; row++)
        if (strcmp(row->name, "posix") == 0 && row->initfunc && row->initfunc != our_init) {
            client_init = init;
            real_init = row->initfunc;
            row->initfunc = our_init;
            return PW_OK;
        }
    return pw_err_set(err, PW_NOTFOUND, "this Python has no posix module among its built-in ones");
}
