/* Trace trees, their exits and their native code. */
#include "cache/sql.h"

#include <stdio.h>
#include <time.h>

/* What a row's sum covers: its key and its blob's digest. */
static PwDigest tree_sum(const PwDigest *code, uint32_t unit, uint32_t kind, uint32_t revision, const PwDigest *blob)
{
    uint8_t key[44];
    const uint32_t number[3] = {unit, kind, revision};
    memcpy(key, code->byte, 16);
    memcpy(key + 16, blob->byte, 16);
    for (int i = 0; i < 12; i++)
        key[32 + i] = (uint8_t)(number[i / 4] >> 8 * (i % 4));
    return pw_digest(key, sizeof key);
}

#define TREE_COLUMNS "id, code, unit, kind, revision, seen, created, updated, digest, sum, length(blob), gain"

/* data: NULL, or a counter of damaged rows, which are then left out. */
static PwStatus fill_tree(sqlite3_stmt *stmt, PwArena *arena, void *row, void *data)
{
    PwStoreTree *t = row;
    PwDigest sum;
    uint32_t kind = 0;
    t->id = sqlite3_column_int64(stmt, 0);
    bool good = sql_digest(stmt, 1, &t->code) && sql_u32(stmt, 2, &t->unit) && sql_u32(stmt, 3, &kind) &&
                kind <= PW_STORE_FUNCTION && sql_u32(stmt, 4, &t->revision) && t->revision &&
                sql_digest(stmt, 8, &t->digest) && sql_digest(stmt, 9, &sum);
    t->kind = (PwStoreKind)kind;
    t->seen = (uint64_t)sqlite3_column_int64(stmt, 5);
    t->created = sqlite3_column_int64(stmt, 6);
    t->updated = sqlite3_column_int64(stmt, 7);
    t->bytes = (size_t)sqlite3_column_int64(stmt, 10);
    t->gain = sqlite3_column_int64(stmt, 11);
    if (good) {
        PwDigest expected = tree_sum(&t->code, t->unit, kind, t->revision, &t->digest);
        good = !memcmp(&expected, &sum, sizeof sum);
    }
    if (good && sqlite3_column_count(stmt) > 12) {
        t->blob = sql_blob(stmt, 12, arena, &t->bytes);
        if (!t->blob)
            return PW_NOMEM;
        PwDigest found = pw_digest(t->blob, t->bytes);
        good = !memcmp(&found, &t->digest, sizeof found);
    }
    if (good)
        return PW_OK;
    if (!data)
        return PW_CORRUPT;
    ++*(uint32_t *)data;
    return PW_NOTFOUND;
}

PwStatus pw_store_tree(PwStore *store, const PwDigest *code, uint32_t unit, PwStoreKind kind, PwArena *arena,
                       PwStoreTree *out, PwErr *err)
{
    sqlite3_stmt *stmt;
    PwStatus status = sql_prepare(store, &stmt, err,
                                  "SELECT " TREE_COLUMNS ", blob FROM tree WHERE code = ? AND unit = ? AND kind = ?",
                                  "dii", code, (int64_t)unit, (int64_t)kind);
    return status == PW_OK ? sql_one(store, stmt, arena, fill_tree, NULL, out, "such trace tree", err) : status;
}

PwStatus pw_store_tree_by_id(PwStore *store, int64_t id, PwArena *arena, PwStoreTree *out, PwErr *err)
{
    char what[48];
    sqlite3_stmt *stmt;
    PwStatus status = sql_prepare(store, &stmt, err, "SELECT " TREE_COLUMNS ", blob FROM tree WHERE id = ?", "i", id);
    snprintf(what, sizeof what, "trace tree %lld", (long long)id);
    return status == PW_OK ? sql_one(store, stmt, arena, fill_tree, NULL, out, what, err) : status;
}

PwStatus pw_store_trees(PwStore *store, bool blobs, PwArena *arena, PwStoreTree **rows, uint32_t *n, uint32_t *damaged,
                        PwErr *err)
{
    sqlite3_stmt *stmt;
    *rows = NULL;
    *n = 0;
    if (damaged)
        *damaged = 0;
    PwStatus status = sql_prepare(store, &stmt, err,
                                  blobs ? "SELECT " TREE_COLUMNS ", blob FROM tree ORDER BY id"
                                        : "SELECT " TREE_COLUMNS " FROM tree ORDER BY id",
                                  "");
    return status == PW_OK ? sql_list(store, stmt, arena, sizeof **rows, fill_tree, damaged, (void **)rows, n, err)
                           : status;
}

