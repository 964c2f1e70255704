/* The shared objects of this process, as far as they matter at its end.
 *
 * Source: CPython 3.11 Python/importdl.c, Python/dynload_shlib.c (PyInit_ and the module's name).
 */
#define _GNU_SOURCE
#include "host/silent.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>

typedef struct Object {
    const char *path;
    uintptr_t from, to; /* of its code */
} Object;

typedef struct Objects {
    Object at[PW_LOADED_MAX];
    uint32_t n;
    bool more;
} Objects;

static int note(struct dl_phdr_info *info, size_t size, void *arg)
{
    (void)size;
    Objects *all = arg;
    for (int k = 0; k < info->dlpi_phnum; k++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[k];
        if (p->p_type != PT_LOAD || !(p->p_flags & PF_X))
            continue;
        if (all->n == PW_LOADED_MAX)
            return all->more = true, 1;
        uintptr_t from = info->dlpi_addr + p->p_vaddr;
        all->at[all->n++] = (Object){info->dlpi_name, from, from + p->p_memsz};
    }
    return 0;
}

/* The name of the module that the file at path defines, with NUL: false when it does not look like one. */
static bool module_name(const char *path, char *name, size_t n)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    size_t length = strcspn(base, ".");
    if (!length || length >= n)
        return false;
    memcpy(name, base, length);
    name[length] = 0;
    return true;
}

/* Does it define a module? Its name then stands in name. */
static bool is_module(const char *path, char *name, size_t n)
{
    char symbol[160];
    void *handle = *path && module_name(path, name, n) ? dlopen(path, RTLD_LAZY | RTLD_NOLOAD) : NULL;
    if (!handle)
        return false;
    (void)snprintf(symbol, sizeof symbol, "PyInit_%s", name);
    bool found = dlsym(handle, symbol) != NULL;
    (void)dlclose(handle);
    return found;
}

static PwOrigin known(const char *name)
{
    static const struct {
        const char *name;
        PwOrigin origin;
    } modules[] = {
#define MODULE(name, kind) {#name, PW_ORIGIN_##kind},
#include "host/silent.def"
#undef MODULE
    };
    for (size_t k = 0; k < sizeof modules / sizeof *modules; k++)
        if (!strcmp(name, modules[k].name))
            return modules[k].origin;
    return PW_ORIGIN_UNKNOWN;
}

/* Is path a file of the standard library's lib-dynload? */
static bool is_standard(PyInterpreterState *interp, const char *path)
{
    const wchar_t *lib = _PyInterpreterState_GetConfig(interp)->stdlib_dir;
    static const char folder[] = "/lib-dynload/";
    for (; lib && *lib; lib++, path++)
        if ((unsigned char)*path >= 128 || (wchar_t)(unsigned char)*path != *lib)
            return false;
    size_t n = sizeof folder - 1;
    return lib && !strncmp(path, folder, n) && !strchr(path + n, '/');
}

bool pw_host_loaded(PyInterpreterState *interp, PwLoaded *out, char *why, size_t n)
{
    Objects all = {.n = 0};
    char name[128];
    (void)dl_iterate_phdr(note, &all);
    out->n = 0;
    out->foreign = false;
    for (uint32_t k = 0; k < all.n && !all.more; k++) {
        const Object *o = &all.at[k];
        uintptr_t python = (uintptr_t)(void *)Py_FinalizeEx;
        PwOrigin origin = PW_ORIGIN_PYTHON;
        if (python < o->from || python >= o->to) {
            if (!is_module(o->path, name, sizeof name))
                continue;
            origin = is_standard(interp, o->path) ? known(name) : PW_ORIGIN_UNKNOWN;
            if (origin == PW_ORIGIN_UNKNOWN) {
                out->foreign = true;
                continue;
            }
        }
        out->range[out->n].from = o->from;
        out->range[out->n].to = o->to;
        out->range[out->n++].origin = origin;
    }
    if (all.more)
        (void)snprintf(why, n, "more than %d shared objects are loaded", PW_LOADED_MAX);
    return !all.more;
}

PwOrigin pw_host_origin(const PwLoaded *loaded, const void *code)
{
    uintptr_t at = (uintptr_t)code;
    for (uint32_t k = 0; k < loaded->n; k++)
        if (at >= loaded->range[k].from && at < loaded->range[k].to)
            return loaded->range[k].origin;
    return PW_ORIGIN_UNKNOWN;
}
