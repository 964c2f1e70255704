/* Memory before it is touched: see pw_host_map_ahead.
 *
 * Source: CPython 3.11 Objects/obmalloc.c (arenas), Include/cpython/objimpl.h (PyObjectArenaAllocator).
 */
#define _GNU_SOURCE
#include "host/internal.h"

#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif

static PyObjectArenaAllocator real;
static uint32_t ahead, arenas, freed;
static uintptr_t top; /* of C's heap, as far as it was mapped */

void pw_host_bring(const void *from, size_t n)
{
    enum { PAGE = 4096 };
    uintptr_t at = (uintptr_t)from & ~(uintptr_t)(PAGE - 1), end = ((uintptr_t)from + n + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
    if (n)
        (void)madvise((void *)at, end - at, MADV_POPULATE_WRITE);
}

void pw_host_bring_heap(void)
{
    enum { MOST = 1 << 20 }; /* a heap that grew by more is no start */
    uintptr_t now = (uintptr_t)sbrk(0);
    if (!ahead)
        return;
    if (top && now > top && now - top <= MOST)
        pw_host_bring((void *)top, now - top);
    top = now;
}

static void *alloc(void *context, size_t n)
{
    void *p = real.alloc(context, n);
    if (p && arenas++ < ahead)
        pw_host_bring(p, n);
    pw_host_bring_heap();
    return p;
}

static void release(void *context, void *p, size_t n)
{
    freed++;
    real.free(context, p, n);
}

uint32_t pw_host_arenas(void)
{
    return arenas - freed;
}

void pw_host_map_ahead(uint32_t n)
{
    ahead = n;
    if (real.alloc)
        return;
    PyObject_GetArenaAllocator(&real);
    PyObject_SetArenaAllocator(&(PyObjectArenaAllocator){real.ctx, alloc, release});
}
