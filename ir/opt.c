/* The pipeline. The order of passes is data: fold runs again behind loop, since what the entry segment knows makes guards in
 * the body needless. */
#include "ir/opt_internal.h"

typedef struct Pass {
    const char *name;
    PwPass bit; /* what switches it off */
    PwStatus (*run)(PwTree *t, PwErr *err);
} Pass;

static PwStatus make_plain_loop(PwTree *t, PwErr *err)
{
    return pw_opt_make_loop(t, false, err);
}

/* Behind a pass that is switched off, what the tree's form needs of it. */
static PwStatus (*const instead[PW_PASS_COUNT])(PwTree *t, PwErr *err) = {[PW_PASS_loop] = make_plain_loop};

static const Pass pipeline[] = {
    {"fold", PW_PASS_fold, pw_opt_fold},    {"loop", PW_PASS_loop, pw_opt_loop}, {"fold", PW_PASS_fold, pw_opt_fold},
    {"hoist", PW_PASS_hoist, pw_opt_hoist}, {"rc", PW_PASS_rc, pw_opt_rc},       {"sink", PW_PASS_sink, pw_opt_sink},
    {"dce", PW_PASS_dce, pw_opt_dce},
};

static PwStatus run_pass(PwTree *t, const Pass *pass, bool on, PwErr *err)
{
    PwStatus (*run)(PwTree *, PwErr *) = on ? pass->run : instead[pass->bit];
    if (!run)
        return PW_OK;
    PwStatus status = run(t, err);
    return status ? status : pw_opt_built(t, err);
}

static PwStatus check(const PwTree *t, const char *pass, PwErr *err)
{
    PwErr why;
    if (pw_tree_verify(t, &why) == PW_OK)
        return PW_OK;
    return pw_err_set(err, PW_INVALID, "pass %s broke a rule: %.400s", pass, why.text);
}

PwStatus pw_opt_run(const PwTree *raw, uint32_t passes, bool verify, PwOptWatch watch, void *arg, PwTree **out, PwErr *err)
{
#ifndef NDEBUG
    verify = true;
#endif
    *out = NULL;
    PwTree *t = pw_tree_copy(raw);
    if (!t)
        return pw_opt_nomem(err);
    PwStatus status = PW_OK;
    for (size_t k = 0; k < sizeof pipeline / sizeof *pipeline && !status; k++) {
        const Pass *pass = &pipeline[k];
        status = run_pass(t, pass, passes >> pass->bit & 1, err);
        if (!status && verify)
            status = check(t, pass->name, err);
        if (!status && watch)
            watch(arg, pass->name, t);
    }
    if (status)
        pw_tree_free(t);
    else
        *out = t;
    return status;
}

static bool same_name(const char *name, const char *text, size_t n)
{
    return strlen(name) == n && !memcmp(name, text, n);
}

/* The bits that one name stands for; 0 for an unknown one. */
static uint32_t named(const char *text, size_t n)
{
    static const char *const name[] = {
#define PW_PASS(pass, what) #pass,
#include "ir/passes.def"
#undef PW_PASS
    };
    if (same_name("all", text, n))
        return PW_PASSES_ALL;
    for (unsigned k = 0; k < PW_PASS_COUNT; k++) {
        if (same_name(name[k], text, n))
            return 1u << k;
    }
    return 0;
}

PwStatus pw_opt_parse(const char *text, uint32_t *passes, PwErr *err)
{
    uint32_t mask = PW_PASSES_ALL;
    while (*text) {
        size_t n = strcspn(text, ",");
        uint32_t bits = n && (*text == '-' || *text == '+') ? named(text + 1, n - 1) : 0;
        if (n && !bits)
            return pw_err_set(err, PW_USAGE, "PREWARM_PASSES: \"%.*s\" is not -PASS or +PASS", (int)(n < 60 ? n : 60), text);
        mask = *text == '-' ? mask & ~bits : mask | bits;
        text += n + (text[n] == ',');
    }
    *passes = mask;
    return PW_OK;
}
