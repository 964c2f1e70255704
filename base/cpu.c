#include "base/cpu.h"

#include "base/target.h"

#include <string.h>
#include <sys/auxv.h>

static const PwLevel levels[] = {
#define PW_LEVEL(triple, name, cpu, features, text) {triple, name, cpu, features, text},
#include "base/level.def"
#undef PW_LEVEL
};
enum { LEVELS = sizeof levels / sizeof *levels };

const PwLevel *pw_levels(const char *triple, unsigned *n)
{
    const PwLevel *first = NULL;
    *n = 0;
    for (unsigned k = 0; k < LEVELS; k++)
        if (!strcmp(levels[k].triple, triple)) {
            first = first ? first : &levels[k];
            ++*n;
        }
    return first;
}

/* The levels above the first. */
static bool has_more(const char *level)
{
#if defined __clang__ && __clang_major__ < 17 /* it does not know these names; the fuzzers, which are built with it, run no native code */
    (void)level;
    return false;
#elif defined __x86_64__
    __builtin_cpu_init();
    return (!strcmp(level, "x86-64-v2") && __builtin_cpu_supports("x86-64-v2")) ||
           (!strcmp(level, "x86-64-v3") && __builtin_cpu_supports("x86-64-v3")) ||
           (!strcmp(level, "x86-64-v4") && __builtin_cpu_supports("x86-64-v4"));
#elif defined __arm__
    const unsigned long neon = 1ul << 12; /* HWCAP_NEON */
    return !strcmp(level, "armv7-neon") && getauxval(AT_HWCAP) & neon;
#elif defined __aarch64__
    /* HWCAP_CRC32, HWCAP_ATOMICS, HWCAP_ASIMDRDM, HWCAP_DCPOP: what 8.1 and 8.2 add for programs. */
    const unsigned long all = 1ul << 7 | 1ul << 8 | 1ul << 12 | 1ul << 16;
    return !strcmp(level, "armv8.2-a") && (getauxval(AT_HWCAP) & all) == all;
#else
    (void)level;
    return false;
#endif
}

bool pw_cpu_has(const char *level)
{
    unsigned n;
    const PwLevel *own = pw_levels(PW_TARGET, &n);
    return n && (!strcmp(level, own->name) || has_more(level));
}
