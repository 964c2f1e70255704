/* A cache read into memory. */
#include "codegen/tool.h"

#include <fcntl.h>
#include <llvm-c/Core.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cpu.h"
#include "base/target.h"
#include "codegen/target.h"
#include "ir/image.h"
#include "ir/opt.h"

int tool_error(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    fputs("prewarm-compile: ", stderr);
    vfprintf(stderr, format, ap);
    fputc('\n', stderr);
    va_end(ap);
    return TOOL_FAILED;
}

/* -- options from the environment -- */

/* PREWARM_DUMP=[+]LETTERS[,FILE] */
static int read_dump(Tool *tool)
{
    const char *text = getenv("PREWARM_DUMP"), *comma = text ? strchr(text, ',') : NULL;
    tool->dump_to = stderr;
    if (!text || !*text)
        return TOOL_DONE;
    tool->dump = text;
    if (!comma)
        return TOOL_DONE;
    tool->dump = pw_arena_strn(&tool->arena, text, (size_t)(comma - text));
    tool->dump_to = fopen(comma + 1, "a");
    if (tool->dump && tool->dump_to)
        return TOOL_DONE;
    tool->dump_to = stderr;
    return tool_error("%s: cannot be written (PREWARM_DUMP)", comma + 1);
}

bool tool_dumps(const Tool *tool, char letter)
{
    return tool->dump && strchr(tool->dump, letter);
}

const char *tool_image_name(Tool *tool, const ToolVariant *v)
{
    const char *ending = tool->probes ? ".probes.img" : ".img";
    size_t room = strlen(tool->path) + strlen(v->layout.triple) + strlen(ending) + 2;
    char *name = pw_arena_alloc(&tool->arena, room);
    if (name)
        snprintf(name, room, "%s.%s%s", tool->path, v->layout.triple, ending);
    return name;
}

/* The digest of this program's own file: a changed compiler makes other code. */
static PwDigest own_digest(void)
{
    PwDigest d = {{0}};
    struct stat st;
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && !fstat(fd, &st) && st.st_size > 0) {
        void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (p != MAP_FAILED) {
            d = pw_digest(p, (size_t)st.st_size);
            munmap(p, (size_t)st.st_size);
        }
    }
    if (fd >= 0)
        close(fd);
    return d;
}

PwStatus tool_cg(const Tool *tool, const ToolVariant *v, PwCg **out, PwErr *err)
{
    return pw_cg_new(&v->layout, &(PwCgOptions){.cpu = v->level, .probes = tool->probes}, out, err);
}

static PwStatus read_options(Tool *tool, PwErr *err)
{
    const char *passes = getenv("PREWARM_PASSES"), *fail = getenv("PREWARM_FAIL_GUARD"), *count = getenv("PREWARM_COUNT");
    tool->probes = (fail && *fail) || (count && !strcmp(count, "1"));
    const char *stress = getenv("PREWARM_STRESS"), *keep = getenv("PREWARM_KEEP");
    tool->worth = keep && *keep ? strtoll(keep, NULL, 10) : stress && !strcmp(stress, "1") ? 0 : PW_TREE_WORTH;
    tool->passes = PW_PASSES_ALL;
    return passes && *passes ? pw_opt_parse(passes, &tool->passes, err) : PW_OK;
}

/* -- variants -- */

bool tool_wish(ToolWish *wish, bool level, const char *value)
{
    uint32_t *n = level ? &wish->nlevels : &wish->ntargets;
    if (*n >= sizeof wish->level / sizeof *wish->level)
        return false;
    (level ? wish->level : wish->target)[(*n)++] = value;
    return true;
}

/* Names of all that decides the bytes of an object besides the target. */
static PwDigest digest_options(const Tool *tool)
{
    PwDigest own = own_digest();
    char hex[33], text[200];
    unsigned major, minor, patch;
    LLVMGetVersion(&major, &minor, &patch);
    pw_digest_hex(&own, hex);
    int n = snprintf(text, sizeof text, "llvm %u.%u.%u passes %x fail %d own %s", major, minor, patch, tool->passes,
                     tool->probes, hex);
    return pw_digest(text, (size_t)n);
}

static void add_variant(Tool *tool, const PwLayout *layout, const char *level, uint32_t first)
{
    char hex[33];
    ToolVariant *v = &tool->variant[tool->nvariants++];
    PwDigest digest = pw_layout_digest(layout);
    pw_digest_hex(&digest, hex);
    *v = (ToolVariant){.layout = *layout, .level = level, .first = first};
    snprintf(v->target, sizeof v->target, "%s/%s/%s%s", layout->triple, level, hex, tool->probes ? "/probes" : "");
}

