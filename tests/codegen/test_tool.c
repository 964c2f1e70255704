/* prewarm-compile as a program: a cache in, an image out. The tool is argv[1]. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache/store.h"
#include "ir/image.h"
#include "random_tree.h"
#include "tests/cmocka.h"
#include "world.h"

enum { TREES = 12 };

typedef struct Place {
    const char *tool;
    char folder[64], cache[96], image[128], out[96];
} Place;

static Place place;

/* Runs the tool with these words; its output is in place.out. Returns the exit status. */
static int run(const char *before, const char *words)
{
    char command[600];
    snprintf(command, sizeof command, "%s %s %s >%s 2>&1", before, place.tool, words, place.out);
    int how = system(command);
    return WIFEXITED(how) ? WEXITSTATUS(how) : -1;
}

static int run_on_cache(const char *command, const char *words)
{
    char all[300];
    snprintf(all, sizeof all, "%s %s %s", command, place.cache, words);
    return run("", all);
}

static char *slurp(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    char *p = calloc(1, 1 << 20);
    *n = fread(p, 1, (1 << 20) - 1, f);
    fclose(f);
    return p;
}

static void says(const char *text)
{
    size_t n;
    char *out = slurp(place.out, &n);
    assert_non_null(out);
    if (!strstr(out, text))
        fail_msg("\"%s\" is missing in:\n%s", text, out);
    free(out);
}

static void claim(PwStore *store)
{
    PwErr err = {0};
    PwStoreIdentity id = {pw_ir_digest(), "test-host"};
    if (pw_store_claim(store, &id, NULL, &err) != PW_OK)
        fail_msg("%s", err.text);
}

static void put_tree(PwStore *store, uint32_t number, bool damaged)
{
    Random r = {number + 1};
    PwErr err = {0};
    PwWriter blob = {0};
    int64_t id;
    PwTree *t = random_tree(&r, 40, false);
    t->optimised = false;
    t->code.byte[0] = (uint8_t)number;
    t->unit = number;
    t->kind = PW_ROOT_FUNC;
    t->qualname = number & 1 ? "odd" : "even";
    t->filename = "test.py";
    t->line = number + 1;
    if (pw_tree_verify(t, &err) != PW_OK)
        fail_msg("%s", err.text);
    assert_int_equal(pw_tree_encode(t, &blob), PW_OK);
    if (damaged)
        blob.n /= 2;
    if (pw_store_put_tree(store, &t->code, number, PW_STORE_FUNCTION, 0, blob.at, blob.n, false, &id, NULL, &err) !=
        PW_OK || pw_store_note_gain(store, id, number == TREES ? PW_TREE_WORTH - 1 : PW_TREE_WORTH, &err) != PW_OK)
        fail_msg("%s", err.text);
    pw_writer_free(&blob);
    pw_tree_free(t);
}

static void make_cache(void)
{
    PwStore *store;
    PwErr err = {0};
    unlink(place.cache);
    unlink(place.image);
    if (pw_store_open(place.cache, PW_STORE_WRITE, &store, &err) != PW_OK)
        fail_msg("%s", err.text);
    claim(store);
    for (uint32_t k = 0; k <= TREES; k++) /* the last one runs too rarely */
        put_tree(store, k, k == 5);
    PwStoreAbort gone = {
        .unit = 77, .kind = PW_STORE_LOOP, .line = 9, .file = "test.py", .reason = "too complicated", .count = 3};
    assert_int_equal(pw_store_add_abort(store, &gone, &err), PW_OK);
    pw_store_close(store);
}

