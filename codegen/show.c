/* prewarm-compile show: the trace trees of a cache, or one of them at each stage. */
#include <getopt.h>
#include <stdlib.h>

#include "codegen/tool.h"
#include "ir/native.h"

static const char help[] =
    "usage: prewarm-compile show [--target TRIPLE] CACHE [TRACE] [--raw] [--ir] [--llvm] [--asm]\n"
    "\n"
    "Without TRACE: a line for each trace tree. TRACE is a number from that list, or a function's name.\n"
    "\n"
    "  --raw       as recorded\n"
    "  --ir        optimised (as it is compiled)\n"
    "  --llvm      LLVM text, after LLVM's passes\n"
    "  --asm       machine code\n"
    "  --target T  for another target than this machine (prewarm targets)\n"
    "  -h, --help  this text\n"
    "\n"
    "Without any of these: what the tree is made of and how often each exit was taken.\n";

typedef struct Options {
    const char *cache, *trace;
    bool raw, ir, llvm, code;
    ToolWish wish;
} Options;

static int read_options(int argc, char **argv, Options *o)
{
    static const struct option longs[] = {{"raw", no_argument, NULL, 'r'},  {"ir", no_argument, NULL, 'i'},
                                          {"llvm", no_argument, NULL, 'l'}, {"asm", no_argument, NULL, 'a'},
                                          {"target", required_argument, NULL, 't'},
                                          {"help", no_argument, NULL, 'h'}, {0}};
    *o = (Options){0};
    for (int c; (c = getopt_long(argc, argv, "h", longs, NULL)) != -1;) {
        if (c == 'h')
            return fputs(help, stdout), -1;
        if (c == '?' || (c == 't' && !tool_wish(&o->wish, false, optarg)))
            return TOOL_USAGE;
        o->raw |= c == 'r';
        o->ir |= c == 'i';
        o->llvm |= c == 'l';
        o->code |= c == 'a';
    }
    o->cache = optind < argc ? argv[optind++] : getenv("PREWARM_CACHE");
    o->trace = optind < argc ? argv[optind++] : NULL;
    if (optind < argc)
        return tool_error("%s: one trace at a time", argv[optind]), TOOL_USAGE;
    if (o->wish.ntargets > 1)
        return tool_error("one target at a time"), TOOL_USAGE;
    return o->cache && *o->cache ? TOOL_DONE : (tool_error("show which cache? Try --help"), TOOL_USAGE);
}

/* -- counts -- */

/* How often exits were taken while recording. (The count in a tree's snapshot is the recorder's own, of the same exits.) */
typedef struct Counts {
    PwStoreExit *row;
    uint32_t n;
} Counts;

static Counts read_counts(Tool *tool)
{
    Counts c = {0};
    PwStore *store = NULL;
    PwErr err;
    if (pw_store_open(tool->path, PW_STORE_READ, &store, &err) == PW_OK &&
        pw_store_exits(store, 0, &tool->arena, &c.row, &c.n, &err) != PW_OK)
        c = (Counts){0};
    pw_store_close(store);
    return c;
}

static uint64_t taken(const Counts *c, const ToolTree *t, uint32_t snap)
{
    uint64_t n = 0;
    for (uint32_t k = 0; k < c->n; k++)
        if (c->row[k].tree == t->row.id && c->row[k].exit == snap)
            n += c->row[k].count;
    return n;
}

/* -- the list -- */

static const char *state_of(const ToolTree *t)
{
    bool failed = t->err.status != PW_OK || t->code->err.status != PW_OK;
    return t->code->blob.text && !t->idle ? "native" : failed ? "failed" : t->idle ? "idle" : "recorded";
}

static const char *kind_of(const PwTree *t)
{
    return t->kind == PW_ROOT_LOOP ? "loop" : "func";
}

static uint32_t side_segments(const PwTree *t)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < t->seg.n; k++)
        n += t->seg.at[k].from.i != PW_NONE;
    return n;
}

static void list_line(const ToolTree *t, const Counts *c)
{
    if (!t->raw) {
        printf("%5lld %-8s %s\n", (long long)t->row.id, state_of(t), t->err.text);
        return;
    }
    uint64_t all = 0;
    for (uint32_t k = 0; k < t->raw->snap.n; k++)
        all += taken(c, t, k);
    printf("%5lld %-8s %-4s %6u %6u %6u %8llu %5u  %s (%s:%u)\n", (long long)t->row.id, state_of(t), kind_of(t->raw),
           tool_count(t->raw, 0), tool_count(t->raw, PW_FLAG_G), t->raw->snap.n, (unsigned long long)all,
           side_segments(t->raw), t->raw->qualname ? t->raw->qualname : "?", t->raw->filename ? t->raw->filename : "?",
           t->raw->line);
}

static void list(const Tool *tool, const Counts *c)
{
    printf("%5s %-8s %-4s %6s %6s %6s %8s %5s  %s\n", "id", "state", "kind", "ops", "guards", "exits", "taken", "sides",
           "where");
    for (uint32_t k = 0; k < tool->n; k++)
        list_line(&tool->tree[k], c);
    if (tool->damaged)
        printf("%u damaged trees are left out\n", (unsigned)tool->damaged);
}

/* -- one tree -- */

static int say_text(PwWriter *w, PwStatus status, const PwErr *err)
{
    if (status == PW_OK)
        fwrite(w->at, 1, w->n, stdout);
    pw_writer_free(w);
    return status == PW_OK ? TOOL_DONE : tool_error("%s", err->text);
}

