/* What the tests of ir/ share: trees from text. */
#ifndef PW_TESTS_IR_IRTEST_H
#define PW_TESTS_IR_IRTEST_H

#include "ir/native.h"

#include <stdio.h>
#include <stdlib.h>

/* A tree from text that must parse and verify: else tells why and ends the test. The caller frees it. */
static inline PwTree *irt_tree(const char *text)
{
    PwTree *t = NULL;
    PwErr err = {0};
    if (pw_tree_parse(text, strlen(text), &t, &err) || pw_tree_verify(t, &err)) {
        fprintf(stderr, "%s\n%s\n", err.text, text);
        abort();
    }
    return t;
}

/* A tree as text, NUL-terminated; the caller frees it with pw_free. */
static inline char *irt_text(const PwTree *t)
{
    PwWriter w = {0};
    pw_tree_print(t, &w);
    pw_write_u8(&w, 0);
    if (w.failed)
        abort();
    return (char *)w.at;
}

/* The head that most trees of the tests begin with: s0 is the root's code. */
#define IRT_LOOP                                                                                                       \
    "tree loop unit=10 nlocals=2 nstack=1 raw\n"                                                                       \
    "sym s0 = rootcode digest=01\n"

#endif
