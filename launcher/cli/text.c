#include "launcher/cli/cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

void *cli_alloc(size_t bytes)
{
    void *p = pw_calloc(1, bytes ? bytes : 1);
    if (!p) {
        fputs("prewarm: out of memory\n", stderr);
        exit(CLI_FAILED);
    }
    return p;
}

char *cli_text(const char *format, ...)
{
    va_list ap, again;
    va_start(ap, format);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    char *s = cli_alloc(n < 0 ? 1 : (size_t)n + 1);
    if (n > 0)
        vsnprintf(s, (size_t)n + 1, format, again);
    va_end(again);
    va_end(ap);
    return s;
}

static void say(const char *format, va_list ap)
{
    fputs("prewarm: ", stderr);
    vfprintf(stderr, format, ap);
    fputc('\n', stderr);
}

int cli_fail(int status, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    say(format, ap);
    va_end(ap);
    return status;
}

void cli_note(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    say(format, ap);
    va_end(ap);
}

char *cli_absolute(const char *path)
{
    char *folder = *path == '/' ? NULL : getcwd(NULL, 0);
    return folder ? cli_text("%s/%s", folder, path) : cli_text("%s", path);
}

bool cli_secure(void)
{
    return getauxval(AT_SECURE) != 0;
}

const char *cli_env(const char *name)
{
    const char *value = cli_secure() ? NULL : getenv(name);
    return value && *value ? value : NULL;
}

bool cli_disabled(void)
{
    const char *value = getenv("PREWARM_DISABLE");
    return value && *value && strcmp(value, "0");
}

char *cli_search_path(const char *name)
{
    struct stat st;
    const char *at = getenv("PATH");
    if (!*name || strchr(name, '/'))
        return NULL;
    for (at = at ? at : "/usr/local/bin:/usr/bin:/bin"; at;) {
        size_t n = strcspn(at, ":");
        char *file = n ? cli_text("%.*s/%s", (int)n, at, name) : cli_text("./%s", name);
        if (!stat(file, &st) && S_ISREG(st.st_mode) && !access(file, X_OK))
            return file;
        pw_free(file);
        at = at[n] ? at + n + 1 : NULL;
    }
    return NULL;
}

char *cli_own_file(const char *name)
{
    static char folder[4096];
    if (!*folder) {
        ssize_t n = readlink("/proc/self/exe", folder, sizeof folder - 1);
        if (n <= 0) {
            const char *self = (const char *)getauxval(AT_EXECFN); /* no /proc here */
            char *real = self ? realpath(self, NULL) : NULL;
            n = snprintf(folder, sizeof folder, "%s", real ? real : "/");
            if (n >= (ssize_t)sizeof folder)
                n = 0;
        }
        folder[n] = 0;
        char *slash = strrchr(folder, '/');
        if (slash)
            slash[slash == folder] = 0;
    }
    char *file = cli_text("%s/%s", folder, name);
    if (!access(file, R_OK))
        return file;
    char *up = strrchr(folder, '/');
    file = cli_text("%.*s/lib/prewarm/%s", up ? (int)(up - folder) : 0, folder, name);
    return access(file, R_OK) ? NULL : file;
}
