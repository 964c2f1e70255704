#include "world.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/target.h"
#include "tests/cmocka.h"

World world;

PwLayout world_layout(void)
{
    PwLayout l = {.triple = PW_TARGET, .pointer = sizeof(void *), .long_size = sizeof(long)};
    l.float_excess = FLT_EVAL_METHOD == 2;
    for (unsigned k = 0; k < PW_F_COUNT; k++)
        l.field[k] = 24 + 8 * k;
    l.field[PW_F_OB_TYPE] = WORLD_TYPE;
    l.field[PW_F_VAR_SIZE] = l.field[PW_F_LIST_SIZE] = WORLD_SIZE;
    l.field[PW_F_ZIP_STRICT] = 500;
    l.field[PW_F_STR_STATE] = 508;
    l.ob_refcnt = 0;
    l.type_version_tag = 388;
    l.tuple_items = WORLD_ITEMS;
    l.str_data = 48;
    l.long_digits = WORLD_ITEMS;
    l.digit_bits = 30;
    l.digit_size = 4;
    l.float_value = WORLD_SIZE;
    l.dict_keys = 40;
    l.keys_log2_index_bytes = 9;
    l.keys_version = 12;
    l.keys_indices = 32;
    l.keys_entry_size = 16;
    l.entry_value = 8;
    l.ht_cached_keys = 416;
    l.values_before = 32;
    return l;
}

/* -- objects -- */

void *world_object(size_t bytes)
{
    world.used += 64; /* room for what stands before an object */
    uint8_t *p = world.heap + world.used;
    world.used = (world.used + bytes + 15) & ~(size_t)15;
    assert_true(world.used <= WORLD_HEAP);
    *(intptr_t *)p = 1;
    return p;
}

void *world_int(int64_t v)
{
    uint8_t *p = world_object(40);
    uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    intptr_t n = 0;
    for (; rest; rest >>= 30)
        ((uint32_t *)(p + WORLD_ITEMS))[n++] = rest & 0x3fffffff;
    *(intptr_t *)(p + WORLD_SIZE) = v < 0 ? -n : n;
    return p;
}

void *world_float(double v)
{
    uint8_t *p = world_object(24);
    *(double *)(p + WORLD_SIZE) = v;
    return p;
}

void *world_big_int(void)
{
    uint8_t *p = world_object(48);
    *(intptr_t *)(p + WORLD_SIZE) = 4;
    memset(p + WORLD_ITEMS, 1, 16);
    return p;
}

/* -- helpers -- */

static void say(int64_t v)
{
    if (world.nlog < WORLD_LOG)
        world.log[world.nlog++] = v;
}

/* Logs a call with all that the sync protocol promises. True when this call is to raise. */
static bool called(PwHelper h)
{
    world.calls++;
    say(h);
    say(world.run[PW_RUN_SYNC].i);
    say((int64_t)(intptr_t)world.prev);
    if (world.breaker_at == world.calls)
        world.breaker = 1;
    return world.raise_at == world.calls;
}

static void *h_long_new(int64_t v)
{
    return called(PW_H_long_new) ? NULL : world_int(v);
}

static void *h_float_new(double v)
{
    return called(PW_H_float_new) ? NULL : world_float(v);
}

static int64_t h_long_value(void *o, int64_t *out)
{
    intptr_t size = *(intptr_t *)((char *)o + WORLD_SIZE), n = size < 0 ? -size : size;
    const uint32_t *digit = (const uint32_t *)((char *)o + WORLD_ITEMS);
    bool least = n == 3 && size < 0 && digit[2] == 8 && !digit[1] && !digit[0];
    if (n > 3 || (n == 3 && digit[2] >= 8 && !least))
        return 0;
    uint64_t v = 0;
    while (n-- > 0)
        v = v << 30 | digit[n];
    *out = size < 0 ? (int64_t)(0 - v) : (int64_t)v;
    return 1;
}

static void *sequence(PwHelper h, void *const *items, int64_t n)
{
    if (called(h))
        return NULL;
    void **p = world_object(WORLD_ITEMS + sizeof(void *) * (size_t)n);
    ((intptr_t *)p)[2] = n;
    for (int64_t k = 0; k < n; k++)
        p[3 + k] = items[k];
    return p;
}

static void *h_tuple_of(void *const *items, int64_t n)
{
    return sequence(PW_H_tuple_of, items, n);
}

static void *h_list_of(void *const *items, int64_t n)
{
    return sequence(PW_H_list_of, items, n);
}

static void *h_dict_of(void *const *items, int64_t n)
{
    return sequence(PW_H_dict_of, items, n);
}

