#include "cache/sql.h"

#include <stdarg.h>

PwStatus sql_fail(PwStore *store, int rc, const char *doing, PwErr *err)
{
    const char *path = store->path;
    switch (rc & 0xff) {
    case SQLITE_NOMEM:
        return pw_err_set(err, PW_NOMEM, "out of memory while %s %s", doing, path);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return pw_err_set(err, PW_BUSY, "%s: another process kept it locked while %s; try again", path, doing);
    case SQLITE_NOTADB:
        return pw_err_set(err, PW_CORRUPT, "%s: expected a prewarm cache, found a file that is no SQLite database",
                          path);
    case SQLITE_CORRUPT:
    case SQLITE_CONSTRAINT: /* what we write is unique unless an index lies */
    case SQLITE_MISMATCH:
    case SQLITE_FORMAT:
    case SQLITE_SCHEMA:
    case SQLITE_TOOBIG:
    case SQLITE_ERROR: /* the statements are ours, so it is the file that does not fit them */
        return pw_err_set(err, PW_CORRUPT, "%s: the cache is damaged (%s); remove it and record again", path,
                          sqlite3_errmsg(store->db));
    case SQLITE_FULL:
        return pw_err_set(err, PW_IO, "%s: the disk is full; nothing was changed", path);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
        return pw_err_set(err, PW_IO, "%s: no permission for %s (%s)", path, doing, sqlite3_errmsg(store->db));
    case SQLITE_MISUSE:
        return pw_err_set(err, PW_INTERNAL, "%s: a wrong call of SQLite while %s", path, doing);
    default: {
        int code = sqlite3_system_errno(store->db);
        return pw_err_set(err, PW_IO, "%s: %s failed: %s%s%s", path, doing, sqlite3_errmsg(store->db), code ? ": " : "",
                          code ? strerror(code) : "");
    }
    }
}

PwStatus sql_exec(PwStore *store, const char *sql, PwErr *err)
{
    int rc = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? PW_OK : sql_fail(store, rc, store->write ? "writing" : "reading", err);
}

static int bind_one(sqlite3_stmt *stmt, int at, char type, va_list *ap)
{
    switch (type) {
    case 'i':
        return sqlite3_bind_int64(stmt, at, va_arg(*ap, int64_t));
    case 's': {
        const char *s = va_arg(*ap, const char *);
        return sqlite3_bind_text(stmt, at, s ? s : "", -1, SQLITE_STATIC);
    }
    case 'd':
        return sqlite3_bind_blob(stmt, at, va_arg(*ap, const PwDigest *)->byte, 16, SQLITE_STATIC);
    case 'b': {
        const void *p = va_arg(*ap, const void *);
        size_t n = va_arg(*ap, size_t);
        return sqlite3_bind_blob64(stmt, at, n ? p : "", n, SQLITE_STATIC);
    }
    default:
        return SQLITE_MISUSE;
    }
}

static PwStatus prepare(PwStore *store, sqlite3_stmt **out, PwErr *err, const char *sql, const char *types, va_list *ap)
{
    *out = NULL;
    int rc = sqlite3_prepare_v2(store->db, sql, -1, out, NULL);
    for (int i = 0; rc == SQLITE_OK && types[i]; i++)
        rc = bind_one(*out, i + 1, types[i], ap);
    if (rc == SQLITE_OK)
        return PW_OK;
    sqlite3_finalize(*out);
    *out = NULL;
    if (rc == SQLITE_TOOBIG)
        return pw_err_set(err, PW_USAGE, "%s: a value is larger than 256 MiB", store->path);
    return sql_fail(store, rc, "reading", err);
}

PwStatus sql_prepare(PwStore *store, sqlite3_stmt **out, PwErr *err, const char *sql, const char *types, ...)
{
    va_list ap;
    va_start(ap, types);
    PwStatus status = prepare(store, out, err, sql, types, &ap);
    va_end(ap);
    return status;
}

PwStatus sql_row(PwStore *store, sqlite3_stmt *stmt, bool *row, PwErr *err)
{
    int rc = sqlite3_step(stmt);
    *row = rc == SQLITE_ROW;
    return rc == SQLITE_ROW || rc == SQLITE_DONE
               ? PW_OK
               : sql_fail(store, rc, sqlite3_stmt_readonly(stmt) ? "reading" : "writing", err);
}

PwStatus sql_write(PwStore *store, int *changed, PwErr *err, const char *sql, const char *types, ...)
{
    sqlite3_stmt *stmt;
    va_list ap;
    va_start(ap, types);
    PwStatus status = prepare(store, &stmt, err, sql, types, &ap);
    va_end(ap);
    bool row = true;
    while (status == PW_OK && row)
        status = sql_row(store, stmt, &row, err);
    sqlite3_finalize(stmt);
    if (changed)
        *changed = sqlite3_changes(store->db);
    return status;
}

static PwStatus no_memory(PwStore *store, PwErr *err)
{
    return pw_err_set(err, PW_NOMEM, "out of memory while reading %s", store->path);
}

/* Fills in the sentence for what a SqlFill returned. */
static PwStatus row_failed(PwStore *store, PwStatus status, PwErr *err)
{
    if (status == PW_NOMEM)
        return no_memory(store, err);
    return pw_err_set(err, status, "%s: a row does not match its digest; remove the cache and record again",
                      store->path);
}

