/* Where there is no libFuzzer: NAME PATH... runs the harness on each file, and on the files of each folder; then on the same cut off
 * in places and with bytes changed by a fixed generator. Says how many inputs that were. */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { CUTS = 40, CHANGES = 150 };

static unsigned long runs;

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    return *state ^= *state << 17;
}

static void run(const uint8_t *p, size_t n)
{
    LLVMFuzzerTestOneInput(p, n);
    runs++;
}

static void damage(uint8_t *p, size_t n)
{
    uint64_t state = 0x9E3779B97F4A7C15u ^ n;
    for (size_t i = 0; i < CUTS && i < n; i++)
        run(p, n < CUTS ? i : n * i / CUTS);
    for (int i = 0; n && i < CHANGES; i++) {
        size_t at = next(&state) % n;
        uint8_t old = p[at];
        p[at] = i & 1 ? (uint8_t)next(&state) : old ^ (uint8_t)(1u << next(&state) % 8);
        run(p, n);
        p[at] = old;
    }
}

static int one_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END))
        return fprintf(stderr, "%s cannot be read\n", path), 1;
    size_t n = (size_t)ftell(f);
    uint8_t *p = malloc(n ? n : 1);
    rewind(f);
    if (!p || fread(p, 1, n, f) != n)
        return fprintf(stderr, "%s cannot be read\n", path), 1;
    fclose(f);
    run(p, n);
    damage(p, n);
    free(p);
    return 0;
}

static int one_folder(const char *path)
{
    char name[4096];
    int failed = 0;
    DIR *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d));)
        if (e->d_name[0] != '.') {
            snprintf(name, sizeof name, "%s/%s", path, e->d_name);
            failed |= one_file(name);
        }
    return d ? closedir(d), failed : 1;
}

int main(int argc, char **argv)
{
    int failed = argc < 2;
    for (int i = 1; i < argc; i++) {
        struct stat st;
        failed |= stat(argv[i], &st) ? 1 : S_ISDIR(st.st_mode) ? one_folder(argv[i]) : one_file(argv[i]);
    }
    printf("%lu inputs\n", runs);
    return failed || !runs;
}
