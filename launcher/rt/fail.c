/* PREWARM_FAIL_GUARD: exits that would not be taken are taken, so that every snapshot gets executed.
 *
 *   all        each exit of each tree once
 *   N          exit N of each tree, always
 *   rand:SEED  at each entry one exit of the tree, by chance
 * The interpreter makes progress after a forced exit: a tree is not entered again at the place where it has just left. */
#include "launcher/rt/int.h"

#include <stdio.h>
#include <stdlib.h>

typedef enum FailMode { FAIL_UNREAD, FAIL_NONE, FAIL_ALL, FAIL_ONE, FAIL_RANDOM } FailMode;

enum { TAKEN = 2 }; /* in a tree's byte: leave again, and it has left by it already */

static FailMode mode;
static uint64_t number; /* the exit, or the state of the generator */

static FailMode read_mode(void)
{
    const char *text = getenv("PREWARM_FAIL_GUARD");
    if (!text || !*text)
        return FAIL_NONE;
    if (!strcmp(text, "all"))
        return FAIL_ALL;
    bool by_chance = !strncmp(text, "rand:", 5);
    number = strtoull(by_chance ? text + 5 : text, NULL, 10);
    if (by_chance)
        number = number * 0x9E3779B97F4A7C15u | 1;
    return by_chance ? FAIL_RANDOM : FAIL_ONE;
}

bool rt_fail_wanted(void)
{
    if (mode == FAIL_UNREAD)
        mode = read_mode();
    return mode != FAIL_NONE;
}

static uint64_t chance(void)
{
    number ^= number << 13;
    number ^= number >> 7;
    return number ^= number << 17;
}

void rt_fail_fill(PwRtTree *t)
{
    t->fail = pw_calloc(t->exits.nsnap + 1, 1);
    if (t->fail && mode == FAIL_ALL)
        memset(t->fail, 1, t->exits.nsnap);
    if (t->fail && mode == FAIL_ONE && number < t->exits.nsnap)
        t->fail[number] = 1;
}

void rt_fail_before(PwRtTree *t)
{
    if (mode != FAIL_RANDOM || !t->exits.nsnap)
        return;
    memset(t->fail, 0, t->exits.nsnap);
    t->fail[chance() % t->exits.nsnap] = 1;
}

void rt_fail_taken(PwRtTree *t, uint32_t snapshot)
{
    pw_rt_stats()->forced += t->fail[snapshot] != 0;
    if (mode == FAIL_ALL)
        t->fail[snapshot] = 0;
    else if (t->fail[snapshot])
        t->fail[snapshot] = TAKEN;
}

void rt_fail_report(const PwRtTree *t)
{
    PwWriter w = {0};
    char number_text[12];
    if (mode == FAIL_RANDOM || mode == FAIL_NONE || !t->fail || !t->entered || !pw_rt_config()->explain)
        return;
    for (uint32_t i = 0; i < t->exits.nsnap; i++)
        if (t->fail[i] == 1)
            pw_write_bytes(&w, number_text, (size_t)snprintf(number_text, sizeof number_text, "%u ", i));
    pw_write_u8(&w, 0);
    if (!w.failed)
        pw_rt_explain(t->id, "unforced", (const char *)w.at);
    pw_writer_free(&w);
}
