/* Frozen code comes to life (ir/frozen.h).
 *
 * Source: CPython 3.11 Objects/codeobject.c, Objects/unicodeobject.c (PyUnicode_InternInPlace), Python/marshal.c,
 * Modules/gcmodule.c (gc_alloc, gc_collect_generations).
 */
#define _GNU_SOURCE
#include "host/internal.h"

#include <link.h>

_Static_assert(PW_FROZEN_WARMUP == QUICKENING_INITIAL_WARMUP_VALUE && PW_FROZEN_RESUME == RESUME, "of this Python");
_Static_assert(PW_FROZEN_SMALL_INTS == _PY_NSMALLNEGINTS && PW_FROZEN_SMALL_LAST == _PY_NSMALLPOSINTS - 1, "of this Python");

/* -- where the interpreter's own objects are -- */

/* It lives as long as the interpreter. */
static PyObject *borrow(PyObject *o)
{
    Py_XDECREF(o);
    return o;
}

static PyObject *object(PwStatic kind, uint32_t k)
{
    (void)k;
    switch (kind) {
#define PW_STATIC(name, count, c)                                                                                      \
    case PW_STATIC_##name:                                                                                             \
        return c;
#include "ir/statics.def"
#undef PW_STATIC
    default:
        return NULL;
    }
}

/* They are arrays of CPython's: the last one tells for those before it, too. This is asked at every start. */
static bool place(PwStatics *s, PwStatic kind, uint32_t count)
{
    uint64_t first = (uintptr_t)object(kind, 0), second = count > 1 ? (uintptr_t)object(kind, 1) : first;
    s->of[kind].first = first;
    s->of[kind].stride = second - first;
    return first && second && (uintptr_t)object(kind, count - 1) == first + (count - 1) * (second - first);
}

bool pw_host_statics(PwStatics *s)
{
    bool good = true;
    *s = (PwStatics){0};
#define PW_STATIC(name, count, c) good = good && place(s, PW_STATIC_##name, count);
#include "ir/statics.def"
#undef PW_STATIC
    PyErr_Clear();
    return good;
}

static int main_program(struct dl_phdr_info *info, size_t size, void *fixed)
{
    (void)size;
    for (int k = 0; k < info->dlpi_phnum && !info->dlpi_addr; k++) {
        const ElfW(Phdr) *h = &info->dlpi_phdr[k];
        *(bool *)fixed |= h->p_type == PT_LOAD && (uintptr_t)&PyCode_Type - h->p_vaddr < h->p_memsz;
    }
    return 1; /* the first is the program itself */
}

bool pw_host_statics_fixed(void)
{
    bool fixed = false;
    dl_iterate_phdr(main_program, &fixed);
    return fixed;
}

/* -- one module -- */

/* Where a string lies that nobody has asked for yet. */
static PyObject *own_string(const PwThawPool *p, uint32_t number)
{
    uint32_t at = p->places[number];
    return at & PW_FROZEN_STATIC ? (PyObject *)(uintptr_t)pw_statics_string(&p->statics, at) : (PyObject *)(void *)(p->strings + at);
}

void pw_host_thaw_move(const PwThaw *t)
{
    const PwThawPool *p = t->pool;
    const PwFix *fix = (const PwFix *)(const void *)(t->moves + 1);
    for (uint32_t k = 0; k < t->moves[0]; k++) {
        uintptr_t *at = (uintptr_t *)(void *)(fix[k].at < t->hot ? t->data + fix[k].at : t->cold + (fix[k].at - t->hot));
        if (fix[k].to == PW_STATIC_frozen)
            *at += (uintptr_t)p->delta;
        else if (fix[k].to == PW_STATIC_string)
            *at = (uintptr_t)own_string(p, fix[k].index);
        else
            *at = (uintptr_t)(p->statics.of[fix[k].to].first + fix[k].index * p->statics.of[fix[k].to].stride);
    }
}

static PyObject **pointer(const PwThaw *t, uint32_t at)
{
    return (PyObject **)(void *)(t->data + at);
}

/* The string that stands for equal ones is often another, which was there already. */
static void intern(const PwThaw *t, uint32_t number, uint32_t n, const uint32_t *slot)
{
    PyObject *own = own_string(t->pool, number), **known = &t->pool->interned[number];
    if (!*known) {
        *known = own;
        PyUnicode_InternInPlace(known); /* it keeps its reference for ever */
    }
    if (*known == own)
        return;
    Py_SET_REFCNT(*known, Py_REFCNT(*known) + (Py_ssize_t)n);
    for (uint32_t k = 0; k < n; k++)
        *pointer(t, slot[k]) = *known;
}

static bool make_set(const PwThaw *t, uint32_t count, uint32_t first, uint32_t n, const uint32_t *slot)
{
    PyObject *set = PyFrozenSet_New(NULL);
    bool good = set != NULL;
    for (uint32_t k = 0; k < count && good; k++)
        good = PySet_Add(set, pointer(t, first)[k]) == 0;
    if (!good) {
        Py_XDECREF(set);
        return false;
    }
    Py_SET_REFCNT(set, PW_FROZEN_REFS);
    for (uint32_t k = 0; k < n; k++)
        *pointer(t, slot[k]) = set;
    return true;
}

static bool make_sets(const PwThaw *t, const uint32_t *w)
{
    uint32_t n = *w++;
    for (uint32_t k = 0; k < n; k++) {
        if (!make_set(t, w[0], w[1], w[2], w + 3))
            return false;
        w += 3 + w[2];
    }
    return true;
}

/* The collector counts containers: those that unmarshalling would have made are counted, too, and so are the collections of the
 * youngest generation that would have come of it. They would have found nothing: what is there already waits for the next. */
static void count(Py_ssize_t tuples)
{
    struct _gc_runtime_state *gc = &PyInterpreterState_Get()->gc;
    struct gc_generation *young = &gc->generations[0];
    if (!gc->enabled || young->threshold <= 0)
        return;
    Py_ssize_t all = young->count + tuples, rounds = all / (young->threshold + 1);
    young->count = (int)(all - rounds * (young->threshold + 1));
    gc->generations[1].count += (int)rounds;
    gc->generation_stats[0].collections += rounds;
}

PyObject *pw_host_thaw(const PwThaw *t)
{
    if (t->moves)
        pw_host_thaw_move(t);
    const uint32_t *w = t->links;
    uint32_t n = *w++;
    for (uint32_t k = 0; k < n; k++) {
        intern(t, w[0], w[1], w + 2);
        w += 2 + w[1];
    }
    if (!make_sets(t, w)) {
        PyErr_Clear();
        return NULL;
    }
    count(t->tuples);
    return Py_NewRef((PyObject *)(void *)(t->data + t->root));
}