static void check_image(void)
{
    size_t n;
    struct stat st;
    PwErr err = {0};
    char *p = slurp(place.image, &n);
    assert_non_null(p);
    if (pw_image_check(p, n, &err) != PW_OK)
        fail_msg("%s", err.text);
    const PwImgHead *h = (const PwImgHead *)(void *)p;
    assert_int_equal(h->tree.n, TREES - 1);
    assert_string_equal(h->fingerprint, "test-host");
    assert_string_equal(h->triple, "x86_64-linux-gnu");
    const PwImgLevel *level = (const PwImgLevel *)(void *)(p + h->level.at);
    assert_int_equal(h->level.n, 1);
    assert_string_equal(level->name, "x86-64");
    for (uint32_t k = 0; k < h->tree.n; k++) {
        assert_int_equal(pw_image_check_parts(p, k, &err), PW_OK);
        assert_int_equal(pw_image_check_code(p, 0, p + level->text.at, k, &err), PW_OK);
    }
    assert_int_equal(stat(place.image, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0644);
    free(p);
}

static void test_compile(void **state)
{
    (void)state;
    make_cache();
    assert_int_equal(run_on_cache("compile", "-j 2"), 0);
    says("11 trees compiled, 1 left out, 1 run too rarely");
    says("tree 6 (?) is left out");
    check_image();
    assert_int_equal(run_on_cache("compile", ""), 0);
    says("0 trees compiled, 11 unchanged, 1 left out");
    check_image();
    char all[200];
    snprintf(all, sizeof all, "compile -j2 %s", place.cache);
    assert_int_equal(run("PREWARM_FAIL_GUARD=all", all), 0);
    says(".x86_64-linux-gnu.probes.img");
    says("11 trees compiled");
    assert_int_equal(run("PREWARM_DUMP=+olm", all), 0);
    says("define i64 @tree");
    assert_int_equal(run("PREWARM_PASSES=-nonsense", all), 2);
}

/* The functions of the image do what the trees say. */
static void test_image_runs(void **state)
{
    size_t n;
    (void)state;
    make_cache();
    assert_int_equal(run_on_cache("compile", ""), 0);
    char *p = slurp(place.image, &n);
    assert_non_null(p);
    const PwImgHead *h = (const PwImgHead *)(void *)p;
    const PwImgTree *row = (const PwImgTree *)(void *)(p + h->tree.at);
    const PwImgLevel *level = (const PwImgLevel *)(void *)(p + h->level.at);
    const PwImgEntry *entry = (const PwImgEntry *)(void *)(p + h->entry.at);
    for (uint32_t k = 0; k < h->tree.n; k++) {
        PwBlob text = {(uint8_t *)p + level->text.at, level->text.n, entry[k].entry};
        Random r = {k};
        Loaded l = world_load(&text);
        for (int j = 0; j < 5; j++) {
            world_reset();
            for (int i = 0; i < RANDOM_INPUTS; i++) {
                world.slots[i] = world_int(random_int(&r));
                world.slots[RANDOM_INPUTS + i] = world_float(random_float(&r));
            }
            for (uint32_t s = 0; s < row[k].nseg; s++)
                world.links[row[k].nsym + s].i = 1;
            int64_t result = l.fn(world.run);
            assert_true(result >= 0 && result < 2 * (int64_t)row[k].nsnap && !(result & 1));
        }
        world_unload(&l);
    }
    free(p);
}

static void test_show(void **state)
{
    (void)state;
    make_cache();
    assert_int_equal(run_on_cache("show", ""), 0);
    says("recorded func");
    says("idle     func");
    says("even (test.py:3)");
    assert_int_equal(run_on_cache("compile", ""), 0);
    assert_int_equal(run_on_cache("show", ""), 0);
    says("native   func");
    assert_int_equal(run_on_cache("show", "3"), 0);
    says("tree 3: func even (test.py:3)");
    assert_int_equal(run_on_cache("show", "odd --raw --ir --llvm --asm"), 0);
    assert_int_equal(run_on_cache("show", "2 --raw --ir --llvm --asm"), 0);
    says("unbox_i");
    says("define i64 @tree");
    says("ret");
    assert_int_equal(run_on_cache("show", "999"), 1);
    assert_int_equal(run_on_cache("show", "--nonsense"), 2);
}

static void test_explain(void **state)
{
    char path[120], words[200];
    (void)state;
    make_cache();
    assert_int_equal(run_on_cache("explain", ""), 0);
    says("run prewarm compile");
    says("too complicated at test.py:9 (3 times)");
    assert_int_equal(run_on_cache("compile", ""), 0);
    snprintf(path, sizeof path, "%s/reasons", place.folder);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("1\tlinked\t\n3\trefused\tclass m:C has changed\nnonsense\n", f);
    fclose(f);
    snprintf(words, sizeof words, "--reasons %s", path);
    assert_int_equal(run_on_cache("explain", words), 0);
    says("not native  tree 3, function even (test.py:3): refused: class m:C has changed");
    says("native      tree 1, function even (test.py:1): linked");
    says("10 native, 4 not");
    says("runs too rarely: it would save some 99999 instructions in a run");
}

static void test_bad_caches(void **state)
{
    (void)state;
    unlink(place.cache);
    assert_int_equal(run_on_cache("compile", ""), 1);
    FILE *f = fopen(place.cache, "w");
    assert_non_null(f);
    fputs("no database at all, and rather longer than that", f);
    fclose(f);
    assert_int_equal(run_on_cache("compile", ""), 1);
    assert_int_equal(run("", "compile -j nonsense x"), 2);
    assert_int_equal(run("", "nonsense"), 2);
    assert_int_equal(run("", "--help"), 0);
    assert_int_equal(run("", "compile --help"), 0);
    says("PREWARM_PASSES");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compile), cmocka_unit_test(test_image_runs), cmocka_unit_test(test_show),
        cmocka_unit_test(test_explain), cmocka_unit_test(test_bad_caches),
    };
    place.tool = argc > 1 ? argv[1] : "prewarm-compile";
    strcpy(place.folder, "/tmp/pw-tool-XXXXXX");
    if (!mkdtemp(place.folder))
        return 1;
    snprintf(place.cache, sizeof place.cache, "%s/app.pwc", place.folder);
    snprintf(place.image, sizeof place.image, "%s.x86_64-linux-gnu.img", place.cache);
    snprintf(place.out, sizeof place.out, "%s/out", place.folder);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", place.folder);
    return system(command) ? 1 : failed;
}
