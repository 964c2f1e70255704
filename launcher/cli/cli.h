/* The `prewarm` command: what its files share. Small and quick to start: libc and base/ only, nothing is loaded.
 *
 * Own    Strings are never freed: the process ends or becomes Python within a millisecond. cli_text ends the process
 *        with status 125 when memory runs out.
 * Exit   125 prewarm itself failed, before the program started; 126 not a Python program; 127 not found; 2 wrong usage;
 *        anything else is the program's own.
 */
#ifndef PW_LAUNCHER_CLI_H
#define PW_LAUNCHER_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

enum { CLI_USAGE = 2, CLI_FAILED = 125, CLI_NOT_PYTHON = 126, CLI_NOT_FOUND = 127 };

/* -- words (text.c) -- */

/* A formatted string. */
char *cli_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Zeroed memory. */
void *cli_alloc(size_t bytes);
/* Prints "prewarm: SENTENCE" to stderr and returns status. */
int cli_fail(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same for what is no failure. */
void cli_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* path, made absolute by the working directory; not resolved. */
char *cli_absolute(const char *path);
/* The environment variable when it is set, not empty, and this process has not gained rights by its file (setuid). */
const char *cli_env(const char *name);
/* Has this process more rights than its user (setuid, setgid, file capabilities)? Then no cache is ever used. */
bool cli_secure(void);
/* Is PREWARM_DISABLE set to something else than "0"? */
bool cli_disabled(void);
/* The executable file that a shell would run for a name without a slash; NULL when there is none. */
char *cli_search_path(const char *name);
/* A file that belongs to prewarm: beside the executable, or in ../lib/prewarm. NULL when it is in neither. */
char *cli_own_file(const char *name);

/* -- the program and its Python (program.c, shebang.c, python.c) -- */

typedef enum CliKind {
    CLI_SCRIPT, /* what: the path, as Python will get it */
    CLI_MODULE, /* what: the name after -m */
    CLI_CODE,   /* what: the text after -c */
    CLI_STDIN,  /* "-", or nothing at all: what is "-" */
    CLI_INFO,   /* -V, -h and the like: Python answers and ends */
} CliKind;

/* What stands after prewarm's own options: PROGRAM. */
typedef struct CliProgram {
    CliKind kind;
    const char *what;
    char **argv;        /* NULL-terminated: what follows python on its command line; a found script has its full path */
    bool searched;      /* a bare name, found on the PATH */
    bool isolated;      /* argv has -E or -I */
    const char *python; /* the file to execute */
    const char *argv0;  /* its argv[0], as a plain start would have it */
    char **extra;       /* NULL-terminated: options of the #! line, before argv; or NULL */
} CliProgram;

/* Takes words (NULL-terminated; borrowed) apart as python3.11 does, and finds the script.
 * Returns 0, or the exit status after it has told why. */
int cli_program(char **words, CliProgram *out);
/* Does it ask Python to ignore the environment (-E, -I)? Then no cache comes from there either. */
bool cli_isolated(const CliProgram *program);
/* Chooses the Python: `wanted` (--python) or NULL. The same returns. */
int cli_python(CliProgram *program, const char *wanted);

/* A script's #! line. */
typedef struct CliShebang {
    const char *argv0; /* as the interpreter gets it: a path, or a name after env; NULL: no #! line */
    char **options;    /* NULL-terminated words between interpreter and script */
    bool elf;          /* no script at all: a machine's program */
} CliShebang;
CliShebang cli_shebang(const char *path);

/* -- files (names.c) -- */

/* The default cache of a program; NULL when there is no place for it (no HOME, or cli_secure()). */
char *cli_default_cache(const CliProgram *program);
/* Where default caches lie; NULL as above. */
char *cli_cache_folder(void);
/* The image of a cache for this machine. */
char *cli_image_of(const char *cache);
/* The one to run: with PREWARM_FAIL_GUARD or PREWARM_COUNT set that with probes, when there is one; the cache itself when that is an
 * image (prewarm pack). */
char *cli_image_to_run(const char *cache);
/* Is there a cache at path, by its first bytes? */
bool cli_is_cache(const char *path);
/* Where runs note which exits they took (run --learn). */
char *cli_notes_of(const char *cache);
/* The cache that an argument means: a cache file, or a script's default cache. NULL after telling why. */
char *cli_cache_argument(const char *argument);
/* OK when the image looks fit for use, as far as its first bytes tell; else the sentence why not. */
PwStatus cli_check_image(const char *path, PwErr *err);

/* -- starting programs (start.c) -- */

typedef struct CliHandoff {
    const char *mode; /* "run", "record", "probe" */
    const char *cache, *image;
    const char *stats, *engine, *explain, *learn; /* or NULL */
    bool require;
} CliHandoff;

/* Becomes Python. handoff NULL: a plain start. Returns only on failure, after telling why: the exit status. */
int cli_become(const CliProgram *program, const CliHandoff *handoff);
/* Can the runtime be handed to Python? Otherwise the sentence why not. */
PwStatus cli_check_runtime(const CliHandoff *handoff, PwErr *err);
/* Starts Python, waits; SIGTERM, SIGHUP, SIGUSR1 and SIGUSR2 are passed on, SIGINT and SIGQUIT are left to the program.
 * Returns the exit status as a shell gives it (128 + signal). to_stderr: its stdout goes to stderr. */
int cli_spawn(const CliProgram *program, const CliHandoff *handoff, bool to_stderr);
/* Becomes prewarm-compile with these words (NULL-terminated, without argv[0]); or runs it and waits. */
int cli_become_tool(char **words);
int cli_run_tool(char **words);
/* Becomes prewarm-sign with these words. */
int cli_become_signer(char **words);

/* -- commands (commands.c, options.c) -- */

typedef struct CliOptions {
    const char *cache, *python, *stats, *engine;
    bool require, learn, count;
    char **rest; /* what follows prewarm's options */
} CliOptions;

/* Reads the options that `allowed` (letters of options.c's table) permits. Returns 0 or an exit status. */
int cli_options(const char *command, const char *allowed, char **words, CliOptions *out);

int cli_record(char **words);
int cli_learn(char **words);
int cli_keygen(char **words);
int cli_sign(char **words);
int cli_verify(char **words);
int cli_compile(char **words);
int cli_train(char **words);
int cli_run(char **words);
int cli_pack(char **words);
int cli_targets(char **words);
int cli_probe(char **words);
int cli_show(char **words);
int cli_explain(char **words);

#endif
