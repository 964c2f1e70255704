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

static const char compile_help[] =
    "usage: prewarm-compile compile [-j N] [--target TRIPLE]... [--cpu LEVEL]... [-o IMAGE] CACHE\n"
    "\n"
    "Compiles every trace tree of CACHE that is new or has changed, and writes the image of native code\n"
    "beside it (CACHE.TRIPLE.img). A tree that cannot be compiled is left to the interpreter, with a reason.\n"
    "\n"
    "  --target TRIPLE   compiles for this target instead of this machine; any number of times. prewarm targets\n"
    "                    lists them. A file's name: a description as prewarm probe prints it, of a Python that\n"
    "                    differs from Debian's\n"
    "  --cpu LEVEL       adds code for this CPU level to the image; any number of times. A program gets the best\n"
    "                    that its machine has\n"
    "  -j, --jobs N      worker processes (default: one per CPU)\n"
    "  -o, --output FILE the image's name\n"
    "  -q, --quiet       say nothing unless something went wrong\n"
    "  -h, --help        this text\n"
    "\n"
    "CACHE may be left out when PREWARM_CACHE names it.\n"
    "PREWARM_KEEP=N              how many instructions a tree must save in a run to be worth its place (100000; 0 keeps all)\n"
    "PREWARM_PASSES=-name,...    switches optimiser passes off\n"
    "PREWARM_DUMP=+LETTERS[,FILE]  r trees as recorded, o after each pass, l LLVM text, m machine code\n"
    "PREWARM_FAIL_GUARD=...      compiles code whose guards can be made to fail (CACHE.TRIPLE.probes.img)\n"
    "PREWARM_COUNT=1             the same, which also counts bytecodes\n";

static const char pack_help[] =
    "usage: prewarm-compile pack [-j N] [--cpu LEVEL]... --target TRIPLE -o FILE CACHE\n"
    "\n"
    "Writes the one file that a device of the target needs: prewarm run --cache FILE takes it there. What of CACHE is\n"
    "not compiled for the target yet is compiled first. The options are those of compile.\n";

