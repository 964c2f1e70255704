/* Images: what pw_image_build writes passes pw_image_check; changed ones are refused or harmless. */
#include "ir/image.h"
#include "tests/cmocka.h"
#include "tests/ir/irtest.h"

static const char shared[] = "nlocals=2 nstack=0 qualname=\"f\" file=\"x.py\" optimised\n"
                             "sym s0 = rootcode digest=01\nsym s1 = str \"a\"\nsym s2 = codeobj digest=02\n"
                             "snap #0 frame code=s0 unit=11 locals=[keep, own v3] stack=[borrow @s1]\n"
                             "  frame code=s2 func=v0 unit=3 locals=[own v3, own 2.5f, own v2] stack=[own 7i]\n"
                             "  drops=[v0]\n"
                             "snap #1 frame code=s0 unit=12 locals=[keep, own v3] stack=[]\n"
                             "seg 0:\n  v0 = slot 1\n  v1 = iadd 1i 2i #2\n  v2 = vtuple v0 v1\n  v3 = vtuple v1 v2\n"
                             "  gpoll #1\n  drop v0 #0\n  ret @s1\n";

static PwTree *tree(const char *kind, uint32_t key, uint32_t unit)
{
    char text[2000];
    snprintf(text, sizeof text, "tree %s unit=%u key=%x %s", kind, unit, key, shared);
    char *snap2 = strstr(text, "seg 0:"); /* snapshot #2: the state at the root */
    char rest[1000];
    snprintf(rest, sizeof rest, "snap #2 frame code=s0 unit=%u locals=[keep, keep] stack=[]\n%s", unit, snap2);
    strcpy(snap2, rest);
    return irt_tree(text);
}

static const PwLayout layout = {.triple = "x86_64-linux-gnu", .pointer = 8};

/* An image of three trees at two levels, the second of which lacks one tree; the caller frees it. */
static PwWriter build(void)
{
    static const uint8_t code[100] = {0xc3};
    PwTree *t[] = {tree("loop", 9, 4), tree("func", 3, 0), tree("loop", 9, 2)};
    PwImgInput in[3];
    static uint64_t data[8] = {1, 0, 3};
    static uint32_t moves[] = {4, 8, PW_STATIC_type_str, 16, 0, 40, PW_STATIC_small_int | 7 << 8, 48, PW_STATIC_string | 1 << 8},
                    links[] = {1, 1, 2, 8, 16, 1, 1, 24, 1, 32}, places[] = {PW_FROZEN_STATIC, 0},
                    first[] = {1, 8, PW_STATIC_type_str};
    const PwWriter parts[] = {{(uint8_t *)data, sizeof data, 0, false},
                              {(uint8_t *)moves, sizeof moves, 0, false},
                              {(uint8_t *)links, sizeof links, 0, false},
                              {(uint8_t *)first, sizeof first, 0, false},
                              {(uint8_t *)places, sizeof places, 0, false}};
    const PwImgModule module = {.path = "x", .bytes = 9, .hot = 48, .data = &parts[0], .moves = &parts[1], .links = &parts[2]};
    PwImgFor what = {.flags = PW_IMG_PROBES, .fingerprint = "cpython 3.11", .layout = &layout,
                     .level = {"x86-64", "x86-64-v3"}, .nlevel = 2, .module = &module, .nmodules = 1, .shared = {.hot = 64, .data = &parts[0], .moves = &parts[3], .links = &parts[4]}};
    what.statics.of[PW_STATIC_type_str].first = 0x1000;
    what.statics.of[PW_STATIC_small_int].first = 0x2000;
    what.statics.of[PW_STATIC_small_int].stride = 32;
    PwWriter w = {0};
    for (uint32_t k = 0; k < 3; k++)
        in[k] = (PwImgInput){.tree = t[k], .id = 100 + k, .code = {{code, 70 + k, 3 * k}, {code, 20, 1}}};
    in[2].code[1] = (PwImgCode){0};
    assert_int_equal(pw_image_build(&what, in, 3, &w), PW_OK);
    for (int k = 0; k < 3; k++)
        pw_tree_free(t[k]);
    return w;
}

