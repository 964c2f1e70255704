/* How many trees a second one thread compiles: bench_compile [TREES [OPS [PIPELINE]]]. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "random_tree.h"
#include "world.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
    unsigned trees = argc > 1 ? (unsigned)atoi(argv[1]) : 100, ops = argc > 2 ? (unsigned)atoi(argv[2]) : 100;
    PwCgOptions options = {.pipeline = argc > 3 ? argv[3] : NULL};
    PwLayout layout = world_layout();
    PwCg *cg = NULL;
    PwErr err = {0};
    Random r = {1};
    size_t bytes = 0;
    if (pw_cg_new(&layout, &options, &cg, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    double spent = 0;
    for (unsigned k = 0; k < trees; k++) {
        PwBlob blob;
        PwTree *t = random_tree(&r, ops, k & 1);
        double start = now();
        if (!t || pw_cg_compile(cg, t, &blob, &err)) {
            fprintf(stderr, "%s\n", err.text);
            return 1;
        }
        spent += now() - start;
        bytes += blob.size;
        pw_blob_free(&blob);
        pw_tree_free(t);
    }
    pw_cg_free(cg);
    printf("%u trees of %u ops: %.1f trees a second on one core, %.2f ms and %zu bytes each\n", trees, ops,
           trees / spent, spent * 1e3 / trees, bytes / (trees ? trees : 1));
    return 0;
}
