#include "base/alloc.h"

#include <stdlib.h>

static uint64_t fail_after; /* test hook; 0 = off */

void *pw_realloc(void *p, size_t bytes)
{
    if (!bytes) {
        free(p);
        return NULL;
    }
    if (fail_after && fail_after-- == 1) {
        fail_after = 1;
        return NULL;
    }
    return realloc(p, bytes);
}

void pw_alloc_fail_after(uint64_t n)
{
    fail_after = n;
}

void *pw_calloc(size_t count, size_t bytes)
{
    size_t total;
    if (__builtin_mul_overflow(count, bytes, &total))
        return NULL;
    void *p = pw_alloc(total);
    return p ? memset(p, 0, total) : NULL;
}

char *pw_strdup(const char *s)
{
    size_t n = strlen(s) + 1;
    char *p = pw_alloc(n);
    return p ? memcpy(p, s, n) : NULL;
}

struct PwArenaChunk {
    PwArenaChunk *next;
    char data[];
};

void *pw_arena_alloc(PwArena *arena, size_t bytes)
{
    if (bytes > SIZE_MAX / 2)
        return NULL;
    bytes = bytes ? (bytes + 15) & ~(size_t)15 : 16;
    if (bytes > (size_t)(arena->end - arena->at)) {
        size_t size = bytes > 16384 ? bytes : 16384;
        PwArenaChunk *c = pw_alloc(sizeof *c + 15 + size);
        if (!c)
            return NULL;
        c->next = arena->chunks;
        arena->chunks = c;
        arena->at = (char *)(((uintptr_t)c->data + 15) & ~(uintptr_t)15);
        arena->end = arena->at + size;
    }
    void *p = arena->at;
    arena->at += bytes;
    arena->bytes += bytes;
    return memset(p, 0, bytes);
}

char *pw_arena_strn(PwArena *arena, const char *s, size_t n)
{
    char *p = pw_arena_alloc(arena, n + 1);
    return p ? memcpy(p, s, n) : NULL;
}

void pw_arena_free(PwArena *arena)
{
    for (PwArenaChunk *c = arena->chunks, *next; c; c = next) {
        next = c->next;
        pw_free(c);
    }
    *arena = (PwArena){0};
}

int pw_vec_grow(void **at, uint32_t *cap, uint32_t n, uint32_t more, size_t size)
{
    if (more <= *cap - n)
        return 1;
    uint64_t want = (uint64_t)n + more;
    uint64_t room = *cap ? (uint64_t)*cap * 2 : 8;
    if (room < want)
        room = want;
    if (room > UINT32_MAX / 2 || room > SIZE_MAX / size)
        return 0;
    void *p = pw_realloc(*at, (size_t)room * size);
    if (!p)
        return 0;
    *at = p;
    *cap = (uint32_t)room;
    return 1;
}