typedef struct Options {
    const char *command, *help, *cache, *output;
    ToolWish wish;
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

static int read_option(Options *o, int c)
{
    char *end = NULL;
    switch (c) {
    case 'o':
        o->output = optarg;
        return TOOL_DONE;
    case 'q':
        o->quiet = true;
        return TOOL_DONE;
    case 't':
    case 'c':
        if (tool_wish(&o->wish, c == 'c', optarg))
            return TOOL_DONE;
        return tool_error("%s: too many targets or levels at once", optarg), TOOL_USAGE;
    case 'j': {
        unsigned long n = strtoul(optarg, &end, 10);
        o->jobs = (unsigned)n;
        if (*optarg && !*end && n && n <= 1000)
            return TOOL_DONE;
        return tool_error("-j %s: a number of processes is needed", optarg), TOOL_USAGE;
    }
    default:
        return TOOL_USAGE;
    }
}

/* What the command needs besides: TOOL_DONE or TOOL_USAGE. */
static int check_options(const Options *o)
{
    bool pack = o->help == pack_help;
    if (!o->cache || !*o->cache)
        return tool_error("%s which cache? Try --help", o->command), TOOL_USAGE;
    if (pack && (o->wish.ntargets != 1 || !o->output))
        return tool_error("pack needs one --target TRIPLE and -o FILE"), TOOL_USAGE;
    if (o->output && o->wish.ntargets > 1)
        return tool_error("-o %s: one image cannot be for several targets", o->output), TOOL_USAGE;
    return TOOL_DONE;
}

/* TOOL_DONE, TOOL_USAGE, or -1 after --help. */
static int read_options(int argc, char **argv, Options *o)
{
    static const struct option longs[] = {{"jobs", required_argument, NULL, 'j'},
                                          {"output", required_argument, NULL, 'o'},
                                          {"target", required_argument, NULL, 't'},
                                          {"cpu", required_argument, NULL, 'c'},
                                          {"quiet", no_argument, NULL, 'q'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    *o = (Options){.command = argv[0], .help = strcmp(argv[0], "pack") ? compile_help : pack_help, .jobs = cpus()};
    for (int c; (c = getopt_long(argc, argv, "j:o:qh", longs, NULL)) != -1;) {
        int status = c == 'h' ? (fputs(o->help, stdout), -1) : read_option(o, c);
        if (status)
            return status;
    }
    o->cache = optind < argc ? argv[optind++] : getenv("PREWARM_CACHE");
    if (optind < argc)
        return tool_error("%s: one cache at a time", argv[optind]), TOOL_USAGE;
    return check_options(o);
}

/* -- the image -- */

/* The variants from `first` on that go to its image. */
static uint32_t levels_of(const Tool *tool, uint32_t first)
{
    uint32_t n = 0;
    while (first + n < tool->nvariants && tool->variant[first + n].first == first)
        n++;
    return n;
}

/* Whoever maps an image checks its digests alone: what they vouch for is looked at here. */
static PwStatus check_image(const PwWriter *image, unsigned pointer, PwErr *err)
{
    PwStatus status = pw_image_check(image->at, image->n, err);
    const PwImgHead *head = (const void *)image->at;
    for (uint32_t k = 0; status == PW_OK && k < head->tree.n; k++)
        status = pw_image_check_tree(image->at, k, err);
    for (uint32_t k = 0; status == PW_OK && head->frozen.n && k <= head->frozen.n; k++)
        status = pw_image_check_frozen(image->at, image->at + head->pool.at, k, pointer, err);
    return status;
}

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Those of the recording, less what takes no memory there now. */
static uint32_t arenas_needed(const Tool *tool, const ToolFrozen *frozen)
{
    size_t spared = frozen->strings.data.n;
    for (uint32_t k = 0; k < frozen->n; k++)
        spared += frozen->code[k].data.n;
    size_t n = (spared + (1 << 20) - 1) >> 20;
    return tool->arenas > n ? tool->arenas - (uint32_t)n : 0;
}

static PwStatus build_image(const Tool *tool, uint32_t first, const ToolFrozen *frozen, PwWriter *out, PwErr *err)
{
    uint32_t n = 0;
    PwImgFor what = {.flags = tool->probes ? PW_IMG_PROBES : 0,
                     .fingerprint = tool->identity.fingerprint,
                     .layout = &tool->variant[first].layout,
                     .arenas = arenas_needed(tool, frozen),
                     .mtime = now_ns(),
                     .nlevel = levels_of(tool, first),
                     .module = frozen->module,
                     .nmodules = frozen->n,
                     .shared = frozen->shared,
                     .statics = frozen->statics};
    if (strlen(what.fingerprint) >= sizeof((PwImgHead *)0)->fingerprint)
        return pw_err_set(err, PW_UNSUPPORTED, "the recording's fingerprint is too long: %s", what.fingerprint);
    for (uint32_t v = 0; v < what.nlevel; v++)
        what.level[v] = tool->variant[first + v].level;
    PwImgInput *in = pw_calloc(tool->n + 1, sizeof *in);
    if (!in)
        return pw_err_set(err, PW_NOMEM, "out of memory");
    for (uint32_t k = 0; k < tool->n; k++) {
        const ToolTree *t = &tool->tree[k];
        if (!t->code[first].blob.text || t->idle)
            continue;
        in[n] = (PwImgInput){t->opt, (uint32_t)t->row.id, t->raw->snap.n, {{0}}};
        for (uint32_t v = 0; v < what.nlevel; v++) {
            const PwBlob *blob = &t->code[first + v].blob;
            in[n].code[v] = (PwImgCode){blob->text, blob->size, blob->entry};
        }
        n++;
    }
    PwStatus status = pw_image_build(&what, in, n, out);
    pw_free(in);
    return status == PW_OK ? check_image(out, what.layout->pointer, err)
                           : pw_err_set(err, status, "the image cannot be made: %s", pw_status_text(status));
}

/* With the time of modification that is written in it, which vouches for the rest. */
static bool write_file(int fd, const uint8_t *p, size_t n)
{
    int64_t mtime = ((const PwImgHead *)(const void *)p)->mtime;
    const struct timespec times[] = {{.tv_nsec = UTIME_OMIT}, {mtime / 1000000000, mtime % 1000000000}};
    while (n) {
        ssize_t k = write(fd, p, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return false;
        p += k;
        n -= (size_t)k;
    }
    return fchmod(fd, 0644) == 0 && futimens(fd, times) == 0 && fsync(fd) == 0;
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
    uint32_t compiled, unchanged, idle, left_out;
    size_t text;
} Tally;

/* Of one image: trees by its least level, code of all. */
static Tally tally(const Tool *tool, uint32_t first)
{
    Tally n = {.left_out = tool->damaged};
    uint32_t levels = levels_of(tool, first);
    for (uint32_t k = 0; k < tool->n; k++) {
        const ToolCode *code = &tool->tree[k].code[first];
        n.idle += tool->tree[k].idle;
        if (tool->tree[k].idle)
            continue;
        n.compiled += code->blob.text && !code->stored;
        n.unchanged += code->blob.text && code->stored;
        n.left_out += !code->blob.text;
        for (uint32_t v = 0; v < levels; v++)
            n.text += code[v].blob.size;
    }
    return n;
}

static void report_tree(const Tool *tool, const ToolTree *t)
{
    const char *name = t->raw && t->raw->qualname ? t->raw->qualname : "?";
    if (t->err.status != PW_OK) {
        tool_error("tree %lld (%s) is left out: %s", (long long)t->row.id, name, t->err.text);
        return;
    }
    for (uint32_t v = 0; v < tool->nvariants; v++) {
        const ToolVariant *of = &tool->variant[v];
        if (!t->code[v].blob.text && !t->idle)
            tool_error("tree %lld (%s) is left out for %s at level %s: %s", (long long)t->row.id, name, of->layout.triple,
                       of->level, t->code[v].err.text);
    }
}

static void report(const Tool *tool)
{
    for (uint32_t k = 0; k < tool->n; k++)
        report_tree(tool, &tool->tree[k]);
    if (tool->damaged)
        tool_error("%u damaged trees in the cache are left out", (unsigned)tool->damaged);
}

static void say_done(const Tool *tool, uint32_t first, uint32_t modules, const char *image, size_t bytes, double spent)
{
    Tally n = tally(tool, first);
    printf("%u trees compiled", (unsigned)n.compiled);
    if (n.unchanged)
        printf(", %u unchanged", (unsigned)n.unchanged);
    if (n.left_out)
        printf(", %u left out", (unsigned)n.left_out);
    if (n.idle)
        printf(", %u run too rarely", (unsigned)n.idle);
    if (modules)
        printf(", %u modules", (unsigned)modules);
    printf(" in %.2f s; %.1f KiB of code, %s: %.1f KiB\n", spent, (double)n.text / 1024, image, (double)bytes / 1024);
}

/* What was compiled is worth keeping, but no reason to fail: the cache may be read-only. */
static void keep(Tool *tool)
{
    PwStore *store = NULL;
    PwErr err = {0};
    bool any = false;
    for (uint32_t k = 0; k < tool->n * tool->nvariants; k++)
        any |= tool->code[k].keep;
    if (!any || access(tool->path, W_OK))
        return;
    PwStatus status = pw_store_open(tool->path, PW_STORE_WRITE, &store, &err);
    if (status == PW_OK)
        status = tool_keep_objects(tool, store, &err);
    if (status != PW_OK)
        tool_error("the compiled trees are not kept for the next time: %s", err.text);
    pw_store_close(store);
}

static PwStatus publish_image(Tool *tool, uint32_t first, const Options *o, double start, PwErr *err)
{
    PwWriter image = {0};
    ToolFrozen frozen;
    const char *path = o->output ? o->output : tool_image_name(tool, &tool->variant[first]);
    PwStatus status = tool_freeze(tool, &tool->variant[first].layout, &frozen, err);
    if (status == PW_OK)
        status = path ? build_image(tool, first, &frozen, &image, err) : pw_err_set(err, PW_NOMEM, "out of memory");
    if (status == PW_OK)
        status = publish(path, &image, err);
    if (status == PW_OK && !o->quiet)
        say_done(tool, first, frozen.n, path, image.n, seconds() - start);
    tool_frozen_free(&frozen);
    pw_writer_free(&image);
    return status;
}

static int compile(Tool *tool, const Options *o)
{
    PwErr err = {0};
    double start = seconds();
    for (uint32_t k = 0; k < tool->n; k++)
        tool_prepare(tool, &tool->tree[k]);
    PwStatus status = tool_work(tool, o->jobs, !o->quiet && isatty(2), &err);
    keep(tool);
    if (status == PW_OK)
        status = tool_read_modules(tool, &err);
    for (uint32_t v = 0; v < tool->nvariants && status == PW_OK; v += levels_of(tool, v))
        status = publish_image(tool, v, o, start, &err);
    report(tool);
    return status == PW_OK ? TOOL_DONE : tool_error("%s", err.text);
}

int tool_cmd_compile(int argc, char **argv)
{
    Options o;
    Tool tool;
    int status = read_options(argc, argv, &o);
    if (status)
        return status < 0 ? TOOL_DONE : status;
    status = tool_open(&tool, o.cache, &o.wish, false);
    if (status == TOOL_DONE)
        status = compile(&tool, &o);
    tool_close(&tool);
    return status;
}
