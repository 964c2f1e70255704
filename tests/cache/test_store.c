/* The store as its header describes it, and with several processes. */
#include "tests/cache/fixture.h"

static void what_is_put_comes_back(void **state)
{
    (void)state;
    PwArena arena = {0};
    PwStore *store = open_store(PW_STORE_WRITE);
    fill(store, 20);
    pw_store_close(store);
    store = open_store(PW_STORE_READ);
    PwStoreTree *trees, tree;
    PwStoreCode *codes, code;
    PwStoreExit *exits;
    PwStoreAbort *aborts;
    PwStoreObject *objects, object;
    PwStoreRun *runs;
    PwDigest seven = number(7), options = number(9);
    uint32_t n;
    assert_ok(pw_store_trees(store, true, &arena, &trees, &n, NULL, &err));
    assert_int_equal(n, 20);
    for (uint32_t i = 0; i < n; i++) {
        assert_int_equal(trees[i].bytes, i * 97);
        assert_int_equal(trees[i].revision, 1);
        assert_int_equal(trees[i].seen, 1);
        assert_true(trees[i].created > 1600000000 && trees[i].blob);
        for (size_t k = 0; k < trees[i].bytes; k++)
            assert_int_equal(trees[i].blob[k], i);
    }
    assert_ok(pw_store_trees(store, false, &arena, &trees, &n, NULL, &err));
    assert_int_equal(trees[19].bytes, 19 * 97);
    assert_null(trees[19].blob);
    assert_ok(pw_store_tree(store, &seven, 7, PW_STORE_LOOP, &arena, &tree, &err));
    assert_ok(pw_store_tree_by_id(store, tree.id, &arena, &tree, &err));
    assert_int_equal(tree.unit, 7);
    assert_no(pw_store_tree(store, &seven, 7, PW_STORE_FUNCTION, &arena, &tree, &err), PW_NOTFOUND);
    assert_no(pw_store_tree_by_id(store, 999, &arena, &tree, &err), PW_NOTFOUND);
    assert_ok(pw_store_codes(store, &arena, &codes, &n, &err));
    assert_int_equal(n, 20);
    assert_ok(pw_store_code(store, &seven, &arena, &code, &err));
    assert_int_equal(code.key32, 49);
    assert_string_equal(code.qualname, "C.f");
    assert_ok(pw_store_exits(store, tree.id, &arena, &exits, &n, &err));
    assert_int_equal(n, 1);
    assert_int_equal(exits[0].count, 8);
    assert_ok(pw_store_exits(store, 0, &arena, &exits, &n, &err));
    assert_int_equal(n, 20);
    assert_ok(pw_store_aborts(store, &arena, &aborts, &n, &err));
    assert_int_equal(n, 20);
    assert_string_equal(aborts[0].reason, "a generator");
    assert_ok(pw_store_objects(store, "x86-64", &options, true, &arena, &objects, &n, &err));
    assert_int_equal(n, 20);
    assert_ok(pw_store_objects(store, "arm", &options, true, &arena, &objects, &n, &err));
    assert_int_equal(n, 0);
    assert_ok(pw_store_object(store, 8, 1, "x86-64", &options, &arena, &object, &err));
    assert_int_equal(object.bytes, 7 * 131);
    assert_no(pw_store_object(store, 8, 1, "x86-64", &seven, &arena, &object, &err), PW_NOTFOUND);
    assert_ok(pw_store_runs(store, 1, &arena, &runs, &n, &err));
    assert_string_equal(runs[0].argv, "app.py\nx");
    assert_int_equal(runs[0].trees_new, 20);
    assert_ok(pw_store_verify(store, &err));
    assert_no(pw_store_set_meta(store, "a", "b", &err), PW_USAGE);
    assert_string_equal(pw_store_path(store), file);
    pw_store_close(store);
    pw_arena_free(&arena);
}

