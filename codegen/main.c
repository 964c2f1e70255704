/* prewarm-compile: what of prewarm needs LLVM. The prewarm command hands these commands on to it. */
#include <signal.h>
#include <string.h>

#include "codegen/tool.h"

static const char help[] = "usage: prewarm-compile COMMAND ...\n"
                           "\n"
                           "  compile [-j N] [--target TRIPLE]... [--cpu LEVEL]... [-o IMAGE] CACHE\n"
                           "                                      trace trees to native code\n"
                           "  pack [--cpu LEVEL]... --target TRIPLE -o FILE CACHE\n"
                           "                                      the one file that a device needs\n"
                           "  targets                             what can be compiled for\n"
                           "  show CACHE [TRACE] [--ir] [--raw] [--llvm] [--asm]\n"
                           "                                      lists trace trees, or one of them at each stage\n"
                           "  explain CACHE [--reasons FILE]      why each loop or function is native or not\n"
                           "  learn [--take] CACHE                what runs with --learn have noted, into the cache\n"
                           "\n"
                           "COMMAND --help tells more. Exit status: 0 done, 1 failed, 2 wrong usage.\n";

int main(int argc, char **argv)
{
    signal(SIGXFSZ, SIG_IGN); /* a file that grows too large is an error like others */
    const char *command = argc > 1 ? argv[1] : "";
    if (!strcmp(command, "compile") || !strcmp(command, "pack"))
        return tool_cmd_compile(argc - 1, argv + 1);
    if (!strcmp(command, "show"))
        return tool_cmd_show(argc - 1, argv + 1);
    if (!strcmp(command, "targets"))
        return tool_cmd_targets(argc - 1, argv + 1);
    if (!strcmp(command, "explain"))
        return tool_cmd_explain(argc - 1, argv + 1);
    if (!strcmp(command, "learn"))
        return tool_cmd_learn(argc - 1, argv + 1);
    if (!strcmp(command, "--help") || !strcmp(command, "-h"))
        return fputs(help, stdout), TOOL_DONE;
    fputs(help, stderr);
    return TOOL_USAGE;
}
