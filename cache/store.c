/* Opening and creating, the schema, what the cache is for. */
#include "cache/sql.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

/* The text is compared with what stands in the file: a changed line needs a new PW_STORE_SCHEMA. */
static const char *const schema[] = {
    "CREATE TABLE abort(code BLOB, unit INTEGER, kind INTEGER, line INTEGER, file TEXT, reason TEXT, count INTEGER,"
    " PRIMARY KEY(code, unit, kind, line, file, reason)) WITHOUT ROWID",
    "CREATE TABLE code(digest BLOB PRIMARY KEY, key32 INTEGER, firstlineno INTEGER, name TEXT, qualname TEXT,"
    " filename TEXT) WITHOUT ROWID",
    "CREATE TABLE exit(tree INTEGER, exit INTEGER, count INTEGER, PRIMARY KEY(tree, exit)) WITHOUT ROWID",
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    "CREATE TABLE module(digest BLOB PRIMARY KEY, name TEXT, seen INTEGER, path TEXT, header BLOB, ino INTEGER, mtime INTEGER,"
    " ctime INTEGER, bytes BLOB)",
    "CREATE TABLE object(tree INTEGER, target TEXT, revision INTEGER, options BLOB, micros INTEGER, sum BLOB,"
    " bytes BLOB, PRIMARY KEY(tree, target))",
    "CREATE TABLE run(id INTEGER PRIMARY KEY, at INTEGER, kind TEXT, argv TEXT, micros INTEGER, trees_new INTEGER,"
    " trees_changed INTEGER, traces INTEGER, aborts INTEGER)",
    "CREATE TABLE tree(id INTEGER PRIMARY KEY AUTOINCREMENT, code BLOB, unit INTEGER, kind INTEGER, revision INTEGER,"
    " seen INTEGER, created INTEGER, updated INTEGER, gain INTEGER DEFAULT 0, digest BLOB, sum BLOB, blob BLOB,"
    " UNIQUE(code, unit, kind))",
};
static const char *const tables[] = {"abort", "code", "exit", "meta", "module", "object", "run", "tree"};
enum { N_TABLES = sizeof schema / sizeof *schema };
_Static_assert(N_TABLES == sizeof tables / sizeof *tables, "one name for each table, both in order of name");

static PwStatus read_int(PwStore *store, const char *sql, int64_t *out, PwErr *err)
{
    sqlite3_stmt *stmt;
    bool row = false;
    PwStatus status = sql_prepare(store, &stmt, err, sql, "");
    if (status == PW_OK)
        status = sql_row(store, stmt, &row, err);
    *out = row ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_finalize(stmt);
    return status;
}