static int h_dealloc(void *o)
{
    called(PW_H_dealloc);
    say((int64_t)(intptr_t)o);
    say(*(intptr_t *)o);
    return 0;
}

static void *h_vectorcall(void *callee, void *const *args, int64_t n, void *names)
{
    bool raises = called(PW_H_vectorcall);
    for (int64_t k = 0; k < n; k++)
        say((int64_t)(intptr_t)args[k]);
    say((int64_t)(intptr_t)names);
    for (int k = 0; k < 4; k++)
        say(world.exits[k].i);
    ++*(intptr_t *)callee;
    return raises ? NULL : callee;
}

static int h_sync(void *run)
{
    called(PW_H_sync_begin);
    assert_ptr_equal(run, world.run);
    return 0;
}

/* The exception is an object of its own; who asked for it shows. */
static void *h_catch(void *run, int64_t imm)
{
    called(PW_H_catch);
    assert_ptr_equal(run, world.run);
    say(imm);
    say(world.run[PW_RUN_SYNC].i);
    for (int k = 0; k < 4; k++)
        say(world.exits[k].i);
    return world_int(imm);
}

static int h_kept(void *run, int64_t frame)
{
    called(PW_H_kept);
    assert_ptr_equal(run, world.run);
    return frame == world.depth;
}

static void *h_binop(void *a, void *b, int64_t op)
{
    bool raises = called(PW_H_binop);
    say(op);
    say(b != NULL);
    ++*(intptr_t *)a;
    return raises ? NULL : a;
}

static int64_t h_truth(void *a)
{
    say((int64_t)(intptr_t)a);
    return called(PW_H_truth) ? -1 : 1;
}

static int h_setattr(void *a, void *b, void *c)
{
    say((int64_t)(intptr_t)a ^ (int64_t)(intptr_t)b ^ (int64_t)(intptr_t)c);
    return called(PW_H_setattr) ? -1 : 0;
}

static int h_str_eq(void *a, void *b)
{
    return *(intptr_t *)((char *)a + WORLD_SIZE) == *(intptr_t *)((char *)b + WORLD_SIZE);
}

static double h_fpow(double a, double b)
{
    return pow(a, b);
}

static int64_t h_int_div(int64_t a, int64_t b)
{
    int64_t q = a / b;
    return q - (a % b && (a < 0) != (b < 0));
}

static int64_t h_int_mod(int64_t a, int64_t b)
{
    int64_t r = b == -1 ? 0 : a % b;
    return r + (r && (r < 0) != (b < 0) ? b : 0);
}

static double h_int_float(int64_t a)
{
    return (double)a;
}

static int64_t h_float_int(double a)
{
    return (int64_t)a;
}

static double (*const volatile library_sqrt)(double) = sqrt;

static double h_float_sqrt(double a)
{
    return library_sqrt(a);
}

static double h_fsin(double a)
{
    return sin(a);
}

static void set_helper(PwHelper h, void (*fn)(void))
{
    memcpy((PwCell *)world.run[PW_RUN_HELPERS].p + h, &fn, sizeof fn);
}

static void never(void)
{
    abort();
}

static PwCell helper_table[PW_H_COUNT];

static void set_helpers(void)
{
#define SET(name) set_helper(PW_H_##name, (void (*)(void))h_##name)
    world.run[PW_RUN_HELPERS].p = helper_table;
    for (unsigned h = 0; h < PW_H_COUNT; h++)
        set_helper((PwHelper)h, never);
    SET(long_new), SET(float_new), SET(long_value), SET(tuple_of), SET(list_of), SET(dict_of), SET(dealloc);
    SET(catch), SET(kept), SET(vectorcall), SET(binop), SET(truth), SET(setattr), SET(str_eq), SET(fpow), SET(fsin);
    SET(int_div), SET(int_mod), SET(int_float), SET(float_int), SET(float_sqrt);
    set_helper(PW_H_sync_begin, (void (*)(void))h_sync);
    set_helper(PW_H_sync_after, (void (*)(void))h_sync);
    set_helper(PW_H_sync_end, (void (*)(void))h_sync);
#undef SET
}

