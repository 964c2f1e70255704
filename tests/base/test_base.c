#include "tests/cmocka.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/status.h"

static void arena_hands_out_zeroed_aligned_memory(void **state)
{
    (void)state;
    PwArena arena = {0};
    size_t total = 0;
    for (size_t n = 0; n < 3000; n += 7) {
        uint8_t *p = pw_arena_alloc(&arena, n);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p & 15, 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xa5, n);
        total += n ? (n + 15) / 16 * 16 : 16; /* an empty piece has an address of its own */
    }
    assert_int_equal(arena.bytes, total);
    assert_non_null(pw_arena_alloc(&arena, 1 << 20)); /* larger than a chunk */
    assert_null(pw_arena_alloc(&arena, SIZE_MAX));
    assert_null(pw_arena_alloc(&arena, SIZE_MAX / 2 + 1));
    assert_string_equal(pw_arena_strn(&arena, "abcdef", 3), "abc");
    pw_arena_free(&arena);
    assert_int_equal(arena.bytes, 0);
    assert_non_null(pw_arena_alloc(&arena, 1)); /* usable again */
    pw_arena_free(&arena);
}

static void vec_grows_and_keeps(void **state)
{
    (void)state;
    PW_VEC(uint32_t) v = {0};
    for (uint32_t i = 0; i < 10000; i++)
        assert_true(PW_VEC_PUSH(&v, i * 3));
    assert_int_equal(v.n, 10000);
    for (uint32_t i = 0; i < v.n; i++)
        assert_int_equal(v.at[i], i * 3);
    assert_true(PW_VEC_ROOM(&v, 500));
    assert_true(v.cap >= 10500);
    assert_false(PW_VEC_ROOM(&v, UINT32_MAX)); /* nothing changes */
    assert_int_equal(v.at[9999], 29997);
    PW_VEC_FREE(&v);
    assert_null(v.at);
    assert_int_equal(v.cap, 0);
}

static void calloc_refuses_overflow(void **state)
{
    (void)state;
    assert_null(pw_calloc(SIZE_MAX / 2, 4));
    int *p = pw_calloc(4, sizeof *p);
    assert_non_null(p);
    assert_int_equal(p[0] | p[3], 0);
    pw_free(p);
    pw_free(NULL);
}

static const uint64_t edges[] = {
    0,          1,          63,         64,        127,        128,        16383,      16384,
    UINT32_MAX, 1ull << 32, 1ull << 62, INT64_MAX, 1ull << 63, UINT64_MAX, 1ull << 56, (1ull << 56) - 1};
enum { N_EDGES = sizeof edges / sizeof *edges };

static void varints_come_back(void **state)
{
    (void)state;
    PwWriter w = {0};
    for (int i = 0; i < N_EDGES; i++) {
        pw_write_uint(&w, edges[i]);
        pw_write_int(&w, (int64_t)edges[i]);
        pw_write_int(&w, (int64_t)(0 - edges[i]));
    }
    assert_false(w.failed);
    PwReader r = pw_reader(w.at, w.n);
    for (int i = 0; i < N_EDGES; i++) {
        assert_true(pw_read_uint(&r) == edges[i]);
        assert_true(pw_read_int(&r) == (int64_t)edges[i]);
        assert_true(pw_read_int(&r) == (int64_t)(0 - edges[i]));
    }
    assert_false(r.failed);
    assert_ptr_equal(r.at, r.end);
    for (size_t n = 0; n < w.n; n++) { /* cut anywhere: never past the end, and it is noticed */
        r = pw_reader(w.at, n);
        for (int i = 0; i < 3 * N_EDGES; i++)
            (void)pw_read_uint(&r);
        assert_true(r.failed);
        assert_true(r.at <= r.end);
    }
    pw_writer_free(&w);
}

static void varints_that_are_too_long_fail(void **state)
{
    (void)state;
    uint8_t bytes[16];
    memset(bytes, 0x80, sizeof bytes);
    PwReader r = pw_reader(bytes, sizeof bytes);
    assert_int_equal(pw_read_uint(&r), 0);
    assert_true(r.failed);
    memset(bytes, 0xff, 9);
    bytes[9] = 2; /* bit 64 */
    r = pw_reader(bytes, sizeof bytes);
    assert_int_equal(pw_read_uint(&r), 0);
    assert_true(r.failed);
    bytes[9] = 1;
    r = pw_reader(bytes, sizeof bytes);
    assert_true(pw_read_uint(&r) == UINT64_MAX);
    assert_false(r.failed);
}

