/* PROGRAM, taken apart by the rules of python3.11's own command line. */
#include "launcher/cli/cli.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Source: CPython 3.11 Python/getopt.c. Letters with a colon take an argument; -c and -m end the options. */
static const char letters[] = "+bBc:dEhiIJm:OPqRsStuvVW:xX:?";

/* One word of short options. Returns how many words it takes (1 or 2); 0: it ends in -c or -m (in *end, *value). */
static int short_options(char **at, char *end, const char **value, bool *info, bool *isolated)
{
    for (const char *c = *at + 1; *c; c++) {
        const char *known = *c == ':' || *c == '+' ? NULL : strchr(letters, *c);
        if (!known) { /* Python will say so */
            *info = true;
            return 1;
        }
        if (*c == 'h' || *c == '?' || *c == 'V')
            *info = true;
        *isolated |= *c == 'E' || *c == 'I';
        if (known[1] != ':')
            continue;
        bool next = !c[1];
        if (*c == 'c' || *c == 'm') {
            *end = *c;
            *value = next ? at[1] : c + 1;
            return 0;
        }
        return next && at[1] ? 2 : 1;
    }
    return 1;
}

/* Finds where the options end: fills kind and what; returns the index of a script's word, or -1. */
static int take_apart(char **words, CliProgram *out)
{
    bool info = false;
    int i = 0;
    while (words[i] && words[i][0] == '-' && words[i][1]) {
        const char *w = words[i];
        if (w[1] == '-') {
            i++;
            if (!w[2])
                break;
            if (!strcmp(w, "--check-hash-based-pycs"))
                i += words[i] != NULL;
            else
                info = true; /* --help, --version, or one that Python refuses */
            continue;
        }
        char end = 0;
        const char *value = NULL;
        int n = short_options(words + i, &end, &value, &info, &out->isolated);
        if (!n) {
            out->kind = !value || info ? CLI_INFO : end == 'c' ? CLI_CODE : CLI_MODULE;
            out->what = value ? value : "";
            return -1;
        }
        i += n;
    }
    out->kind = info ? CLI_INFO : !words[i] || !strcmp(words[i], "-") ? CLI_STDIN : CLI_SCRIPT;
    out->what = words[i] ? words[i] : "-";
    return out->kind == CLI_SCRIPT ? i : -1;
}

bool cli_isolated(const CliProgram *program)
{
    CliProgram line = {0};
    if (program->extra)
        (void)take_apart(program->extra, &line);
    return program->isolated || line.isolated;
}

int cli_program(char **words, CliProgram *out)
{
    struct stat st;
    int n = 0;
    *out = (CliProgram){0};
    while (words[n])
        n++;
    out->argv = cli_alloc(((size_t)n + 1) * sizeof *words);
    memcpy(out->argv, words, (size_t)n * sizeof *words);
    if (!n && isatty(STDIN_FILENO))
        return cli_fail(CLI_USAGE, "which program? Try: prewarm --help");
    int script = take_apart(words, out);
    if (script < 0 || !stat(out->what, &st))
        return 0;
    char *found = cli_search_path(out->what);
    if (!found)
        return cli_fail(CLI_NOT_FOUND, "%s: there is no such %s", out->what,
                        strchr(out->what, '/') ? "file" : "file, nor is it on the PATH");
    out->what = out->argv[script] = found;
    out->searched = true;
    return 0;
}