static void a_tree_is_swapped_only_if_unchanged(void **state)
{
    (void)state;
    PwArena arena = {0};
    PwStore *store = open_store(PW_STORE_WRITE);
    PwDigest code = number(1), options = number(2);
    PwStoreTree tree;
    PwStoreExit e = {0, 4, 10}, *exits;
    PwStoreObject o = {
        .revision = 1, .target = "t", .options = options, .bytes_at = (const uint8_t *)"xyz", .bytes = 3};
    int64_t id, again;
    uint32_t revision, n;
    assert_ok(pw_store_put_tree(store, &code, 5, PW_STORE_LOOP, 0, "one", 3, false, &id, &revision, &err));
    assert_int_equal(revision, 1);
    assert_no(pw_store_put_tree(store, &code, 5, PW_STORE_LOOP, 0, "two", 3, false, NULL, NULL, &err), PW_BUSY);
    assert_no(pw_store_put_tree(store, &code, 5, PW_STORE_LOOP, 2, "two", 3, false, NULL, NULL, &err), PW_BUSY);
    assert_ok(pw_store_add_exits(store, id, 1, &e, 1, &err));
    o.tree = id;
    assert_ok(pw_store_put_object(store, &o, &err));
    assert_ok(pw_store_put_tree(store, &code, 5, PW_STORE_LOOP, 1, "one", 3, false, &again, &revision, &err));
    assert_int_equal(again, id); /* equal: seen again, nothing is dropped */
    assert_int_equal(revision, 1);
    assert_ok(pw_store_object(store, id, 1, "t", &options, &arena, &o, &err));
    assert_ok(pw_store_put_tree(store, &code, 5, PW_STORE_LOOP, 1, "two!", 4, true, &again, &revision, &err));
    assert_int_equal(again, id);
    assert_int_equal(revision, 2);
    assert_no(pw_store_object(store, id, 1, "t", &options, &arena, &o, &err), PW_NOTFOUND);
    o.revision = 1;
    assert_no(pw_store_put_object(store, &o, &err), PW_STALE);
    assert_no(pw_store_add_exits(store, id, 1, &e, 1, &err), PW_STALE);
    assert_ok(pw_store_add_exits(store, id, 2, &e, 1, &err));
    assert_ok(pw_store_exits(store, id, &arena, &exits, &n, &err));
    assert_int_equal(exits[0].count, 20); /* kept and added to */
    assert_ok(pw_store_tree(store, &code, 5, PW_STORE_LOOP, &arena, &tree, &err));
    assert_int_equal(tree.seen, 3);
    assert_memory_equal(tree.blob, "two!", 4);
    assert_ok(pw_store_put_tree(store, &code, 5, PW_STORE_LOOP, 2, "", 0, false, &id, &revision, &err));
    assert_ok(pw_store_exits(store, id, &arena, &exits, &n, &err));
    assert_int_equal(n, 0);
    assert_ok(pw_store_tree(store, &code, 5, PW_STORE_LOOP, &arena, &tree, &err));
    assert_true(tree.bytes == 0 && tree.blob);
    assert_ok(pw_store_drop_tree(store, id, &err));
    assert_no(pw_store_drop_tree(store, id, &err), PW_NOTFOUND);
    assert_ok(pw_store_put_tree(store, &code, 5, PW_STORE_LOOP, 0, "new", 3, false, &again, NULL, &err));
    assert_true(again > id); /* ids are not reused */
    pw_store_close(store);
    pw_arena_free(&arena);
}

static void aborts_add_up(void **state)
{
    (void)state;
    PwArena arena = {0};
    PwStore *store = open_store(PW_STORE_WRITE);
    PwStoreAbort a = {number(1), 5, PW_STORE_LOOP, 12, NULL, "why", 2}, *rows;
    uint32_t n;
    assert_ok(pw_store_add_abort(store, &a, &err));
    assert_ok(pw_store_add_abort(store, &a, &err));
    a.reason = "another";
    assert_ok(pw_store_add_abort(store, &a, &err));
    assert_ok(pw_store_aborts(store, &arena, &rows, &n, &err));
    assert_int_equal(n, 2);
    assert_int_equal(rows[0].count, 4);
    assert_string_equal(rows[0].reason, "why");
    assert_string_equal(rows[0].file, "");
    assert_ok(pw_store_drop_aborts(store, &a.code, 5, PW_STORE_FUNCTION, &err));
    assert_ok(pw_store_drop_aborts(store, &a.code, 5, PW_STORE_LOOP, &err));
    assert_ok(pw_store_aborts(store, &arena, &rows, &n, &err));
    assert_int_equal(n, 0);
    assert_null(rows);
    pw_store_close(store);
    pw_arena_free(&arena);
}

