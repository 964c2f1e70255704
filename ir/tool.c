/* pw-ir: IR text (or a stored tree's bytes) in, IR text out. For people who write goldens and look at passes.
 *
 *   pw-ir [-v] [-r] [-o] [-a] [-x] [FILE]
 *     -v  verify, print nothing      -r  through bytes and back, then print
 *     -o  optimise (PREWARM_PASSES switches passes off), then print; -a prints after each pass, too
 *     -x  print the live values of each snapshot
 *   Without an option: verify and print. FILE is standard input when missing or "-". Exit status 1: an error, told on
 * stderr.
 */
#include "ir/codec.h"
#include "ir/native.h"
#include "ir/opt.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct Options {
    bool verify, bytes, optimise, all, live;
    const char *file;
} Options;

static int usage(void)
{
    fputs("usage: pw-ir [-v] [-r] [-o] [-a] [-x] [FILE]\n", stderr);
    return 2;
}

static bool read_options(int argc, char **argv, Options *o)
{
    for (int i = 1; i < argc; i++) {
        const char *a = argv[i];
        if (*a != '-' || !a[1]) {
            o->file = a;
            continue;
        }
        for (a++; *a; a++) {
            bool *flag = *a == 'v'   ? &o->verify
                         : *a == 'r' ? &o->bytes
                         : *a == 'o' ? &o->optimise
                         : *a == 'a' ? &o->all
                         : *a == 'x' ? &o->live
                                     : NULL;
            if (!flag)
                return false;
            *flag = true;
        }
    }
    o->optimise |= o->all;
    return true;
}

static bool read_all(const char *name, PwWriter *w)
{
    char block[4096];
    bool own = name && strcmp(name, "-") != 0;
    FILE *f = own ? fopen(name, "rb") : stdin;
    if (!f)
        return false;
    for (size_t n; (n = fread(block, 1, sizeof block, f));)
        pw_write_bytes(w, block, n);
    bool ok = !ferror(f) && !w->failed;
    if (own)
        fclose(f);
    return ok;
}

static void show(const PwTree *t)
{
    PwWriter w = {0};
    pw_tree_print(t, &w);
    fwrite(w.at, 1, w.n, stdout);
    pw_writer_free(&w);
}

/* The number that the printer gives a value; values in no segment have none. */
static uint32_t printed_name(const PwTree *t, PwRef r)
{
    uint32_t name = 0;
    for (uint32_t s = 0; s < t->seg.n; s++)
        for (uint32_t k = 0; k < t->seg.at[s].list.n; k++) {
            if (t->seg.at[s].list.at[k] == r.i)
                return name;
            name += t->ins.at[t->seg.at[s].list.at[k]].type != PW_T_V;
        }
    return PW_NONE;
}

/* The live values as `; live #3: v4:i v7:o`, by the numbers that the printed tree has. */
static void show_live(const PwTree *t)
{
    for (uint32_t s = 0; s < t->snap.n; s++) {
        uint32_t n = pw_snap_live(t, (PwSnapNo){s}, NULL, 0);
        PwRef *refs = pw_alloc(n * sizeof *refs);
        if (!refs)
            return;
        n = pw_snap_live(t, (PwSnapNo){s}, refs, n);
        printf("; live #%u:", s);
        for (uint32_t k = 0; k < n; k++)
            printf(" v%u:%c", printed_name(t, refs[k]), pw_type_letter(pw_ref_type(t, refs[k])));
        printf("\n");
        pw_free(refs);
    }
}

static void show_pass(void *arg, const char *pass, const PwTree *t)
{
    (void)arg;
    printf("; after %s\n", pass);
    show(t);
}

static PwStatus through_bytes(PwTree **t, PwErr *err)
{
    PwWriter w = {0};
    PwTree *again = NULL;
    PwStatus status = pw_tree_encode(*t, &w);
    if (status)
        pw_err_set(err, status, "The tree cannot be encoded.");
    else
        status = pw_tree_decode(w.at, w.n, &again, err);
    pw_writer_free(&w);
    if (!status) {
        pw_tree_free(*t);
        *t = again;
    }
    return status;
}

static PwStatus optimise(PwTree **t, bool all, PwErr *err)
{
    uint32_t passes = PW_PASSES_ALL;
    PwTree *better = NULL;
    const char *env = getenv("PREWARM_PASSES");
    PwStatus status = env ? pw_opt_parse(env, &passes, err) : PW_OK;
    if (!status)
        status = pw_opt_run(*t, passes, true, all ? show_pass : NULL, NULL, &better, err);
    if (!status) {
        pw_tree_free(*t);
        *t = better;
    }
    return status;
}

/* Text, or bytes as the cache stores them. */
static PwStatus read_tree(const PwWriter *in, PwTree **t, PwErr *err)
{
    if (in->n >= 4 && !memcmp(in->at, PW_CODEC_MAGIC, 4))
        return pw_tree_decode(in->at, in->n, t, err);
    PwStatus status = pw_tree_parse((const char *)in->at, in->n, t, err);
    return status ? status : pw_tree_verify(*t, err);
}

static PwStatus run(const Options *o, PwErr *err)
{
    PwTree *t = NULL;
    PwWriter text = {0};
    PwStatus status = PW_IO;
    if (!read_all(o->file, &text)) {
        pw_err_set(err, PW_IO, "Cannot read %s.", o->file ? o->file : "standard input");
        goto done;
    }
    if ((status = read_tree(&text, &t, err)))
        goto done;
    if (o->bytes && (status = through_bytes(&t, err)))
        goto done;
    if (o->optimise && (status = optimise(&t, o->all, err)))
        goto done;
    if (!o->verify)
        show(t);
    if (o->live)
        show_live(t);
done:
    pw_tree_free(t);
    pw_writer_free(&text);
    return status;
}

int main(int argc, char **argv)
{
    Options o = {0};
    PwErr err = {0};
    if (!read_options(argc, argv, &o))
        return usage();
    PwStatus status = run(&o, &err);
    if (!status)
        return 0;
    fprintf(stderr, "pw-ir: %s: %s\n", pw_status_name(status), err.text);
    return 1;
}
