/* The table of levers: which are on, and their steps. */
#include "launcher/start/start.h"

#include <stdlib.h>

static struct {
    const char *name;
    PwLeverStep early, begin;
} levers[] = {
#define LEVER(NAME, name, early, begin) {#name, early, begin},
#include "launcher/start/levers.def"
#undef LEVER
    {0}, /* PW_LEVER_COUNT */
};

static bool begun, off[PW_LEVER_COUNT + 1];
static const char *failed[PW_LEVER_COUNT + 1];

static bool names(const char *word, size_t n, const char *lever)
{
    return (n == strlen(lever) && !memcmp(word, lever, n)) || (n == 3 && !memcmp(word, "all", 3));
}

static void choose(const char *text)
{
    while (*text) {
        size_t n = strcspn(text, ",");
        for (int k = 0; k < PW_LEVER_COUNT; k++)
            if ((*text == '-' || *text == '+') && names(text + 1, n - 1, levers[k].name))
                off[k] = *text == '-';
        text += n + (text[n] == ',');
    }
}

static void step(int lever, PwLeverStep what)
{
    if (what && !off[lever] && !failed[lever])
        failed[lever] = what();
}

void pw_start_give(PwLever lever, PwLeverStep early, PwLeverStep begin)
{
    levers[lever].early = early;
    levers[lever].begin = begin;
}

void pw_start_early(void)
{
    const char *text = getenv("PREWARM_START");
    choose(text ? text : "");
    for (int k = 0; k < PW_LEVER_COUNT; k++)
        step(k, levers[k].early);
}

void pw_start_begin(void)
{
    begun = true;
    for (int k = 0; k < PW_LEVER_COUNT; k++)
        step(k, levers[k].begin);
}

bool pw_start_on(PwLever lever)
{
    return begun && !off[lever] && !failed[lever];
}

const char *pw_start_name(PwLever lever)
{
    return levers[lever].name;
}

const char *pw_start_why(PwLever lever)
{
    return failed[lever];
}
