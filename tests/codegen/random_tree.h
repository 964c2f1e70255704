/* Random trees of arithmetic: every i, f and b op, guards with snapshots that hold what was computed so far. */
#ifndef PW_TESTS_CODEGEN_RANDOM_TREE_H
#define PW_TESTS_CODEGEN_RANDOM_TREE_H

#include "ir/ir.h"

typedef struct Random {
    uint64_t state;
} Random;
uint64_t random_bits(Random *r);
uint32_t random_below(Random *r, uint32_t n);
int64_t random_int(Random *r);  /* often at an edge */
double random_float(Random *r); /* often at an edge */

enum { RANDOM_INPUTS = 4 }; /* slots 0..3: ints, 4..7: floats */
/* About `ops` ops; with `loops`, an entry segment and a loop segment that is left when a counter reaches 10, and a side
 * segment now and then. NULL when out of memory. */
PwTree *random_tree(Random *r, unsigned ops, bool loops);

#endif