/* Are the tables exactly ours? Anything else (a trigger, a view, another column) is damage. */
static PwStatus check_schema(PwStore *store, PwErr *err)
{
    sqlite3_stmt *stmt;
    PwStatus status = sql_prepare(
        store, &stmt, err,
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name", "");
    bool row = true;
    for (size_t i = 0; status == PW_OK && row; i++) {
        status = sql_row(store, stmt, &row, err);
        const char *text = status == PW_OK && row ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
        if (status == PW_OK && (row ? i >= N_TABLES || !text || strcmp(text, schema[i]) : i != N_TABLES))
            status = pw_err_set(err, PW_CORRUPT, "%s: expected the tables of a prewarm cache, found others; remove it",
                                store->path);
    }
    sqlite3_finalize(stmt);
    return status;
}

static PwStatus make_tables(PwStore *store, bool drop, PwErr *err)
{
    char sql[128];
    PwStatus status = PW_OK;
    for (size_t i = 0; drop && status == PW_OK && i < N_TABLES; i++) {
        snprintf(sql, sizeof sql, "DROP TABLE IF EXISTS %s", tables[i]);
        status = sql_exec(store, sql, err);
    }
    for (size_t i = 0; status == PW_OK && i < N_TABLES; i++)
        status = sql_exec(store, schema[i], err);
    snprintf(sql, sizeof sql, "PRAGMA application_id=%d; PRAGMA user_version=%d", PW_STORE_APPLICATION,
             PW_STORE_SCHEMA);
    return status == PW_OK ? sql_exec(store, sql, err) : status;
}

/* What the file's header says. *fresh: nothing was ever written; *old: ours, of a schema that may be emptied. */
static PwStatus check_header(PwStore *store, bool *fresh, bool *old, PwErr *err)
{
    int64_t application, version, n;
    *fresh = *old = false;
    PwStatus status = read_int(store, "PRAGMA application_id", &application, err);
    if (status == PW_OK)
        status = read_int(store, "PRAGMA user_version", &version, err);
    if (status == PW_OK)
        status = read_int(store, "SELECT count(*) FROM sqlite_schema", &n, err);
    if (status != PW_OK)
        return status;
    if (!application && !version && !n) {
        *fresh = true;
        return PW_OK;
    }
    if (application != PW_STORE_APPLICATION)
        return pw_err_set(err, PW_STALE,
                          "%s: expected a prewarm cache, found a database of another application (id 0x%08x)",
                          store->path, (unsigned)application);
    if (version > PW_STORE_SCHEMA)
        return pw_err_set(err, PW_UNSUPPORTED,
                          "%s: expected a cache of version %d, found version %lld of a newer prewarm", store->path,
                          PW_STORE_SCHEMA, (long long)version);
    *old = version < PW_STORE_SCHEMA;
    return *old ? PW_OK : check_schema(store, err);
}

/* SQLite makes the file before its first table: another process may be about to record into it. */
static PwStatus nothing_yet(const char *path, PwErr *err)
{
    return pw_err_set(err, PW_NOTFOUND, "%s: the file is empty: nothing has been recorded into it yet", path);
}

static PwStatus set_up(PwStore *store, PwErr *err)
{
    sqlite3_busy_timeout(store->db, 10000);
    sqlite3_extended_result_codes(store->db, 1);
    sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, 256 << 20);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    PwStatus status = sql_exec(
        store,
        "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY; PRAGMA synchronous=NORMAL",
        err);
    if (status == PW_OK && !store->write)
        status = sql_exec(store, "PRAGMA query_only=ON", err);
    bool fresh = false, old = false;
    if (status == PW_OK) { /* in one transaction: another process may be creating the tables right now */
        status = sql_exec(store, "BEGIN", err);
        if (status == PW_OK)
            status = check_header(store, &fresh, &old, err);
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    }
    if (status != PW_OK || (!fresh && !old))
        return status;
    if (!store->write)
        return fresh ? nothing_yet(store->path, err)
                     : pw_err_set(err, PW_STALE, "%s: expected a cache of version %d, found an older one; record again",
                                  store->path, PW_STORE_SCHEMA);
    status = sql_enter(store, err);
    if (status != PW_OK)
        return status;
    status = check_header(store, &fresh, &old, err); /* another process may have been faster */
    if (status == PW_OK && (fresh || old))
        status = make_tables(store, old, err);
    return sql_leave(store, status, err);
}

PwStatus pw_store_open(const char *path, PwStoreMode mode, PwStore **out, PwErr *err)
{
    struct stat st;
    bool write = mode == PW_STORE_WRITE;
    *out = NULL;
    if (!*path)
        return pw_err_set(err, PW_USAGE, "the cache's path is empty");
    if (stat(path, &st)) {
        if (errno != ENOENT && errno != ENOTDIR)
            return pw_err_set(err, PW_IO, "%s: %s", path, strerror(errno));
        if (!write)
            return pw_err_set(err, PW_NOTFOUND, "%s: there is no such cache; make one with prewarm record", path);
    } else if (!S_ISREG(st.st_mode)) {
        return pw_err_set(err, PW_IO, "%s: expected a prewarm cache, found something that is not a regular file", path);
    } else if (!write && !st.st_size) {
        return nothing_yet(path, err);
    }
    PwStore *store = pw_calloc(1, sizeof *store);
    size_t n = strlen(path);
    char *name = pw_alloc(n + 3); /* with "./" before it, no path looks like a URI to SQLite */
    if (!store || !name) {
        pw_free(store);
        pw_free(name);
        return pw_err_set(err, PW_NOMEM, "out of memory while opening %s", path);
    }
    store->path = name;
    store->write = write;
    bool relative = *path != '/';
    memcpy(name, "./", 2);
    memcpy(name + (relative ? 2 : 0), path, n + 1);
    /* A reader opens for writing too where it may: so it can bring back what a killed writer left half done. */
    int rc = sqlite3_open_v2(name, &store->db,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
                                 (write ? SQLITE_OPEN_CREATE : 0),
                             NULL);
    memcpy(name, path, n + 1);
    PwStatus status = rc == SQLITE_OK ? set_up(store, err) : sql_fail(store, rc, "opening", err);
    if (status == PW_OK)
        *out = store;
    else
        pw_store_close(store);
    return status;
}

void pw_store_close(PwStore *store)
{
    if (!store)
        return;
    pw_store_rollback(store);
    sqlite3_close(store->db);
    pw_free(store->path);
    pw_free(store);
}

