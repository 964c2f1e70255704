/* Golden tests of IR text: golden FOLDER runs every *.irt file in it.
 *
 *   --TEST-- what it shows
 *   --PASSES-- fold dce      (optional: the passes to run; "all" for all of them)
 *   --IR--
 *   the tree
 *   --EXPECT--
 *   the tree after that, compared after parsing both: names of values, blanks and comments do not matter
 *   --ERROR--
 *   instead of EXPECT: a part of the sentence with which parser or verifier refuse the tree
 *
 * Every tree also goes through bytes and through text and must stay what it was. PREWARM_UPDATE=1 in the environment
 * rewrites EXPECT sections that differ: look at the diff.
 */
#include "ir/opt.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Case {
    const char *path;
    char *text; /* the whole file */
    char *ir, *expect, *error, *passes;
    size_t before_expect; /* bytes of the file up to the expected tree */
} Case;

static int fail(const Case *c, const char *what, const char *a, const char *b)
{
    fprintf(stderr, "%s: %s\n%s%s", c->path, what, a ? a : "", a ? "\n" : "");
    if (b)
        fprintf(stderr, "-- expected --\n%s\n", b);
    return 1;
}

static char *read_file(const char *path)
{
    PwWriter w = {0};
    char block[4096];
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    for (size_t n; (n = fread(block, 1, sizeof block, f));)
        pw_write_bytes(&w, block, n);
    fclose(f);
    pw_write_u8(&w, 0);
    return (char *)w.at;
}

/* Cuts the text at its section lines. */
static void split(Case *c, char *text)
{
    struct {
        const char *mark;
        char **to;
    } marks[] = {{"--PASSES--", &c->passes}, {"--IR--", &c->ir}, {"--EXPECT--", &c->expect}, {"--ERROR--", &c->error}};
    char *start = text;
    for (char *line = text, *next; *line; line = next) {
        char *nl = strchr(line, '\n');
        next = nl ? nl + 1 : line + strlen(line);
        for (unsigned k = 0; k < 4; k++)
            if (!strncmp(line, marks[k].mark, strlen(marks[k].mark))) {
                *marks[k].to = k ? next : line + strlen(marks[k].mark);
                if (k == 2)
                    c->before_expect = (size_t)(next - start);
                *line = k ? 0 : *line;
                if (!k && nl)
                    *nl = 0;
            }
    }
}

static char *to_text(const PwTree *t)
{
    PwWriter w = {0};
    pw_tree_print(t, &w);
    pw_write_u8(&w, 0);
    return (char *)w.at;
}

/* A tree's text, parsed and printed again; through bytes when `bytes` is set. NULL with err. */
static char *again(const PwTree *t, bool bytes, PwErr *err)
{
    PwWriter w = {0};
    PwTree *u = NULL;
    char *text = NULL;
    if (bytes ? pw_tree_encode(t, &w) : (pw_tree_print(t, &w), PW_OK))
        goto done;
    if (!(bytes ? pw_tree_decode(w.at, w.n, &u, err) : pw_tree_parse((char *)w.at, w.n, &u, err)))
        text = to_text(u);
done:
    pw_tree_free(u);
    pw_writer_free(&w);
    return text;
}

static int round_trips(const Case *c, const PwTree *t)
{
    int failed = 0;
    char *text = to_text(t);
    for (int bytes = 0; bytes < 2 && !failed; bytes++) {
        PwErr err = {0};
        char *other = again(t, bytes, &err);
        if (!other)
            failed = fail(c, bytes ? "does not survive bytes" : "does not survive text", err.text, NULL);
        else if (strcmp(other, text))
            failed = fail(c, bytes ? "bytes change it" : "text changes it", other, text);
        pw_free(other);
    }
    pw_free(text);
    return failed;
}

