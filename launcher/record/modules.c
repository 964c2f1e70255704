/* The modules that a recorded program imports: their marshal data goes into the cache, for frozen code. */
#include "launcher/record/record.h"

#include "base/target.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

enum { LARGEST = 4 << 20, MOST = 64 << 20 };

static int64_t nanoseconds(const struct timespec *t)
{
    return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

/* Does the file hold these bytes, and nothing before them but the header? */
static bool holds(int fd, const void *data, size_t n, uint8_t header[16])
{
    uint8_t *whole = pw_alloc(n + 16);
    bool good = whole && pread(fd, whole, n + 16, 0) == (ssize_t)(n + 16) && !memcmp(whole + 16, data, n);
    if (good)
        memcpy(header, whole, 16);
    pw_free(whole);
    return good;
}

/* What tells that the file is still the same. One that was changed just now may change again within a tick of the file system's
 * clock (FAT: two seconds): it gets no path. */
static void identify(PwStoreModule *row, const char *path)
{
    static const int64_t tick = 2500000000;
    struct stat before, after;
    struct timespec now;
    int fd = *path == '/' ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    if (!fstat(fd, &before) && S_ISREG(before.st_mode) && (uint64_t)before.st_size == row->bytes + 16 &&
        holds(fd, row->at, row->bytes, row->header) && !stat(path, &after) && before.st_ino == after.st_ino &&
        before.st_dev == after.st_dev && nanoseconds(&before.st_ctim) == nanoseconds(&after.st_ctim) &&
        nanoseconds(&after.st_ctim) < nanoseconds(&now) - tick) {
        row->path = path;
        row->ino = (int64_t)after.st_ino;
        row->mtime = nanoseconds(&after.st_mtim);
        row->ctime = nanoseconds(&after.st_ctim);
    }
    close(fd);
}

/* A str's UTF-8, or "". */
static const char *text_of(PyObject *str)
{
    const char *text = str ? PyUnicode_AsUTF8(str) : NULL;
    PyErr_Clear();
    return text ? text : "";
}

static void loaded(const void *data, size_t n, PyCodeObject *code)
{
    RcProcess *p = rc_process;
    p->arenas = pw_host_arenas();
    if (n > LARGEST || p->module_bytes + n > MOST || getpid() != p->pid)
        return;
    const char *name = text_of(code->co_filename), *path = text_of(pw_host_bytecode_path());
    size_t length = strlen(name) + 1;
    RcModule *m = pw_alloc(sizeof *m + n + length + strlen(path) + 1);
    if (!m)
        return;
    char *names = memcpy(m->bytes + n, name, length);
    memcpy(m->bytes, data, n);
    m->row = (PwStoreModule){.digest = pw_digest(data, n), .name = names, .path = "", .at = m->bytes, .bytes = n};
    identify(&m->row, memcpy(names + length, path, strlen(path) + 1));
    m->next = NULL;
    *p->modules_end = m;
    p->modules_end = &m->next;
    p->module_bytes += n;
}

const char *rc_watch_modules(void)
{
    static const PwHostLoads watcher = {.loaded = loaded};
    rc_process->modules_end = &rc_process->modules;
    rc_process->statics_known = pw_host_statics_fixed() && pw_host_statics(&rc_process->statics);
    return pw_host_watch_loads(&watcher);
}

PwStatus rc_put_modules(PwErr *err)
{
    RcProcess *p = rc_process;
    PwStatus st = PW_OK;
    while (p->modules && !st) {
        RcModule *m = p->modules;
        st = pw_store_put_module(p->store, &m->row, err);
        p->modules = m->next;
        pw_free(m);
    }
    if (!p->modules)
        p->modules_end = &p->modules;
    return st;
}

PwStatus rc_put_statics(PwErr *err)
{
    RcProcess *p = rc_process;
    PwWriter text = {0};
    if (!p->statics_known)
        return PW_OK;
    pw_write_bytes(&text, PW_TARGET "\n", sizeof PW_TARGET);
    pw_statics_print(&p->statics, &text);
    pw_write_u8(&text, 0);
    PwStatus st = text.failed ? PW_NOMEM : pw_store_set_meta(p->store, "statics", (const char *)text.at, err);
    pw_writer_free(&text);
    return st;
}

PwStatus rc_put_arenas(PwErr *err)
{
    RcProcess *p = rc_process;
    PwArena arena = {0};
    const char *before = NULL;
    char text[16];
    if (!p->arenas_before) {
        p->arenas_before = UINT32_MAX;
        if (pw_store_get_meta(p->store, "arenas", &arena, &before, NULL) == PW_OK && *before)
            p->arenas_before = (uint32_t)strtoul(before, NULL, 10);
    }
    snprintf(text, sizeof text, "%u", (unsigned)(p->arenas < p->arenas_before ? p->arenas : p->arenas_before));
    pw_arena_free(&arena);
    return pw_store_set_meta(p->store, "arenas", text, err);
}
