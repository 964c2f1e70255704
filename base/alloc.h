/* Memory: the one place where prewarm allocates, and arenas on top of it.
 *
 * All heap memory outside Python's own comes through pw_realloc, so that a test can make every allocation fail once.
 * Ctx    any thread, except that one arena or one vector belongs to one thread at a time. No Python.
 */
#ifndef PW_BASE_ALLOC_H
#define PW_BASE_ALLOC_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* realloc with a hook: bytes 0 frees and returns NULL; p NULL allocates. NULL with bytes > 0 means out of memory. */
void *pw_realloc(void *p, size_t bytes);
static inline void *pw_alloc(size_t bytes) { return pw_realloc(NULL, bytes ? bytes : 1); }
static inline void pw_free(void *p) { (void)pw_realloc(p, 0); }
/* Zeroed memory of count * bytes; NULL when out of memory or when the product does not fit. */
void *pw_calloc(size_t count, size_t bytes);
/* A fresh copy of a NUL-terminated string; the caller frees. */
char *pw_strdup(const char *s);

/* Tests: the n-th allocation from now fails (1 = the next one), and all after it; 0 turns this off. Not thread-safe. */
void pw_alloc_fail_after(uint64_t n);

/* A bump allocator that is freed whole. A zeroed PwArena is an empty one. */
typedef struct PwArenaChunk PwArenaChunk;
typedef struct PwArena {
    PwArenaChunk *chunks;
    char *at, *end;
    size_t bytes; /* handed out so far */
} PwArena;

/* Zeroed, 16-byte aligned, arena-owned; NULL when out of memory. */
void *pw_arena_alloc(PwArena *arena, size_t bytes);
/* Arena-owned, NUL-terminated copy of n bytes. */
char *pw_arena_strn(PwArena *arena, const char *s, size_t n);
void pw_arena_free(PwArena *arena);

/* A growable array of T: `PW_VEC(uint32_t) v = {0};`. The elements move when it grows: hold indexes, not pointers. */
#define PW_VEC(T)                                                                                                      \
    struct {                                                                                                           \
        T *at;                                                                                                         \
        uint32_t n, cap;                                                                                               \
    }
/* Makes room for `more` further elements; 0 when out of memory (nothing changes then). */
int pw_vec_grow(void **at, uint32_t *cap, uint32_t n, uint32_t more, size_t size);
#define PW_VEC_ROOM(v, more) pw_vec_grow((void **)&(v)->at, &(v)->cap, (v)->n, (more), sizeof *(v)->at)
/* Appends x: 1, or 0 when out of memory. */
#define PW_VEC_PUSH(v, x) (PW_VEC_ROOM(v, 1) ? ((v)->at[(v)->n++] = (x), 1) : 0)
#define PW_VEC_FREE(v) (pw_free((v)->at), (v)->at = NULL, (v)->n = (v)->cap = 0)

#endif