/* The passes named in a list, as a mask. */
static uint32_t pass_mask(const char *list)
{
    static const char *const names[] = {
#define PW_PASS(name, text) #name,
#include "ir/passes.def"
#undef PW_PASS
    };
    uint32_t mask = 0;
    char copy[200], *save = NULL;
    snprintf(copy, sizeof copy, "%s", list);
    for (char *w = strtok_r(copy, " ,\r\n", &save); w; w = strtok_r(NULL, " ,\r\n", &save)) {
        if (!strcmp(w, "all"))
            mask = PW_PASSES_ALL;
        for (unsigned k = 0; k < PW_PASS_COUNT; k++)
            if (!strcmp(w, names[k]))
                mask |= 1u << k;
    }
    return mask;
}

static int update(const Case *c, const char *got)
{
    char *old = read_file(c->path);
    FILE *f = old ? fopen(c->path, "wb") : NULL;
    if (!f)
        return fail(c, "cannot be rewritten", NULL, NULL);
    fwrite(old, 1, c->before_expect, f);
    fputs(got, f);
    fclose(f);
    pw_free(old);
    return 0;
}

static int compare(const Case *c, const PwTree *t)
{
    PwErr err = {0};
    PwTree *want = NULL;
    char *got = to_text(t), *expected = NULL;
    int failed = 0;
    if (!pw_tree_parse(c->expect, strlen(c->expect), &want, &err))
        expected = to_text(want);
    if (!expected || strcmp(got, expected)) {
        if (getenv("PREWARM_UPDATE"))
            failed = update(c, got);
        else
            failed = fail(c, expected ? "is not as expected" : err.text, got, expected);
    }
    pw_tree_free(want);
    pw_free(got);
    pw_free(expected);
    return failed;
}

static int run_error(const Case *c, PwStatus status, const PwErr *err)
{
    char want[300];
    snprintf(want, sizeof want, "%s", c->error);
    want[strcspn(want, "\n")] = 0;
    if (!status)
        return fail(c, "was not refused", NULL, want);
    return strstr(err->text, want) ? 0 : fail(c, "was refused with", err->text, want);
}

static int run_case(const Case *c)
{
    PwErr err = {0};
    PwTree *t = NULL, *better = NULL;
    int failed = 1;
    PwStatus status = c->ir ? pw_tree_parse(c->ir, strlen(c->ir), &t, &err) : PW_USAGE;
    if (!status)
        status = pw_tree_verify(t, &err);
    if (c->error) {
        failed = run_error(c, status, &err);
        goto done;
    }
    if (status || !c->expect) {
        fail(c, status ? err.text : "has no EXPECT section", NULL, NULL);
        goto done;
    }
    if (round_trips(c, t))
        goto done;
    if (c->passes && pw_opt_run(t, pass_mask(c->passes), true, NULL, NULL, &better, &err)) {
        fail(c, err.text, NULL, NULL);
        goto done;
    }
    failed = better && round_trips(c, better);
    failed |= compare(c, better ? better : t);
done:
    pw_tree_free(t);
    pw_tree_free(better);
    return failed;
}

static int run_file(const char *path)
{
    Case c = {.path = path, .text = read_file(path)};
    if (!c.text)
        return fail(&c, "cannot be read", NULL, NULL);
    split(&c, c.text);
    int failed = run_case(&c);
    pw_free(c.text);
    return failed;
}

static int by_name(const struct dirent *e)
{
    size_t n = strlen(e->d_name);
    return n > 4 && !strcmp(e->d_name + n - 4, ".irt");
}

int main(int argc, char **argv)
{
    struct dirent **list = NULL;
    char path[4096];
    int failed = 0, n = argc == 2 ? scandir(argv[1], &list, by_name, alphasort) : -1;
    if (n <= 0) {
        fputs("usage: golden FOLDER, with *.irt files in it\n", stderr);
        return 2;
    }
    for (int i = 0; i < n; i++) {
        snprintf(path, sizeof path, "%s/%s", argv[1], list[i]->d_name);
        failed += run_file(path);
        free(list[i]);
    }
    free(list);
    printf("%d of %d as expected\n", n - failed, n);
    return failed != 0;
}
