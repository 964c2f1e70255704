/* Files that are damaged, foreign, newer, locked or cannot be written: a status with a sentence, never a crash. */
#include "tests/cache/fixture.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>

static uint8_t *good;
static size_t good_bytes;

static void make_good(uint32_t trees)
{
    PwStore *store = open_store(PW_STORE_WRITE);
    fill(store, trees);
    pw_store_close(store);
    struct stat st;
    int fd = open(file, O_RDONLY);
    assert_int_equal(fstat(fd, &st), 0);
    good_bytes = (size_t)st.st_size;
    good = malloc(good_bytes);
    assert_int_equal(read(fd, good, good_bytes), good_bytes);
    close(fd);
}

static void write_file(const void *bytes, size_t n)
{
    int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    assert_true(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
    close(fd);
}

static void run_sql(const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static PwStatus try_mode(PwStoreMode mode)
{
    PwStore *store;
    err.text[0] = 0;
    PwStatus status = pw_store_open(file, mode, &store, &err);
    if (status == PW_OK)
        status = read_all(store);
    pw_store_close(store);
    if (status != PW_OK)
        assert_non_null(strstr(err.text, "/t.pwc"));
    return status;
}

static void truncated_at_many_lengths(void **state)
{
    (void)state;
    make_good(12);
    for (size_t n = 0; n < good_bytes; n += n < 128 ? 1 : 511) {
        write_file(good, n);
        PwStatus status = try_mode(PW_STORE_READ);
        assert_true(status == (n > 1 ? PW_CORRUPT : PW_NOTFOUND)); /* SQLite takes one byte as empty */
        if (n > 1)                                                 /* an empty file is as good as none to a writer */
            assert_int_equal(try_mode(PW_STORE_WRITE), PW_CORRUPT);
    }
    write_file(good, 0);
    PwStore *store = open_store(PW_STORE_WRITE);
    fill(store, 1);
    pw_store_close(store);
    write_file(good, good_bytes);
    assert_int_equal(try_mode(PW_STORE_READ), PW_OK);
    free(good);
}

static void overwritten_anywhere(void **state)
{
    (void)state;
    make_good(12);
    uint32_t seed = 1, found = 0;
    uint8_t *bad = malloc(good_bytes);
    for (int round = 0; round < 1500; round++) {
        memcpy(bad, good, good_bytes);
        seed = seed * 1664525 + 1013904223;
        size_t at = seed % (round & 1 ? good_bytes : 6000), n = round % 40 + 1;
        for (size_t i = at; i < at + n && i < good_bytes; i++) {
            seed = seed * 1664525 + 1013904223;
            bad[i] = (uint8_t)(seed >> 24);
        }
        write_file(bad, good_bytes);
        found += try_mode(round % 3 ? PW_STORE_READ : PW_STORE_WRITE) != PW_OK;
    }
    assert_true(found > 300); /* the rest hit free space or text for people */
    free(bad);
    free(good);
}

static void foreign_and_newer_files(void **state)
{
    (void)state;
    PwStore *store;
    assert_no(pw_store_open(file, PW_STORE_READ, &store, &err), PW_NOTFOUND);
    assert_null(store);
    write_file("#!/usr/bin/python3\nprint('this is no database at all')\n", 55);
    assert_no(pw_store_open(file, PW_STORE_READ, &store, &err), PW_CORRUPT);
    assert_no(pw_store_open(file, PW_STORE_WRITE, &store, &err), PW_CORRUPT);
    unlink(file);
    run_sql("CREATE TABLE t(a); INSERT INTO t VALUES(1)");
    assert_no(pw_store_open(file, PW_STORE_READ, &store, &err), PW_STALE);
    assert_no(pw_store_open(file, PW_STORE_WRITE, &store, &err), PW_STALE);
    unlink(file);
    make_good(2);
    free(good);
    run_sql("PRAGMA user_version=4");
    assert_no(pw_store_open(file, PW_STORE_READ, &store, &err), PW_UNSUPPORTED);
    assert_no(pw_store_open(file, PW_STORE_WRITE, &store, &err), PW_UNSUPPORTED);
    assert_non_null(strstr(err.text, "expected a cache of version 3, found version 4"));
    run_sql("PRAGMA user_version=0"); /* older: a reader stands back, a recorder starts afresh */
    assert_no(pw_store_open(file, PW_STORE_READ, &store, &err), PW_STALE);
    store = open_store(PW_STORE_WRITE);
    fill(store, 2);
    pw_store_close(store);
    run_sql("CREATE TRIGGER evil AFTER INSERT ON run BEGIN DELETE FROM tree; END");
    assert_no(pw_store_open(file, PW_STORE_WRITE, &store, &err), PW_CORRUPT);
    run_sql("DROP TRIGGER evil; ALTER TABLE tree ADD COLUMN more");
    assert_no(pw_store_open(file, PW_STORE_READ, &store, &err), PW_CORRUPT);
    unlink(file);
    run_sql("PRAGMA journal_mode=WAL; CREATE TABLE t(a)");
    assert_no(pw_store_open(file, PW_STORE_READ, &store, &err), PW_STALE);
    unlink(file);
    mkdir(file, 0700);
    assert_no(pw_store_open(file, PW_STORE_READ, &store, &err), PW_IO);
    rmdir(file);
    mkfifo(file, 0600);
    assert_no(pw_store_open(file, PW_STORE_WRITE, &store, &err), PW_IO);
}

static void wrong_types_in_rows(void **state)
{
    (void)state;
    static const char *const damage[] = {
        "UPDATE tree SET revision = 99", "UPDATE tree SET code = 'text'",       "UPDATE tree SET unit = -5",
        "UPDATE tree SET kind = 7",      "UPDATE tree SET digest = x'00'",      "UPDATE tree SET sum = NULL",
        "UPDATE tree SET blob = NULL",   "UPDATE tree SET blob = 'other'",      "UPDATE object SET bytes = zeroblob(9)",
        "UPDATE object SET sum = 5",     "UPDATE object SET options = x'0102'", "UPDATE exit SET exit = 'x' || tree",
    };
    for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
        make_good(3);
        free(good);
        run_sql(damage[i]);
        PwStatus status = try_mode(PW_STORE_READ);
        if (status != PW_CORRUPT && strncmp(damage[i], "UPDATE exit", 11))
            fail_msg("%s: %s", damage[i], pw_status_name(status));
        /* a recorder replaces what is damaged */
        PwStore *store = open_store(PW_STORE_WRITE);
        PwDigest code = number(1);
        uint32_t revision = 0;
        PwStoreTree tree;
        PwArena arena = {0};
        if (pw_store_tree(store, &code, 1, PW_STORE_LOOP, &arena, &tree, &err) == PW_OK)
            revision = tree.revision;
        assert_ok(pw_store_put_tree(store, &code, 1, PW_STORE_LOOP, revision, "fresh", 5, false, NULL, NULL, &err));
        assert_ok(pw_store_tree(store, &code, 1, PW_STORE_LOOP, &arena, &tree, &err));
        assert_memory_equal(tree.blob, "fresh", 5);
        pw_arena_free(&arena);
        pw_store_close(store);
        unlink(file);
    }
}

static void locked_file(void **state)
{
    (void)state;
    make_good(2);
    free(good);
    sqlite3 *db;
    assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
    PwStore *store = open_store(PW_STORE_WRITE);
    pw_store_patience(store, 30);
    assert_int_equal(sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(read_all(store), PW_BUSY);
    assert_no(pw_store_set_meta(store, "a", "b", &err), PW_BUSY);
    assert_no(pw_store_begin(store, &err), PW_BUSY);
    sqlite3_close(db);
    assert_int_equal(read_all(store), PW_OK);
    pw_store_close(store);
}

/* In a child without root's rights: reads work where nothing can be written; writers get a sentence. */
static void read_only_folder(void **state)
{
    (void)state;
    make_good(3);
    free(good);
    chmod(file, 0444);
    chmod(folder, 0555);
    pid_t pid = fork();
    if (!pid) {
        PwStore *store;
        if (!geteuid() && (setgid(65534) || setuid(65534)))
            _exit(10);
        if (pw_store_open(file, PW_STORE_READ, &store, &err) != PW_OK || read_all(store) != PW_OK)
            _exit(11);
        pw_store_close(store);
        PwStatus status = pw_store_open(file, PW_STORE_WRITE, &store, &err);
        if (status == PW_OK)
            status = pw_store_set_meta(store, "a", "b", &err);
        if (status != PW_IO || !strstr(err.text, "/t.pwc"))
            _exit(12);
        pw_store_close(store);
        char other[128];
        snprintf(other, sizeof other, "%s/new.pwc", folder);
        _exit(pw_store_open(other, PW_STORE_WRITE, &store, &err) == PW_IO ? 0 : 13);
    }
    int how;
    waitpid(pid, &how, 0);
    chmod(folder, 0700);
    assert_int_equal(how, 0);
}

static void full_disk(void **state)
{
    (void)state;
    make_good(3);
    pid_t pid = fork();
    if (!pid) {
        struct rlimit limit = {good_bytes + 20000, good_bytes + 20000};
        PwStore *store;
        PwDigest code = number(50);
        uint8_t *blob = calloc(1, 100000);
        PwErr why;
        signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &limit) || pw_store_open(file, PW_STORE_WRITE, &store, &why) != PW_OK)
            _exit(10);
        if (pw_store_put_tree(store, &code, 1, PW_STORE_LOOP, 0, blob, 100000, false, NULL, NULL, &why) != PW_IO)
            _exit(11);
        if (pw_store_put_tree(store, &code, 1, PW_STORE_LOOP, 0, blob, 1000, false, NULL, NULL, &why) != PW_OK)
            _exit(12); /* a smaller one fits */
        if (pw_store_begin(store, &why) != PW_OK)
            _exit(13);
        if (pw_store_put_tree(store, &code, 2, PW_STORE_LOOP, 0, blob, 100000, false, NULL, NULL, &why) == PW_OK &&
            pw_store_commit(store, &why) == PW_OK)
            _exit(14);
        pw_store_rollback(store);
        PwArena arena = {0};
        PwStoreTree tree;
        if (pw_store_tree(store, &code, 1, PW_STORE_LOOP, &arena, &tree, &why) != PW_OK || tree.bytes != 1000)
            _exit(15);
        pw_store_close(store);
        _exit(0);
    }
    int how;
    waitpid(pid, &how, 0);
    free(good);
    assert_int_equal(how, 0);
    assert_int_equal(try_mode(PW_STORE_READ), PW_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(truncated_at_many_lengths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(overwritten_anywhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(foreign_and_newer_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_types_in_rows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(locked_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(read_only_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(full_disk, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
