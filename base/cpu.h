/* CPU levels (base/level.def): which of them this machine has, read from the processor (cpuid) or what the kernel says of it
 * (AT_HWCAP). Ctx any thread; no Python. */
#ifndef PW_BASE_CPU_H
#define PW_BASE_CPU_H

#include <stdbool.h>

/* One row of level.def. Static data. */
typedef struct PwLevel {
    const char *triple, *name, *cpu, *features, *text;
} PwLevel;

/* The levels of a target, from the least up: *n of them, none for an unknown triple. */
const PwLevel *pw_levels(const char *triple, unsigned *n);
/* Can this machine run code that was compiled for PW_TARGET at this level? false for any level of another target. */
bool pw_cpu_has(const char *level);

#endif
