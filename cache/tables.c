/* The plain tables: code objects, aborts, runs; and the check of the whole file. */
#include "cache/sql.h"

#include <time.h>

/* -- code -- */

PwStatus pw_store_put_code(PwStore *store, const PwStoreCode *code, PwErr *err)
{
    PwStatus status = sql_enter(store, err);
    if (status != PW_OK)
        return status;
    status = sql_write(store, NULL, err,
                       "INSERT OR REPLACE INTO code(digest, key32, firstlineno, name, qualname, filename)"
                       " VALUES(?, ?, ?, ?, ?, ?)",
                       "diisss", &code->digest, (int64_t)code->key32, (int64_t)code->firstlineno, code->name,
                       code->qualname, code->filename);
    return sql_leave(store, status, err);
}

static PwStatus fill_code(sqlite3_stmt *stmt, PwArena *arena, void *row, void *data)
{
    (void)data;
    PwStoreCode *c = row;
    if (!sql_digest(stmt, 0, &c->digest) || !sql_u32(stmt, 1, &c->key32) || !sql_u32(stmt, 2, &c->firstlineno))
        return PW_NOTFOUND;
    c->name = sql_text(stmt, 3, arena);
    c->qualname = sql_text(stmt, 4, arena);
    c->filename = sql_text(stmt, 5, arena);
    return c->name && c->qualname && c->filename ? PW_OK : PW_NOMEM;
}

#define CODE_SELECT "SELECT digest, key32, firstlineno, name, qualname, filename FROM code"

PwStatus pw_store_code(PwStore *store, const PwDigest *digest, PwArena *arena, PwStoreCode *out, PwErr *err)
{
    sqlite3_stmt *stmt;
    PwStatus status = sql_prepare(store, &stmt, err, CODE_SELECT " WHERE digest = ?", "d", digest);
    return status == PW_OK ? sql_one(store, stmt, arena, fill_code, NULL, out, "such code object", err) : status;
}

PwStatus pw_store_codes(PwStore *store, PwArena *arena, PwStoreCode **rows, uint32_t *n, PwErr *err)
{
    sqlite3_stmt *stmt;
    *rows = NULL;
    *n = 0;
    PwStatus status = sql_prepare(store, &stmt, err, CODE_SELECT " ORDER BY filename, firstlineno, digest", "");
    return status == PW_OK ? sql_list(store, stmt, arena, sizeof **rows, fill_code, NULL, (void **)rows, n, err)
                           : status;
}

/* -- aborts -- */

PwStatus pw_store_add_abort(PwStore *store, const PwStoreAbort *a, PwErr *err)
{
    PwStatus status = sql_enter(store, err);
    if (status != PW_OK)
        return status;
    status =
        sql_write(store, NULL, err,
                  "INSERT INTO abort(code, unit, kind, line, file, reason, count) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"
                  " ON CONFLICT(code, unit, kind, line, file, reason) DO UPDATE SET count = count + ?7",
                  "diiissi", &a->code, (int64_t)a->unit, (int64_t)a->kind, (int64_t)a->line, a->file, a->reason,
                  (int64_t)a->count);
    return sql_leave(store, status, err);
}

PwStatus pw_store_drop_aborts(PwStore *store, const PwDigest *code, uint32_t unit, PwStoreKind kind, PwErr *err)
{
    PwStatus status = sql_enter(store, err);
    if (status != PW_OK)
        return status;
    status = sql_write(store, NULL, err, "DELETE FROM abort WHERE code = ? AND unit = ? AND kind = ?", "dii", code,
                       (int64_t)unit, (int64_t)kind);
    return sql_leave(store, status, err);
}

static PwStatus fill_abort(sqlite3_stmt *stmt, PwArena *arena, void *row, void *data)
{
    (void)data;
    PwStoreAbort *a = row;
    uint32_t kind;
    if (!sql_digest(stmt, 0, &a->code) || !sql_u32(stmt, 1, &a->unit) || !sql_u32(stmt, 2, &kind) ||
        kind > PW_STORE_FUNCTION || !sql_u32(stmt, 3, &a->line))
        return PW_NOTFOUND;
    a->kind = (PwStoreKind)kind;
    a->file = sql_text(stmt, 4, arena);
    a->reason = sql_text(stmt, 5, arena);
    a->count = (uint64_t)sqlite3_column_int64(stmt, 6);
    return a->file && a->reason ? PW_OK : PW_NOMEM;
}

