#include "launcher/cli/cli.h"

#include <string.h>

typedef struct Option {
    char letter;       /* in `allowed`; also the short form when `brief` */
    bool brief, value; /* -o FILE; takes a value */
    const char *name;
} Option;

static const Option table[] = {
    {'o', true, true, "--output"}, {'c', false, true, "--cache"},  {'p', false, true, "--python"},
    {'s', false, true, "--stats"}, {'e', false, true, "--engine"}, {'r', false, false, "--require-cache"},
    {'l', false, false, "--learn"}, {'n', false, false, "--count"},
};

/* The option that a word is, with its value when that is in the same word (--cache=FILE, -oFILE). */
static const Option *recognise(const char *word, const char *allowed, const char **value)
{
    *value = NULL;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const Option *o = &table[i];
        size_t n = strlen(o->name);
        if (!strchr(allowed, o->letter))
            continue;
        if (!strncmp(word, o->name, n) && (!word[n] || (word[n] == '=' && o->value))) {
            *value = word[n] ? word + n + 1 : NULL;
            return o;
        }
        if (o->brief && word[0] == '-' && word[1] == o->letter) {
            *value = word[2] ? word + 2 : NULL;
            return o;
        }
    }
    return NULL;
}

/* Python's own long options; any other is a mistake of the user's that Python could not explain. */
static bool is_python_long(const char *word)
{
    return !strncmp(word, "--check-hash-based-pycs", 23) || !strcmp(word, "--version") || !strncmp(word, "--help-", 7);
}

static int take(const Option *o, const char *value, CliOptions *out)
{
    switch (o->letter) {
    case 'o':
    case 'c':
        out->cache = cli_absolute(value);
        return 0;
    case 'p':
        out->python = value;
        return 0;
    case 's':
        out->stats = cli_absolute(value);
        return 0;
    case 'e':
        out->engine = value;
        if (strcmp(value, "native") && strcmp(value, "ir"))
            return cli_fail(CLI_USAGE, "--engine %s: expected native or ir", value);
        return 0;
    case 'l':
        out->learn = true;
        return 0;
    case 'n':
        out->count = true;
        return 0;
    default:
        out->require = true;
        return 0;
    }
}

int cli_options(const char *command, const char *allowed, char **words, CliOptions *out)
{
    *out = (CliOptions){0};
    for (; *words && **words == '-'; words++) {
        const char *value;
        if (!strcmp(*words, "--")) {
            words++;
            break;
        }
        const Option *o = recognise(*words, allowed, &value);
        if (!o && !strncmp(*words, "--", 2) && !is_python_long(*words))
            return cli_fail(CLI_USAGE, "%s: %s knows no such option; try prewarm %s --help", *words, command, command);
        if (!o)
            break;
        if (o->value && !value && !(value = *++words))
            return cli_fail(CLI_USAGE, "%s needs a value", o->name);
        if (o->value && !*value)
            return cli_fail(CLI_USAGE, "%s: its value is empty", o->name);
        int status = take(o, value, out);
        if (status)
            return status;
    }
    out->rest = words;
    return 0;
}
