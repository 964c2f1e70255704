/* fuzz_seeds OUT FILE...: makes seeds for the binary forms from trees as text: OUT/codec/NAME, and OUT/image/NAME with one tree or,
 * as OUT/image/all, with all of them (bytes that are no code stand for code). They hold the digest of the tables, so they are
 * made when they are needed and not kept. */
#include "base/target.h"
#include "ir/codec.h"
#include "ir/image.h"
#include "ir/opt.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { MAX_FILES = 200 };
static const uint8_t text[64] = {0x31, 0xc0, 0x31, 0xd2, 0xc3};

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "fuzz_seeds: %s\n", what);
    exit(1);
}

static PwTree *read_tree(const char *path)
{
    static char buffer[1 << 20];
    FILE *f = fopen(path, "rb");
    must(f != NULL, path);
    size_t n = fread(buffer, 1, sizeof buffer, f);
    fclose(f);
    PwTree *t = NULL;
    PwErr err = {0};
    must(pw_tree_parse(buffer, n, &t, &err) == PW_OK && pw_tree_verify(t, &err) == PW_OK, err.text);
    return t;
}

static void write_file(const char *folder, const char *kind, const char *path, const void *p, size_t n)
{
    char name[4096];
    const char *slash = strrchr(path, '/');
    snprintf(name, sizeof name, "%s/%s", folder, kind);
    mkdir(name, 0777);
    snprintf(name, sizeof name, "%s/%s/%s", folder, kind, slash ? slash + 1 : path);
    FILE *f = fopen(name, "wb");
    must(f && fwrite(p, 1, n, f) == n && !fclose(f), name);
}

static void write_image(const char *folder, const char *path, const PwImgInput *in, uint32_t n)
{
    static const PwLayout layout = {.triple = PW_TARGET, .pointer = 8};
    static uint64_t data[8] = {1, 0, 3};
    static uint32_t moves[] = {2, 8, PW_STATIC_type_str, 16, 0}, links[] = {1, 0, 2, 8, 16, 1, 1, 24, 1, 32}, places[] = {PW_FROZEN_STATIC, 0},
                    first[] = {1, 8, PW_STATIC_type_str};
    const PwWriter parts[] = {{(uint8_t *)data, sizeof data, 0, false},
                              {(uint8_t *)moves, sizeof moves, 0, false},
                              {(uint8_t *)links, sizeof links, 0, false},
                              {(uint8_t *)first, sizeof first, 0, false},
                              {(uint8_t *)places, sizeof places, 0, false}};
    const PwImgModule module = {.bytes = 9, .hot = 48, .data = &parts[0], .moves = &parts[1], .links = &parts[2]};
    const PwImgFor what = {.fingerprint = "a Python", .layout = &layout, .level = {"one", "more"}, .nlevel = 2, .module = &module,
                           .nmodules = 1, .shared = {.hot = 64, .data = &parts[0], .moves = &parts[3], .links = &parts[4]}};
    PwWriter w = {0};
    must(pw_image_build(&what, in, n, &w) == PW_OK, path);
    write_file(folder, "image", path, w.at, w.n);
    pw_writer_free(&w);
}

int main(int argc, char **argv)
{
    PwImgInput in[MAX_FILES];
    uint32_t n = 0;
    must(argc > 2 && argc - 2 <= MAX_FILES, "usage: fuzz_seeds OUT FILE...");
    mkdir(argv[1], 0777);
    for (int i = 2; i < argc; i++) {
        PwTree *t = read_tree(argv[i]), *opt = NULL;
        PwWriter w = {0};
        PwErr err = {0};
        must(pw_tree_encode(t, &w) == PW_OK, argv[i]);
        write_file(argv[1], "codec", argv[i], w.at + PW_CODEC_HEAD, w.n - PW_CODEC_HEAD);
        pw_writer_free(&w);
        if (!t->optimised) {
            must(pw_opt_run(t, PW_PASSES_ALL, true, NULL, NULL, &opt, &err) == PW_OK, err.text);
            pw_tree_free(t);
            t = opt;
        }
        in[n] = (PwImgInput){.tree = t, .id = n + 1, .code = {{text, sizeof text, 0}, {text, sizeof text, 2}}};
        write_image(argv[1], argv[i], &in[n++], 1);
    }
    write_image(argv[1], "all", in, n);
    while (n)
        pw_tree_free((PwTree *)in[--n].tree);
    return 0;
}
