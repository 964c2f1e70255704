/* Random arithmetic: native code and the reference interpreter come to the same exit with the same values.
 * PREWARM_TEST_TREES: how many (300); PREWARM_TEST_SEED: where to begin. */
#include <stdio.h>
#include <stdlib.h>

#include "random_tree.h"
#include "tests/cmocka.h"
#include "world.h"

static unsigned setting(const char *name, unsigned otherwise)
{
    const char *text = getenv(name);
    return text ? (unsigned)strtoul(text, NULL, 10) : otherwise;
}

static void set_inputs(Random *r)
{
    world_reset();
    for (int k = 0; k < RANDOM_INPUTS; k++) {
        world.slots[k] = world_int(random_int(r));
        world.slots[RANDOM_INPUTS + k] = world_float(random_float(r));
    }
}

static void one_tree(PwCg *cg, uint64_t seed)
{
    Random r = {seed * UINT64_C(0x9e3779b97f4a7c15)};
    PwErr err = {0};
    PwBlob blob;
    PwInterp *in = NULL;
    PwLayout layout = world_layout();
    PwTree *t = random_tree(&r, 10 + random_below(&r, 80), seed & 1);
    assert_non_null(t);
    if (pw_tree_verify(t, &err) || pw_cg_compile(cg, t, &blob, &err) || pw_interp_new(t, &layout, &in, &err))
        fail_msg("seed %llu: %s", (unsigned long long)seed, err.text);
    Loaded l = world_load(&blob);
    for (int k = 0; k < 20; k++) {
        set_inputs(&r);
        world_compare(&l, in, t);
    }
    world_unload(&l);
    pw_interp_free(in);
    pw_blob_free(&blob);
    pw_tree_free(t);
}

static void test_random(void **state)
{
    unsigned trees = setting("PREWARM_TEST_TREES", 300), seed = setting("PREWARM_TEST_SEED", 1);
    PwCg *cg = NULL;
    PwErr err = {0};
    PwLayout layout = world_layout();
    (void)state;
    if (pw_cg_new(&layout, &(PwCgOptions){0}, &cg, &err))
        fail_msg("%s", err.text);
    for (unsigned k = 0; k < trees; k++) {
        if (getenv("PREWARM_TEST_SEED"))
            printf("seed %u\n", seed + k);
        one_tree(cg, seed + k);
    }
    pw_cg_free(cg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
