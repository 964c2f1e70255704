/* prewarm-compile compile: every tree of a cache, then the image beside it. */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "codegen/tool.h"
#include "ir/image.h"

static const char help[] =
    "usage: prewarm-compile compile [-j N] [-o IMAGE] CACHE\n"
    "\n"
    "Compiles every trace tree of CACHE that is new or has changed, and writes the image of native code\n"
    "beside it (CACHE.TRIPLE.img). A tree that cannot be compiled is left to the interpreter, with a reason.\n"
    "\n"
    "  -j, --jobs N      worker processes (default: one per CPU)\n"
    "  -o, --output FILE the image's name\n"
    "  -q, --quiet       say nothing unless something went wrong\n"
    "  -h, --help        this text\n"
    "\n"
    "CACHE may be left out when PREWARM_CACHE names it.\n"
    "PREWARM_PASSES=-name,...    switches optimiser passes off\n"
    "PREWARM_DUMP=+LETTERS[,FILE]  r trees as recorded, o after each pass, l LLVM text, m machine code\n"
    "PREWARM_FAIL_GUARD=...      compiles code whose guards can be made to fail (CACHE.TRIPLE.fg.img)\n";

typedef struct Options {
    const char *cache, *output;
    unsigned jobs;
    bool quiet;
} Options;

