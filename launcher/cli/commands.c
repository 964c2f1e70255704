#include "launcher/cli/cli.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The program, its Python and its cache, from a command's words. */
static int set_out(const char *command, const char *allowed, char **words, CliOptions *o, CliProgram *program)
{
    int status = cli_options(command, allowed, words, o);
    if (!status)
        status = cli_program(o->rest, program);
    if (!status)
        status = cli_python(program, o->python);
    if (!status && !o->cache)
        o->cache = cli_default_cache(program);
    return status;
}

/* -- run -- */

/* Code that counts is another image: made now, if there is a cache and a compiler. */
static void prepare_count(const char *cache)
{
    char *compile[] = {"compile", "--quiet", (char *)cache, NULL};
    if (setenv("PREWARM_COUNT", "1", 1) == 0 && cache && cli_is_cache(cache) && cli_own_file("prewarm-compile"))
        (void)cli_run_tool(compile);
}

int cli_run(char **words)
{
    CliOptions o;
    CliProgram program;
    PwErr err;
    int status = set_out("run", "cpserln", words, &o, &program);
    if (status)
        return status;
    if (cli_disabled() || cli_secure()) /* without prewarm: also without a claim that there is a cache */
        return cli_become(&program, NULL);
    if (o.count)
        prepare_count(o.cache);
    CliHandoff handoff = {.mode = "run", .cache = o.cache, .stats = o.stats, .engine = o.engine, .require = o.require};
    bool fit = o.cache != NULL, ir = o.engine && !strcmp(o.engine, "ir");
    if (o.learn && o.cache)
        handoff.learn = cli_notes_of(o.cache);
    if (fit) {
        handoff.image = cli_image_to_run(o.cache);
        fit = !access(ir ? o.cache : handoff.image, R_OK);
    }
    if (o.require) {
        if (!o.cache)
            return cli_fail(CLI_FAILED, "there is no place for a cache: set HOME, or say --cache FILE");
        if (ir && !fit)
            return cli_fail(CLI_FAILED, "%s: the cache cannot be read: %s", o.cache, strerror(errno));
        if ((!ir && cli_check_image(handoff.image, &err) != PW_OK) || cli_check_runtime(&handoff, &err) != PW_OK)
            return cli_fail(CLI_FAILED, "%s", err.text);
    }
    /* With --stats the runtime comes along even without an image: it writes why nothing ran natively. */
    bool hand = (fit || (o.stats && o.cache)) && cli_check_runtime(&handoff, &err) == PW_OK;
    return cli_become(&program, hand ? &handoff : NULL);
}

/* -- record -- */

static bool make_folders(char *path)
{
    for (char *c = path + 1; *c; c++)
        if (*c == '/') {
            *c = 0;
            if (mkdir(path, 0700) && errno != EEXIST)
                return false;
            *c = '/';
        }
    return true;
}

/* Where to record to, with its folder made. 0 or an exit status. */
static int prepare_record(const CliOptions *o, CliHandoff *handoff)
{
    PwErr err;
    if (!o->cache)
        return cli_fail(CLI_FAILED, "there is no place for a cache: set HOME, or say -o CACHE");
    *handoff = (CliHandoff){.mode = "record", .cache = o->cache, .image = cli_image_of(o->cache), .stats = o->stats};
    if (cli_check_runtime(handoff, &err) != PW_OK)
        return cli_fail(CLI_FAILED, "%s", err.text);
    if (!make_folders(cli_text("%s", o->cache)))
        return cli_fail(CLI_FAILED, "%s: its folder cannot be made: %s", o->cache, strerror(errno));
    struct stat st;
    char *folder = cli_text("%.*s", (int)(strrchr(o->cache, '/') - o->cache) + 1, o->cache);
    if (!stat(o->cache, &st) ? !S_ISREG(st.st_mode) || access(o->cache, W_OK) : access(folder, W_OK | X_OK))
        return cli_fail(CLI_FAILED, "%s: a cache cannot be written there", o->cache);
    return 0;
}

/* What runs have learnt goes into the cache before it is recorded into. Where that cannot be, it waits. */
static void take_notes(const char *cache)
{
    char *learn[] = {"learn", "--take", (char *)cache, NULL};
    if (!access(cli_notes_of(cache), R_OK) && !access(cache, W_OK) && cli_own_file("prewarm-compile"))
        (void)cli_run_tool(learn);
}

int cli_record(char **words)
{
    CliOptions o;
    CliProgram program;
    CliHandoff handoff;
    int status = set_out("record", "ocps", words, &o, &program);
    if (status)
        return status;
    if (cli_disabled() || cli_secure())
        return cli_become(&program, NULL);
    status = prepare_record(&o, &handoff);
    if (!status)
        take_notes(o.cache);
    return status ? status : cli_become(&program, &handoff);
}

