/* prewarm: records short-running Python programs, compiles what was hot, and runs them with the native code. */
#include "launcher/cli/cli.h"

#include <stdio.h>
#include <string.h>

#define PROGRAM_HELP                                                                                                   \
    "\nPROGRAM is what could follow python3.11: a script and its arguments, -m module ..., -c code ..., with "         \
    "Python's\n"                                                                                                       \
    "own options (-O, -X ..., -I ...) before it; or the bare name of a Python script on the PATH.\n"
#define CACHE_HELP                                                                                                     \
    "CACHE defaults to $PREWARM_CACHE, else to a file named after the program in $XDG_CACHE_HOME/prewarm\n"            \
    "(~/.cache/prewarm).\n"
#define ARGUMENT_HELP "CACHE is a cache file; or a script, which means its default cache.\n"
#define PYTHON_HELP                                                                                                    \
    "  --python PATH    the Python 3.11 to run; else $VIRTUAL_ENV's, else that of the script's #! line, else\n"        \
    "                   python3.11 on the PATH (a script found on the PATH: its #! line first)\n"

static const struct {
    const char *name;
    int (*run)(char **words);
    const char *line, *usage, *help;
} commands[] = {
    {"record", cli_record, "run a program on CPython and record what is hot", "[-o CACHE] PROGRAM",
     "Runs the program on CPython and records its hot loops and functions as guarded traces. Recording again, with\n"
     "other inputs, adds to the cache. Ctrl-C keeps what was recorded. The exit status is the program's.\n\n"
     "  -o CACHE         where to record to\n" PYTHON_HELP PROGRAM_HELP CACHE_HELP},
    {"compile", cli_compile, "compile what is new in a cache to native code", "[CACHE] [-j N] [--target TRIPLE]... [--cpu LEVEL]... [-o IMAGE]",
     "Compiles every trace tree that is new or changed, and publishes the image beside the cache. Without CACHE:\n"
     "$PREWARM_CACHE, else every cache in the default folder.\n\n"
     "  --target TRIPLE  for this target instead of this machine (prewarm targets); any number of times. Or a file with\n"
     "                   what prewarm probe printed, for a Python that is built unlike Debian's\n"
     "  --cpu LEVEL      also for this CPU level; a program gets the best that its machine has\n"
     "  -j N             compile with N processes\n"
     "  -o IMAGE         the image's name\n\n" ARGUMENT_HELP},
    {"pack", cli_pack, "write the one file that a device needs", "CACHE --target TRIPLE [--cpu LEVEL]... -o FILE",
     "Writes a file that prewarm run --cache FILE takes on a device of the target: no recording, no compiler and no home\n"
     "folder are needed there. What is not compiled for the target yet is compiled first. The other options are those of\n"
     "compile.\n\n" ARGUMENT_HELP},
    {"targets", cli_targets, "list what can be compiled for", "",
     "Lists the targets and the CPU levels of each, and which of these this machine runs.\n"},
    {"probe", cli_probe, "print the target description of a Python", "[--python PATH]",
     "Prints what native code must know of this machine and its Python: sizes, offsets, calling convention. compile\n"
     "--target FILE takes it.\n\n" PYTHON_HELP},
    {"train", cli_train, "record, then compile", "[-o CACHE] PROGRAM",
     "Records the program, compiles the recording, and says what prewarm run will now do. What was recorded is\n"
     "compiled however the program ended; the exit status is the program's own (128 + N after signal N), else that\n"
     "of compiling.\n\n"
     "  -o CACHE         where to record to\n" PYTHON_HELP PROGRAM_HELP CACHE_HELP},
    {"run", cli_run, "run a program with its native code",
     "[--cache CACHE] [--require-cache] [--learn] [--stats FILE [--count]] [--engine native|ir] PROGRAM",
     "Runs the program with the native code of its cache. Output, exit status, signals and sys.argv are the program's\n"
     "own. Without a fit cache the program runs as under python3.11.\n\n"
     "  --cache CACHE    the cache to use\n"
     "  --require-cache  stop with status 125 before the program starts when there is no fit cache\n"
     "  --learn          note beside the cache where native code was left, for the next record or learn\n"
     "  --stats FILE     write what was linked, entered and left to FILE, as JSON\n"
     "  --count          have --stats count bytecodes, native and interpreted ones, too; slows the run down\n"
     "  --engine ir      run traces on the reference interpreter instead of native code\n" PYTHON_HELP PROGRAM_HELP
         CACHE_HELP},
    {"learn", cli_learn, "record what runs with --learn have missed", "CACHE [PROGRAM]",
     "Takes the notes of prewarm run --learn into the cache and lists the places where native code was left often. With\n"
     "PROGRAM, records it once more, beginning at those places, and compiles what is new. Run it with inputs like those that\n"
     "were missed.\n\n" PYTHON_HELP PROGRAM_HELP ARGUMENT_HELP},
    {"keygen", cli_keygen, "make a key that signs images", "FILE",
     "Writes a new secret key to FILE and its public one to FILE.pub.\n"},
    {"sign", cli_sign, "sign an image", "--key FILE IMAGE",
     "Writes IMAGE.sig. IMAGE is a file of prewarm pack, or a cache: then its image for this machine. With PREWARM_TRUST=signed,\n"
     "prewarm run uses only images that are signed by a key in ~/.config/prewarm/trusted-keys or /etc/prewarm/trusted-keys.\n\n"
     "  --key FILE       the secret key\n"},
    {"verify", cli_verify, "is an image signed, and by whom?", "[--key FILE.pub] IMAGE",
     "Tells whether IMAGE.sig is right, and by a trusted key; or, with --key, by that one. Exit status 0 if so, 1 if not.\n"},
    {"show", cli_show, "list the trace trees of a cache, or one at each stage", "CACHE [TRACE] [--raw] [--ir] [--llvm] [--asm]",
     "Lists the trace trees: place in the source, length, guards, exits and how often each was taken. With TRACE, one\n"
     "of them: what it is made of, or\n\n"
     "  --raw            the IR as it was recorded\n"
     "  --ir             the IR as it is compiled: optimised\n"
     "  --llvm           LLVM text\n"
     "  --asm            machine code\n\n" ARGUMENT_HELP},
    {"explain", cli_explain, "tell why each loop or function is native or not", "CACHE [PROGRAM]",
     "Tells why each loop and function is native or not. With PROGRAM, runs it (its output goes to stderr) and tells\n"
     "also which traces did not bind and which assumption failed, expected against found.\n\n" PYTHON_HELP PROGRAM_HELP
         ARGUMENT_HELP},
};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

