/* The image: opened, looked at with distrust, mapped. */
#include "base/cpu.h"
#include "base/target.h"
#include "launcher/rt/int.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static PwRtImage mapped;

const PwRtImage *rt_image(void)
{
    return mapped.base ? &mapped : NULL;
}

/* Native code is run from this file: nobody but the user may have written it. */
static PwStatus check_owner(const char *path, const struct stat *st, PwErr *err)
{
    if (!S_ISREG(st->st_mode))
        return pw_err_set(err, PW_CORRUPT, "%s is no file", path);
    if (st->st_uid != geteuid() && st->st_uid != 0)
        return pw_err_set(err, PW_STALE, "%s: expected an image of this user or of root, found one of user %u", path,
                          (unsigned)st->st_uid);
    if (st->st_mode & (S_IWGRP | S_IWOTH))
        return pw_err_set(err, PW_STALE, "%s: others may write to this image", path);
    if (st->st_size < (off_t)sizeof(PwImgHead) || st->st_size > (off_t)UINT32_MAX)
        return pw_err_set(err, PW_CORRUPT, "%s: an image cannot have %lld bytes", path, (long long)st->st_size);
    return PW_OK;
}

/* The best level that this machine has. */
static PwStatus choose_level(const char *path, const PwImgHead *head, uint32_t *level, PwErr *err)
{
    const PwImgLevel *at = (const PwImgLevel *)(const void *)((const char *)head + head->level.at);
    if (strcmp(head->triple, PW_TARGET))
        return pw_err_set(err, PW_STALE, "%s: expected an image for %s, found one for %s", path, PW_TARGET, head->triple);
    for (uint32_t k = head->level.n; k-- > 0;)
        if (pw_cpu_has(at[k].name)) {
            *level = k;
            return PW_OK;
        }
    return pw_err_set(err, PW_STALE, "%s: its code needs a processor of level %s", path, at->name);
}

/* What is not the file that was made is compared with its digests before any of it can be executed. */
static PwStatus check_text(const void *base, uint32_t number, PwErr *err)
{
    const PwImgHead *head = base;
    const PwImgLevel *level = (const PwImgLevel *)(const void *)((const char *)base + head->level.at) + number;
    PwStatus status = PW_OK;
    for (uint32_t k = 0; k < head->tree.n && status == PW_OK; k++)
        status = pw_image_check_code(base, number, (const char *)base + level->text.at, k, err);
    return status;
}

/* Maps the code that is for this machine. */
static PwStatus map_text(const char *path, int fd, const void *base, uint32_t number, PwRtImage *m, PwErr *err)
{
    const PwImgHead *head = base;
    const PwImgLevel *level = (const PwImgLevel *)(const void *)((const char *)base + head->level.at) + number;
    if (!level->text.n)
        return PW_OK;
    void *p = mmap(NULL, level->text.n, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, level->text.at);
    if (p == MAP_FAILED)
        return pw_err_set(err, PW_IO, "%s: its code cannot be mapped: %s", path, strerror(errno));
    m->text = p;
    m->text_bytes = level->text.n;
    return PW_OK;
}

/* Maps the pool, where its pointers are right if that can be. Without it modules are unmarshalled. */
static void map_pool(int fd, PwRtImage *m)
{
    const PwImgRange *pool = &m->head->pool;
    void *want = (void *)(uintptr_t)m->head->pool_base;
    if (!pool->n)
        return;
    void *p = mmap(want, pool->n, PROT_READ | PROT_WRITE, MAP_PRIVATE | (want ? MAP_FIXED_NOREPLACE : 0), fd, pool->at);
    if (p == MAP_FAILED && want)
        p = mmap(NULL, pool->n, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, pool->at);
    m->pool = p == MAP_FAILED ? NULL : p;
}

static PwStatus map(const char *path, int fd, size_t n, int64_t mtime, bool distrust, PwRtImage *m, PwErr *err)
{
    uint32_t level = 0;
    PwRtImage new = {0};
    void *base = mmap(NULL, n, PROT_READ, MAP_PRIVATE, fd, 0);
    if (base == MAP_FAILED)
        return pw_err_set(err, PW_IO, "%s cannot be mapped: %s", path, strerror(errno));
    const PwImgHead *head = base;
    PwStatus status = rt_trust(path, base, n, err);
    if (status == PW_OK)
        status = pw_image_check(base, n, err);
    if (status == PW_OK)
        status = choose_level(path, head, &level, err);
    if (status == PW_OK && (distrust || head->mtime != mtime))
        status = check_text(base, level, err);
    if (status == PW_OK)
        status = map_text(path, fd, base, level, &new, err);
    if (status != PW_OK) {
        munmap(base, n);
        return status;
    }
    const uint8_t *b = base;
    size_t texts = ((const PwImgLevel *)(const void *)(b + head->level.at))->text.at;
    munmap((uint8_t *)base + texts, n - texts); /* they and the pool are mapped for themselves; the kernel may map much at once */
    *m = (PwRtImage){.base = b,
                     .text = new.text,
                     .bytes = texts,
                     .text_bytes = new.text_bytes,
                     .head = head,
                     .level = level,
                     .entry = (const PwImgEntry *)(const void *)(b + head->entry.at) + (size_t)level * head->tree.n,
                     .tree = (const PwImgTree *)(b + head->tree.at),
                     .sym = (const PwImgSym *)(b + head->sym.at),
                     .names = (const char *)(b + head->names.at)};
    m->untouched = head->mtime == mtime;
    map_pool(fd, m);
    return PW_OK;
}

PwStatus rt_image_open(const char *path, bool distrust, PwErr *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return errno == ENOENT ? pw_err_set(err, PW_NOTFOUND, "%s: there is no such image", path)
                               : pw_err_set(err, PW_IO, "%s cannot be opened: %s", path, strerror(errno));
    struct stat st;
    PwStatus status = fstat(fd, &st) ? pw_err_set(err, PW_IO, "%s: %s", path, strerror(errno)) : check_owner(path, &st, err);
    if (status == PW_OK)
        status = map(path, fd, (size_t)st.st_size, (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec, distrust,
                     &mapped, err);
    close(fd);
    return status;
}

PwStatus rt_image_ready(const PwImgTree *tree, PwErr *err)
{
    return mapped.untouched ? PW_OK : pw_image_check_parts(mapped.base, (uint32_t)(tree - mapped.tree), err);
}

PwStatus rt_image_check_all(PwErr *err)
{
    PwStatus status = PW_OK;
    for (uint32_t k = 0; k < mapped.head->tree.n && status == PW_OK; k++)
        status = pw_image_check_parts(mapped.base, k, err);
    for (uint32_t k = 0; mapped.pool && mapped.head->frozen.n && k <= mapped.head->frozen.n && status == PW_OK; k++)
        status = pw_image_check_frozen(mapped.base, mapped.pool, k, sizeof(void *), err);
    return status;
}

const PwImgTree *rt_image_find(uint32_t key, uint32_t *n)
{
    uint32_t lo = 0, hi = mapped.base ? mapped.head->tree.n : 0, end = hi;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (mapped.tree[mid].key < key)
            lo = mid + 1;
        else
            hi = mid;
    }
    *n = 0;
    while (lo + *n < end && mapped.tree[lo + *n].key == key)
        ++*n;
    return *n ? &mapped.tree[lo] : NULL;
}