static void fixed_widths_are_little_endian(void **state)
{
    (void)state;
    static const uint8_t want[] = {7, 0, 0, 0, 4, 3, 2, 1, 8, 7, 6, 5, 4, 3, 2, 1, 2, 'h', 'i', 0, 0, 0, 0, 0};
    PwWriter w = {0};
    size_t n;
    pw_write_u8(&w, 7);
    pw_write_align(&w, 4);
    pw_write_u32(&w, 0x01020304);
    pw_write_u64(&w, 0x0102030405060708);
    pw_write_str(&w, "hi", 2);
    pw_write_align(&w, 8);
    assert_int_equal(w.n, sizeof want);
    assert_memory_equal(w.at, want, sizeof want);
    PwReader r = pw_reader(w.at, w.n);
    assert_int_equal(pw_read_u8(&r), 7);
    assert_non_null(pw_read_bytes(&r, 3));
    assert_int_equal(pw_read_u32(&r), 0x01020304);
    assert_true(pw_read_u64(&r) == 0x0102030405060708);
    assert_memory_equal(pw_read_str(&r, &n), "hi", 2);
    assert_int_equal(n, 2);
    pw_writer_free(&w);
}

static void a_reader_stops_at_its_end(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {200, 1, 2};
    size_t n;
    PwReader r = pw_reader(bytes, sizeof bytes);
    assert_null(pw_read_bytes(&r, 4));
    assert_true(r.failed);
    assert_null(pw_read_bytes(&r, 1)); /* and stays failed */
    assert_int_equal(pw_read_u8(&r), 0);
    r = pw_reader(bytes, sizeof bytes);
    assert_null(pw_read_bytes(&r, SIZE_MAX));
    r = pw_reader(bytes, sizeof bytes);
    assert_null(pw_read_str(&r, &n)); /* says 200 bytes, has one */
    assert_true(r.failed);
    r = pw_reader(bytes + 2, 1);
    assert_int_equal(pw_read_count(&r, 1), 0); /* 2 items cannot be there */
    assert_true(r.failed);
    r = pw_reader(bytes + 1, 2);
    assert_int_equal(pw_read_count(&r, 1), 1);
    assert_false(r.failed);
}

static void digests_are_stable(void **state)
{
    (void)state;
    char hex[33];
    PwDigest d = pw_digest("", 0);
    pw_digest_hex(&d, hex);
    assert_string_equal(hex, "99aa06d3014798d86001c324468d497f"); /* as XXH3's specification has it */
    PwDigest e = pw_digest("a", 1);
    assert_memory_not_equal(&d, &e, sizeof d);
}

static void statuses_have_names_and_sentences(void **state)
{
    (void)state;
    PwErr err = {0};
    for (int s = 0; s < PW_STATUS_COUNT; s++) {
        assert_true(*pw_status_name((PwStatus)s));
        assert_true(*pw_status_text((PwStatus)s));
    }
    assert_string_equal(pw_status_name((PwStatus)999), "?");
    assert_int_equal(pw_status_class((PwStatus)999), PW_CLASS_FATAL);
    assert_int_equal(pw_status_class(PW_OK), PW_CLASS_OK);
    assert_int_equal(pw_err_set(&err, PW_CORRUPT, "%600s", "long"), PW_CORRUPT);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    assert_int_equal(pw_err_set(NULL, PW_IO, "nobody asks"), PW_IO);
}

/* Everything that base/ allocates, once. Returns whether it all succeeded. */
static bool allocate_a_lot(void)
{
    PwArena arena = {0};
    PwWriter w = {0};
    PW_VEC(uint64_t) v = {0};
    bool good = true;
    for (uint64_t i = 0; i < 300; i++) {
        good &= pw_arena_alloc(&arena, 200) != NULL;
        good &= PW_VEC_PUSH(&v, i) != 0;
        pw_write_str(&w, "twelve bytes", 12);
    }
    for (uint32_t i = 0; i < v.n; i++)
        assert_true(v.at[i] <= 299);
    char *s = pw_strdup("text");
    good &= s && !w.failed;
    if (!w.failed)
        assert_int_equal(w.n, 300 * 13);
    pw_free(s);
    pw_writer_free(&w);
    pw_arena_free(&arena);
    PW_VEC_FREE(&v);
    return good;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    uint64_t n = 0;
    bool good;
    do {
        pw_alloc_fail_after(++n);
        good = allocate_a_lot();
        pw_alloc_fail_after(0);
        assert_true(n < 1000);
    } while (!good);
    assert_true(n > 10);
    assert_true(allocate_a_lot());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_hands_out_zeroed_aligned_memory),
        cmocka_unit_test(vec_grows_and_keeps),
        cmocka_unit_test(calloc_refuses_overflow),
        cmocka_unit_test(varints_come_back),
        cmocka_unit_test(varints_that_are_too_long_fail),
        cmocka_unit_test(fixed_widths_are_little_endian),
        cmocka_unit_test(a_reader_stops_at_its_end),
        cmocka_unit_test(digests_are_stable),
        cmocka_unit_test(statuses_have_names_and_sentences),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
