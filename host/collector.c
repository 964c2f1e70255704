/* The garbage collector while a program starts: see pw_host_spare_imports.
 *
 * Source: CPython 3.11 Modules/gcmodule.c, Lib/importlib/_bootstrap.py (_get_module_lock), Python/import.c.
 */
#include "host/internal.h"

enum { YOUNG, MIDDLE, OLD };

/* What CPython starts with; a program that wants something else gets that. */
static const int thresholds[NUM_GENERATIONS] = {700, 10, 10};
/* So many collections of the youngest generation are taken for the start, at most: 210,000 objects more than were freed. */
static const Py_ssize_t max_collections = 300;

static PyCFunction real_acquire;
static Py_ssize_t full_collections; /* when it began */
static bool over;

/* Has the program, or this lever's time, put an end to it? */
static bool must_end(const struct _gc_runtime_state *gc)
{
    for (int k = 0; k < NUM_GENERATIONS; k++)
        if (gc->generations[k].threshold != thresholds[k])
            return true;
    const PyGC_Head *frozen = &gc->permanent_generation.head;
    return !gc->enabled || gc->debug || (gc->callbacks && PyList_GET_SIZE(gc->callbacks)) ||
           frozen->_gc_next != (uintptr_t)frozen || gc->generation_stats[OLD].collections != full_collections ||
           gc->generation_stats[YOUNG].collections > max_collections;
}

/* Moves all of a generation to the oldest one. */
static void grow_old(struct _gc_runtime_state *gc, int generation)
{
    PyGC_Head *from = &gc->generations[generation].head, *to = &gc->generations[OLD].head;
    if (_PyGCHead_NEXT(from) == from)
        return;
    PyGC_Head *first = _PyGCHead_NEXT(from), *last = _PyGCHead_PREV(from), *tail = _PyGCHead_PREV(to);
    _PyGCHead_SET_NEXT(tail, first);
    _PyGCHead_SET_PREV(first, tail);
    _PyGCHead_SET_NEXT(last, to);
    _PyGCHead_SET_PREV(to, last);
    _PyGCHead_SET_NEXT(from, from);
    _PyGCHead_SET_PREV(from, from);
}

static void import_begins(void)
{
    PyInterpreterState *interp = PyInterpreterState_Get();
    struct _gc_runtime_state *gc = &interp->gc;
    if (over || gc->collecting || interp != PyInterpreterState_Main())
        return;
    if (must_end(gc)) {
        over = true;
        return;
    }
    grow_old(gc, MIDDLE);
    grow_old(gc, YOUNG);
    gc->long_lived_pending = 0;
    gc->long_lived_total = gc->generation_stats[YOUNG].collections * (thresholds[YOUNG] + 1) + gc->generations[YOUNG].count;
}

/* importlib takes the lock for each module that is not there yet. */
static PyObject *our_acquire(PyObject *self, PyObject *nothing)
{
    import_begins();
    return real_acquire(self, nothing);
}

const char *pw_host_spare_imports(void)
{
    PyMethodDef *acquire = pw_host_function("_imp", "acquire_lock");
    if (!acquire || acquire->ml_flags != METH_NOARGS)
        return "_imp.acquire_lock is not where prewarm expects it in this Python";
    full_collections = PyInterpreterState_Get()->gc.generation_stats[OLD].collections;
    real_acquire = acquire->ml_meth;
    acquire->ml_meth = our_acquire;
    return NULL;
}