static unsigned cpus(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) ? 1 : (unsigned)CPU_COUNT(&set);
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* TOOL_DONE, TOOL_USAGE, or -1 after --help. */
static int read_options(int argc, char **argv, Options *o)
{
    static const struct option longs[] = {{"jobs", required_argument, NULL, 'j'},
                                          {"output", required_argument, NULL, 'o'},
                                          {"quiet", no_argument, NULL, 'q'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    *o = (Options){.jobs = cpus()};
    for (int c; (c = getopt_long(argc, argv, "j:o:qh", longs, NULL)) != -1;) {
        char *end = NULL;
        if (c == 'h')
            return fputs(help, stdout), -1;
        if (c == 'o')
            o->output = optarg;
        else if (c == 'q')
            o->quiet = true;
        else if (c != 'j')
            return TOOL_USAGE;
        if (c != 'j')
            continue;
        unsigned long n = strtoul(optarg, &end, 10);
        if (!*optarg || *end || !n || n > 1000)
            return tool_error("-j %s: a number of processes is needed", optarg), TOOL_USAGE;
        o->jobs = (unsigned)n;
    }
    o->cache = optind < argc ? argv[optind++] : getenv("PREWARM_CACHE");
    if (optind < argc)
        return tool_error("%s: one cache at a time", argv[optind]), TOOL_USAGE;
    return o->cache && *o->cache ? TOOL_DONE : (tool_error("compile which cache? Try --help"), TOOL_USAGE);
}

/* -- the image -- */

static PwStatus fill_head(const Tool *tool, PwImgHead *head, PwErr *err)
{
    PwCg *cg;
    PwStatus status = pw_cg_new(&tool->layout, &tool->options, &cg, err);
    if (status != PW_OK)
        return status;
    *head = (PwImgHead){.flags = tool->options.fail_guards ? PW_IMG_FAIL_GUARDS : 0};
    if (strlen(tool->identity.fingerprint) >= sizeof head->fingerprint)
        status =
            pw_err_set(err, PW_UNSUPPORTED, "the recording's fingerprint is too long: %s", tool->identity.fingerprint);
    else
        strcpy(head->fingerprint, tool->identity.fingerprint);
    memcpy(head->triple, tool->layout.triple, sizeof head->triple);
    snprintf(head->cpu, sizeof head->cpu, "%s", pw_cg_cpu(cg));
    pw_cg_free(cg);
    return status;
}

static PwStatus build_image(const Tool *tool, PwWriter *out, PwErr *err)
{
    PwImgHead head;
    uint32_t n = 0;
    PwStatus status = fill_head(tool, &head, err);
    if (status != PW_OK)
        return status;
    PwImgInput *in = pw_calloc(tool->n + 1, sizeof *in);
    if (!in)
        return pw_err_set(err, PW_NOMEM, "out of memory");
    for (uint32_t k = 0; k < tool->n; k++) {
        const ToolTree *t = &tool->tree[k];
        if (t->blob.text)
            in[n++] = (PwImgInput){t->opt, (uint32_t)t->row.id, t->blob.text, t->blob.size, t->blob.entry};
    }
    status = pw_image_build(&head, in, n, out);
    pw_free(in);
    return status == PW_OK ? PW_OK : pw_err_set(err, status, "the image cannot be made: %s", pw_status_text(status));
}

static bool write_file(int fd, const uint8_t *p, size_t n)
{
    while (n) {
        ssize_t k = write(fd, p, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return false;
        p += k;
        n -= (size_t)k;
    }
    return fchmod(fd, 0644) == 0 && fsync(fd) == 0;
}

/* Written under another name, then renamed: readers see the old image or the new one. */
static PwStatus publish(const char *path, const PwWriter *image, PwErr *err)
{
    char temp[4096];
    if ((size_t)snprintf(temp, sizeof temp, "%s.XXXXXX", path) >= sizeof temp)
        return pw_err_set(err, PW_IO, "%s: the name is too long", path);
    int fd = mkstemp(temp);
    if (fd < 0)
        return pw_err_set(err, PW_IO, "%s: cannot be written: %s", path, strerror(errno));
    bool good = write_file(fd, image->at, image->n);
    int why = errno;
    if (close(fd) && good) {
        good = false;
        why = errno;
    }
    if (good && !rename(temp, path))
        return PW_OK;
    why = good ? errno : why;
    unlink(temp);
    return pw_err_set(err, PW_IO, "%s: cannot be written: %s", path, strerror(why));
}

/* -- the command -- */

typedef struct Tally {
    uint32_t compiled, unchanged, left_out;
    size_t text;
} Tally;

static Tally tally(const Tool *tool)
{
    Tally n = {.left_out = tool->damaged};
    for (uint32_t k = 0; k < tool->n; k++) {
        const ToolTree *t = &tool->tree[k];
        n.compiled += t->blob.text && !t->stored;
        n.unchanged += t->blob.text && t->stored;
        n.left_out += !t->blob.text;
        n.text += t->blob.size;
    }
    return n;
}

static void report(const Tool *tool)
{
    for (uint32_t k = 0; k < tool->n; k++) {
        const ToolTree *t = &tool->tree[k];
        if (t->blob.text)
            continue;
        const char *name = t->raw && t->raw->qualname ? t->raw->qualname : "?";
        fprintf(stderr, "prewarm-compile: tree %lld (%s) is left out: %s\n", (long long)t->row.id, name, t->err.text);
    }
    if (tool->damaged)
        fprintf(stderr, "prewarm-compile: %u damaged trees in the cache are left out\n", (unsigned)tool->damaged);
}

static void say_done(const Tool *tool, const char *image, size_t bytes, double spent)
{
    Tally n = tally(tool);
    printf("%u trees compiled", (unsigned)n.compiled);
    if (n.unchanged)
        printf(", %u unchanged", (unsigned)n.unchanged);
    if (n.left_out)
        printf(", %u left out", (unsigned)n.left_out);
    printf(" in %.2f s; %.1f KiB of code, %s: %.1f KiB\n", spent, (double)n.text / 1024, image, (double)bytes / 1024);
}

/* What was compiled is worth keeping, but no reason to fail: the cache may be read-only. */
static void keep(Tool *tool)
{
    PwStore *store = NULL;
    PwErr err = {0};
    bool any = false;
    for (uint32_t k = 0; k < tool->n; k++)
        any |= tool->tree[k].keep;
    if (!any || access(tool->path, W_OK))
        return;
    PwStatus status = pw_store_open(tool->path, PW_STORE_WRITE, &store, &err);
    if (status == PW_OK)
        status = tool_keep_objects(tool, store, &err);
    if (status != PW_OK)
        tool_error("the compiled trees are not kept for the next time: %s", err.text);
    pw_store_close(store);
}


static int compile(Tool *tool, const Options *o)
{
    PwErr err = {0};
    PwWriter image = {0};
    double start = seconds();
    for (uint32_t k = 0; k < tool->n; k++)
        tool_prepare(tool, &tool->tree[k]);
    PwStatus status = tool_work(tool, o->jobs, !o->quiet && isatty(2), &err);
    const char *path = o->output ? o->output : tool_image_name(tool);
    keep(tool);
    if (status == PW_OK)
        status = path ? build_image(tool, &image, &err) : pw_err_set(&err, PW_NOMEM, "out of memory");
    if (status == PW_OK)
        status = publish(path, &image, &err);
    report(tool);
    if (status == PW_OK && !o->quiet)
        say_done(tool, path, image.n, seconds() - start);
    pw_writer_free(&image);
    return status == PW_OK ? TOOL_DONE : tool_error("%s", err.text);
}

int tool_cmd_compile(int argc, char **argv)
{
    Options o;
    Tool tool;
    int status = read_options(argc, argv, &o);
    if (status)
        return status < 0 ? TOOL_DONE : status;
    status = tool_open(&tool, o.cache, false);
    if (status == TOOL_DONE)
        status = compile(&tool, &o);
    tool_close(&tool);
    return status;
}