static bool wishes(const ToolWish *wish, const char *level)
{
    for (uint32_t k = 0; k < wish->nlevels; k++)
        if (!strcmp(wish->level[k], level))
            return true;
    return false;
}

/* A target at its least level, and at those that are wished. */
static PwStatus add_target(Tool *tool, const ToolWish *wish, const char *name, PwErr *err)
{
    PwLayout layout;
    unsigned n;
    uint32_t first = tool->nvariants;
    PwStatus status = pw_target_layout(name, &layout, err);
    if (status != PW_OK)
        return status;
    for (uint32_t k = 0; k < tool->nvariants; k++)
        if (!strcmp(tool->variant[k].layout.triple, layout.triple))
            return pw_err_set(err, PW_USAGE, "--target %s: %s was named before", name, layout.triple);
    const PwLevel *level = pw_levels(layout.triple, &n);
    for (unsigned k = 0; k < n; k++)
        if (!k || wishes(wish, level[k].name))
            add_variant(tool, &layout, level[k].name, first);
    return PW_OK;
}

/* Every level that is wished must be one of a target that is. */
static PwStatus check_levels(const Tool *tool, const ToolWish *wish, PwErr *err)
{
    char known[400] = "";
    for (uint32_t w = 0; w < wish->nlevels; w++) {
        bool found = false;
        for (uint32_t k = 0; k < tool->nvariants; k++)
            found |= !strcmp(tool->variant[k].level, wish->level[w]);
        if (found)
            continue;
        for (uint32_t k = 0; k < tool->nvariants; k++) {
            unsigned n = 0;
            const PwLevel *level = tool->variant[k].first == k ? pw_levels(tool->variant[k].layout.triple, &n) : NULL;
            for (unsigned i = 0; i < n; i++)
                snprintf(known + strlen(known), sizeof known - strlen(known), " %s", level[i].name);
        }
        return pw_err_set(err, PW_USAGE, "--cpu %s: no target that is compiled for has this level; they have:%s",
                          wish->level[w], known);
    }
    return PW_OK;
}

static PwStatus make_variants(Tool *tool, const ToolWish *wish, PwErr *err)
{
    uint32_t n = wish->ntargets ? wish->ntargets : 1;
    PwStatus status = PW_OK;
    tool->variant = pw_calloc((size_t)n * PW_IMG_LEVELS, sizeof *tool->variant);
    if (!tool->variant)
        return pw_err_set(err, PW_NOMEM, "out of memory");
    for (uint32_t k = 0; k < n && status == PW_OK; k++)
        status = add_target(tool, wish, wish->ntargets ? wish->target[k] : PW_TARGET, err);
    if (status == PW_OK)
        status = check_levels(tool, wish, err);
    PwDigest options = digest_options(tool);
    for (uint32_t k = 0; k < tool->nvariants; k++)
        tool->variant[k].digest = options;
    return status;
}

/* -- the cache -- */

static PwStatus read_identity(Tool *tool, PwStore *store, PwErr *err)
{
    PwDigest own = pw_ir_digest();
    PwStatus status = pw_store_identity(store, &tool->arena, &tool->identity, err);
    if (status == PW_NOTFOUND)
        return pw_err_set(err, PW_NOTFOUND, "nothing has been recorded into it yet");
    if (status != PW_OK)
        return status;
    if (memcmp(&own, &tool->identity.ops, sizeof own)) {
        char expected[33], found[33];
        pw_digest_hex(&own, expected);
        pw_digest_hex(&tool->identity.ops, found);
        return pw_err_set(
            err, PW_STALE,
            "it was recorded by another version of prewarm (expected op table %.8s, found %.8s); record again",
            expected, found);
    }
    return PW_OK;
}

static PwStatus read_trees(Tool *tool, PwStore *store, PwErr *err)
{
    PwStoreTree *rows;
    PwStatus status = pw_store_trees(store, true, &tool->arena, &rows, &tool->n, &tool->damaged, err);
    if (status != PW_OK)
        return status;
    tool->tree = pw_calloc(tool->n + 1, sizeof *tool->tree);
    tool->code = pw_calloc((size_t)tool->n * tool->nvariants + 1, sizeof *tool->code);
    if (!tool->tree || !tool->code)
        return pw_err_set(err, PW_NOMEM, "out of memory");
    for (uint32_t k = 0; k < tool->n; k++) {
        tool->tree[k].row = rows[k];
        tool->tree[k].idle = rows[k].gain < tool->worth;
        tool->tree[k].code = tool->code + (size_t)k * tool->nvariants;
    }
    return PW_OK;
}

