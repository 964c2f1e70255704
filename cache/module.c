/* Marshal data of modules. */
#include "cache/sql.h"

#include <time.h>

PwStatus pw_store_put_module(PwStore *store, const PwStoreModule *m, PwErr *err)
{
    PwStatus status = sql_enter(store, err);
    if (status != PW_OK)
        return status;
    status = sql_write(store, NULL, err,
                       "INSERT INTO module(digest, name, seen, bytes) VALUES(?1, ?2, ?3, ?4)"
                       " ON CONFLICT(digest) DO UPDATE SET name = ?2, seen = ?3",
                       "dsib", &m->digest, m->name, (int64_t)time(NULL), m->at, m->bytes);
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
    m->at = sql_blob(stmt, 2, arena, &m->bytes);
    if (!m->name || !m->at)
        return PW_NOMEM;
    PwDigest found = pw_digest(m->at, m->bytes);
    return memcmp(&found, &m->digest, sizeof found) ? PW_NOTFOUND : PW_OK;
}

PwStatus pw_store_modules(PwStore *store, PwArena *arena, PwStoreModule **rows, uint32_t *n, PwErr *err)
{
    sqlite3_stmt *stmt;
    *rows = NULL;
    *n = 0;
    PwStatus status = sql_prepare(store, &stmt, err, "SELECT digest, name, bytes FROM module ORDER BY rowid", "");
    return status == PW_OK ? sql_list(store, stmt, arena, sizeof **rows, fill_module, NULL, (void **)rows, n, err) : status;
}