void pw_store_patience(PwStore *store, unsigned milliseconds)
{
    sqlite3_busy_timeout(store->db, milliseconds > INT32_MAX ? INT32_MAX : (int)milliseconds);
}

const char *pw_store_path(const PwStore *store)
{
    return store->path;
}

/* -- meta -- */

PwStatus pw_store_set_meta(PwStore *store, const char *name, const char *value, PwErr *err)
{
    PwStatus status = sql_enter(store, err);
    if (status != PW_OK)
        return status;
    status = sql_write(store, NULL, err, "INSERT OR REPLACE INTO meta(name, value) VALUES(?, ?)", "ss", name, value);
    return sql_leave(store, status, err);
}

static PwStatus fill_text(sqlite3_stmt *stmt, PwArena *arena, void *row, void *data)
{
    (void)data;
    *(const char **)row = sql_text(stmt, 0, arena);
    return *(const char **)row ? PW_OK : PW_NOMEM;
}

PwStatus pw_store_get_meta(PwStore *store, const char *name, PwArena *arena, const char **value, PwErr *err)
{
    sqlite3_stmt *stmt;
    PwStatus status = sql_prepare(store, &stmt, err, "SELECT value FROM meta WHERE name = ?", "s", name);
    return status == PW_OK ? sql_one(store, stmt, arena, fill_text, NULL, value, name, err) : status;
}

/* -- identity: two rows of meta -- */

PwStatus pw_store_identity(PwStore *store, PwArena *arena, PwStoreIdentity *out, PwErr *err)
{
    const char *ops;
    PwStatus status = pw_store_get_meta(store, "ops", arena, &ops, err);
    if (status == PW_OK)
        status = pw_store_get_meta(store, "fingerprint", arena, &out->fingerprint, err);
    if (status == PW_NOTFOUND)
        return pw_err_set(err, PW_NOTFOUND, "%s: nothing was recorded into it yet", store->path);
    for (int i = 0; status == PW_OK && i < 16; i++) {
        unsigned byte;
        if (sscanf(ops + (strlen(ops) == 32 ? 2 * i : 32), "%2x", &byte) != 1)
            return pw_err_set(err, PW_CORRUPT, "%s: the op table's digest is damaged; remove the cache", store->path);
        out->ops.byte[i] = (uint8_t)byte;
    }
    return status;
}

static PwStatus differs(const PwStore *store, const char *what, const char *want, const char *have, PwErr *err)
{
    return pw_err_set(err, PW_STALE, "%s: it was recorded for another %s: expected %.180s, found %.180s", store->path,
                      what, want, have);
}

PwStatus pw_store_check(PwStore *store, const PwStoreIdentity *want, PwErr *err)
{
    PwArena arena = {0};
    PwStoreIdentity have = {0};
    PwStatus status = pw_store_identity(store, &arena, &have, err);
    if (status == PW_OK && memcmp(&have.ops, &want->ops, sizeof have.ops)) {
        char a[33], b[33];
        pw_digest_hex(&want->ops, a);
        pw_digest_hex(&have.ops, b);
        status = differs(store, "version of prewarm (op table)", a, b, err);
    } else if (status == PW_OK && strcmp(have.fingerprint, want->fingerprint)) {
        status = differs(store, "Python", want->fingerprint, have.fingerprint, err);
    }
    pw_arena_free(&arena);
    return status;
}

PwStatus pw_store_claim(PwStore *store, const PwStoreIdentity *want, bool *emptied, PwErr *err)
{
    PwErr why;
    char hex[33];
    if (emptied)
        *emptied = false;
    PwStatus status = sql_enter(store, err);
    if (status != PW_OK)
        return status;
    status = pw_store_check(store, want, &why);
    if (status == PW_STALE || status == PW_CORRUPT || status == PW_NOTFOUND) {
        if (emptied)
            *emptied = status != PW_NOTFOUND;
        pw_digest_hex(&want->ops, hex);
        status = sql_exec(store,
                          "DELETE FROM tree; DELETE FROM exit; DELETE FROM object; DELETE FROM abort; DELETE FROM code;"
                          " DELETE FROM meta; DELETE FROM module",
                          err);
        if (status == PW_OK)
            status = sql_write(store, NULL, err,
                               "INSERT OR REPLACE INTO meta(name, value) VALUES('ops', ?), ('fingerprint', ?)", "ss", hex,
                               want->fingerprint);
    } else if (status != PW_OK && err) {
        *err = why;
    }
    return sql_leave(store, status, err);
}