static void a_cache_for_something_else_is_emptied(void **state)
{
    (void)state;
    PwArena arena = {0};
    PwStore *store = open_store(PW_STORE_WRITE);
    PwStoreIdentity a = {number(1), "python A"}, b = a, out;
    PwStoreTree *trees;
    const char *text;
    uint32_t n;
    bool emptied;
    assert_no(pw_store_check(store, &a, &err), PW_NOTFOUND);
    assert_ok(pw_store_claim(store, &a, &emptied, &err));
    assert_false(emptied);
    fill(store, 3); /* claims it for another one */
    assert_ok(pw_store_identity(store, &arena, &out, &err));
    assert_string_equal(out.fingerprint, "cpython-3.11.2 x86-64");
    b = out;
    assert_ok(pw_store_check(store, &b, &err));
    assert_ok(pw_store_claim(store, &b, &emptied, &err));
    assert_false(emptied);
    b.fingerprint = "python B";
    assert_no(pw_store_check(store, &b, &err), PW_STALE);
    assert_non_null(strstr(err.text, "expected python B, found cpython-3.11.2 x86-64"));
    b = out;
    b.ops = number(77);
    assert_no(pw_store_check(store, &b, &err), PW_STALE);
    assert_ok(pw_store_claim(store, &b, &emptied, &err));
    assert_true(emptied);
    assert_ok(pw_store_trees(store, true, &arena, &trees, &n, NULL, &err));
    assert_int_equal(n, 0);
    assert_ok(pw_store_set_meta(store, PW_META_PROGRAM, "/a/app.py", &err));
    assert_ok(pw_store_get_meta(store, PW_META_PROGRAM, &arena, &text, &err));
    assert_string_equal(text, "/a/app.py");
    assert_no(pw_store_get_meta(store, "no such", &arena, &text, &err), PW_NOTFOUND);
    pw_store_close(store);
    pw_arena_free(&arena);
}

static void transactions_hold_together(void **state)
{
    (void)state;
    PwArena arena = {0};
    PwStore *store = open_store(PW_STORE_WRITE), *other = open_store(PW_STORE_WRITE);
    PwDigest code = number(1);
    PwStoreTree *trees;
    uint32_t n;
    pw_store_patience(other, 20);
    assert_ok(pw_store_begin(store, &err));
    assert_no(pw_store_begin(store, &err), PW_USAGE);
    assert_ok(pw_store_put_tree(store, &code, 1, PW_STORE_LOOP, 0, "x", 1, false, NULL, NULL, &err));
    assert_no(pw_store_put_tree(store, &code, 1, PW_STORE_LOOP, 0, "y", 1, false, NULL, NULL, &err), PW_BUSY);
    assert_no(pw_store_put_tree(other, &code, 1, PW_STORE_LOOP, 0, "y", 1, false, NULL, NULL, &err), PW_BUSY);
    assert_ok(pw_store_trees(other, true, &arena, &trees, &n, NULL, &err));
    assert_int_equal(n, 0); /* readers see the last committed state meanwhile */
    pw_store_rollback(store);
    assert_ok(pw_store_trees(store, true, &arena, &trees, &n, NULL, &err));
    assert_int_equal(n, 0);
    assert_no(pw_store_commit(store, &err), PW_USAGE);
    assert_ok(pw_store_begin(store, &err));
    assert_ok(pw_store_put_tree(store, &code, 1, PW_STORE_LOOP, 0, "x", 1, false, NULL, NULL, &err));
    assert_no(pw_store_put_tree(store, &code, 1, PW_STORE_LOOP, 0, "y", 1, false, NULL, NULL, &err), PW_BUSY);
    assert_ok(pw_store_commit(store, &err)); /* a failed call took only its own part back */
    assert_ok(pw_store_trees(other, true, &arena, &trees, &n, NULL, &err));
    assert_int_equal(n, 1);
    assert_ok(pw_store_begin(store, &err));
    assert_ok(pw_store_drop_tree(store, trees[0].id, &err));
    pw_store_close(store); /* rolls back */
    assert_ok(pw_store_trees(other, true, &arena, &trees, &n, NULL, &err));
    assert_int_equal(n, 1);
    pw_store_close(other);
    pw_arena_free(&arena);
}