int tool_open(Tool *tool, const char *path, const ToolWish *wish, bool any)
{
    PwErr err = {0};
    PwStore *store = NULL;
    *tool = (Tool){.path = path, .dump_to = stderr};
    if (read_dump(tool))
        return TOOL_FAILED;
    if (read_options(tool, &err) != PW_OK || make_variants(tool, wish, &err) != PW_OK)
        return tool_error("%s", err.text), TOOL_USAGE;
    PwStatus status = pw_store_open(path, PW_STORE_READ, &store, &err);
    bool opened = status == PW_OK;
    if (status == PW_OK)
        status = read_identity(tool, store, &err);
    if (status == PW_OK)
        status = read_trees(tool, store, &err);
    if (status == PW_OK && !tool_dumps(tool, 'o') && !tool_dumps(tool, 'l') && !tool_dumps(tool, 'm'))
        status = tool_fetch_objects(tool, store, any, &err);
    pw_store_close(store);
    if (status == PW_OK)
        return TOOL_DONE;
    return opened ? tool_error("%s: %s", path, err.text) : tool_error("%s", err.text);
}

void tool_close(Tool *tool)
{
    for (uint32_t k = 0; k < tool->n && tool->tree; k++) {
        pw_tree_free(tool->tree[k].raw);
        pw_tree_free(tool->tree[k].opt);
    }
    for (uint32_t k = 0; k < tool->n * tool->nvariants && tool->code; k++)
        pw_blob_free(&tool->code[k].blob);
    pw_free(tool->code);
    pw_free(tool->tree);
    pw_free(tool->variant);
    if (tool->dump_to != stderr)
        fclose(tool->dump_to);
    pw_arena_free(&tool->arena);
}

/* -- one tree -- */

typedef struct Watch {
    Tool *tool;
    const ToolTree *tree;
} Watch;

static void dump_text(Tool *tool, const ToolTree *t, const char *stage, PwWriter *w)
{
    fprintf(tool->dump_to, "---- tree %lld %s\n%.*s", (long long)t->row.id, stage, (int)w->n, (const char *)w->at);
    fflush(tool->dump_to);
    pw_writer_free(w);
}

static void dump_pass(void *arg, const char *pass, const PwTree *ir)
{
    Watch *watch = arg;
    PwWriter w = {0};
    pw_tree_print(ir, &w);
    dump_text(watch->tool, watch->tree, pass, &w);
}

/* What the cache has of a tree that cannot be read any more is nothing. */
static void unreadable(const Tool *tool, ToolTree *t, const PwErr *err)
{
    t->err = *err;
    for (uint32_t v = 0; v < tool->nvariants; v++)
        pw_blob_free(&t->code[v].blob);
}

void tool_prepare(Tool *tool, ToolTree *t)
{
    PwErr err = {0};
    Watch watch = {tool, t};
    if (pw_tree_decode(t->row.blob, t->row.bytes, &t->raw, &err) != PW_OK) {
        t->raw = NULL;
        unreadable(tool, t, &err);
        return;
    }
    if (tool_dumps(tool, 'r'))
        dump_pass(&watch, "recorded", t->raw);
    if (pw_opt_run(t->raw, tool->passes, true, tool_dumps(tool, 'o') ? dump_pass : NULL, &watch, &t->opt, &err) !=
        PW_OK) {
        t->opt = NULL;
        unreadable(tool, t, &err);
    }
}

void tool_compile(Tool *tool, PwCg *cg, ToolTree *t, uint32_t variant)
{
    PwWriter w = {0};
    PwErr err = {0};
    ToolCode *code = &t->code[variant];
    if (tool_dumps(tool, 'l') && pw_cg_text(cg, t->opt, true, &w, &err) == PW_OK)
        dump_text(tool, t, "llvm", &w);
    if (pw_cg_compile(cg, t->opt, &code->blob, &err) != PW_OK) {
        code->err = err;
        return;
    }
    w = (PwWriter){0};
    if (tool_dumps(tool, 'm') && pw_cg_disasm(tool->variant[variant].layout.triple, &code->blob, &w, &err) == PW_OK)
        dump_text(tool, t, "code", &w);
}

uint32_t tool_count(const PwTree *t, uint32_t flags)
{
    uint32_t n = 0;
    for (uint32_t s = 0; s < t->seg.n; s++)
        for (uint32_t k = 0; k < t->seg.at[s].list.n; k++)
            n += (pw_ins_flags(&t->ins.at[t->seg.at[s].list.at[k]]) & flags) == flags;
    return n;
}