/* What is in the file for a root now. Revision 0: nothing, or a damaged row (id is set then). */
typedef struct Present {
    int64_t id;
    uint32_t revision, stored; /* stored: the number in a damaged row */
    PwDigest digest;
} Present;

static PwStatus fill_present(sqlite3_stmt *stmt, PwArena *arena, void *row, void *data)
{
    (void)data;
    Present *p = row;
    PwStoreTree t = {0};
    PwStatus status = fill_tree(stmt, arena, &t, NULL);
    p->id = t.id;
    p->stored = t.revision;
    p->revision = status == PW_OK ? t.revision : 0;
    p->digest = t.digest;
    return status == PW_CORRUPT ? PW_OK : status;
}

static PwStatus find_present(PwStore *store, const PwDigest *code, uint32_t unit, PwStoreKind kind, Present *out,
                             PwErr *err)
{
    PwArena arena = {0};
    sqlite3_stmt *stmt;
    *out = (Present){0};
    PwStatus status = sql_prepare(store, &stmt, err,
                                  "SELECT " TREE_COLUMNS ", blob FROM tree WHERE code = ? AND unit = ? AND kind = ?",
                                  "dii", code, (int64_t)unit, (int64_t)kind);
    if (status == PW_OK)
        status = sql_one(store, stmt, &arena, fill_present, NULL, out, "such trace tree", NULL);
    pw_arena_free(&arena);
    if (status == PW_NOTFOUND)
        return PW_OK;
    return status == PW_OK ? PW_OK : pw_err_set(err, status, "%s: the present tree cannot be read", store->path);
}

static PwStatus drop_derived(PwStore *store, int64_t tree, bool keep_exits, PwErr *err)
{
    PwStatus status = sql_write(store, NULL, err, "DELETE FROM object WHERE tree = ?", "i", tree);
    if (status == PW_OK && !keep_exits)
        status = sql_write(store, NULL, err, "DELETE FROM exit WHERE tree = ?", "i", tree);
    return status;
}

static PwStatus put_tree(PwStore *store, const PwStoreTree *t, uint32_t expected, bool keep_exits, int64_t *id,
                         uint32_t *revision, PwErr *err)
{
    Present now;
    PwStatus status = find_present(store, &t->code, t->unit, t->kind, &now, err);
    if (status != PW_OK)
        return status;
    if (now.revision != expected)
        return pw_err_set(err, PW_BUSY, "%s: another process has changed the tree: expected revision %u, found %u",
                          store->path, expected, now.revision);
    if (now.revision && !memcmp(&now.digest, &t->digest, sizeof now.digest)) {
        *id = now.id;
        *revision = now.revision;
        return sql_write(store, NULL, err, "UPDATE tree SET seen = seen + 1, updated = ? WHERE id = ?", "ii",
                         t->updated, now.id);
    }
    *revision = now.stored < UINT32_MAX ? now.stored + 1 : 1;
    PwDigest sum = tree_sum(&t->code, t->unit, t->kind, *revision, &t->digest);
    if (now.id) {
        *id = now.id;
        status = drop_derived(store, now.id, keep_exits && now.revision, err);
        if (status != PW_OK)
            return status;
        return sql_write(store, NULL, err,
                         "UPDATE tree SET revision = ?, seen = seen + 1, updated = ?, digest = ?, sum = ?, blob = ?"
                         " WHERE id = ?",
                         "iiddbi", (int64_t)*revision, t->updated, &t->digest, &sum, t->blob, t->bytes, now.id);
    }
    status = sql_write(store, NULL, err,
                       "INSERT INTO tree(code, unit, kind, revision, seen, created, updated, digest, sum, blob)"
                       " VALUES(?, ?, ?, ?, 1, ?, ?, ?, ?, ?)",
                       "diiiiiddb", &t->code, (int64_t)t->unit, (int64_t)t->kind, (int64_t)*revision, t->updated,
                       t->updated, &t->digest, &sum, t->blob, t->bytes);
    *id = sqlite3_last_insert_rowid(store->db);
    return status;
}

