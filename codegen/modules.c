/* The frozen code of a cache's modules, for an image. */
#include <stdlib.h>

#include "codegen/tool.h"

/* A text of the cache; NULL when it has none. */
static PwStatus read_text(Tool *tool, PwStore *store, const char *name, const char **text)
{
    PwStatus status = pw_store_get_meta(store, name, &tool->arena, text, NULL);
    if (status != PW_OK)
        *text = NULL;
    return status == PW_NOTFOUND ? PW_OK : status;
}

PwStatus tool_read_modules(Tool *tool, PwErr *err)
{
    PwStore *store = NULL;
    const char *arenas = NULL;
    PwStatus status = pw_store_open(tool->path, PW_STORE_READ, &store, err);
    if (status == PW_OK)
        status = pw_store_modules(store, &tool->arena, &tool->module, &tool->nmodules, err);
    if (status == PW_OK)
        status = read_text(tool, store, "statics", &tool->statics);
    if (status == PW_OK)
        status = read_text(tool, store, "arenas", &arenas);
    tool->arenas = arenas ? (uint32_t)strtoul(arenas, NULL, 10) : 0;
    pw_store_close(store);
    return status;
}

/* Known for the Python that recorded, when it is one of this target. */
static PwStatics statics_for(const Tool *tool, const PwLayout *layout)
{
    PwStatics s = {0};
    size_t n = strlen(layout->triple);
    const char *text = tool->statics;
    if (text && !strncmp(text, layout->triple, n) && text[n] == '\n' && !pw_statics_parse(text + n, &s))
        s = (PwStatics){0};
    return s;
}

/* The moves of the strings, with their number before them. */
static PwStatus count_moves(ToolFrozen *out, PwErr *err)
{
    pw_write_align(&out->strings.data, 8);
    pw_write_u32(&out->moves, out->strings.fixes);
    pw_write_bytes(&out->moves, out->strings.moves.at, out->strings.moves.n);
    out->shared = (PwImgModule){.data = &out->strings.data, .moves = &out->moves, .links = &out->strings.places,
                                .hot = (uint32_t)out->strings.data.n};
    return out->moves.failed || out->strings.data.failed ? pw_err_set(err, PW_NOMEM, "out of memory") : PW_OK;
}

static PwImgModule describe(const PwStoreModule *row, const PwFrozen *f, const PwFrozenStrings *strings)
{
    PwImgModule m = {.source = row->digest,
                     .bytes = (uint32_t)row->bytes,
                     .root = f->root,
                     .tuples = f->tuples,
                     .hot = f->hot,
                     .strings = (uint32_t)strings->data.n,
                     .path = *row->path ? row->path : NULL,
                     .ino = (uint64_t)row->ino,
                     .mtime = row->mtime,
                     .ctime = row->ctime,
                     .data = &f->data,
                     .moves = &f->moves,
                     .links = &f->links};
    memcpy(m.header, row->header, sizeof m.header);
    return m;
}

PwStatus tool_freeze(const Tool *tool, const PwLayout *layout, ToolFrozen *out, PwErr *err)
{
    *out = (ToolFrozen){.strings.target = layout, .statics = statics_for(tool, layout)};
    out->code = pw_calloc(tool->nmodules + 1, sizeof *out->code);
    out->module = pw_calloc(tool->nmodules + 1, sizeof *out->module);
    out->why = pw_calloc(tool->nmodules + 1, sizeof *out->why);
    if (!out->code || !out->module || !out->why)
        return pw_err_set(err, PW_NOMEM, "out of memory");
    for (uint32_t k = 0; k < tool->nmodules; k++) {
        PwFrozen *f = &out->code[out->n];
        PwStatus status = pw_freeze(&out->strings, tool->module[k].at, tool->module[k].bytes, f, &out->why[k]);
        if (status == PW_OK)
            out->module[out->n++] = describe(&tool->module[k], f, &out->strings);
        else
            pw_frozen_free(f);
        if (status == PW_NOMEM)
            return pw_err_set(err, PW_NOMEM, "out of memory");
    }
    return count_moves(out, err);
}

void tool_frozen_free(ToolFrozen *f)
{
    for (uint32_t k = 0; k < f->n; k++)
        pw_frozen_free(&f->code[k]);
    pw_frozen_strings_free(&f->strings);
    pw_writer_free(&f->moves);
    pw_free(f->code);
    pw_free(f->module);
    pw_free(f->why);
    *f = (ToolFrozen){0};
}