/* Records and compiles. Returns the program's exit status. */
static int record_and_compile(const CliOptions *o, const CliProgram *program, const CliHandoff *handoff, int *compiled)
{
    int ended = cli_spawn(program, handoff, false);
    if (ended)
        cli_note("the program ended with status %d; what it recorded is compiled all the same", ended);
    if (access(o->cache, R_OK)) {
        cli_note("nothing was recorded; prewarm run will be as python3.11");
        return ended;
    }
    char *compile[] = {"compile", (char *)o->cache, NULL};
    *compiled = cli_run_tool(compile);
    return ended;
}

/* -- learn -- */

/* COMMAND CACHE [PROGRAM]: the cache; and the program with its Python, if there is one (o->rest[1]). */
static int cache_and_program(const char *command, char **words, CliOptions *o, CliProgram *program)
{
    int status = cli_options(command, "p", words, o);
    if (status)
        return status;
    if (!*o->rest)
        return cli_fail(CLI_USAGE, "%s which cache? Try: prewarm %s --help", command, command);
    if (!(o->cache = cli_cache_argument(*o->rest)))
        return CLI_FAILED;
    if (o->rest[1])
        status = cli_program(o->rest + 1, program);
    if (!status && o->rest[1])
        status = cli_python(program, o->python);
    return status;
}

int cli_learn(char **words)
{
    CliOptions o;
    CliProgram program;
    CliHandoff handoff;
    int compiled = 0, status = cache_and_program("learn", words, &o, &program);
    if (status)
        return status;
    char *learn[] = {"learn", (char *)o.cache, NULL};
    if (!o.rest[1])
        return cli_become_tool(learn);
    if (cli_disabled() || cli_secure())
        return cli_become(&program, NULL);
    status = prepare_record(&o, &handoff);
    if (status)
        return status;
    (void)cli_run_tool(learn);
    handoff.learn = "1";
    int ended = record_and_compile(&o, &program, &handoff, &compiled);
    return ended ? ended : compiled;
}

/* -- train -- */

/* What to type from now on. */
static void say_ready(const CliOptions *o, const CliProgram *program, const char *image)
{
    struct stat st = {0};
    const char *usual = cli_default_cache(program);
    bool needed = !usual || strcmp(usual, o->cache);
    const char *what = program->kind == CLI_SCRIPT ? program->what : program->kind == CLI_MODULE ? "-m " : "PROGRAM";
    (void)!stat(image, &st);
    cli_note("from now on, prewarm run %s%s%s%s%s uses %lld KiB of native code (%s)", needed ? "--cache " : "",
             needed ? o->cache : "", needed ? " " : "", what, program->kind == CLI_MODULE ? program->what : "",
             (long long)(st.st_size + 1023) / 1024, image);
}

int cli_train(char **words)
{
    CliOptions o;
    CliProgram program;
    CliHandoff handoff;
    PwErr err;
    int status = set_out("train", "ocps", words, &o, &program);
    if (status)
        return status;
    if (cli_disabled() || cli_secure()) {
        cli_note("prewarm is turned off (PREWARM_DISABLE): the program runs, nothing is recorded");
        return cli_become(&program, NULL);
    }
    status = prepare_record(&o, &handoff);
    if (status)
        return status;
    take_notes(o.cache);
    int compiled = 0, ended = record_and_compile(&o, &program, &handoff, &compiled);
    if (access(o.cache, R_OK))
        return ended;
    if (compiled)
        cli_note("compiling failed (status %d); prewarm run will be as before", compiled);
    else if (cli_check_image(cli_image_to_run(o.cache), &err) != PW_OK)
        cli_note("there is no native code: %s; prewarm run will be as python3.11", err.text);
    else
        say_ready(&o, &program, cli_image_to_run(o.cache));
    return ended ? ended : compiled;
}

/* -- what prewarm-compile does -- */

static bool asks_help(char **words)
{
    for (; *words; words++)
        if (!strcmp(*words, "--help") || !strcmp(*words, "-h"))
            return true;
    return false;
}

/* Compiles every cache in the default folder. */
static int compile_all(char **options)
{
    size_t n = 0;
    int worst = 0, caches = 0;
    char *folder = cli_cache_folder();
    DIR *dir = folder ? opendir(folder) : NULL;
    while (options[n])
        n++;
    for (struct dirent *e; dir && (e = readdir(dir));) {
        size_t length = strlen(e->d_name);
        if (length <= 4 || strcmp(e->d_name + length - 4, ".pwc"))
            continue;
        char **words = cli_alloc((n + 3) * sizeof *words);
        words[0] = "compile";
        words[1] = cli_text("%s/%s", folder, e->d_name);
        memcpy(words + 2, options, n * sizeof *words);
        int status = cli_run_tool(words);
        if (status > worst)
            worst = status;
        caches++;
    }
    if (dir)
        closedir(dir);
    return caches ? worst
                  : cli_fail(CLI_FAILED, "there is no cache in %s yet; make one with prewarm record PROGRAM",
                             folder ? folder : "HOME");
}

/* Does the next word belong to this one? */
static bool takes_value(const char *word)
{
    static const char *const those[] = {"-j", "--jobs", "-o", "--output", "--target", "--cpu"};
    for (size_t i = 0; i < sizeof those / sizeof *those; i++)
        if (!strcmp(word, those[i]))
            return true;
    return false;
}