PwStatus pw_store_put_tree(PwStore *store, const PwDigest *code, uint32_t unit, PwStoreKind kind, uint32_t expected,
                           const void *blob, size_t bytes, bool keep_exits, int64_t *id, uint32_t *revision, PwErr *err)
{
    int64_t new_id = 0;
    uint32_t new_revision = 0;
    const PwStoreTree t = {.code = *code,
                           .unit = unit,
                           .kind = kind,
                           .updated = time(NULL),
                           .digest = pw_digest(blob, bytes),
                           .blob = blob,
                           .bytes = bytes};
    PwStatus status = sql_enter(store, err);
    if (status != PW_OK)
        return status;
    status = put_tree(store, &t, expected, keep_exits, &new_id, &new_revision, err);
    status = sql_leave(store, status, err);
    if (status == PW_OK && id)
        *id = new_id;
    if (status == PW_OK && revision)
        *revision = new_revision;
    return status;
}

PwStatus pw_store_note_gain(PwStore *store, int64_t id, int64_t gain, PwErr *err)
{
    return sql_write(store, NULL, err, "UPDATE tree SET gain = ?2 WHERE id = ?1 AND gain < ?2", "ii", id, gain);
}

PwStatus pw_store_drop_tree(PwStore *store, int64_t id, PwErr *err)
{
    int changed = 0;
    PwStatus status = sql_enter(store, err);
    if (status != PW_OK)
        return status;
    status = drop_derived(store, id, false, err);
    if (status == PW_OK)
        status = sql_write(store, &changed, err, "DELETE FROM tree WHERE id = ?", "i", id);
    if (status == PW_OK && !changed)
        status = pw_err_set(err, PW_NOTFOUND, "%s: there is no trace tree %lld", store->path, (long long)id);
    return sql_leave(store, status, err);
}

/* -- what belongs to one revision -- */

static PwStatus check_revision(PwStore *store, int64_t tree, uint32_t revision, PwErr *err)
{
    sqlite3_stmt *stmt;
    bool row = false;
    uint32_t now = 0;
    PwStatus status = sql_prepare(store, &stmt, err, "SELECT revision FROM tree WHERE id = ?", "i", tree);
    if (status == PW_OK)
        status = sql_row(store, stmt, &row, err);
    if (status == PW_OK && (!row || !sql_u32(stmt, 0, &now) || now != revision))
        status = pw_err_set(err, PW_STALE, "%s: tree %lld has changed: expected revision %u, found %u", store->path,
                            (long long)tree, revision, now);
    sqlite3_finalize(stmt);
    return status;
}

PwStatus pw_store_add_exits(PwStore *store, int64_t tree, uint32_t revision, const PwStoreExit *rows, uint32_t n,
                            PwErr *err)
{
    PwStatus status = sql_enter(store, err);
    if (status != PW_OK)
        return status;
    status = check_revision(store, tree, revision, err);
    for (uint32_t i = 0; status == PW_OK && i < n; i++)
        status = sql_write(store, NULL, err,
                           "INSERT INTO exit(tree, exit, count) VALUES(?1, ?2, ?3)"
                           " ON CONFLICT(tree, exit) DO UPDATE SET count = count + ?3",
                           "iii", tree, (int64_t)rows[i].exit, (int64_t)rows[i].count);
    return sql_leave(store, status, err);
}

PwStatus pw_store_drop_exits(PwStore *store, PwErr *err)
{
    PwStatus status = sql_enter(store, err);
    return status == PW_OK ? sql_leave(store, sql_write(store, NULL, err, "DELETE FROM exit", ""), err) : status;
}

static PwStatus fill_exit(sqlite3_stmt *stmt, PwArena *arena, void *row, void *data)
{
    (void)arena;
    (void)data;
    PwStoreExit *e = row;
    e->tree = sqlite3_column_int64(stmt, 0);
    e->count = (uint64_t)sqlite3_column_int64(stmt, 2);
    return sql_u32(stmt, 1, &e->exit) ? PW_OK : PW_NOTFOUND;
}

PwStatus pw_store_exits(PwStore *store, int64_t tree, PwArena *arena, PwStoreExit **rows, uint32_t *n, PwErr *err)
{
    sqlite3_stmt *stmt;
    *rows = NULL;
    *n = 0;
    PwStatus status =
        sql_prepare(store, &stmt, err,
                    "SELECT tree, exit, count FROM exit WHERE ?1 = 0 OR tree = ?1 ORDER BY tree, exit", "i", tree);
    return status == PW_OK ? sql_list(store, stmt, arena, sizeof **rows, fill_exit, NULL, (void **)rows, n, err)
                           : status;
}

/* -- native code -- */

