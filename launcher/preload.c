/* The library that LD_PRELOAD names. It lands in every process between the launcher and Python (a shell wrapper, env),
 * so it needs libc alone and does nothing where there is no Python. Where there is one, it loads the runtime, and takes
 * itself out of the environment, so that the program's own children are left alone.
 *
 * PREWARM_HANDOFF is a tab-separated list of key=value; `rt=PATH` names the runtime library, the rest is for the
 * runtime, which gets the whole list: int pw_runtime_start(const char *handoff). Its result is not looked at: a runtime
 * that cannot start has said so (with require=1 it has ended the process), and Python runs as ever.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int (*RuntimeStart)(const char *handoff);

static const char *const own_name = "libprewarm-preload.so";

/* Does an entry of LD_PRELOAD name this library? */
static int is_own(const char *entry, size_t n)
{
    size_t len = strlen(own_name);
    return n >= len && memcmp(entry + n - len, own_name, len) == 0 && (n == len || entry[n - len - 1] == '/');
}

/* LD_PRELOAD without this library; entries are separated by spaces or colons. */
static void leave_preload(void)
{
    const char *old = getenv("LD_PRELOAD");
    char *kept = old ? malloc(strlen(old) + 1) : NULL;
    if (!kept)
        return;
    char *end = kept;
    for (const char *at = old; *at;) {
        size_t n = strcspn(at, " :");
        if (n && !is_own(at, n)) {
            if (end != kept)
                *end++ = ':';
            memcpy(end, at, n);
            end += n;
        }
        at += n + (at[n] != '\0');
    }
    *end = '\0';
    if (end == kept)
        (void)unsetenv("LD_PRELOAD");
    else
        (void)setenv("LD_PRELOAD", kept, 1);
    free(kept);
}

/* The value of rt= as a fresh string, or NULL. */
static char *runtime_path(const char *handoff)
{
    for (const char *at = handoff; *at;) {
        size_t n = strcspn(at, "\t");
        if (n > 3 && memcmp(at, "rt=", 3) == 0)
            return strndup(at + 3, n - 3);
        at += n + (at[n] != '\0');
    }
    return NULL;
}

static void start_runtime(const char *handoff)
{
    char *path = runtime_path(handoff);
    void *runtime = path ? dlopen(path, RTLD_LAZY | RTLD_LOCAL) : NULL;
    RuntimeStart start = NULL;
    if (runtime)
        *(void **)&start = dlsym(runtime, "pw_runtime_start");
    if (start)
        (void)start(handoff);
    else if (strstr(handoff, "\trequire=1")) {
        const char *why = runtime ? "no pw_runtime_start in it" : path ? dlerror() : "it was not named";
        fprintf(stderr, "prewarm: the runtime cannot be loaded: %s\n", why ? why : "");
        _exit(125); /* --require-cache: the program must not start without it */
    }
    free(path);
}

__attribute__((constructor)) static void prewarm_preload(void)
{
    if (!dlsym(RTLD_DEFAULT, "PyImport_Inittab"))
        return;
    const char *value = getenv("PREWARM_HANDOFF");
    char *handoff = value ? strdup(value) : NULL;
    leave_preload();
    (void)unsetenv("PREWARM_HANDOFF");
    if (handoff)
        start_runtime(handoff);
    free(handoff);
}