static int say_ir(const char *title, const PwTree *ir)
{
    PwWriter w = {0};
    PwErr err = {0};
    printf("---- %s\n", title);
    pw_tree_print(ir, &w);
    return say_text(&w, w.failed ? pw_err_set(&err, PW_NOMEM, "out of memory") : PW_OK, &err);
}

static int say_native(Tool *tool, ToolTree *t, const Options *o)
{
    PwCg *cg;
    PwErr err = {0};
    PwWriter w = {0};
    int result = TOOL_DONE;
    if (tool_cg(tool, tool->variant, &cg, &err) != PW_OK)
        return tool_error("%s", err.text);
    if (o->llvm) {
        printf("---- LLVM\n");
        result = say_text(&w, pw_cg_text(cg, t->opt, true, &w, &err), &err);
    }
    if (o->code && result == TOOL_DONE) {
        PwBlob blob;
        PwStatus status = pw_cg_compile(cg, t->opt, &blob, &err);
        w = (PwWriter){0};
        printf("---- code\n");
        if (status == PW_OK)
            status = pw_cg_disasm(tool->variant->layout.triple, &blob, &w, &err);
        result = say_text(&w, status, &err);
        pw_blob_free(&blob);
    }
    pw_cg_free(cg);
    return result;
}

static void say_exit(const ToolTree *t, uint32_t k, const Counts *c)
{
    const PwSnap *s = &t->raw->snap.at[k];
    uint64_t n = taken(c, t, k);
    if (!n && s->seg == PW_NONE && !s->hot)
        return;
    const PwSnapFrame *last = &t->raw->frame.at[s->frames + s->nframes - 1];
    printf("  exit #%u: taken %llu times, goes on at code unit %u", k, (unsigned long long)n, last->unit);
    if (s->nframes > 1)
        printf(" of inlined call %u", s->nframes - 1);
    if (s->seg != PW_NONE)
        printf(", side trace %u", s->seg);
    if (s->hot)
        printf(", no side trace could be recorded");
    putchar('\n');
}

static void say_summary(const ToolTree *t, const Counts *c)
{
    printf("tree %lld: %s %s (%s:%u), code unit %u, revision %u\n", (long long)t->row.id, kind_of(t->raw),
           t->raw->qualname ? t->raw->qualname : "?", t->raw->filename ? t->raw->filename : "?", t->raw->line,
           t->raw->unit, (unsigned)t->row.revision);
    printf("  recorded: %u ops, %u guards, %u exits, %u segments\n", tool_count(t->raw, 0),
           tool_count(t->raw, PW_FLAG_G), t->raw->snap.n, t->raw->seg.n);
    if (t->opt)
        printf("  optimised: %u ops, %u guards\n", tool_count(t->opt, 0), tool_count(t->opt, PW_FLAG_G));
    if (t->code->blob.text)
        printf("  native: %u bytes, compiled in %.1f ms\n", t->code->blob.size, (double)t->code->micros / 1000);
    else if (t->err.status != PW_OK || t->code->err.status != PW_OK)
        printf("  not native: %s\n", t->err.status != PW_OK ? t->err.text : t->code->err.text);
    for (uint32_t k = 0; k < t->raw->snap.n; k++)
        say_exit(t, k, c);
}

static int show_tree(Tool *tool, ToolTree *t, const Options *o, const Counts *c)
{
    int result = TOOL_DONE;
    if (!t->raw)
        return tool_error("tree %lld cannot be read: %s", (long long)t->row.id, t->err.text);
    if (!o->raw && !o->ir && !o->llvm && !o->code)
        say_summary(t, c);
    if (o->raw)
        result = say_ir("recorded", t->raw);
    if ((o->ir || o->llvm || o->code) && !t->opt)
        return tool_error("tree %lld cannot be optimised: %s", (long long)t->row.id, t->err.text);
    if (o->ir && result == TOOL_DONE)
        result = say_ir("optimised", t->opt);
    if ((o->llvm || o->code) && result == TOOL_DONE)
        result = say_native(tool, t, o);
    return result;
}

static bool is_meant(const ToolTree *t, const char *trace)
{
    char *end;
    long long id = strtoll(trace, &end, 10);
    if (*trace && !*end)
        return t->row.id == id;
    return t->raw && t->raw->qualname && strstr(t->raw->qualname, trace);
}

static int show(Tool *tool, const Options *o)
{
    Counts c = read_counts(tool);
    int result = TOOL_DONE;
    unsigned found = 0;
    for (uint32_t k = 0; k < tool->n; k++)
        tool_prepare(tool, &tool->tree[k]);
    if (!o->trace) {
        list(tool, &c);
        return TOOL_DONE;
    }
    for (uint32_t k = 0; k < tool->n && result == TOOL_DONE; k++) {
        if (!is_meant(&tool->tree[k], o->trace))
            continue;
        found++;
        result = show_tree(tool, &tool->tree[k], o, &c);
    }
    return found ? result : tool_error("%s: there is no trace %s in it", o->cache, o->trace);
}

int tool_cmd_show(int argc, char **argv)
{
    Options o;
    Tool tool;
    int status = read_options(argc, argv, &o);
    if (status)
        return status < 0 ? TOOL_DONE : status;
    status = tool_open(&tool, o.cache, &o.wish, true);
    if (status == TOOL_DONE)
        status = show(&tool, &o);
    tool_close(&tool);
    return status;
}
