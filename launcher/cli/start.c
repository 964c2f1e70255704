/* Becoming Python with the runtime handed to it, and starting programs that are waited for. */
#include "launcher/cli/cli.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PRELOAD "libprewarm-preload.so"
#define RUNTIME "libprewarm.so"
#define RECORDER "libprewarm-record.so"

/* Recording, and running without native code, need the recorder's library. */
static bool wants_recorder(const CliHandoff *h)
{
    return !strcmp(h->mode, "record") || (h->engine && !strcmp(h->engine, "ir"));
}

/* A value of the handoff goes up to the next tab. */
static bool fits(const char *value)
{
    return !value || !strpbrk(value, "\t\n");
}

PwStatus cli_check_runtime(const CliHandoff *h, PwErr *err)
{
    const char *const needed[] = {PRELOAD, RUNTIME, wants_recorder(h) ? RECORDER : NULL};
    for (size_t i = 0; i < 3 && needed[i]; i++)
        if (!cli_own_file(needed[i]))
            return pw_err_set(err, PW_NOTFOUND, "%s is missing beside the prewarm command", needed[i]);
    const char *preload = cli_own_file(PRELOAD);
    if (strpbrk(preload, " :\t\n"))
        return pw_err_set(err, PW_UNSUPPORTED, "%s: LD_PRELOAD cannot name a path with a blank or a colon", preload);
    if (!fits(h->cache) || !fits(h->image) || !fits(h->stats) || !fits(h->explain) || !fits(h->learn))
        return pw_err_set(err, PW_UNSUPPORTED, "a path with a tab or a line break cannot be used for the cache");
    return PW_OK;
}

static char *add(char *text, const char *key, const char *value)
{
    return value ? cli_text("%s%s%s=%s", text, *text ? "\t" : "", key, value) : text;
}

static void set_environment(const CliHandoff *h)
{
    char *text = add(cli_text("%s", ""), "rt", cli_own_file(RUNTIME));
    text = add(text, "mode", h->mode);
    text = add(text, "cache", h->cache);
    text = add(text, "image", h->image);
    text = add(text, "stats", h->stats);
    text = add(text, "engine", h->engine);
    text = add(text, "require", h->require ? "1" : NULL);
    text = add(text, "explain", h->explain);
    text = add(text, "learn", h->learn);
    text = add(text, "rec", wants_recorder(h) ? cli_own_file(RECORDER) : NULL);
    const char *others = getenv("LD_PRELOAD");
    char *preload = cli_own_file(PRELOAD);
    if (others && *others)
        preload = cli_text("%s:%s", preload, others);
    if (setenv("PREWARM_HANDOFF", text, 1) || setenv("LD_PRELOAD", preload, 1)) {
        cli_fail(CLI_FAILED, "out of memory");
        exit(CLI_FAILED);
    }
}

static char **whole_argv(const CliProgram *program)
{
    size_t n = 0, extra = 0;
    while (program->argv[n])
        n++;
    while (program->extra && program->extra[extra])
        extra++;
    char **argv = cli_alloc((n + extra + 2) * sizeof *argv);
    argv[0] = (char *)program->argv0;
    if (extra)
        memcpy(argv + 1, program->extra, extra * sizeof *argv);
    memcpy(argv + 1 + extra, program->argv, n * sizeof *argv);
    return argv;
}

int cli_become(const CliProgram *program, const CliHandoff *handoff)
{
    char **argv = whole_argv(program);
    unsetenv("PREWARM_HANDOFF");
    if (handoff)
        set_environment(handoff);
    execv(program->python, argv);
    int code = errno;
    return cli_fail(code == ENOENT || code == ENOTDIR ? CLI_NOT_FOUND : CLI_NOT_PYTHON, "%s: it cannot be started: %s",
                    program->python, strerror(code));
}

/* -- waiting -- */

static volatile sig_atomic_t child;

static void pass_on(int signal_number)
{
    int saved = errno;
    if (child > 0)
        kill(child, signal_number);
    errno = saved;
}

static const int passed_on[] = {SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};
static const int left_alone[] = {SIGINT, SIGQUIT}; /* a terminal sends these to the program too */
enum { N_PASSED = sizeof passed_on / sizeof *passed_on, N_LEFT = sizeof left_alone / sizeof *left_alone };

typedef int (*Become)(const void *what, const void *how);

static int wait_for(Become become, const void *what, const void *how, bool to_stderr)
{
    struct sigaction before[N_PASSED + N_LEFT], now;
    sigset_t all, mask;
    int status = 0;
    memset(&now, 0, sizeof now);
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &mask);
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0) {
        sigprocmask(SIG_SETMASK, &mask, NULL);
        return cli_fail(CLI_FAILED, "no process can be started: %s", strerror(errno));
    }
    if (!pid) {
        sigprocmask(SIG_SETMASK, &mask, NULL);
        if (to_stderr)
            dup2(STDERR_FILENO, STDOUT_FILENO);
        _exit(become(what, how));
    }
    child = pid;
    for (int i = 0; i < N_PASSED + N_LEFT; i++) {
        int number = i < N_PASSED ? passed_on[i] : left_alone[i - N_PASSED];
        now.sa_handler = i < N_PASSED ? pass_on : SIG_IGN;
        sigaction(number, NULL, &before[i]);
        if (before[i].sa_handler != SIG_IGN)
            sigaction(number, &now, NULL);
    }
    sigprocmask(SIG_SETMASK, &mask, NULL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    child = 0;
    for (int i = 0; i < N_PASSED + N_LEFT; i++)
        sigaction(i < N_PASSED ? passed_on[i] : left_alone[i - N_PASSED], &before[i], NULL);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int become_python(const void *program, const void *handoff)
{
    return cli_become(program, handoff);
}

int cli_spawn(const CliProgram *program, const CliHandoff *handoff, bool to_stderr)
{
    return wait_for(become_python, program, handoff, to_stderr);
}

static int become_own(const char *name, char **words)
{
    size_t n = 0;
    char *tool = cli_own_file(name);
    if (!tool)
        return cli_fail(CLI_FAILED, "%s is missing beside the prewarm command", name);
    while (words[n])
        n++;
    char **argv = cli_alloc((n + 2) * sizeof *argv);
    argv[0] = tool;
    memcpy(argv + 1, words, n * sizeof *argv);
    execv(tool, argv);
    return cli_fail(CLI_FAILED, "%s: it cannot be started: %s", tool, strerror(errno));
}

int cli_become_tool(char **words)
{
    return become_own("prewarm-compile", words);
}

int cli_become_signer(char **words)
{
    return become_own("prewarm-sign", words);
}

static int become_tool(const void *words, const void *nothing)
{
    (void)nothing;
    return cli_become_tool((char **)words);
}

int cli_run_tool(char **words)
{
    return wait_for(become_tool, words, NULL, false);
}