/* The image and all its trees. */
static PwStatus check_all(const PwWriter *w, PwErr *err)
{
    PwStatus status = pw_image_check(w->at, w->n, err);
    for (uint32_t k = 0; !status && k < ((const PwImgHead *)(const void *)w->at)->tree.n; k++)
        status = pw_image_check_tree(w->at, k, err);
    const PwImgHead *h = (const void *)w->at;
    const PwImgFrozen *f = (const void *)(w->at + h->frozen.at);
    const uint32_t *links = (const void *)(w->at + h->links.at);
    for (uint32_t k = 0; !status && k < h->frozen.n; k++)
        status = pw_frozen_check(f[k].ndata, 8, 2, &(PwFrozenWords){links + f[k].move, links + f[k].link, f[k].nmove, f[k].nlink}, err);
    return status;
}

static void content(void **state)
{
    (void)state;
    PwWriter w = build();
    PwErr err = {0};
    if (check_all(&w, &err))
        fail_msg("%s", err.text);
    const PwImgHead *h = (const void *)w.at;
    const PwImgTree *t = (const void *)(w.at + h->tree.at);
    assert_int_equal(h->tree.n, 3);
    const PwImgLevel *level = (const void *)(w.at + h->level.at);
    const PwImgEntry *entry = (const void *)(w.at + h->entry.at);
    PwLayout read;
    for (uint32_t k = 0; k < 6; k++)
        if (pw_image_check_parts(w.at, k % 3, &err) || pw_image_check_code(w.at, k / 3, w.at + level[k / 3].text.at, k % 3, &err))
            fail_msg("%s", err.text);
    assert_int_equal(pw_image_check_frozen(w.at, w.at + h->pool.at, 0, 8, &err), PW_OK);
    assert_int_equal(pw_image_check_frozen(w.at, w.at + h->pool.at, 1, 8, &err), PW_OK);
    const uint64_t *word = (const void *)(w.at + h->pool.at + 64); /* behind the strings */
    assert_int_equal(word[-7], 0x1000); /* a static */
    assert_int_equal(word[1], 0x1000);
    assert_int_equal(word[2], h->pool_base + 64 + 3); /* in the hot piece; of the cold one 48 is the first */
    assert_int_equal(word[5], 0x2000 + 7 * 32);
    assert_int_equal(word[6], h->pool_base + 0);
    assert_int_equal(word[7], 0);
    assert_int_equal(h->level.n, 2);
    assert_string_equal(level[1].name, "x86-64-v3");
    assert_int_equal(h->entry.n, 6);
    PwDigest digest = pw_layout_digest(&layout);
    assert_memory_equal(&h->layout, &digest, sizeof digest);
    const char *text = (const char *)w.at + h->description.at; /* no true layout: found, and refused for its numbers */
    assert_int_equal(pw_layout_parse(text, h->description.n, "x", &read, &err), PW_SYNTAX);
    assert_non_null(strstr(err.text, "cannot be"));
    assert_int_equal(t[0].id, 101); /* sorted by key, unit */
    assert_int_equal(t[1].id, 102);
    assert_int_equal(t[2].id, 100);
    assert_int_equal(entry[1].entry, 128 + 6); /* 71 and 72 bytes, each at a multiple of 64 */
    assert_int_equal(entry[3].entry, 1);
    assert_int_equal(entry[4].entry, 64 + 6); /* the code of the least level does */
    assert_int_equal(entry[5].entry, 64 + 128 + 1);
    assert_int_equal(t[0].maxdepth, 1);
    assert_int_equal(t[0].maxlive, 2);
    assert_string_equal((const char *)w.at + h->names.at + t[2].name, "f");
    assert_int_equal(t[0].name, t[2].name);
    for (int k = 0; k < 2; k++)
        assert_int_equal(level[k].text.at % PW_IMG_TEXT_ALIGN, 0);
    assert_int_equal(w.at[level[0].text.at + 64 * 2], 0xc3);
    assert_int_equal(h->pool.at + h->pool.n, w.n);
    pw_writer_free(&w);
}

