/* prewarm-compile explain: why each loop or function is native or not. Joins the trees of a cache, what became of
 * compiling them, what the recorder gave up, and (--reasons) what the runtime found when it linked them. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#include "codegen/tool.h"
#include "ir/crash.h"
#include "ir/image.h"

static const char help[] =
    "usage: prewarm-compile explain CACHE [--reasons FILE]\n"
    "\n"
    "Tells for each loop and function that was worth recording whether it is native, and why not.\n"
    "\n"
    "  --reasons FILE  lines \"tree TAB status TAB sentence\", as a run writes them\n"
    "  -h, --help      this text\n";

/* One line of the reasons file. Later lines about a tree count. */
typedef struct Reason {
    long long id;
    const char *status, *sentence; /* in the arena */
} Reason;

typedef struct Explain {
    Tool *tool;
    PW_VEC(Reason) reason;
    PwStoreAbort *abort;
    PwStoreCode *code;
    uint32_t naborts, ncodes;
} Explain;

/* -- reading -- */

static int read_reasons(Explain *e, const char *path)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    FILE *f = fopen(path, "r");
    if (!f)
        return tool_error("%s: cannot be read: %s", path, strerror(errno));
    while ((n = getline(&line, &room, f)) > 0) {
        if (line[n - 1] == '\n')
            line[n - 1] = 0;
        char *status = strchr(line, '\t'), *sentence = status ? strchr(status + 1, '\t') : NULL;
        if (!sentence)
            continue;
        *status++ = *sentence++ = 0;
        Reason r = {strtoll(line, NULL, 10), pw_arena_strn(&e->tool->arena, status, strlen(status)),
                    pw_arena_strn(&e->tool->arena, sentence, strlen(sentence))};
        if (!r.status || !r.sentence || !PW_VEC_PUSH(&e->reason, r))
            break;
    }
    free(line);
    fclose(f);
    return TOOL_DONE;
}

static PwStatus read_store(Explain *e, PwErr *err)
{
    PwStore *store = NULL;
    PwArena *arena = &e->tool->arena;
    PwStatus status = pw_store_open(e->tool->path, PW_STORE_READ, &store, err);
    if (status == PW_OK)
        status = pw_store_aborts(store, arena, &e->abort, &e->naborts, err);
    if (status == PW_OK)
        status = pw_store_codes(store, arena, &e->code, &e->ncodes, err);
    pw_store_close(store);
    return status;
}

/* The last line about a tree; with `unforced`, that about its exits. */
static const Reason *reason_of(const Explain *e, long long id, bool unforced)
{
    for (uint32_t k = e->reason.n; k-- > 0;)
        if (e->reason.at[k].id == id && unforced == !strcmp(e->reason.at[k].status, "unforced"))
            return &e->reason.at[k];
    return NULL;
}

static const PwStoreCode *code_of(const Explain *e, const PwDigest *digest)
{
    for (uint32_t k = 0; k < e->ncodes; k++)
        if (!memcmp(&e->code[k].digest, digest, sizeof *digest))
            return &e->code[k];
    return NULL;
}

/* -- telling -- */

typedef struct Tally {
    unsigned native, not_native;
} Tally;

static void say_where(const Explain *e, const ToolTree *t)
{
    const PwStoreCode *code = code_of(e, &t->row.code);
    const char *kind = t->row.kind == PW_STORE_LOOP ? "loop in" : "function";
    if (t->raw && t->raw->qualname)
        printf("%s %s (%s:%u)", kind, t->raw->qualname, t->raw->filename ? t->raw->filename : "?", t->raw->line);
    else if (code)
        printf("%s %s (%s:%u)", kind, code->qualname, code->filename, (unsigned)code->firstlineno);
    else
        printf("%s ?", kind);
}

/* Can PREWARM_FAIL_GUARD make a tree leave by this snapshot? */
static bool can_force(const PwTree *t, uint32_t snap)
{
    for (uint32_t g = 0; g < t->seg.n; g++)
        for (uint32_t k = 0; k < t->seg.at[g].list.n; k++) {
            const PwIns *ins = pw_ins_const(t, (PwRef){t->seg.at[g].list.at[k]});
            if (ins->snap.i == snap && pw_ins_flags(ins) & PW_FLAG_G)
                return !t->snap.at[snap].other;
        }
    return false;
}

