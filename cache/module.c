/* Marshal data of modules. */
#include "cache/sql.h"

#include <time.h>

PwStatus pw_store_put_module(PwStore *store, const PwStoreModule *m, PwErr *err)
{
    PwStatus status = sql_enter(store, err);
    if (status != PW_OK)
        return status;
    status = sql_write(store, NULL, err,
                       "INSERT INTO module(digest, name, seen, path, header, ino, mtime, ctime, bytes)"
                       " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT(digest) DO UPDATE"
                       " SET name = ?2, seen = ?3, path = ?4, header = ?5, ino = ?6, mtime = ?7, ctime = ?8",
                       "dsisbiiib", &m->digest, m->name, (int64_t)time(NULL), m->path, m->header, sizeof m->header, m->ino,
                       m->mtime, m->ctime, m->at, m->bytes);
    if (status == PW_OK)
        status = sql_write(store, NULL, err,
                           "DELETE FROM module WHERE name = ?1 AND digest NOT IN"
                           " (SELECT digest FROM module WHERE name = ?1 ORDER BY seen DESC, digest LIMIT 4)",
                           "s", m->name);
    return sql_leave(store, status, err);
}

static PwStatus fill_module(sqlite3_stmt *stmt, PwArena *arena, void *row, void *data)
{
    (void)data;
    PwStoreModule *m = row;
    if (!sql_digest(stmt, 0, &m->digest))
        return PW_NOTFOUND;
    m->name = sql_text(stmt, 1, arena);
    m->path = sql_text(stmt, 2, arena);
    size_t n;
    const void *header = sql_blob(stmt, 3, arena, &n);
    m->ino = sqlite3_column_int64(stmt, 4);
    m->mtime = sqlite3_column_int64(stmt, 5);
    m->ctime = sqlite3_column_int64(stmt, 6);
    m->at = sql_blob(stmt, 7, arena, &m->bytes);
    if (!m->name || !m->path || !header || !m->at)
        return PW_NOMEM;
    if (n == sizeof m->header)
        memcpy(m->header, header, n);
    else
        m->path = "";
    PwDigest found = pw_digest(m->at, m->bytes);
    return memcmp(&found, &m->digest, sizeof found) ? PW_NOTFOUND : PW_OK;
}

PwStatus pw_store_modules(PwStore *store, PwArena *arena, PwStoreModule **rows, uint32_t *n, PwErr *err)
{
    sqlite3_stmt *stmt;
    *rows = NULL;
    *n = 0;
    PwStatus status = sql_prepare(store, &stmt, err, "SELECT digest, name, path, header, ino, mtime, ctime, bytes FROM module ORDER BY rowid", "");
    return status == PW_OK ? sql_list(store, stmt, arena, sizeof **rows, fill_module, NULL, (void **)rows, n, err) : status;
}
