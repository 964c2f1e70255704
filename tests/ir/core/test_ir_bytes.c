/* Stored trees: round trips, refusals, and bytes that were changed at random but have a fitting digest. */
#include "ir/codec.h"
#include "tests/cmocka.h"
#include "tests/ir/irtest.h"

static const char *const trees[] = {
    IRT_LOOP "snap #0 frame code=s0 unit=10 locals=[keep, keep] stack=[keep]\nseg 0:\n  gpoll #0\n  loop #0\n",
    IRT_LOOP "sym s1 = btype \"int\"\nsym s2 = codeobj digest=02\nsym s3 = rootglobals\nsym s4 = dictval s3 \"n\"\n"
             "snap #0 count=3 hot frame code=s0 unit=10 locals=[keep, keep] stack=[keep]\n"
             "snap #1 frame code=s0 unit=11 cont=push locals=[keep, own v3] stack=[own 2.5f]\n"
             "  frame code=s2 func=@s4 unit=3 cont=init locals=[borrow v0, own v5] stack=[] drops=[v0]\n"
             "snap #2 frame code=s0 unit=10 locals=[keep, own v9] stack=[keep]\n"
             "seg 0:\n  v0 = slot 1\n  gtype v0 s1 #0\n  v3 = unbox_i v0 #0 !13\n  v4 = iadd v3 -500000i #0\n"
             "  v5 = vtuple v4 -3f true\n  v8 = call str_at @s4 v4 #1\n  drop v0 #1\n  v9 = box_i v4 #0\n  loop #2\n"
             "seg 1 from #0 in 0:\n  v30 = slot 2\n  ret v30\n",
    "tree loop nlocals=1 optimised\nsym s0 = rootcode digest=01\n"
    "snap #0 frame code=s0 unit=0 locals=[keep] stack=[]\n"
    "snap #1 other frame code=s0 unit=0 locals=[own v1] stack=[]\n"
    "seg 0:\n  v0 = slot 0\n  v2 = unbox_i v0 #0\n  enter v2\n"
    "seg 1 loop in 0:\n  v1 = param i\n  v3 = iadd v1 v2 #1\n  jump v3\n"
    "seg 2 from #1 in 1:\n  gdepth 3 #0\n  v4 = ldf OB_TYPE v0\n  ret v4\n",
};
enum { TREES = sizeof trees / sizeof *trees };

static PwWriter encoded(int k)
{
    PwTree *t = irt_tree(trees[k]);
    PwWriter w = {0};
    assert_int_equal(pw_tree_encode(t, &w), PW_OK);
    pw_tree_free(t);
    return w;
}

static void round_trip(void **state)
{
    (void)state;
    for (int k = 0; k < TREES; k++) {
        PwTree *t = irt_tree(trees[k]), *u = NULL;
        PwWriter a = encoded(k), b = {0};
        PwErr err = {0};
        if (pw_tree_decode(a.at, a.n, &u, &err))
            fail_msg("%s", err.text);
        char *x = irt_text(t), *y = irt_text(u);
        assert_string_equal(x, y);
        assert_int_equal(pw_tree_encode(u, &b), PW_OK);
        assert_int_equal(a.n, b.n);
        assert_memory_equal(a.at, b.at, a.n);
        pw_free(x);
        pw_free(y);
        pw_tree_free(t);
        pw_tree_free(u);
        pw_writer_free(&a);
        pw_writer_free(&b);
    }
}

/* Values that nothing uses are left out; symbols stay. */
static void unused(void **state)
{
    (void)state;
    PwTree *t = irt_tree(trees[0]), *u = NULL;
    PwRef a[2] = {pw_tree_kint(t, 1), pw_tree_kint(t, 2)};
    (void)pw_tree_ins(t, PW_OP_iand, 0, 0, a, 2, PW_NOSNAP);
    (void)pw_tree_sym(t, PW_S_str, PW_NOSYM, 0, "unused", NULL);
    PwWriter w = {0};
    assert_int_equal(pw_tree_encode(t, &w), PW_OK);
    assert_int_equal(pw_tree_decode(w.at, w.n, &u, NULL), PW_OK);
    assert_int_equal(u->ins.n, 2);
    assert_int_equal(u->sym.n, 2);
    pw_tree_free(t);
    pw_tree_free(u);
    pw_writer_free(&w);
}

/* A snapshot that no op names may hold values that stand nowhere: they survive bytes, and are null in text. */
static void dead_snapshot(void **state)
{
    (void)state;
    PwTree *t = irt_tree(trees[0]), *u = NULL;
    PwRef r = pw_tree_ins(t, PW_OP_slot, 0, 0, NULL, 0, PW_NOSNAP);
    PwSnapFrame f = {.code = {0}, .func = PW_NOREF, .unit = 11, .nlocals = 2};
    PwEntry e[2] = {{PW_E_OWN, r}, {PW_E_KEEP, PW_NOREF}};
    (void)pw_tree_snap(t, &f, 1, e, 2, &r, 1);
    PwWriter w = {0};
    assert_int_equal(pw_tree_encode(t, &w), PW_OK);
    assert_int_equal(pw_tree_decode(w.at, w.n, &u, NULL), PW_OK);
    char *text = irt_text(u);
    assert_non_null(strstr(text, "locals=[own null, keep] stack=[] drops=[null]"));
    pw_tree_free(irt_tree(text));
    pw_free(text);
    pw_tree_free(t);
    pw_tree_free(u);
    pw_writer_free(&w);
}

