#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#include "ir/native.h"
#include "ir/opt.h"

void fuzz_check(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "fuzz: %s\n", what);
    abort();
}

static bool same(const PwWriter *a, const PwWriter *b)
{
    return a->n == b->n && !memcmp(a->at, b->at, a->n);
}

/* Text of t; through text and bytes and back it is the same. */
static void both_ways(const PwTree *t)
{
    PwWriter text = {0}, again = {0}, bytes = {0};
    PwTree *parsed = NULL, *decoded = NULL, *compact = NULL;
    PwErr err = {0};
    pw_tree_print(t, &text);
    PwStatus status = pw_tree_parse((const char *)text.at, text.n, &parsed, &err);
    if (status != PW_OK)
        fprintf(stderr, "%.*s\n%s\n", (int)text.n, (const char *)text.at, err.text);
    fuzz_check(status == PW_OK, "printed text cannot be parsed");
    pw_tree_print(parsed, &again);
    fuzz_check(same(&text, &again), "printed text reads as something else");
    fuzz_check(pw_tree_encode(t, &bytes) == PW_OK, "a tree cannot be encoded");
    status = pw_tree_decode(bytes.at, bytes.n, &decoded, &err);
    if (status != PW_OK)
        fprintf(stderr, "%.*s\n%s\n", (int)text.n, (const char *)text.at, err.text);
    fuzz_check(status == PW_OK, "encoded bytes cannot be decoded");
    again.n = bytes.n = text.n = 0; /* encoding drops unused values: compare from the second time on */
    pw_tree_print(decoded, &text);
    fuzz_check(pw_tree_encode(decoded, &bytes) == PW_OK && pw_tree_decode(bytes.at, bytes.n, &compact, &err) == PW_OK,
               "a decoded tree cannot be encoded");
    pw_tree_print(compact, &again);
    fuzz_check(same(&text, &again), "encoded bytes decode to something else");
    pw_tree_free(parsed);
    pw_tree_free(decoded);
    pw_tree_free(compact);
    pw_writer_free(&text);
    pw_writer_free(&again);
    pw_writer_free(&bytes);
}

static void exits(const PwTree *t)
{
    PwExits x;
    fuzz_check(pw_exits_make(t, &x) == PW_OK, "no exit table");
    pw_free((void *)x.snap);
}

void fuzz_use_tree(const PwTree *t)
{
    PwErr err = {0};
    PwTree *opt = NULL;
    both_ways(t);
    exits(t);
    if (t->optimised)
        return;
    PwStatus status = pw_opt_run(t, PW_PASSES_ALL, true, NULL, NULL, &opt, &err);
    if (status != PW_OK)
        fprintf(stderr, "%s\n", err.text);
    fuzz_check(status == PW_OK, "an accepted tree cannot be optimised");
    both_ways(opt);
    exits(opt);
    pw_tree_free(opt);
}
