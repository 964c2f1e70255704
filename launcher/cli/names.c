/* Where caches and images lie. */
#include "launcher/cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/target.h"
#include "ir/image.h"

char *cli_cache_folder(void)
{
    const char *folder = cli_env("XDG_CACHE_HOME"), *home = cli_env("HOME");
    if (folder && *folder == '/')
        return cli_text("%s/prewarm", folder);
    return home && *home == '/' ? cli_text("%s/.cache/prewarm", home) : NULL;
}

/* A file name that a person recognises: the end of `text` without what shells trip over. */
static char *readable(const char *text)
{
    char *s = cli_text("%.60s", text);
    for (char *c = s; *c; c++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-", *c))
            *c = '_';
    return s;
}

static char *name_of(const CliProgram *program)
{
    char hex[33] = "";
    char *real = program->kind == CLI_SCRIPT ? realpath(program->what, NULL) : NULL;
    const char *text = real ? real : program->what;
    PwDigest digest = pw_digest(text, strlen(text));
    pw_digest_hex(&digest, hex);
    if (program->kind == CLI_MODULE)
        return cli_text("m-%s", readable(text));
    if (program->kind == CLI_CODE)
        return cli_text("c-%.8s", hex);
    if (program->kind != CLI_SCRIPT)
        return cli_text("stdin");
    const char *slash = strrchr(text, '/');
    char *base = readable(slash ? slash + 1 : text);
    size_t n = strlen(base);
    if (n > 3 && !strcmp(base + n - 3, ".py"))
        base[n - 3] = 0;
    return cli_text("%s-%.8s", base, hex);
}

/* The folder of default caches, by the user database alone. */
static char *folder_of_user(void)
{
    const struct passwd *user = cli_secure() ? NULL : getpwuid(geteuid());
    return user && user->pw_dir && *user->pw_dir == '/' ? cli_text("%s/.cache/prewarm", user->pw_dir) : NULL;
}

char *cli_default_cache(const CliProgram *program)
{
    bool isolated = cli_isolated(program);
    const char *given = isolated ? NULL : cli_env("PREWARM_CACHE");
    if (given)
        return cli_absolute(given);
    char *folder = isolated ? folder_of_user() : cli_cache_folder();
    return folder ? cli_text("%s/%s.pwc", folder, name_of(program)) : NULL;
}

char *cli_image_of(const char *cache)
{
    return cli_text("%s." PW_TARGET ".img", cache);
}

static bool begins_with(const char *path, const void *magic, size_t n)
{
    char head[16] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    ssize_t got = fd < 0 ? -1 : read(fd, head, sizeof head);
    if (fd >= 0)
        close(fd);
    return got >= (ssize_t)n && !memcmp(head, magic, n);
}

char *cli_notes_of(const char *cache)
{
    return cli_text("%s" PW_NOTES_ENDING, cache);
}

char *cli_image_to_run(const char *cache)
{
    const char *count = cli_env("PREWARM_COUNT");
    bool probes = cli_env("PREWARM_FAIL_GUARD") || (count && !strcmp(count, "1"));
    char *probed = probes ? cli_text("%s." PW_TARGET ".probes.img", cache) : NULL;
    if (probed && !access(probed, R_OK))
        return probed;
    char *image = cli_image_of(cache);
    return access(image, F_OK) && begins_with(cache, PW_IMG_MAGIC, sizeof PW_IMG_MAGIC - 1) ? cli_text("%s", cache) : image;
}

bool cli_is_cache(const char *path)
{
    static const char magic[16] = "SQLite format 3";
    return begins_with(path, magic, sizeof magic);
}

char *cli_cache_argument(const char *argument)
{
    size_t n = strlen(argument);
    if (cli_is_cache(argument) || (n > 4 && !strcmp(argument + n - 4, ".pwc")))
        return cli_absolute(argument);
    struct stat st;
    const char *script = stat(argument, &st) ? cli_search_path(argument) : argument;
    if (!script || cli_shebang(script).elf)
        return cli_absolute(argument); /* prewarm-compile says what is wrong with it */
    const CliProgram program = {.kind = CLI_SCRIPT, .what = script};
    char *folder = cli_cache_folder(), *cache = folder ? cli_text("%s/%s.pwc", folder, name_of(&program)) : NULL;
    if (cache && !access(cache, F_OK))
        return cache;
    cli_fail(CLI_FAILED, "%s: there is no cache for this program%s%s; make one with: prewarm train %s", argument,
             cache ? " at " : "", cache ? cache : "", argument);
    return NULL;
}
