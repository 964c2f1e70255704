/* Which Python would have run the program? */
#include "launcher/cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Does a virtual environment's pyvenv.cfg in this folder speak of 3.11? */
static bool config_says_311(const char *folder)
{
    char line[512];
    bool yes = false;
    FILE *f = fopen(cli_text("%s/pyvenv.cfg", folder), "re");
    while (f && fgets(line, sizeof line, f)) {
        const char *value = strchr(line, '=');
        if (value && !strncmp(line, "version", 7) && !strncmp(value + 1 + strspn(value + 1, " \t"), "3.11", 4))
            yes = true;
    }
    if (f)
        fclose(f);
    return yes;
}

/* A Python 3.11, as far as names tell: nothing is run. */
static bool is_311(const char *path)
{
    char *real = realpath(path, NULL);
    if (!real || access(real, X_OK))
        return false;
    if (!strncmp(base_of(real), "python3.11", 10))
        return true;
    if (strncmp(base_of(real), "python", 6))
        return false;
    char *folder = cli_text("%.*s", (int)(base_of(path) - path), path); /* with its slash */
    return config_says_311(cli_text("%s..", folder)) || config_says_311(folder) ||
           !access(cli_text("%.*s../lib/python3.11/os.py", (int)(base_of(real) - real), real), R_OK);
}

/* What a shell passes as argv[0]: the bare name where the PATH leads to this very file. */
static const char *argv0_for(const char *path)
{
    const char *found = cli_search_path(base_of(path));
    return found && !strcmp(found, path) ? base_of(path) : path;
}

static bool from_environment(CliProgram *program)
{
    static const char *const names[] = {"python3.11", "python3", "python"};
    const char *folder = cli_env("VIRTUAL_ENV");
    for (size_t i = 0; folder && i < sizeof names / sizeof *names; i++) {
        char *path = cli_text("%s/bin/%s", folder, names[i]);
        if (is_311(path)) {
            program->python = path;
            program->argv0 = argv0_for(path);
            return true;
        }
    }
    return false;
}

static bool from_shebang(CliProgram *program, const CliShebang *line)
{
    const char *path = line->argv0 && !strchr(line->argv0, '/') ? cli_search_path(line->argv0) : line->argv0;
    if (!path || !is_311(path))
        return false;
    program->python = path;
    program->argv0 = line->argv0;
    program->extra = line->options;
    return true;
}

static int from_option(CliProgram *program, const char *wanted)
{
    program->argv0 = wanted;
    program->python = strchr(wanted, '/') ? wanted : cli_search_path(wanted);
    if (!program->python || (access(program->python, X_OK) && errno == ENOENT))
        return cli_fail(CLI_NOT_FOUND, "--python %s: there is no such program", wanted);
    return 0;
}

int cli_python(CliProgram *program, const char *wanted)
{
    CliShebang line = {0};
    if (program->kind == CLI_SCRIPT)
        line = cli_shebang(program->what);
    if (line.elf)
        return cli_fail(CLI_NOT_PYTHON, "%s: expected a Python program, found one of machine code", program->what);
    if (program->searched && (!line.argv0 || strncmp(base_of(line.argv0), "python", 6)))
        return cli_fail(CLI_NOT_PYTHON, "%s: expected a Python program, found one for %s", program->what,
                        line.argv0 ? line.argv0 : "something else (no #! line)");
    if (wanted) {
        program->extra = program->searched ? line.options : NULL;
        return from_option(program, wanted);
    }
    /* A bare name is what a shell would run: there, the #! line decides. */
    if (program->searched ? from_shebang(program, &line) || from_environment(program)
                          : from_environment(program) || from_shebang(program, &line))
        return 0;
    if (program->searched)
        program->extra = line.options;
    program->argv0 = "python3.11";
    program->python = cli_search_path(program->argv0);
    return program->python ? 0 : cli_fail(CLI_NOT_FOUND, "python3.11 is not on the PATH; say which with --python PATH");
}
