/* Random valid raw trees on ints, floats, bools and their objects: a loop over a few slots, with side traces. */
#ifndef PW_TESTS_GEN_H
#define PW_TESTS_GEN_H

#include "ir/ir.h"

enum { GEN_SLOTS = 5, GEN_VALUES = 40, GEN_SIDES = 6 };

/* Symbols of every generated tree, in this order. */
enum { GEN_CODE, GEN_INT, GEN_FLOAT, GEN_BOOL, GEN_SYMS };

PwTree *gen_tree(uint64_t seed);
/* A random number; *state changes. */
uint32_t gen_random(uint64_t *state, uint32_t below);

#endif
