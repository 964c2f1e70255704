/* Hand-made trees for the runtime's tests. */
#ifndef PW_TESTS_RT_CLIENT_H
#define PW_TESTS_RT_CLIENT_H

#include "launcher/rt/rt.h"

typedef struct TestTree {
    const char *name; /* of the function */
    void (*make)(struct TestTree *t, PwRtTreeInit *init);
    int64_t (*run)(void *arg, PwCell *run);
    PwSide *side;
    PwRtTree *tree;
    int entered, left;
    bool gone;
    /* the parts of its exit table and its symbols */
    PwXSnap snap[8];
    PwXFrame frame[16];
    PwXVal val[128];
    int64_t imm[8];
    PwSym sym[64];
    uint32_t nsnap, nframe, nval, nsym;
} TestTree;

extern TestTree test_trees[]; /* ends with a NULL name */

void test_write_image(PwSide *side, const char *path);
void test_make_link(TestTree *t, PwRtTreeInit *init);
int64_t test_run_link(void *arg, PwCell *run);
void test_helpers(void); /* aborts with a message */

#endif
