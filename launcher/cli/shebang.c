/* The #! line, read as the kernel, env and pip's long-path wrapper read it. */
#include "launcher/cli/cli.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Cuts the next blank-separated word off *at (which is changed); NULL at the end. */
static char *next_word(char **at)
{
    char *word = *at + strspn(*at, " \t");
    size_t n = strcspn(word, " \t");
    *at = word + n;
    if (**at)
        *(*at)++ = 0;
    return n ? word : NULL;
}

static void add_option(CliShebang *s, char *word)
{
    size_t n = 0;
    while (s->options && s->options[n])
        n++;
    char **more = cli_alloc((n + 2) * sizeof *more);
    if (n)
        memcpy(more, s->options, n * sizeof *more);
    more[n] = word;
    s->options = more;
}

/* `env NAME` (one argument), or `env -S NAME OPTIONS...`; with anything else that env can do, there is no interpreter.
 */
static void read_env(CliShebang *s, char *rest)
{
    bool split = !strncmp(rest, "-S", 2);
    s->argv0 = NULL;
    if (!split) {
        s->argv0 = *rest == '-' || strchr(rest, '=') ? NULL : rest;
        return;
    }
    rest += 2;
    s->argv0 = next_word(&rest);
    if (s->argv0 && (*s->argv0 == '-' || strchr(s->argv0, '='))) {
        s->argv0 = NULL;
        return;
    }
    for (char *word; s->argv0 && (word = next_word(&rest));)
        add_option(s, word);
}

/* Second line of a wrapper for interpreters that do not fit a #! line: '''exec' "/a path/python" "$0" "$@" */
static const char *wrapped(char *line)
{
    static const char start[] = "'''exec' ";
    if (strncmp(line, start, sizeof start - 1))
        return NULL;
    line += sizeof start - 1;
    bool quoted = *line == '"';
    line += quoted;
    line[strcspn(line, quoted ? "\"" : " ")] = 0;
    return *line == '/' ? line : NULL;
}

CliShebang cli_shebang(const char *path)
{
    CliShebang s = {0};
    char *text = cli_alloc(4097);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return s;
    ssize_t n = read(fd, text, 4096);
    close(fd);
    if (n < 4)
        return s;
    s.elf = !memcmp(text, "\177ELF", 4);
    if (text[0] != '#' || text[1] != '!')
        return s;
    char *line = text + 2, *second = strchr(line, '\n');
    if (!second)
        return s;
    *second++ = 0;
    second[strcspn(second, "\n")] = 0;
    for (size_t end = strlen(line); end && strchr(" \t\r", line[end - 1]);)
        line[--end] = 0;
    s.argv0 = next_word(&line);
    if (!s.argv0)
        return s;
    char *rest = line + strspn(line, " \t"); /* the kernel passes it as one word */
    const char *slash = strrchr(s.argv0, '/');
    const char *base = slash ? slash + 1 : s.argv0;
    if (!strcmp(base, "env") && *rest)
        read_env(&s, rest);
    else if (!strcmp(s.argv0, "/bin/sh") && !*rest && wrapped(second))
        s.argv0 = wrapped(second);
    else if (*rest)
        add_option(&s, rest);
    return s;
}