static PwDigest object_sum(const PwStoreObject *o)
{
    uint8_t key[60];
    PwDigest target = pw_digest(o->target, strlen(o->target)), bytes = pw_digest(o->bytes_at, o->bytes);
    memcpy(key, target.byte, 16);
    memcpy(key + 16, bytes.byte, 16);
    memcpy(key + 32, o->options.byte, 16);
    for (int i = 0; i < 12; i++)
        key[48 + i] = (uint8_t)(i < 8 ? (uint64_t)o->tree >> 8 * i : o->revision >> 8 * (i - 8));
    return pw_digest(key, sizeof key);
}

PwStatus pw_store_put_object(PwStore *store, const PwStoreObject *o, PwErr *err)
{
    PwDigest sum = object_sum(o);
    PwStatus status = sql_enter(store, err);
    if (status != PW_OK)
        return status;
    status = check_revision(store, o->tree, o->revision, err);
    if (status == PW_OK)
        status = sql_write(store, NULL, err,
                           "INSERT OR REPLACE INTO object(tree, target, revision, options, micros, sum, bytes)"
                           " VALUES(?, ?, ?, ?, ?, ?, ?)",
                           "isididb", o->tree, o->target, (int64_t)o->revision, &o->options, (int64_t)o->micros, &sum,
                           o->bytes_at, o->bytes);
    return sql_leave(store, status, err);
}

#define OBJECT_COLUMNS "o.tree, o.revision, o.target, o.options, o.micros, length(o.bytes)"
#define OBJECT_FROM " FROM object o JOIN tree t ON t.id = o.tree AND t.revision = o.revision"

static PwStatus fill_object(sqlite3_stmt *stmt, PwArena *arena, void *row, void *data)
{
    (void)data;
    PwStoreObject *o = row;
    PwDigest sum;
    o->tree = sqlite3_column_int64(stmt, 0);
    o->target = sql_text(stmt, 2, arena);
    o->micros = (uint64_t)sqlite3_column_int64(stmt, 4);
    o->bytes = (size_t)sqlite3_column_int64(stmt, 5);
    if (!o->target)
        return PW_NOMEM;
    if (!sql_u32(stmt, 1, &o->revision) || !sql_digest(stmt, 3, &o->options))
        return PW_NOTFOUND;
    if (sqlite3_column_count(stmt) <= 6)
        return PW_OK;
    o->bytes_at = sql_blob(stmt, 6, arena, &o->bytes);
    if (!o->bytes_at)
        return PW_NOMEM;
    if (!sql_digest(stmt, 7, &sum))
        return PW_NOTFOUND;
    PwDigest found = object_sum(o);
    return memcmp(&found, &sum, sizeof sum) ? PW_NOTFOUND : PW_OK;
}

PwStatus pw_store_object(PwStore *store, int64_t tree, uint32_t revision, const char *target, const PwDigest *options,
                         PwArena *arena, PwStoreObject *out, PwErr *err)
{
    sqlite3_stmt *stmt;
    PwStatus status = sql_prepare(store, &stmt, err,
                                  "SELECT " OBJECT_COLUMNS ", o.bytes, o.sum" OBJECT_FROM
                                  " WHERE o.tree = ? AND o.target = ? AND o.revision = ? AND o.options = ?",
                                  "isid", tree, target, (int64_t)revision, options);
    return status == PW_OK ? sql_one(store, stmt, arena, fill_object, NULL, out, "native code for the tree", err)
                           : status;
}

PwStatus pw_store_objects(PwStore *store, const char *target, const PwDigest *options, bool blobs, PwArena *arena,
                          PwStoreObject **rows, uint32_t *n, PwErr *err)
{
    static const PwDigest none;
    sqlite3_stmt *stmt;
    *rows = NULL;
    *n = 0;
    PwStatus status = sql_prepare(store, &stmt, err,
                                  blobs ? "SELECT " OBJECT_COLUMNS ", o.bytes, o.sum" OBJECT_FROM
                                          " WHERE ?3 OR (o.target = ?1 AND o.options = ?2) ORDER BY o.tree, o.target"
                                        : "SELECT " OBJECT_COLUMNS OBJECT_FROM
                                          " WHERE ?3 OR (o.target = ?1 AND o.options = ?2) ORDER BY o.tree, o.target",
                                  "sdi", target, options ? options : &none, (int64_t)!target);
    return status == PW_OK ? sql_list(store, stmt, arena, sizeof **rows, fill_object, NULL, (void **)rows, n, err)
                           : status;
}
