/* prewarm-compile learn: the notes of prewarm run --learn (launcher/rt/learn.c) go into the cache, and what of it is worth another
 * recording is told. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codegen/tool.h"

static const char help[] =
    "usage: prewarm-compile learn [--take] CACHE\n"
    "\n"
    "Takes what runs with --learn have noted into the cache, and lists the exits that were taken often and go on in the\n"
    "interpreter.\n"
    "\n"
    "  --take      only take, and say nothing\n"
    "  -h, --help  this text\n";

/* -- notes -- */

typedef struct Taker {
    PwStore *store;
    PwArena arena;
    PwStoreTree tree;      /* that the lines are about; id 0: none of this cache */
    PW_VEC(PwStoreExit) exit;
    PwErr err;
} Taker;

/* What was read of one tree. Its exits may be others by now: then they are forgotten. */
static void put(Taker *t)
{
    if (t->tree.id && t->exit.n && t->err.status == PW_OK &&
        pw_store_add_exits(t->store, t->tree.id, t->tree.revision, t->exit.at, t->exit.n, &t->err) == PW_STALE)
        t->err = (PwErr){0};
    t->exit.n = 0;
    t->tree.id = 0;
}

static void begin_tree(Taker *t, const char *line)
{
    unsigned id, unit, kind;
    char hex[33], found[33];
    put(t);
    if (sscanf(line, "tree %u %32s %u %u", &id, hex, &unit, &kind) != 4 ||
        pw_store_tree_by_id(t->store, id, &t->arena, &t->tree, NULL) != PW_OK) {
        t->tree.id = 0;
        return;
    }
    pw_digest_hex(&t->tree.code, found);
    if (strcmp(hex, found) || t->tree.unit != unit || (unsigned)t->tree.kind != kind)
        t->tree.id = 0;
}

static void take_line(Taker *t, const char *line)
{
    unsigned number;
    unsigned long long count;
    if (!strncmp(line, "tree ", 5))
        begin_tree(t, line);
    else if (t->tree.id && sscanf(line, "exit %u %llu", &number, &count) == 2 && number <= PW_MAX_SNAPS && count < UINT64_C(1) << 48)
        (void)PW_VEC_PUSH(&t->exit, ((PwStoreExit){.exit = number, .count = count}));
}

