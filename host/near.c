/* Blocks of address space are taken from the kernel below the addresses that need them, and cut up; what is given back is kept in
 * lists by size. */
#define _GNU_SOURCE
#include "host/near.h"
#include "base/alloc.h"

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

enum {
    GRAIN = 16,
    BLOCK = 1 << 16, /* reserved; pages appear when they are touched */
    SIZES = PW_NEAR_MAX / GRAIN,
    TRIES = 64,
};
#define STEP ((uintptr_t)16 << 20)
#define LOWEST ((uintptr_t)64 << 10) /* the kernel keeps what is below */

typedef struct Free {
    struct Free *next;
} Free;

typedef struct Block {
    struct Block *next;
    char *base;
    size_t used;
    Free *free[SIZES + 1];
} Block;
static Block *blocks; /* the GIL protects it */

static bool reaches(uintptr_t at, uintptr_t to, uint64_t reach)
{
    return at < to && to - at < reach;
}

static char *map(uintptr_t hint)
{
    void *p = mmap((void *)hint, BLOCK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | (hint ? MAP_FIXED_NOREPLACE : 0), -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

/* Anywhere first: the kernel puts a mapping below those it has made before. */
static char *map_near(uintptr_t to, uint64_t reach)
{
    char *p = map(0);
    if (p && reaches((uintptr_t)p, to, reach))
        return p;
    if (p)
        (void)munmap(p, BLOCK);
    uintptr_t at = to & ~(uintptr_t)(BLOCK - 1), step = STEP;
    for (int k = 0; k < TRIES; k++) {
        at = at > LOWEST + step ? at - step : at > LOWEST + BLOCK ? at / 2 & ~(uintptr_t)(BLOCK - 1) : 0;
        if (!at || !reaches(at, to, reach))
            return NULL;
        p = map(at);
        if (p && reaches((uintptr_t)p, to, reach)) /* old kernels take the address as a hint */
            return p;
        if (p)
            (void)munmap(p, BLOCK);
    }
    return NULL;
}

static Block *block_for(uintptr_t to, uint64_t reach, size_t n)
{
    for (Block *b = blocks; b; b = b->next)
        if (reaches((uintptr_t)b->base, to, reach) && reaches((uintptr_t)b->base + BLOCK, to + BLOCK, reach) &&
            (uintptr_t)b->base + BLOCK <= to && (b->free[n / GRAIN] || b->used + n <= BLOCK))
            return b;
    Block *b = pw_calloc(1, sizeof *b);
    char *base = b ? map_near(to, reach - BLOCK) : NULL;
    if (!base) {
        pw_free(b);
        return NULL;
    }
    b->base = base;
    b->next = blocks;
    return blocks = b;
}

static size_t rounded(size_t n)
{
    return (n + GRAIN - 1) / GRAIN * GRAIN;
}

void *pw_near_alloc(uintptr_t to, uint64_t reach, size_t n)
{
    n = rounded(n);
    Block *b = n && n <= PW_NEAR_MAX ? block_for(to, reach, n) : NULL;
    if (!b)
        return NULL;
    Free *f = b->free[n / GRAIN];
    if (!f) {
        b->used += n;
        return b->base + b->used - n;
    }
    b->free[n / GRAIN] = f->next;
    return memset(f, 0, n);
}

void pw_near_free(void *p, size_t n)
{
    n = rounded(n);
    for (Block *b = blocks; p && b; b = b->next)
        if ((char *)p >= b->base && (char *)p < b->base + BLOCK) {
            Free *f = p;
            f->next = b->free[n / GRAIN];
            b->free[n / GRAIN] = f;
            return;
        }
}
