/* The image's frozen modules: the lever `code`; and the lever `memory`. */
#include "launcher/rt/int.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static PwThawPool pool;
static bool moved;      /* the pool, or the interpreter, is elsewhere than its pointers say */
static uint8_t *used;   /* by module */
static struct {
    uint32_t *at, cap;
} paths;
static uint32_t ready;  /* bytes of the strings that are in memory, */
static uint32_t hot;    /* and where in the pool the hot pieces are not yet, */
static uint32_t last;   /* and where they end */
static enum { UNSEEN, SOUND, DAMAGED } strings;

static const PwImgFrozen *modules(void)
{
    return (const PwImgFrozen *)(const void *)(rt_image()->base + rt_image()->head->frozen.at);
}

static const uint32_t *words(void)
{
    return (const uint32_t *)(const void *)(rt_image()->base + rt_image()->head->links.at);
}

static const PwImgFrozen *shared(void)
{
    return (const PwImgFrozen *)(const void *)(rt_image()->base + rt_image()->head->shared.at);
}

static int compare(const void *source, const void *module)
{
    return memcmp(source, &((const PwImgFrozen *)module)->source, sizeof(PwDigest));
}

static const PwImgFrozen *by_source(const PwDigest *source)
{
    return bsearch(source, modules(), rt_image()->head->frozen.n, sizeof(PwImgFrozen), compare);
}

/* Is everything that belongs to it as it was made? Nothing of it was read before. */
static bool is_sound(const PwImgFrozen *f)
{
    if (rt_image()->untouched)
        return true;
    PwDigest found = pw_image_frozen_digest(rt_image()->base, rt_image()->pool, f);
    if (memcmp(&found, &f->digest, sizeof found))
        return false;
    found = moved ? pw_digest(words() + f->move, f->nmove * sizeof(uint32_t)) : f->moved;
    return !memcmp(&found, &f->moved, sizeof found);
}

/* The strings are needed with the first module. */
static bool strings_ready(void)
{
    const PwRtImage *m = rt_image();
    const PwImgFrozen *f = shared();
    if (strings != UNSEEN)
        return strings == SOUND;
    strings = DAMAGED;
    pool.strings = m->pool + f->data;
    pool.places = words() + f->link;
    pool.interned = pw_calloc(f->nlink + 1, sizeof *pool.interned);
    if (!pool.interned || !is_sound(f))
        return false;
    PwThaw all = {.pool = &pool, .data = pool.strings, .hot = f->hot, .moves = words() + f->move};
    if (moved)
        pw_host_thaw_move(&all);
    strings = SOUND;
    for (uint32_t k = 0; k < m->head->frozen.n; k++)
        if (modules()[k].data + modules()[k].hot > last)
            last = modules()[k].data + modules()[k].hot;
    return true;
}

enum { AHEAD = 1 << 17 };

/* What will be written to comes into memory at once: a page fault for each page costs as much again, or more. */
static void bring_module(const PwImgFrozen *f)
{
    if (f->strings > ready) {
        pw_host_bring(rt_image()->pool + shared()->data + ready, f->strings - ready);
        ready = f->strings;
    }
    if (f->data + f->hot > hot) { /* modules lie in the order in which they were imported before */
        uint32_t from = f->data > hot ? f->data : hot, to = f->data + f->hot + AHEAD;
        hot = to < last ? to : last;
        pw_host_bring(rt_image()->pool + from, hot - from);
    }
    pw_host_bring_heap();
}

/* Each is given away once: a program that unmarshals the same bytes again gets other objects, as ever. */
static PyObject *give(const PwImgFrozen *f)
{
    if (used[f - modules()])
        return NULL;
    used[f - modules()] = 1;
    rt_crash_watch();
    if (!strings_ready())
        return NULL;
    bring_module(f);
    if (!is_sound(f))
        return NULL;
    PwThaw thaw = {.pool = &pool,
                   .data = rt_image()->pool + f->data,
                   .cold = rt_image()->pool + f->cold,
                   .hot = f->hot,
                   .links = words() + f->link,
                   .moves = moved ? words() + f->move : NULL,
                   .root = f->root,
                   .tuples = f->tuples};
    PyObject *code = pw_host_thaw(&thaw);
    if (code)
        pw_rt_stats()->thawed++;
    return code;
}