PwStatus pw_store_aborts(PwStore *store, PwArena *arena, PwStoreAbort **rows, uint32_t *n, PwErr *err)
{
    sqlite3_stmt *stmt;
    *rows = NULL;
    *n = 0;
    PwStatus status = sql_prepare(store, &stmt, err,
                                  "SELECT code, unit, kind, line, file, reason, count FROM abort"
                                  " ORDER BY count DESC, file, line, code, unit",
                                  "");
    return status == PW_OK ? sql_list(store, stmt, arena, sizeof **rows, fill_abort, NULL, (void **)rows, n, err)
                           : status;
}

/* -- runs -- */

PwStatus pw_store_add_run(PwStore *store, const PwStoreRun *run, PwErr *err)
{
    PwStatus status = sql_enter(store, err);
    if (status != PW_OK)
        return status;
    status =
        sql_write(store, NULL, err,
                  "INSERT INTO run(at, kind, argv, micros, trees_new, trees_changed, traces, aborts)"
                  " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
                  "issiiiii", run->when ? run->when : (int64_t)time(NULL), run->kind, run->argv, (int64_t)run->micros,
                  (int64_t)run->trees_new, (int64_t)run->trees_changed, (int64_t)run->traces, (int64_t)run->aborts);
    return sql_leave(store, status, err);
}

static PwStatus fill_run(sqlite3_stmt *stmt, PwArena *arena, void *row, void *data)
{
    (void)data;
    PwStoreRun *r = row;
    r->id = sqlite3_column_int64(stmt, 0);
    r->when = sqlite3_column_int64(stmt, 1);
    r->kind = sql_text(stmt, 2, arena);
    r->argv = sql_text(stmt, 3, arena);
    r->micros = (uint64_t)sqlite3_column_int64(stmt, 4);
    if (!sql_u32(stmt, 5, &r->trees_new) || !sql_u32(stmt, 6, &r->trees_changed) || !sql_u32(stmt, 7, &r->traces) ||
        !sql_u32(stmt, 8, &r->aborts))
        return PW_NOTFOUND;
    return r->kind && r->argv ? PW_OK : PW_NOMEM;
}

PwStatus pw_store_runs(PwStore *store, uint32_t limit, PwArena *arena, PwStoreRun **rows, uint32_t *n, PwErr *err)
{
    sqlite3_stmt *stmt;
    *rows = NULL;
    *n = 0;
    PwStatus status = sql_prepare(store, &stmt, err,
                                  "SELECT id, at, kind, argv, micros, trees_new, trees_changed, traces, aborts FROM run"
                                  " ORDER BY id DESC LIMIT ?",
                                  "i", limit ? (int64_t)limit : (int64_t)-1);
    return status == PW_OK ? sql_list(store, stmt, arena, sizeof **rows, fill_run, NULL, (void **)rows, n, err)
                           : status;
}

/* -- the whole file -- */

static PwStatus check_pages(PwStore *store, PwErr *err)
{
    sqlite3_stmt *stmt;
    bool row = false;
    PwStatus status = sql_prepare(store, &stmt, err, "PRAGMA integrity_check(1)", "");
    if (status == PW_OK)
        status = sql_row(store, stmt, &row, err);
    if (status == PW_OK) {
        const char *text = row ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
        if (!text || strcmp(text, "ok"))
            status = pw_err_set(err, PW_CORRUPT, "%s: the cache is damaged (%s); remove it and record again",
                                pw_store_path(store), text ? text : "no answer");
    }
    sqlite3_finalize(stmt);
    return status;
}

static PwStatus fill_number(sqlite3_stmt *stmt, PwArena *arena, void *row, void *data)
{
    (void)arena;
    (void)data;
    *(int64_t *)row = sqlite3_column_int64(stmt, 0);
    return PW_OK;
}

PwStatus pw_store_verify(PwStore *store, PwErr *err)
{
    PwArena arena = {0};
    PwStoreTree *trees;
    PwStoreObject *objects;
    uint32_t n, good = 0;
    int64_t all = 0;
    sqlite3_stmt *stmt;
    PwStatus status = check_pages(store, err);
    if (status == PW_OK)
        status = pw_store_trees(store, true, &arena, &trees, &n, NULL, err);
    if (status == PW_OK)
        status = pw_store_objects(store, NULL, NULL, true, &arena, &objects, &good, err); /* leaves damaged ones out */
    if (status == PW_OK)
        status = sql_prepare(store, &stmt, err, "SELECT count(*) FROM object", "");
    if (status == PW_OK)
        status = sql_one(store, stmt, &arena, fill_number, NULL, &all, "count", err);
    if (status == PW_OK && good != all)
        status = pw_err_set(err, PW_CORRUPT, "%s: native code of %lld trees does not match its digest; compile again",
                            pw_store_path(store), (long long)(all - good));
    pw_arena_free(&arena);
    return status;
}