/* After a run with PREWARM_FAIL_GUARD=all or N: the exits that it could have taken and has not. */
static void say_unforced(const Explain *e, const ToolTree *t)
{
    const Reason *r = reason_of(e, (long long)t->row.id, true);
    bool any = false;
    for (const char *at = r ? r->sentence : ""; t->opt && *at;) {
        char *end;
        unsigned long snap = strtoul(at, &end, 10);
        if (end == at)
            break;
        at = end + (*end == ' ');
        if (snap < t->opt->snap.n && can_force(t->opt, (uint32_t)snap)) {
            printf("%s #%lu", any ? "" : "; never left by", snap);
            any = true;
        }
    }
}

static void say_tree(const Explain *e, const ToolTree *t, Tally *n)
{
    const Reason *r = reason_of(e, (long long)t->row.id, false);
    bool refused = r && (!strcmp(r->status, "refused") || !strcmp(r->status, "retired"));
    bool native = t->code->blob.text && !refused && !t->idle;
    n->native += native;
    n->not_native += !native;
    printf("%s  tree %lld, ", native ? "native    " : "not native", (long long)t->row.id);
    say_where(e, t);
    if (t->err.status != PW_OK || t->code->err.status != PW_OK)
        printf(": %s", t->err.status != PW_OK ? t->err.text : t->code->err.text);
    else if (t->idle)
        printf(": runs too rarely: it would save some %lld instructions in a run, and %lld are what it costs",
               (long long)(t->row.gain > 0 ? t->row.gain : 0), (long long)e->tool->worth);
    else if (!t->code->blob.text)
        printf(": not compiled yet; run prewarm compile");
    else if (refused)
        printf(": %s: %s", r->status, r->sentence);
    else if (r)
        printf(": %s%s%s", r->status, *r->sentence ? "; " : "", r->sentence);
    else if (e->reason.n)
        printf(": was not reached in this run");
    say_unforced(e, t);
    putchar('\n');
}

static bool has_tree(const Explain *e, const PwStoreAbort *a)
{
    for (uint32_t k = 0; k < e->tool->n; k++) {
        const PwStoreTree *row = &e->tool->tree[k].row;
        if (row->unit == a->unit && row->kind == a->kind && !memcmp(&row->code, &a->code, sizeof a->code))
            return true;
    }
    return false;
}

static void say_abort(const Explain *e, const PwStoreAbort *a, bool partly)
{
    const PwStoreCode *code = code_of(e, &a->code);
    bool line = a->line && a->line != PW_NONE;
    printf("%s  %s", partly ? "partly    " : "not native", a->kind == PW_STORE_LOOP ? "loop" : "function");
    if (code)
        printf(" %s%s (%s:%u)", a->kind == PW_STORE_LOOP ? "in " : "", code->qualname, code->filename,
               (unsigned)code->firstlineno);
    else
        printf(" in %s", *a->file ? a->file : "an unknown file");
    printf(": %s", a->reason);
    if (line)
        printf(" at %s:%u", a->file, (unsigned)a->line);
    if (a->count > 1)
        printf(" (%llu times)", (unsigned long long)a->count);
    putchar('\n');
}

static void say_crash(const Explain *e, const char *notes, const PwCrashes *c)
{
    bool aside = c->n >= PW_CRASH_LIMIT;
    printf("%s: the last %s in native code by %s", aside ? "set aside" : "crashed", aside ? "two runs crashed" : "run crashed",
           pw_crash_signal(c->signal));
    for (uint32_t k = 0; c->tree && k < e->tool->n; k++)
        if (e->tool->tree[k].row.id == (int64_t)c->tree) {
            printf(", tree %u, ", (unsigned)c->tree);
            say_where(e, &e->tool->tree[k]);
        }
    if (!c->tree)
        printf(", outside of a tree's own code");
    if (aside)
        printf(". Programs run without this image. Please report it with this text, the program, and what prewarm show %s%s "
               "prints; to use it again: rm %s",
               e->tool->path, c->tree ? " TREE --raw --ir --asm" : "", notes);
    putchar('\n');
}

