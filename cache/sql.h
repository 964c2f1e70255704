/* Inside cache/: statements with bound values, rows into arenas, transactions, SQLite's codes as statuses. */
#ifndef PW_CACHE_SQL_H
#define PW_CACHE_SQL_H

#include <sqlite3.h>

#include "cache/store.h"

struct PwStore {
    sqlite3 *db;
    char *path;    /* owned */
    bool write;    /* opened with PW_STORE_WRITE */
    bool in_begin; /* between pw_store_begin and commit or rollback */
};

#define PW_STORE_APPLICATION 0x50574331 /* "PWC1", in the file's header */
#define PW_STORE_SCHEMA 3

/* The status for SQLite's code, with a sentence that says what was being done. */
PwStatus sql_fail(PwStore *store, int rc, const char *doing, PwErr *err);

/* Runs text that yields no rows. */
PwStatus sql_exec(PwStore *store, const char *sql, PwErr *err);

/* Prepares sql and binds one argument for each letter of `types`:
 *   i int64_t    s const char * (NULL is "")    d const PwDigest *    b const void *, size_t
 * Own    *out is finalized by the caller (sqlite3_finalize takes NULL); arguments must live until then. */
PwStatus sql_prepare(PwStore *store, sqlite3_stmt **out, PwErr *err, const char *sql, const char *types, ...);
/* The next row: *row tells whether there is one. */
PwStatus sql_row(PwStore *store, sqlite3_stmt *stmt, bool *row, PwErr *err);
/* sql_prepare, all rows, finalize: for statements that write. *changed (may be NULL) is the number of rows written. */
PwStatus sql_write(PwStore *store, int *changed, PwErr *err, const char *sql, const char *types, ...);

/* Reads one row into `row`, strings and blobs into the arena. OK; NOTFOUND leaves the row out; CORRUPT; NOMEM. */
typedef PwStatus (*SqlFill)(sqlite3_stmt *stmt, PwArena *arena, void *row, void *data);
/* All rows of a prepared statement as an array in the arena; finalizes it in any case. */
PwStatus sql_list(PwStore *store, sqlite3_stmt *stmt, PwArena *arena, size_t size, SqlFill fill, void *data,
                  void **rows, uint32_t *n, PwErr *err);
/* The first row; NOTFOUND with `what` in the sentence when there is none. Finalizes. */
PwStatus sql_one(PwStore *store, sqlite3_stmt *stmt, PwArena *arena, SqlFill fill, void *data, void *row,
                 const char *what, PwErr *err);

/* Columns. text and blob: arena copies, NULL when out of memory; digest: false when it is not 16 bytes;
 * u32: false when it is out of range. */
const char *sql_text(sqlite3_stmt *stmt, int column, PwArena *arena);
const void *sql_blob(sqlite3_stmt *stmt, int column, PwArena *arena, size_t *n);
bool sql_digest(sqlite3_stmt *stmt, int column, PwDigest *out);
bool sql_u32(sqlite3_stmt *stmt, int column, uint32_t *out);

/* Around every function that writes: a transaction of its own, or a savepoint in the caller's. leave commits when
 * status is OK and takes all back otherwise; it returns the status that counts. Call it once for each enter that was
 * OK. */
PwStatus sql_enter(PwStore *store, PwErr *err);
PwStatus sql_leave(PwStore *store, PwStatus status, PwErr *err);

#endif
