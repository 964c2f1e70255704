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

/* An image of three trees; the caller frees it. */
static PwWriter build(void)
{
    static const uint8_t code[100] = {0xc3};
    PwTree *t[] = {tree("loop", 9, 4), tree("func", 3, 0), tree("loop", 9, 2)};
    PwImgInput in[3];
    PwImgHead head = {.flags = PW_IMG_FAIL_GUARDS};
    PwWriter w = {0};
    strcpy(head.fingerprint, "cpython 3.11");
    strcpy(head.triple, "x86_64-linux-gnu");
    strcpy(head.cpu, "x86-64");
    for (uint32_t k = 0; k < 3; k++)
        in[k] = (PwImgInput){.tree = t[k], .id = 100 + k, .text = code, .text_size = 70 + k, .entry = 3 * k};
    assert_int_equal(pw_image_build(&head, in, 3, &w), PW_OK);
    for (int k = 0; k < 3; k++)
        pw_tree_free(t[k]);
    return w;
}

static void content(void **state)
{
    (void)state;
    PwWriter w = build();
    PwErr err = {0};
    if (pw_image_check(w.at, w.n, true, &err))
        fail_msg("%s", err.text);
    const PwImgHead *h = (const void *)w.at;
    const PwImgTree *t = (const void *)(w.at + h->tree.at);
    assert_int_equal(h->tree.n, 3);
    assert_string_equal(h->cpu, "x86-64");
    assert_int_equal(t[0].id, 101); /* sorted by key, unit */
    assert_int_equal(t[1].id, 102);
    assert_int_equal(t[2].id, 100);
    assert_int_equal(t[1].entry, 128 + 6);
    assert_int_equal(t[0].maxdepth, 1);
    assert_int_equal(t[0].maxlive, 2);
    assert_string_equal((const char *)w.at + h->names.at + t[2].name, "f");
    assert_int_equal(t[0].name, t[2].name);
    assert_int_equal(h->text.at % PW_IMG_TEXT_ALIGN, 0);
    assert_int_equal(w.at[h->text.at + 64 * 2], 0xc3);
    pw_writer_free(&w);
}

static void empty(void **state)
{
    (void)state;
    PwImgHead head = {0};
    PwWriter w = {0};
    assert_int_equal(pw_image_build(&head, NULL, 0, &w), PW_OK);
    assert_int_equal(pw_image_check(w.at, w.n, true, NULL), PW_OK);
    pw_writer_free(&w);
}

static void refusals(void **state)
{
    (void)state;
    PwWriter w = build();
    PwErr err = {0};
    PwImgHead *h = (void *)w.at;
    assert_int_equal(pw_image_check(w.at, 10, false, &err), PW_CORRUPT);
    assert_int_equal(pw_image_check(w.at, w.n - 1, false, &err), PW_CORRUPT);
    h->version = 7;
    assert_int_equal(pw_image_check(w.at, w.n, false, &err), PW_STALE);
    assert_non_null(strstr(err.text, "expected version 2, found 7"));
    h->version = PW_IMG_VERSION;
    h->tables.byte[0] ^= 1;
    assert_int_equal(pw_image_check(w.at, w.n, false, &err), PW_STALE);
    h->tables.byte[0] ^= 1;
    w.at[w.n - 100] ^= 1; /* in the text: only the digest tells */
    assert_int_equal(pw_image_check(w.at, w.n, false, &err), PW_OK);
    assert_int_equal(pw_image_check(w.at, w.n, true, &err), PW_CORRUPT);
    pw_writer_free(&w);
}

static void mutations(void **state)
{
    (void)state;
    PwWriter w = build();
    uint32_t seed = 1, refused = 0, meta = ((const PwImgHead *)(const void *)w.at)->names.at + 30;
    for (int i = 0; i < 12000; i++) {
        seed = seed * 1664525u + 1013904223u;
        uint32_t at = (seed >> 8) % meta, old = w.at[at];
        seed = seed * 1664525u + 1013904223u;
        w.at[at] = (uint8_t)(seed >> 28 < 8 ? old + (seed >> 24 & 3) - 1 : seed >> 20);
        PwErr err = {0};
        PwStatus status = pw_image_check(w.at, w.n, false, &err);
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