/* Has the image taken programs down? */
static void say_crashes(const Explain *e)
{
    PwImgHead head;
    const char *image = tool_image_name(e->tool, e->tool->variant);
    FILE *f = image ? fopen(image, "rb") : NULL;
    bool whole = f && fread(&head, sizeof head, 1, f) == 1 && !memcmp(head.magic, PW_IMG_MAGIC, sizeof head.magic);
    char *notes = whole ? pw_crash_name(image) : NULL;
    if (f)
        fclose(f);
    if (!notes)
        return;
    PwCrashes c = pw_crash_read(notes, &head.digest);
    if (c.n)
        say_crash(e, notes, &c);
    pw_free(notes);
}

/* What concerns the whole run: that it was without native code, or without a start lever (launcher/start). */
static void say_run(const Explain *e)
{
    for (uint32_t k = 0; k < e->reason.n; k++) {
        const Reason *r = &e->reason.at[k];
        if (r->id == 0 && !strcmp(r->status, "off"))
            printf("the run was without native code: off: %s\n", r->sentence);
        else if (r->id == 0)
            printf("the start lever %s was not in use: %s\n", r->status, r->sentence);
    }
}

/* Modules whose code is in the image (docs/start.md), and each that is not. */
static PwStatus say_modules(Tool *tool, PwErr *err)
{
    ToolFrozen frozen = {0};
    PwStatus status = tool_read_modules(tool, err);
    if (status == PW_OK)
        status = tool_freeze(tool, &tool->variant->layout, &frozen, err);
    for (uint32_t k = 0; status == PW_OK && k < tool->nmodules; k++)
        if (frozen.why[k].status != PW_OK)
            printf("%s is unmarshalled as ever: %s\n", tool->module[k].name, frozen.why[k].text);
    if (status == PW_OK && tool->nmodules)
        printf("the code of %u modules is in the image\n", (unsigned)frozen.n);
    tool_frozen_free(&frozen);
    return status;
}

static void say_all(const Explain *e)
{
    Tally n = {0};
    printf("%s: recorded by %s\n", e->tool->path, e->tool->identity.fingerprint);
    say_run(e);
    say_crashes(e);
    for (uint32_t k = 0; k < e->tool->n; k++)
        say_tree(e, &e->tool->tree[k], &n);
    for (uint32_t k = 0; k < e->naborts; k++) {
        bool partly = has_tree(e, &e->abort[k]);
        n.not_native += !partly;
        say_abort(e, &e->abort[k], partly);
    }
    if (e->tool->damaged)
        printf("%u damaged trees in the cache are left out\n", (unsigned)e->tool->damaged);
    printf("%u native, %u not\n", n.native, n.not_native);
}

static int explain(Tool *tool, const char *reasons)
{
    Explain e = {.tool = tool};
    PwErr err = {0};
    int status = reasons ? read_reasons(&e, reasons) : TOOL_DONE;
    for (uint32_t k = 0; k < tool->n; k++)
        tool_prepare(tool, &tool->tree[k]);
    if (status == TOOL_DONE && read_store(&e, &err) != PW_OK)
        status = tool_error("%s", err.text);
    if (status == TOOL_DONE)
        say_all(&e);
    if (status == TOOL_DONE && say_modules(tool, &err) != PW_OK)
        status = tool_error("%s", err.text);
    PW_VEC_FREE(&e.reason);
    return status;
}

int tool_cmd_explain(int argc, char **argv)
{
    static const struct option longs[] = {
        {"reasons", required_argument, NULL, 'r'}, {"help", no_argument, NULL, 'h'}, {0}};
    const char *reasons = NULL;
    Tool tool;
    for (int c; (c = getopt_long(argc, argv, "h", longs, NULL)) != -1;) {
        if (c == 'h')
            return fputs(help, stdout), TOOL_DONE;
        if (c != 'r')
            return TOOL_USAGE;
        reasons = optarg;
    }
    const char *cache = optind < argc ? argv[optind++] : getenv("PREWARM_CACHE");
    if (!cache || !*cache || optind < argc)
        return tool_error("explain which cache? Try --help"), TOOL_USAGE;
    int status = tool_open(&tool, cache, &(ToolWish){0}, true);
    if (status == TOOL_DONE)
        status = explain(&tool, reasons);
    tool_close(&tool);
    return status;
}
