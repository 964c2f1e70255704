/* Starts a program of another architecture: the python3.11 of a sysroot (scripts/sysroot compiles this, once for each), and the
 * prewarm command in tests. It is static, so that an LD_PRELOAD which is meant for that Python does not concern it. argv[0]
 * stays: Python finds its library from it, and sys.executable names this program, which can be started again.
 *
 *   PROGRAM                the program
 *   LOADER and LIBRARIES   it is run by this machine itself, through the sysroot's loader
 *   QEMU and SYSROOT       it is run by qemu-user
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
#ifdef LOADER
    const char *const first[] = {LOADER, "--library-path", LIBRARIES, "--argv0", argv[0], PROGRAM};
#else
    const char *const first[] = {QEMU, "-L", SYSROOT, "-0", argv[0], PROGRAM};
#endif
    enum { N = sizeof first / sizeof *first };
    const char **all = calloc((size_t)argc + N, sizeof *all);
    if (!all)
        return 126;
    memcpy(all, first, sizeof first);
    for (int i = 1; i < argc; i++)
        all[N - 1 + i] = argv[i];
    execv(first[0], (char **)all);
    perror(first[0]);
    return 126;
}