static PyObject *find(const void *data, size_t n)
{
    const PwDigest source = pw_digest(data, n);
    const PwImgFrozen *f = by_source(&source);
    return f && f->bytes == n ? give(f) : NULL;
}

/* -- files that need not be read -- */

static const char *path_of(const PwImgFrozen *f)
{
    return f->path == PW_NONE ? "" : rt_image()->names + f->path;
}

static uint32_t hash_path(const char *path)
{
    return pw_hash(path, strlen(path));
}

/* Modules by the path of their file, open addressing: number + 1. */
static bool index_paths(void)
{
    uint32_t n = rt_image()->head->frozen.n;
    for (paths.cap = 64; paths.cap < 2 * n + 2;)
        paths.cap *= 2;
    paths.at = pw_calloc(paths.cap, sizeof *paths.at);
    for (uint32_t k = 0; k < n && paths.at; k++) {
        uint32_t i = hash_path(path_of(&modules()[k])) & (paths.cap - 1);
        while (paths.at[i])
            i = (i + 1) & (paths.cap - 1);
        paths.at[i] = k + 1;
    }
    return paths.at;
}

/* May this process read it, as far as its mode tells? Where it may not, importlib is to find out. */
static bool readable(const struct stat *st)
{
    return st->st_mode & S_IROTH || (st->st_uid == geteuid() && st->st_mode & S_IRUSR) || !geteuid();
}

static bool unchanged(const PwImgFrozen *f, const struct stat *st)
{
    return S_ISREG(st->st_mode) && (uint64_t)st->st_ino == f->ino && (uint64_t)st->st_size == sizeof f->header + f->bytes &&
           (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec == f->mtime &&
           (int64_t)st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec == f->ctime;
}

static bool known(const char *path, PwHostKnown *what)
{
    struct stat st;
    if (*path != '/' || (!paths.at && !index_paths()) || stat(path, &st))
        return false;
    for (uint32_t i = hash_path(path) & (paths.cap - 1); paths.at[i]; i = (i + 1) & (paths.cap - 1)) {
        const PwImgFrozen *f = &modules()[paths.at[i] - 1];
        if (!used[f - modules()] && !strcmp(path_of(f), path) && unchanged(f, &st) && readable(&st)) {
            *what = (PwHostKnown){(uint32_t)(f - modules()), f->header, f->bytes};
            return true;
        }
    }
    return false;
}

static PyObject *load(uint32_t number)
{
    return number < rt_image()->head->frozen.n ? give(&modules()[number]) : NULL;
}

static bool read_file(uint32_t number, void *to)
{
    const PwImgFrozen *f = &modules()[number];
    int fd = number < rt_image()->head->frozen.n ? open(path_of(f), O_RDONLY | O_CLOEXEC) : -1;
    ssize_t n = fd < 0 ? -1 : pread(fd, to, f->bytes, sizeof f->header);
    if (fd >= 0)
        close(fd);
    return n == (ssize_t)f->bytes;
}

/* The last arena is filled in part only. */
const char *rt_map_ahead(void)
{
    uint32_t n = rt_image()->head->arenas;
    if (n > 1)
        pw_host_map_ahead(n - 1);
    return NULL;
}

const char *rt_thaw_modules(void)
{
    static const PwHostLoads watcher = {.known = known, .load = load, .read = read_file, .find = find};
    const PwRtImage *m = rt_image();
    if (!m->head->frozen.n)
        return NULL;
    if (!m->pool)
        return "there was no memory for the code of modules";
    used = pw_calloc(m->head->frozen.n, 1);
    if (!used || !pw_host_statics(&pool.statics))
        return "the objects that this interpreter has from its start are not where prewarm expects them";
    pool.delta = (uintptr_t)m->pool - m->head->pool_base;
    moved = pool.delta || memcmp(&pool.statics, m->base + m->head->statics.at, sizeof pool.statics) != 0;
    return pw_host_watch_loads(&watcher);
}