static int help(void)
{
    puts("prewarm makes short-running Python programs fast: it records what is hot once, compiles it ahead of time, "
         "and\n"
         "runs the program from then on with the native code, on the user's own python3.11.\n\n"
         "usage: prewarm COMMAND ...\n");
    for (int i = 0; i < N_COMMANDS; i++)
        printf("  %-9s %s\n", commands[i].name, commands[i].line);
    puts("\n  prewarm COMMAND --help tells more; prewarm --version.\n\n"
         "Most often:   prewarm train app.py ARGUMENTS     once\n"
         "              prewarm run app.py ARGUMENTS       from then on\n\n"
         "PREWARM_DISABLE=1 turns everything off. Exit status: 125 prewarm could not start the program, 126 it is no\n"
         "Python program, 127 it was not found; otherwise the program's own.");
    return 0;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    if (!*name || !strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help"))
        return *name ? help() : cli_fail(CLI_USAGE, "which command? Try: prewarm --help");
    if (!strcmp(name, "--version") || !strcmp(name, "-V"))
        return puts("prewarm " PREWARM_VERSION) < 0;
    for (int i = 0; i < N_COMMANDS; i++) {
        if (strcmp(name, commands[i].name))
            continue;
        if (argc > 2 && (!strcmp(argv[2], "--help") || !strcmp(argv[2], "-h"))) {
            printf("usage: prewarm %s %s\n\n%s", name, commands[i].usage, commands[i].help);
            return 0;
        }
        return commands[i].run(argv + 2);
    }
    return cli_fail(CLI_USAGE, "%s: there is no such command; try prewarm --help", name);
}