void world_reset(void)
{
    memset(&world, 0, sizeof world);
    set_helpers();
    world.depth = 100;
    world.run[PW_RUN_SLOTS].p = world.slots;
    world.run[PW_RUN_LINKS].p = world.links;
    world.run[PW_RUN_EXITS].p = world.exits;
    world.run[PW_RUN_BREAKER].p = &world.breaker;
    world.run[PW_RUN_TRACING].p = &world.tracing;
    world.run[PW_RUN_DEPTH].p = &world.depth;
    world.run[PW_RUN_FUNC].p = world_object(32);
    world.run[PW_RUN_CODE].p = world.code;
    world.run[PW_RUN_PREV].p = &world.prev;
    world.run[PW_RUN_SEEN].p = &world.seen;
    world.run[PW_RUN_SYNC].i = -1;
    world.run[PW_RUN_TRUE].p = world_object(32);
    world.run[PW_RUN_FALSE].p = world_object(32);
}

/* -- running -- */

Loaded world_load(const PwBlob *blob)
{
    Loaded l = {.bytes = (blob->size + 4095u) & ~(size_t)4095};
    l.map = mmap(NULL, l.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(l.map != MAP_FAILED);
    memcpy(l.map, blob->text, blob->size);
    assert_int_equal(mprotect(l.map, l.bytes, PROT_READ | PROT_EXEC), 0);
    void *entry = (char *)l.map + blob->entry;
    memcpy(&l.fn, &entry, sizeof entry);
    return l;
}

void world_unload(Loaded *l)
{
    munmap(l->map, l->bytes);
}

/* NaNs differ in sign and payload from one correct implementation to the next: all become one. */
static void same_nans(const PwTree *t, int64_t result)
{
    PwRef live[WORLD_EXITS];
    if (result < 0)
        return;
    uint32_t n = pw_snap_live(t, (PwSnapNo){(uint32_t)(result / 2)}, live, WORLD_EXITS);
    assert_true(n <= WORLD_EXITS);
    for (uint32_t k = 0; k < n; k++)
        if (pw_ref_type(t, live[k]) == PW_T_F && isnan(world.exits[k].f))
            world.exits[k].bits = UINT64_C(0x7ff8000000000000);
}

static void tell_difference(const World *want, int64_t expected, int64_t got)
{
    const int64_t *a = (const int64_t *)want, *b = (const int64_t *)&world;
    if (expected != got)
        fail_msg("interpreter: %lld, native: %lld", (long long)expected, (long long)got);
    for (size_t k = 0; k < sizeof world / 8; k++)
        if (a[k] != b[k])
            fail_msg("result %lld: byte %zu of the world (exits at %zu, slots %zu, log %zu, heap %zu): interpreter "
                     "%llx, native "
                     "%llx",
                     (long long)got, k * 8, offsetof(World, exits), offsetof(World, slots), offsetof(World, log),
                     offsetof(World, heap), (unsigned long long)a[k], (unsigned long long)b[k]);
}

uint32_t world_unlinked;

static void link_segments(const PwTree *t)
{
    for (uint32_t s = 0; s < t->seg.n && t->sym.n + s < WORLD_LINKS; s++)
        world.links[t->sym.n + s].i = !s || s != world_unlinked;
}

int64_t world_compare(const Loaded *l, PwInterp *in, const PwTree *tree)
{
    static World before, after;
    link_segments(tree);
    before = world;
    int64_t expected = pw_interp_run(in, world.run, 1u << 20, NULL);
    same_nans(tree, expected);
    after = world;
    world = before;
    int64_t got = l->fn(world.run);
    same_nans(tree, got);
    if (got != expected || memcmp(&after, &world, sizeof world))
        tell_difference(&after, expected, got);
    return got;
}

int64_t world_run_both(PwCg *cg, const PwTree *tree)
{
    PwErr err = {0};
    PwBlob blob;
    PwInterp *in = NULL;
    PwLayout layout = world_layout();
    if (pw_cg_compile(cg, tree, &blob, &err) || pw_interp_new(tree, &layout, &in, &err))
        fail_msg("%s", err.text);
    Loaded l = world_load(&blob);
    int64_t result = world_compare(&l, in, tree);
    world_unload(&l);
    pw_interp_free(in);
    pw_blob_free(&blob);
    return result;
}

int64_t world_run_native(PwCg *cg, const PwTree *tree)
{
    PwErr err = {0};
    PwBlob blob;
    if (pw_cg_compile(cg, tree, &blob, &err))
        fail_msg("%s", err.text);
    Loaded l = world_load(&blob);
    link_segments(tree);
    int64_t result = l.fn(world.run);
    world_unload(&l);
    pw_blob_free(&blob);
    return result;
}

PwTree *world_parse(const char *text)
{
    PwErr err = {0};
    PwTree *t = NULL;
    if (pw_tree_parse(text, strlen(text), &t, &err))
        fail_msg("%s", err.text);
    return t;
}