/* Only whole pieces count: what was cut off has no end. */
static void take_pieces(Taker *t, char *text)
{
    for (char *piece = strstr(text, "exits 1\n"); piece;) {
        char *next = strstr(piece + 1, "exits 1\n"), *end = strstr(piece, "\nend\n");
        if (end && (!next || end < next)) {
            *end = 0;
            for (char *line = piece; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
                take_line(t, line);
            put(t);
        }
        piece = next;
    }
}

static char *read_text(const char *path)
{
    enum { MOST = 32 << 20 };
    FILE *f = fopen(path, "re");
    PwWriter w = {0};
    char block[65536];
    for (size_t n; f && w.n < MOST && (n = fread(block, 1, sizeof block, f)) > 0;)
        pw_write_bytes(&w, block, n);
    if (f)
        fclose(f);
    pw_write_u8(&w, 0);
    if (!w.failed)
        return (char *)w.at;
    pw_writer_free(&w);
    return NULL;
}

/* The file is taken away first: a run that ends meanwhile begins another. One that could not be taken in is gone; its counts were only
 * hints. */
static PwStatus take(const char *cache, PwErr *err)
{
    char from[4096], to[4160];
    Taker t = {0};
    snprintf(from, sizeof from, "%s" PW_NOTES_ENDING, cache);
    snprintf(to, sizeof to, "%s.%ld", from, (long)getpid());
    if (rename(from, to))
        return errno == ENOENT ? PW_OK : pw_err_set(err, PW_IO, "%s cannot be taken: %s", from, strerror(errno));
    char *text = read_text(to);
    PwStatus status = text ? pw_store_open(cache, PW_STORE_WRITE, &t.store, err)
                           : pw_err_set(err, PW_NOMEM, "out of memory while %s was read", from);
    if (status == PW_OK)
        status = pw_store_begin(t.store, err);
    if (status == PW_OK) /* they are of code that may have side traces there by now */
        status = pw_store_drop_exits(t.store, err);
    if (status == PW_OK) {
        take_pieces(&t, text);
        status = t.err.status;
        if (status != PW_OK)
            *err = t.err;
    }
    if (status == PW_OK)
        status = pw_store_commit(t.store, err);
    unlink(to);
    pw_store_close(t.store);
    PW_VEC_FREE(&t.exit);
    pw_arena_free(&t.arena);
    pw_free(text);
    return status;
}

/* -- telling -- */

typedef struct Hot {
    const ToolTree *tree;
    uint32_t exit;
    uint64_t count;
} Hot;

static int by_count(const void *a, const void *b)
{
    uint64_t x = ((const Hot *)a)->count, y = ((const Hot *)b)->count;
    return (x < y) - (x > y);
}

static const ToolTree *tree_of(const Tool *tool, int64_t id)
{
    for (uint32_t k = 0; k < tool->n; k++)
        if (tool->tree[k].row.id == id)
            return &tool->tree[k];
    return NULL;
}

/* Could a side trace begin there? */
static bool is_open(const PwTree *t, uint32_t exit)
{
    if (exit == PW_EXIT_ENTRY)
        return true;
    uint8_t *quiet = exit < t->snap.n ? pw_calloc(t->snap.n + 1, 1) : NULL;
    if (!quiet)
        return false;
    pw_tree_quiet(t, quiet);
    bool open = !quiet[exit] && t->snap.at[exit].seg == PW_NONE;
    pw_free(quiet);
    return open;
}

static bool given_up(const Hot *h)
{
    return h->exit != PW_EXIT_ENTRY && h->tree->raw->snap.at[h->exit].hot;
}

static void say(const Hot *h)
{
    const PwTree *t = h->tree->raw;
    char name[16] = "entry";
    if (h->exit != PW_EXIT_ENTRY)
        snprintf(name, sizeof name, "#%u", h->exit);
    printf("%12llu  %-6s %-8s  %s (%s:%u)\n", (unsigned long long)h->count, name, given_up(h) ? "given up" : "open",
           t->qualname ? t->qualname : "?", t->filename ? t->filename : "?", t->line);
}

static int tell(Tool *tool)
{
    PwStore *store = NULL;
    PwErr err = {0};
    PwStoreExit *exit = NULL;
    PW_VEC(Hot) hot = {0};
    uint32_t n = 0, open = 0;
    PwStatus status = pw_store_open(tool->path, PW_STORE_READ, &store, &err);
    if (status == PW_OK)
        status = pw_store_exits(store, 0, &tool->arena, &exit, &n, &err);
    pw_store_close(store);
    for (uint32_t k = 0; k < tool->n && status == PW_OK; k++)
        if (!tool->tree[k].idle)
            tool_prepare(tool, &tool->tree[k]);
    for (uint32_t k = 0; k < n && status == PW_OK; k++) {
        Hot h = {tree_of(tool, exit[k].tree), exit[k].exit, exit[k].count};
        if (h.count >= PW_EXIT_WORTH && h.tree && h.tree->raw && is_open(h.tree->raw, h.exit) && !PW_VEC_PUSH(&hot, h))
            status = pw_err_set(&err, PW_NOMEM, "out of memory");
    }
    if (hot.n)
        qsort(hot.at, hot.n, sizeof *hot.at, by_count);
    if (hot.n)
        printf("       taken  exit   state     of\n");
    for (uint32_t k = 0; k < hot.n; k++) {
        say(&hot.at[k]);
        open += !given_up(&hot.at[k]);
    }
    if (status == PW_OK)
        printf("%u exits are hot and open%s\n", open, open ? ": the next recording begins there" : "");
    PW_VEC_FREE(&hot);
    return status == PW_OK ? TOOL_DONE : tool_error("%s", err.text);
}

int tool_cmd_learn(int argc, char **argv)
{
    static const struct option options[] = {{"take", no_argument, NULL, 't'}, {"help", no_argument, NULL, 'h'}, {0}};
    bool only_take = false;
    PwErr err = {0};
    for (int c; (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (c == 'h')
            return fputs(help, stdout), TOOL_DONE;
        if (c != 't')
            return fputs(help, stderr), TOOL_USAGE;
        only_take = true;
    }
    if (argc - optind != 1)
        return fputs(help, stderr), TOOL_USAGE;
    const char *cache = argv[optind];
    if (take(cache, &err) != PW_OK && !only_take)
        return tool_error("%s", err.text);
    if (only_take)
        return TOOL_DONE;
    Tool tool;
    int status = tool_open(&tool, cache, &(ToolWish){0}, true);
    if (status == TOOL_DONE)
        status = tell(&tool);
    tool_close(&tool);
    return status;
}
