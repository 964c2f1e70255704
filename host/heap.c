/* Blocks of C's heap that were freed a moment ago: see pw_host_keep_blocks.
 *
 * They are blocks of malloc's: whoever gets one may give it to free or realloc. Only the main thread keeps some, so there is
 * nothing to lock.
 * Source: CPython 3.11 Objects/obmalloc.c (what is too large for it goes to the raw domain), Modules/_sre.c (data_stack_grow).
 */
#include "host/internal.h"

#include <malloc.h>

enum {
    GRAIN = 16,
    LEAST = 512,    /* smaller ones malloc keeps itself */
    MOST = 16384,
    KEEP = 1 << 18, /* bytes, in all */
};

static PyMemAllocatorEx real;
static void *bin[MOST / GRAIN + 1]; /* lists, each block's first word is the next; in bin k blocks have room for k grains */
static size_t kept;
static __thread bool mine __attribute__((tls_model("initial-exec")));

static void *take(void *context, size_t n)
{
    size_t grains = (n + GRAIN - 1) / GRAIN;
    if (n <= LEAST || n > MOST || !mine)
        return real.malloc(context, n);
    void *p = bin[grains];
    if (PW_UNLIKELY(!p))
        return real.malloc(context, grains * GRAIN);
    bin[grains] = *(void **)p;
    kept -= grains * GRAIN;
    return p;
}

/* So many were kept that nobody asked for: what is asked for now will soon be there again. */
static void let_go(void *context)
{
    for (size_t k = 0; k <= MOST / GRAIN; k++)
        while (bin[k]) {
            void *p = bin[k];
            bin[k] = *(void **)p;
            real.free(context, p);
        }
    kept = 0;
}

static void give_back(void *context, void *p)
{
    size_t grains = p && mine ? malloc_usable_size(p) / GRAIN : 0;
    if (grains <= LEAST / GRAIN || grains > MOST / GRAIN) {
        real.free(context, p);
        return;
    }
    if (PW_UNLIKELY(kept > KEEP))
        let_go(context);
    *(void **)p = bin[grains];
    bin[grains] = p;
    kept += grains * GRAIN;
}

const char *pw_host_keep_blocks(void)
{
    int allocator = _PyRuntime.preconfig.allocator;
    if (allocator != PYMEM_ALLOCATOR_NOT_SET && allocator != PYMEM_ALLOCATOR_DEFAULT)
        return "Python was given an allocator";
    if (_Py_tracemalloc_config.tracing)
        return "memory is traced";
    PyMem_GetAllocator(PYMEM_DOMAIN_RAW, &real);
    PyMemAllocatorEx ours = real;
    ours.malloc = take;
    ours.free = give_back;
    PyMem_SetAllocator(PYMEM_DOMAIN_RAW, &ours);
    mine = true;
    return NULL;
}
