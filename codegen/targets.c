/* prewarm-compile targets: what can be compiled for, and which of it this machine runs. */
#include <stdio.h>

#include "base/cpu.h"
#include "base/target.h"
#include "codegen/target.h"
#include "codegen/tool.h"

static const char help[] =
    "usage: prewarm-compile targets\n"
    "\n"
    "Lists the targets that --target takes, and under each the CPU levels that --cpu takes. The first level of a target is\n"
    "what all its machines have; it is always compiled.\n";

static void say_target(const PwTarget *t)
{
    unsigned n;
    bool own = !strcmp(t->triple, PW_TARGET);
    const PwLevel *level = pw_levels(t->triple, &n);
    printf("%s%s\n", t->triple, own ? "  (this machine)" : "");
    for (unsigned k = 0; k < n; k++)
        printf("    %-12s%-20s%s\n", level[k].name,
               !own                      ? ""
               : pw_cpu_has(level[k].name) ? "runs here"
                                         : "not this machine",
               level[k].text);
}

int tool_cmd_targets(int argc, char **argv)
{
    if (argc > 1)
        return strcmp(argv[1], "--help") ? (fputs(help, stderr), TOOL_USAGE) : (fputs(help, stdout), TOOL_DONE);
    for (unsigned k = 0; pw_target_at(k); k++)
        say_target(pw_target_at(k));
    return TOOL_DONE;
}