static PwStatus decode(const uint8_t *p, size_t n)
{
    PwTree *t = NULL;
    PwErr err = {0};
    uint8_t *exact = pw_alloc(n); /* so that a sanitizer sees a read behind the end */
    if (n)
        memcpy(exact, p, n);
    PwStatus status = pw_tree_decode(exact, n, &t, &err);
    assert_int_equal(status != PW_OK, t == NULL);
    assert_int_equal(status != PW_OK, err.text[0] != 0);
    if (t) { /* what decodes can be used */
        PwWriter w = {0};
        PwExits x;
        assert_int_equal(pw_exits_make(t, &x), PW_OK);
        pw_tree_print(t, &w);
        pw_writer_free(&w);
        pw_free((void *)(uintptr_t)x.snap);
    }
    pw_tree_free(t);
    pw_free(exact);
    return status;
}

static void refusals(void **state)
{
    (void)state;
    PwWriter w = encoded(1);
    for (size_t n = 0; n < w.n; n++)
        assert_int_equal(decode(w.at, n), PW_CORRUPT);
    w.at[5] ^= 1;
    assert_int_equal(decode(w.at, w.n), PW_STALE);
    w.at[5] ^= 1;
    w.at[w.n - 1] ^= 1;
    assert_int_equal(decode(w.at, w.n), PW_CORRUPT);
    w.at[w.n - 1] ^= 1;
    assert_int_equal(decode(w.at, w.n), PW_OK);
    pw_writer_free(&w);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* One to four changes of the body: other bytes, bytes gone, bytes doubled; then a fitting digest. */
static void mutate(PwWriter *w, uint32_t *seed)
{
    static const uint8_t nasty[] = {0, 1, 2, 127, 128, 255, 64};
    for (uint32_t k = 1 + next_random(seed) % 4; k; k--) {
        size_t at = PW_CODEC_HEAD + next_random(seed) % (w->n - PW_CODEC_HEAD);
        switch (next_random(seed) % 4) {
        case 0:
            w->at[at] = (uint8_t)next_random(seed);
            break;
        case 1:
            w->at[at] = nasty[next_random(seed) % sizeof nasty];
            break;
        case 2:
            w->at[at] = (uint8_t)(w->at[at] + (next_random(seed) & 1 ? 1 : -1));
            break;
        default:
            if (w->n > PW_CODEC_HEAD + 8)
                memmove(w->at + at, w->at + at + 1, --w->n - at);
            break;
        }
    }
    PwDigest d = pw_digest(w->at + PW_CODEC_HEAD, w->n - PW_CODEC_HEAD);
    memcpy(w->at + 20, &d, sizeof d);
}

static void mutations(void **state)
{
    (void)state;
    uint32_t seed = 1, count[PW_STATUS_COUNT] = {0};
    for (int k = 0; k < TREES; k++) {
        PwWriter good = encoded(k);
        for (int i = 0; i < 4000; i++) {
            PwWriter w = {0};
            pw_write_bytes(&w, good.at, good.n);
            mutate(&w, &seed);
            count[decode(w.at, w.n)]++;
            pw_writer_free(&w);
        }
        pw_writer_free(&good);
    }
    assert_int_equal(count[PW_OK] + count[PW_CORRUPT] + count[PW_INVALID], 4000 * TREES);
    assert_true(count[PW_OK] > 100 && count[PW_CORRUPT] > 100 && count[PW_INVALID] > 100);
}

/* The same for text: any change is parsed or refused. */
static void text_mutations(void **state)
{
    (void)state;
    uint32_t seed = 2;
    for (int i = 0; i < 6000; i++) {
        const char *from = trees[i % TREES];
        size_t n = strlen(from);
        char *text = pw_alloc(n);
        memcpy(text, from, n);
        for (uint32_t k = 1 + next_random(&seed) % 3; k; k--)
            text[next_random(&seed) % n] =
                next_random(&seed) & 1 ? from[next_random(&seed) % n] : (char)next_random(&seed);
        PwTree *t = NULL;
        PwErr err = {0};
        PwStatus status = pw_tree_parse(text, n - next_random(&seed) % 4, &t, &err);
        assert_true(status == PW_OK ? t != NULL : (status == PW_SYNTAX || status == PW_ABORT) && err.text[0]);
        if (t && !pw_tree_verify(t, &err)) {
            char *print = irt_text(t);
            pw_free(print);
        }
        pw_tree_free(t);
        pw_free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip), cmocka_unit_test(unused),    cmocka_unit_test(dead_snapshot),
        cmocka_unit_test(refusals),   cmocka_unit_test(mutations), cmocka_unit_test(text_mutations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
