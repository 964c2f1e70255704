/* A little world for trees to run in: fake objects, a fake helper table that logs its calls, and run cells, all in one
 * struct, so that "native code did what the interpreter does" is one memcmp. */
#ifndef PW_TESTS_CODEGEN_WORLD_H
#define PW_TESTS_CODEGEN_WORLD_H

#include "codegen/codegen.h"
#include "ir/interp.h"
#include "ir/native.h"

/* Where objects have their type, their size (or a float's value), and their items (or an int's digits). */
enum { WORLD_TYPE = sizeof(void *), WORLD_SIZE = 2 * sizeof(void *), WORLD_ITEMS = 3 * sizeof(void *) };

enum { WORLD_LINKS = 64, WORLD_SLOTS = 64, WORLD_EXITS = 512, WORLD_LOG = 4096, WORLD_HEAP = 1 << 16 };

typedef struct World {
    PwCell run[PW_RUN_COUNT];
    PwCell links[WORLD_LINKS];
    PwCell exits[WORLD_EXITS];
    void *slots[WORLD_SLOTS];
    uint8_t fail[4096];
    int breaker, depth;
    uint8_t tracing;
    void *prev, *seen;
    uint16_t code[4096];
    uint32_t raise_at;   /* the helper call of this number (from 1) that can raise does */
    uint32_t breaker_at; /* the helper call after which the breaker is set */
    uint32_t calls, nlog;
    int64_t log[WORLD_LOG];
    size_t used; /* of heap */
    _Alignas(64) uint8_t heap[WORLD_HEAP];
} World;

extern World world; /* helpers write here */

/* A layout with every field at its own place. */
PwLayout world_layout(void);
void world_reset(void);
/* Objects with one reference. */
void *world_object(size_t bytes);
void *world_int(int64_t v);
void *world_float(double v);
void *world_big_int(void); /* more than 64 bits */

/* Code in executable memory. */
typedef struct Loaded {
    void *map;
    size_t bytes;
    PwTreeFn fn;
} Loaded;
Loaded world_load(const PwBlob *blob);
void world_unload(Loaded *l);

/* Runs tree natively and by the interpreter from the present state of the world; fails the test when the results or
 * what is left of the world differ. The world is left as the native run left it. Returns the result. */
int64_t world_run_both(PwCg *cg, const PwTree *tree);
/* Natively only. */
int64_t world_run_native(PwCg *cg, const PwTree *tree);
/* The segment whose symbols are not linked; 0: none. */
extern uint32_t world_unlinked;
/* world_run_both with parts made before. */
int64_t world_compare(const Loaded *l, PwInterp *in, const PwTree *tree);
/* Parses, fails the test with the message when that does not work. */
PwTree *world_parse(const char *text);

#endif
