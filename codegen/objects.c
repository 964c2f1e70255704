/* Compiled trees in the cache, so that what has not changed is not compiled again.
 *
 * An object row holds: u8 1, u32 entry, the blob's text; or u8 0 and the sentence why there is none. */
#include "codegen/tool.h"

static void unpack(ToolCode *t, const PwStoreObject *row)
{
    PwReader r = pw_reader(row->bytes_at, row->bytes);
    bool native = pw_read_u8(&r) == 1;
    uint32_t entry = native ? pw_read_u32(&r) : 0;
    size_t n = (size_t)(r.end - r.at);
    if (r.failed)
        return;
    if (!native) {
        pw_err_set(&t->err, PW_UNSUPPORTED, "%.*s", (int)n, (const char *)r.at);
        t->stored = true;
    } else if (entry < n && n <= UINT32_MAX && (t->blob.text = pw_alloc(n))) {
        memcpy(t->blob.text, r.at, n);
        t->blob.size = (uint32_t)n;
        t->blob.entry = entry;
        t->stored = true;
    }
    t->micros = row->micros;
}

static bool fits(const ToolVariant *v, const ToolTree *t, const PwStoreObject *row)
{
    return row->tree == t->row.id && row->revision == t->row.revision && !strcmp(row->target, v->target);
}

static PwStatus fetch(Tool *tool, PwStore *store, uint32_t variant, bool any, PwErr *err)
{
    PwStoreObject *rows;
    uint32_t n, at = 0;
    const ToolVariant *v = &tool->variant[variant];
    PwStatus status =
        pw_store_objects(store, any ? NULL : v->target, any ? NULL : &v->digest, true, &tool->arena, &rows, &n, err);
    if (status != PW_OK)
        return status;
    for (uint32_t k = 0; k < tool->n; k++) { /* both are in the order of tree ids */
        while (at < n && rows[at].tree < tool->tree[k].row.id)
            at++;
        for (uint32_t j = at; j < n && rows[j].tree == tool->tree[k].row.id; j++)
            if (!tool->tree[k].code[variant].stored && fits(v, &tool->tree[k], &rows[j]))
                unpack(&tool->tree[k].code[variant], &rows[j]);
    }
    return PW_OK;
}

PwStatus tool_fetch_objects(Tool *tool, PwStore *store, bool any, PwErr *err)
{
    PwStatus status = PW_OK;
    for (uint32_t v = 0; v < tool->nvariants && status == PW_OK; v++)
        status = fetch(tool, store, v, any, err);
    return status;
}

static PwStatus keep_one(const Tool *tool, PwStore *store, const ToolTree *tree, uint32_t variant, PwErr *err)
{
    PwWriter w = {0};
    const ToolVariant *v = &tool->variant[variant];
    const ToolCode *t = &tree->code[variant];
    pw_write_u8(&w, t->blob.text != NULL);
    if (t->blob.text) {
        pw_write_u32(&w, t->blob.entry);
        pw_write_bytes(&w, t->blob.text, t->blob.size);
    } else {
        pw_write_bytes(&w, t->err.text, strlen(t->err.text));
    }
    PwStoreObject row = {.tree = tree->row.id, .revision = tree->row.revision, .target = v->target};
    row.options = v->digest;
    row.micros = t->micros;
    row.bytes_at = w.at;
    row.bytes = w.n;
    PwStatus status = w.failed ? PW_NOMEM : pw_store_put_object(store, &row, err);
    pw_writer_free(&w);
    return status == PW_STALE || status == PW_NOTFOUND ? PW_OK : status; /* recorded anew meanwhile */
}

PwStatus tool_keep_objects(Tool *tool, PwStore *store, PwErr *err)
{
    PwStatus status = pw_store_begin(store, err);
    for (uint32_t k = 0; k < tool->n * tool->nvariants && status == PW_OK; k++)
        if (tool->code[k].keep)
            status = keep_one(tool, store, &tool->tree[k / tool->nvariants], k % tool->nvariants, err);
    if (status == PW_OK)
        return pw_store_commit(store, err);
    pw_store_rollback(store);
    return status;
}