/* Adds one byte to the tree of `code`, by read, merge, compare and swap. Exit status 0 when it worked. */
static void append_byte(PwStore *store, const PwDigest *code, uint8_t byte)
{
    for (;;) {
        PwArena arena = {0};
        PwStoreTree tree = {0};
        PwStatus status = pw_store_tree(store, code, 3, PW_STORE_LOOP, &arena, &tree, &err);
        if (status != PW_OK && status != PW_NOTFOUND)
            _exit(2);
        uint8_t *blob = pw_arena_alloc(&arena, tree.bytes + 1);
        if (tree.bytes)
            memcpy(blob, tree.blob, tree.bytes);
        blob[tree.bytes] = byte;
        status = pw_store_put_tree(store, code, 3, PW_STORE_LOOP, tree.revision, blob, tree.bytes + 1, true, NULL, NULL,
                                   &err);
        pw_arena_free(&arena);
        if (status == PW_OK)
            return;
        if (status != PW_BUSY)
            _exit(3);
    }
}

enum { WRITERS = 4, ROUNDS = 60 };

static void recorders_lose_nothing(void **state)
{
    (void)state;
    PwArena arena = {0};
    PwDigest code = number(1);
    pid_t pid[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        pid[i] = fork();
        if (pid[i])
            continue;
        for (int k = 0; k < ROUNDS; k++) { /* opening and creating races too */
            PwStore *store;
            PwStoreAbort a = {code, 3, PW_STORE_LOOP, 1, "f", "why", 1};
            PwStatus status = pw_store_open(file, PW_STORE_WRITE, &store, &err);
            if (status != PW_OK || pw_store_add_abort(store, &a, &err) != PW_OK) {
                fprintf(stderr, "%s\n", err.text);
                _exit(1);
            }
            append_byte(store, &code, (uint8_t)i);
            pw_store_close(store);
        }
        _exit(0);
    }
    for (int i = 0; i < WRITERS; i++) {
        int how;
        waitpid(pid[i], &how, 0);
        assert_int_equal(how, 0);
    }
    PwStore *store = open_store(PW_STORE_READ);
    PwStoreTree tree;
    PwStoreAbort *aborts;
    uint32_t n, each[WRITERS] = {0};
    assert_ok(pw_store_tree(store, &code, 3, PW_STORE_LOOP, &arena, &tree, &err));
    assert_int_equal(tree.bytes, WRITERS * ROUNDS);
    assert_int_equal(tree.revision, WRITERS * ROUNDS);
    for (size_t i = 0; i < tree.bytes; i++)
        each[tree.blob[i]]++;
    for (int i = 0; i < WRITERS; i++)
        assert_int_equal(each[i], ROUNDS);
    assert_ok(pw_store_aborts(store, &arena, &aborts, &n, &err));
    assert_int_equal(aborts[0].count, WRITERS * ROUNDS);
    assert_ok(pw_store_verify(store, &err));
    pw_store_close(store);
    pw_arena_free(&arena);
}