static void empty(void **state)
{
    (void)state;
    PwImgFor what = {.fingerprint = "", .layout = &layout, .level = {"x86-64"}, .nlevel = 1};
    PwWriter w = {0};
    assert_int_equal(pw_image_build(&what, NULL, 0, &w), PW_OK);
    assert_int_equal(pw_image_check(w.at, w.n, NULL), PW_OK);
    pw_writer_free(&w);
}

static void refusals(void **state)
{
    (void)state;
    PwWriter w = build();
    PwErr err = {0};
    PwImgHead *h = (void *)w.at;
    assert_int_equal(pw_image_check(w.at, 10, &err), PW_CORRUPT);
    assert_int_equal(pw_image_check(w.at, w.n - 1, &err), PW_CORRUPT);
    h->version = 7;
    assert_int_equal(pw_image_check(w.at, w.n, &err), PW_STALE);
    assert_non_null(strstr(err.text, "expected version 6, found 7"));
    h->version = PW_IMG_VERSION;
    h->tables.byte[0] ^= 1;
    assert_int_equal(pw_image_check(w.at, w.n, &err), PW_STALE);
    h->tables.byte[0] ^= 1;
    const PwImgLevel *level = (const void *)(w.at + h->level.at);
    const PwImgTree *tree = (const void *)(w.at + h->tree.at);
    w.at[level[1].text.at + 70] ^= 1; /* in the code of the second tree for the upper level: only its own digest tells */
    w.at[h->val.at + tree[2].val * sizeof(PwXVal)] ^= 1; /* likewise the third tree's */
    w.at[h->pool.at + 64 + 48] ^= 1;
    assert_int_equal(pw_image_check(w.at, w.n, &err), PW_OK);
    for (uint32_t k = 0; k < 6; k++)
        assert_int_equal(pw_image_check_code(w.at, k / 3, w.at + level[k / 3].text.at, k % 3, &err), k == 4 ? PW_CORRUPT : PW_OK);
    assert_non_null(strstr(err.text, "x86-64-v3"));
    for (uint32_t k = 0; k < 3; k++)
        assert_int_equal(pw_image_check_parts(w.at, k, &err), k == 2 ? PW_CORRUPT : PW_OK);
    assert_int_equal(pw_image_check_frozen(w.at, w.at + h->pool.at, 0, 8, &err), PW_CORRUPT);
    w.at[h->names.at] ^= 1; /* no offset: only the digest tells */
    assert_int_equal(pw_image_check(w.at, w.n, &err), PW_CORRUPT);
    pw_writer_free(&w);
}

static void mutations(void **state)
{
    (void)state;
    PwWriter w = build();
    uint32_t seed = 1, refused = 0, meta = ((const PwImgHead *)(const void *)w.at)->links.at + 60;
    for (int i = 0; i < 12000; i++) {
        seed = seed * 1664525u + 1013904223u;
        uint32_t at = (seed >> 8) % meta, old = w.at[at];
        seed = seed * 1664525u + 1013904223u;
        w.at[at] = (uint8_t)(seed >> 28 < 8 ? old + (seed >> 24 & 3) - 1 : seed >> 20);
        PwErr err = {0};
        /* With its digest made right: it is the other checks that are tried. */
        PwImgHead *h = (void *)w.at;
        if (h->meta >= sizeof *h && h->meta <= w.n)
            h->digest = pw_image_digest(w.at, h->meta);
        PwStatus status = check_all(&w, &err);
        assert_int_equal(status != PW_OK, err.text[0] != 0);
        refused += status != PW_OK;
        if (i % 3)
            w.at[at] = (uint8_t)old; /* every third change stays until the image is made anew */
        if (i % 12 == 11) {
            pw_writer_free(&w);
            w = build();
        }
    }
    assert_true(refused > 1000);
    pw_writer_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(content), cmocka_unit_test(empty), cmocka_unit_test(refusals),
                                       cmocka_unit_test(mutations)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
