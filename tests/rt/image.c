/* Writes an image for the loops of functions named i_*: trees of one instruction that leave at their header at once. Besides,
 * trees that fit nothing, as many as PREWARM_RT_FILL says. */
#include "base/cpu.h"
#include "base/target.h"
#include "host/layout.h"
#include "ir/image.h"
#include "tests/rt/client.h"

#include <stdio.h>
#include <stdlib.h>

/* int64_t tree(PwCell *run) { return 0; } */
#if defined __x86_64__ || defined __i386__
static const uint8_t code[] = {0x31, 0xc0, 0x31, 0xd2, 0xc3};
#elif defined __aarch64__
static const uint8_t code[] = {0x00, 0x00, 0x80, 0xd2, 0xc0, 0x03, 0x5f, 0xd6};
#else
static const uint8_t code[] = {0x00, 0x00, 0xa0, 0xe3, 0x00, 0x10, 0xa0, 0xe3, 0x1e, 0xff, 0x2f, 0xe1};
#endif

static PwTree *tree_of(uint32_t unit, const PwDigest *digest, uint32_t key, unsigned nlocals, unsigned nstack)
{
    PwTree *t = pw_tree_new();
    PwEntry entry[64];
    for (unsigned i = 0; i < 64; i++)
        entry[i] = (PwEntry){PW_E_KEEP, PW_NOREF};
    t->kind = PW_ROOT_LOOP;
    t->unit = unit;
    t->code = *digest;
    t->key = key;
    t->nlocals = (uint16_t)nlocals;
    t->nstack = (uint16_t)nstack;
    t->optimised = true;
    PwSymNo root = pw_tree_sym(t, PW_S_rootcode, PW_NOSYM, 0, NULL, digest);
    PwSnapFrame f = {.code = root, .func = PW_NOREF, .unit = unit, .nlocals = t->nlocals, .nstack = t->nstack};
    PwSnapNo snap = pw_tree_snap(t, &f, 1, entry, nlocals + nstack, NULL, 0);
    pw_tree_emit(t, pw_tree_seg(t, PW_NOSNAP, PW_NONE), PW_OP_exit, 0, 0, NULL, 0, snap);
    return t;
}

void test_write_image(PwSide *side, const char *path)
{
    const char *fill = getenv("PREWARM_RT_FILL");
    uint32_t n = 1 + (fill ? (uint32_t)atoi(fill) : 0);
    PwImgInput *in = pw_calloc(n, sizeof *in);
    for (uint32_t i = 0; i < n; i++) {
        PwDigest d = {{0}};
        uint32_t key = i * 2654435761u;
        if (i == 0) {
            key = pw_host_code_key(side->code);
            if (pw_host_code_digest(side->code, &d) != PW_OK)
                abort();
        }
        in[i] = (PwImgInput){.tree = i ? tree_of(0, &d, key, 3, 1)
                                       : tree_of(side->edges[0].target, &d, key,
                                                 (unsigned)side->code->co_nlocalsplus, 1),
                             .id = i + 1, .code = {{code, sizeof code, 0}}};
    }
    PwFingerprint fp;
    PwLayout layout;
    unsigned levels;
    PwErr err;
    PwWriter w = {0};
    if (pw_host_fingerprint(&fp, &err) != PW_OK)
        abort();
    pw_host_layout(&layout);
    PwImgFor what = {.fingerprint = fp.key, .layout = &layout, .level = {pw_levels(PW_TARGET, &levels)->name}, .nlevel = 1};
    if (pw_image_build(&what, in, n, &w) != PW_OK)
        abort();
    FILE *f = fopen(path, "we");
    if (!f || fwrite(w.at, 1, w.n, f) != w.n || fclose(f))
        abort();
}
