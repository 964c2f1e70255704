/* What both programs of this folder need: a folder of its own, a digest from a number, a filled store. */
#ifndef PW_TESTS_CACHE_FIXTURE_H
#define PW_TESTS_CACHE_FIXTURE_H

#include "tests/cmocka.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cache/store.h"

static char folder[64], file[96];
static PwErr err;

#define assert_ok(call)                                                                                                \
    do {                                                                                                               \
        err.text[0] = 0;                                                                                               \
        PwStatus status_ = (call);                                                                                     \
        if (status_ != PW_OK)                                                                                          \
            print_error("%s: %s\n", pw_status_name(status_), err.text);                                                \
        assert_int_equal(status_, PW_OK);                                                                              \
    } while (0)
/* The status, and a sentence that names the file. */
#define assert_no(call, want)                                                                                          \
    do {                                                                                                               \
        err.text[0] = 0;                                                                                               \
        PwStatus status_ = (call);                                                                                     \
        if (status_ != (want))                                                                                         \
            print_error("%s: %s\n", pw_status_name(status_), err.text);                                                \
        assert_int_equal(status_, (want));                                                                             \
        assert_non_null(strstr(err.text, "/t.pwc"));                                                                   \
    } while (0)

static int set_up(void **state)
{
    (void)state;
    const char *tmp = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%.40s/prewarm-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(folder))
        return -1;
    snprintf(file, sizeof file, "%s/t.pwc", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char path[sizeof folder + 300];
    DIR *dir = opendir(folder);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        unlink(path);
    }
    if (dir)
        closedir(dir);
    return rmdir(folder);
}

static PwDigest number(uint32_t n)
{
    return pw_digest(&n, sizeof n);
}

static PwStore *open_store(PwStoreMode mode)
{
    PwStore *store;
    assert_ok(pw_store_open(file, mode, &store, &err));
    return store;
}

/* Some of everything: n trees. */
static void fill(PwStore *store, uint32_t n)
{
    static uint8_t blob[3000];
    PwStoreIdentity me = {number(1), "cpython-3.11.2 x86-64"};
    assert_ok(pw_store_begin(store, &err));
    assert_ok(pw_store_claim(store, &me, NULL, &err));
    for (uint32_t i = 0; i < n; i++) {
        PwDigest code = number(i);
        int64_t id;
        uint32_t revision;
        memset(blob, (int)i, sizeof blob);
        PwStoreCode c = {code, i * 7, i, "f", "C.f", "/a/file.py"};
        assert_ok(pw_store_put_code(store, &c, &err));
        assert_ok(pw_store_put_tree(store, &code, i, PW_STORE_LOOP, 0, blob, i * 97 % sizeof blob, false, &id,
                                    &revision, &err));
        PwStoreExit e = {0, 3, i + 1};
        assert_ok(pw_store_add_exits(store, id, revision, &e, 1, &err));
        PwStoreObject o = {id, revision, "x86-64", number(9), 12, blob, i * 131 % sizeof blob};
        assert_ok(pw_store_put_object(store, &o, &err));
        PwStoreAbort a = {code, i, PW_STORE_FUNCTION, 12, "/a/file.py", "a generator", 1};
        assert_ok(pw_store_add_abort(store, &a, &err));
    }
    PwStoreRun run = {.kind = "record", .argv = "app.py\nx", .micros = 5, .trees_new = n};
    assert_ok(pw_store_add_run(store, &run, &err));
    assert_ok(pw_store_commit(store, &err));
}

/* Reads all there is; damaged stores may answer anything but must answer. Returns the first status that is not OK. */
static PwStatus read_all(PwStore *store)
{
    PwArena arena = {0};
    PwStoreCode *codes;
    PwStoreTree *trees, tree;
    PwStoreExit *exits;
    PwStoreAbort *aborts;
    PwStoreObject *objects;
    PwStoreRun *runs;
    PwStoreIdentity identity;
    PwDigest options = number(9);
    uint32_t n, damaged;
    PwStatus got[9];
    got[0] = pw_store_identity(store, &arena, &identity, &err);
    got[1] = pw_store_codes(store, &arena, &codes, &n, &err);
    got[2] = pw_store_trees(store, true, &arena, &trees, &n, &damaged, &err);
    for (uint32_t i = 0; got[2] == PW_OK && i < n; i++) {
        got[2] = pw_store_tree(store, &trees[i].code, trees[i].unit, trees[i].kind, &arena, &tree, &err);
        PwDigest again = pw_digest(trees[i].blob, trees[i].bytes);
        assert_memory_equal(&again, &trees[i].digest, sizeof again); /* what comes back is never damaged */
    }
    got[3] = pw_store_exits(store, 0, &arena, &exits, &n, &err);
    got[4] = pw_store_aborts(store, &arena, &aborts, &n, &err);
    got[5] = pw_store_objects(store, "x86-64", &options, true, &arena, &objects, &n, &err);
    got[6] = pw_store_runs(store, 0, &arena, &runs, &n, &err);
    got[7] = damaged ? PW_CORRUPT : PW_OK;
    got[8] = pw_store_verify(store, &err);
    pw_arena_free(&arena);
    for (int i = 0; i < 9; i++)
        if (got[i] != PW_OK)
            return got[i];
    return PW_OK;
}

#endif