/* The words for prewarm-compile: the first one that is no option names the cache (at index `from` or later). */
static char **with_cache(const char *command, char **words, char **cache)
{
    size_t n = 0;
    while (words[n])
        n++;
    char **all = cli_alloc((n + 3) * sizeof *all);
    all[0] = (char *)command;
    memcpy(all + 1, words, n * sizeof *all);
    *cache = NULL;
    for (size_t i = 1; all[i] && !*cache; i++) {
        if (takes_value(all[i]))
            i += all[i + 1] != NULL;
        else if (all[i][0] != '-')
            all[i] = *cache = cli_cache_argument(all[i]);
        if (all[i] == NULL)
            return NULL;
    }
    if (!*cache && cli_env("PREWARM_CACHE")) {
        memmove(all + 2, all + 1, n * sizeof *all);
        all[1] = *cache = cli_absolute(cli_env("PREWARM_CACHE"));
    }
    return all;
}

int cli_compile(char **words)
{
    char *cache, **all = with_cache("compile", words, &cache);
    if (!all)
        return CLI_FAILED;
    return cache || asks_help(words) ? cli_become_tool(all) : compile_all(words);
}

int cli_pack(char **words)
{
    char *cache, **all = with_cache("pack", words, &cache);
    if (!all)
        return CLI_FAILED;
    return cache ? cli_become_tool(all) : cli_fail(CLI_USAGE, "pack which cache? Try: prewarm pack --help");
}

int cli_targets(char **words)
{
    char *all[] = {"targets", *words, NULL};
    return cli_become_tool(all);
}

int cli_probe(char **words)
{
    /* The runtime answers when this Python starts, and ends it. */
    char *ask[] = {"-S", "-c", "raise SystemExit('prewarm: this is no Python that prewarm knows')", NULL};
    CliOptions o;
    CliProgram program;
    PwErr err;
    const CliHandoff handoff = {.mode = "probe", .require = true};
    int status = cli_options("probe", "p", words, &o);
    if (!status && *o.rest)
        return cli_fail(CLI_USAGE, "%s: probe takes no program; try prewarm probe --help", *o.rest);
    if (!status)
        status = cli_program(ask, &program);
    if (!status)
        status = cli_python(&program, o.python);
    if (status)
        return status;
    if (cli_check_runtime(&handoff, &err) != PW_OK)
        return cli_fail(CLI_FAILED, "%s", err.text);
    return cli_become(&program, &handoff);
}

int cli_show(char **words)
{
    char *cache, **all = with_cache("show", words, &cache);
    if (!all)
        return CLI_FAILED;
    if (!cache)
        return cli_fail(CLI_USAGE, "show which cache? Try: prewarm show --help");
    return cli_become_tool(all);
}

int cli_explain(char **words)
{
    CliOptions o;
    CliProgram program;
    PwErr err;
    int status = cache_and_program("explain", words, &o, &program);
    if (status)
        return status;
    char *explain[] = {"explain", (char *)o.cache, NULL, NULL, NULL};
    if (!o.rest[1])
        return cli_become_tool(explain);
    const char *folder = cli_env("TMPDIR");
    char *reasons = cli_text("%s/prewarm-XXXXXX", folder ? cli_absolute(folder) : "/tmp");
    int fd = mkstemp(reasons);
    if (fd < 0)
        return cli_fail(CLI_FAILED, "%s: no file can be made there: %s", reasons, strerror(errno));
    close(fd);
    const CliHandoff handoff = {.mode = "run", .cache = o.cache, .image = cli_image_to_run(o.cache), .explain = reasons};
    if (cli_disabled() || cli_secure() || cli_check_runtime(&handoff, &err) != PW_OK) {
        cli_note("the program runs without prewarm: %s", cli_disabled() ? "PREWARM_DISABLE is set" : err.text);
    } else {
        int ended = cli_spawn(&program, &handoff, true);
        if (ended)
            cli_note("the program ended with status %d", ended);
        explain[2] = "--reasons";
        explain[3] = reasons;
    }
    status = cli_run_tool(explain);
    unlink(reasons);
    return status;
}

/* -- what prewarm-sign does -- */

/* Keys are files; of a cache its image for this machine is meant. */
static int signer(const char *command, char **words)
{
    size_t n = 0;
    while (words[n])
        n++;
    char **all = cli_alloc((n + 2) * sizeof *all);
    all[0] = (char *)command;
    memcpy(all + 1, words, n * sizeof *all);
    for (size_t i = 1; all[i] && strcmp(command, "keygen"); i++) {
        if (!strcmp(all[i], "--key"))
            i += all[i + 1] != NULL;
        else if (all[i][0] != '-' && cli_is_cache(all[i]))
            all[i] = cli_image_of(all[i]);
    }
    return cli_become_signer(all);
}

int cli_keygen(char **words)
{
    return signer("keygen", words);
}

int cli_sign(char **words)
{
    return signer("sign", words);
}

int cli_verify(char **words)
{
    return signer("verify", words);
}