PwStatus sql_list(PwStore *store, sqlite3_stmt *stmt, PwArena *arena, size_t size, SqlFill fill, void *data,
                  void **rows, uint32_t *n, PwErr *err)
{
    PW_VEC(uint8_t) v = {0}; /* of rows of `size` bytes */
    PwStatus status = PW_OK;
    bool row = true;
    *rows = NULL;
    *n = 0;
    while ((status = sql_row(store, stmt, &row, err)) == PW_OK && row) {
        if (!pw_vec_grow((void **)&v.at, &v.cap, v.n, 1, size)) {
            status = no_memory(store, err);
            break;
        }
        void *at = v.at + (size_t)v.n * size;
        memset(at, 0, size);
        status = fill(stmt, arena, at, data);
        if (status == PW_NOTFOUND)
            continue;
        if (status != PW_OK) {
            row_failed(store, status, err);
            break;
        }
        v.n++;
    }
    if (status == PW_OK && v.n) {
        *rows = pw_arena_alloc(arena, (size_t)v.n * size);
        if (*rows) {
            memcpy(*rows, v.at, (size_t)v.n * size);
            *n = v.n;
        } else {
            status = no_memory(store, err);
        }
    }
    pw_free(v.at);
    sqlite3_finalize(stmt);
    return status;
}

PwStatus sql_one(PwStore *store, sqlite3_stmt *stmt, PwArena *arena, SqlFill fill, void *data, void *row,
                 const char *what, PwErr *err)
{
    bool found;
    PwStatus status = sql_row(store, stmt, &found, err);
    if (status == PW_OK) {
        status = found ? fill(stmt, arena, row, data) : PW_NOTFOUND;
        if (status == PW_NOTFOUND)
            pw_err_set(err, PW_NOTFOUND, "%s: there is no %s", store->path, what);
        else if (status != PW_OK)
            row_failed(store, status, err);
    }
    sqlite3_finalize(stmt);
    return status;
}

const char *sql_text(sqlite3_stmt *stmt, int column, PwArena *arena)
{
    const char *s = (const char *)sqlite3_column_text(stmt, column);
    return pw_arena_strn(arena, s ? s : "", s ? strlen(s) : 0);
}

const void *sql_blob(sqlite3_stmt *stmt, int column, PwArena *arena, size_t *n)
{
    const void *at = sqlite3_column_blob(stmt, column);
    *n = at ? (size_t)sqlite3_column_bytes(stmt, column) : 0;
    return pw_arena_strn(arena, at ? at : "", *n);
}

bool sql_digest(sqlite3_stmt *stmt, int column, PwDigest *out)
{
    const void *at = sqlite3_column_blob(stmt, column);
    if (!at || sqlite3_column_bytes(stmt, column) != sizeof out->byte)
        return false;
    memcpy(out->byte, at, sizeof out->byte);
    return true;
}

bool sql_u32(sqlite3_stmt *stmt, int column, uint32_t *out)
{
    int64_t v = sqlite3_column_int64(stmt, column);
    *out = (uint32_t)v;
    return v >= 0 && v <= UINT32_MAX;
}

PwStatus sql_enter(PwStore *store, PwErr *err)
{
    if (!store->write)
        return pw_err_set(err, PW_USAGE, "%s: it was opened for reading only", store->path);
    if (!store->in_begin)
        return sql_exec(store, "BEGIN IMMEDIATE", err);
    if (sqlite3_get_autocommit(store->db)) /* SQLite takes a transaction back by itself on some I/O errors */
        return pw_err_set(err, PW_IO, "%s: the transaction was taken back after an earlier error", store->path);
    return sql_exec(store, "SAVEPOINT pw", err);
}

PwStatus sql_leave(PwStore *store, PwStatus status, PwErr *err)
{
    bool nested = store->in_begin;
    if (status == PW_OK) {
        status = sql_exec(store, nested ? "RELEASE pw" : "COMMIT", err);
        if (status == PW_OK)
            return PW_OK;
    }
    if (!sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, nested ? "ROLLBACK TO pw; RELEASE pw" : "ROLLBACK", NULL, NULL, NULL);
    return status;
}

PwStatus pw_store_begin(PwStore *store, PwErr *err)
{
    if (store->in_begin)
        return pw_err_set(err, PW_USAGE, "%s: a transaction is open already", store->path);
    PwStatus status = sql_enter(store, err);
    store->in_begin = status == PW_OK;
    return status;
}

PwStatus pw_store_commit(PwStore *store, PwErr *err)
{
    if (!store->in_begin)
        return pw_err_set(err, PW_USAGE, "%s: there is no transaction to commit", store->path);
    if (sqlite3_get_autocommit(store->db)) {
        store->in_begin = false;
        return pw_err_set(err, PW_IO, "%s: the transaction was taken back after an earlier error", store->path);
    }
    store->in_begin = false;
    return sql_leave(store, PW_OK, err);
}

void pw_store_rollback(PwStore *store)
{
    if (!store->in_begin)
        return;
    store->in_begin = false;
    if (!sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}
