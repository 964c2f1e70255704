/* Goldens of the passes: golden/NAME.ir holds a line "; passes: fold,loop", a tree, a line "---- expect" and the tree that comes
 * out. PREWARM_UPDATE=1 writes what comes out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <dirent.h>

#include "ir/opt.h"

#define MARK "---- expect\n"

static char *read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    char *text = calloc(1, 1 << 20);
    assert_non_null(text);
    size_t n = fread(text, 1, (1 << 20) - 1, f);
    fclose(f);
    text[n] = 0;
    return text;
}

static void write_file(const char *path, const char *in, size_t n, const PwWriter *out)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fwrite(in, 1, n, f);
    fputs(MARK, f);
    fwrite(out->at, 1, out->n, f);
    fclose(f);
}

/* "; passes: a,b" -> the mask of a and b. */
static uint32_t passes_of(const char *text)
{
    char names[200], switches[400] = "-all";
    PwErr err = {0};
    uint32_t mask;
    assert_int_equal(sscanf(text, "; passes: %199[^\n]", names), 1);
    for (char *s = strtok(names, ", "); s; s = strtok(NULL, ", ")) {
        strcat(switches, ",+");
        strcat(switches, s);
    }
    assert_int_equal(pw_opt_parse(switches, &mask, &err), PW_OK);
    return mask;
}

/* Runs one file; 0 when it gave what it should. */
static int check(const char *path)
{
    char *text = read_file(path);
    char *mark = strstr(text, MARK);
    size_t n = mark ? (size_t)(mark - text) : strlen(text);
    PwTree *raw = NULL, *out = NULL;
    PwErr err = {0};
    PwWriter w = {0};
    PwStatus status = pw_tree_parse(text, n, &raw, &err);
    if (!status)
        status = pw_tree_verify(raw, &err);
    if (!status)
        status = pw_opt_run(raw, passes_of(text), true, NULL, NULL, &out, &err);
    if (!status)
        pw_tree_print(out, &w);
    bool same = !status && mark && strlen(mark + strlen(MARK)) == w.n && !memcmp(mark + strlen(MARK), w.at, w.n);
    if (!status && !same && getenv("PREWARM_UPDATE")) {
        write_file(path, text, n, &w);
        same = true;
    }
    if (!same)
        fprintf(stderr, "%s: %s\n%.*s\n", path, status ? err.text : "it came out as", (int)w.n, (const char *)w.at);
    pw_tree_free(raw);
    pw_tree_free(out);
    pw_writer_free(&w);
    free(text);
    return !same;
}

static void goldens(void **state)
{
    (void)state;
    int bad = 0, n = 0;
    DIR *dir = opendir(PW_GOLDEN_DIR);
    assert_non_null(dir);
    for (struct dirent *d; (d = readdir(dir));) {
        char path[4096];
        size_t len = strlen(d->d_name);
        if (len < 4 || strcmp(d->d_name + len - 3, ".ir"))
            continue;
        snprintf(path, sizeof path, "%s/%s", PW_GOLDEN_DIR, d->d_name);
        bad += check(path);
        n++;
    }
    closedir(dir);
    assert_true(n > 0);
    assert_int_equal(bad, 0);
}

static void pass_names(void **state)
{
    (void)state;
    PwErr err = {0};
    uint32_t mask;
    assert_int_equal(pw_opt_parse("", &mask, &err), PW_OK);
    assert_int_equal(mask, PW_PASSES_ALL);
    assert_int_equal(pw_opt_parse("-sink,-rc", &mask, &err), PW_OK);
    assert_int_equal(mask, PW_PASSES_ALL & ~(1u << PW_PASS_sink | 1u << PW_PASS_rc));
    assert_int_equal(pw_opt_parse("-nosuch", &mask, &err), PW_USAGE);
    assert_int_equal(pw_opt_parse("rc", &mask, &err), PW_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(goldens), cmocka_unit_test(pass_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