static void killed_writers_leave_a_good_cache(void **state)
{
    (void)state;
    PwArena arena = {0};
    PwStore *store = open_store(PW_STORE_WRITE);
    fill(store, 2);
    pw_store_close(store);
    for (int round = 0; round < 40; round++) {
        pid_t pid = fork();
        if (!pid) {
            if (pw_store_open(file, PW_STORE_WRITE, &store, &err) != PW_OK)
                _exit(1);
            for (uint32_t i = 0;; i++) {
                PwStoreTree tree = {0};
                PwDigest code = number(1);
                PwArena mine = {0};
                static uint8_t blob[200000]; /* many pages, so that a kill lands inside a commit */
                memset(blob, (int)i, sizeof blob);
                if (pw_store_tree(store, &code, 1, PW_STORE_LOOP, &mine, &tree, &err) == PW_OK)
                    (void)!pw_store_put_tree(store, &code, 1, PW_STORE_LOOP, tree.revision, blob, sizeof blob - i % 7,
                                             true, NULL, NULL, &err);
                pw_arena_free(&mine);
            }
        }
        usleep(1000 + (useconds_t)round * 431);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        store = open_store(round & 1 ? PW_STORE_WRITE : PW_STORE_READ);
        assert_ok(pw_store_verify(store, &err));
        pw_store_close(store);
    }
    pw_arena_free(&arena);
}

/* Runs `sweep` with the first, second, ... allocation failing: it must end in OK or NOMEM. */
static void every_allocation_may_fail(void **state)
{
    (void)state;
    PwStore *store = open_store(PW_STORE_WRITE);
    fill(store, 5);
    pw_store_close(store);
    for (uint64_t n = 1;; n++) {
        pw_alloc_fail_after(n);
        PwStatus status = pw_store_open(file, PW_STORE_READ, &store, &err);
        if (status == PW_OK)
            status = read_all(store);
        pw_alloc_fail_after(0);
        pw_store_close(store);
        if (status == PW_OK)
            break;
        assert_int_equal(status, PW_NOMEM);
        assert_true(n < 1000);
    }
}

static PwStoreModule module_of(const char *name, uint8_t version)
{
    static uint8_t bytes[16][100];
    memset(bytes[version], version, sizeof bytes[version]);
    PwStoreModule m = {.name = name, .path = "/x.pyc", .header = {1, 2, version}, .ino = 7, .mtime = -5, .ctime = INT64_MAX,
                       .at = bytes[version], .bytes = sizeof bytes[version]};
    m.digest = pw_digest(m.at, m.bytes);
    return m;
}

static void modules_of_four_versions_are_kept(void **state)
{
    (void)state;
    PwArena arena = {0};
    PwStoreModule *rows;
    uint32_t n;
    PwStore *store;
    assert_ok(pw_store_open(file, PW_STORE_WRITE, &store, &err));
    assert_ok(pw_store_modules(store, &arena, &rows, &n, &err));
    assert_int_equal(n, 0);
    for (uint8_t v = 1; v <= 6; v++) {
        PwStoreModule a = module_of("a.py", v), b = module_of("b.py", 9);
        assert_ok(pw_store_put_module(store, &a, &err));
        assert_ok(pw_store_put_module(store, &b, &err)); /* again and again: one row */
    }
    assert_ok(pw_store_modules(store, &arena, &rows, &n, &err));
    assert_int_equal(n, 5);
    uint32_t b = 0;
    for (uint32_t k = 0; k < n; k++) {
        b += !strcmp(rows[k].name, "b.py");
        assert_int_equal(rows[k].bytes, 100);
        assert_string_equal(rows[k].path, "/x.pyc");
        assert_int_equal(rows[k].header[1], 2);
        assert_int_equal(rows[k].header[2], rows[k].at[99]);
        assert_true(rows[k].ino == 7 && rows[k].mtime == -5 && rows[k].ctime == INT64_MAX);
    }
    assert_int_equal(b, 1);
    pw_store_close(store);
    pw_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_put_comes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_tree_is_swapped_only_if_unchanged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(aborts_add_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(modules_of_four_versions_are_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cache_for_something_else_is_emptied, set_up, tear_down),
        cmocka_unit_test_setup_teardown(transactions_hold_together, set_up, tear_down),
        cmocka_unit_test_setup_teardown(recorders_lose_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(killed_writers_leave_a_good_cache, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_allocation_may_fail, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
