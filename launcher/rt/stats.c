/* What is told about a run: the statistics file, and the reasons that `prewarm explain` shows. */
#include "launcher/rt/int.h"
#include "launcher/start/start.h"

#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static PwRtStats stats;
static uint64_t begun;

PwRtStats *pw_rt_stats(void)
{
    return &stats;
}

uint64_t rt_now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void pw_rt_explain(uint32_t id, const char *status, const char *sentence)
{
    const char *path = pw_rt_config()->explain;
    int fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd < 0)
        return;
    dprintf(fd, "%u\t%s\t%s\n", id, status, sentence);
    close(fd);
}

void rt_report_begin(void)
{
    begun = rt_now_ns();
}

/* -- the exits taken most -- */

typedef struct Hot {
    uint32_t tree, exit, unit, frames;
    uint64_t taken;
} Hot;
enum { HOTTEST = 20 };
static Hot hot[HOTTEST]; /* the most taken first */

static void keep_hot(const PwRtTree *t)
{
    const PwExits *x = &t->exits;
    for (uint32_t s = 0; t->taken && s < x->nsnap; s++) {
        if (!t->taken[s])
            continue; /* nor may its snapshots be read: the tree was never looked at, perhaps */
        Hot more = {t->id, s, x->frame[x->snap[s].frames].unit, x->snap[s].nframes, t->taken[s]};
        for (int k = 0; k < HOTTEST; k++)
            if (more.taken > hot[k].taken) {
                Hot less = hot[k];
                hot[k] = more;
                more = less;
            }
    }
}

/* Each with its tree, its number there, and the code unit of the root frame at which the interpreter went on. */
static void write_hot(FILE *f)
{
    fputs("[", f);
    for (int k = 0; k < HOTTEST && hot[k].taken; k++)
        fprintf(f, "%s\n    {\"tree\": %u, \"exit\": %u, \"unit\": %u, \"frames\": %u, \"taken\": %llu}", k ? "," : "",
                hot[k].tree, hot[k].exit, hot[k].unit, hot[k].frames, (unsigned long long)hot[k].taken);
    fputs(hot[0].taken ? "\n  ]" : "]", f);
}

void rt_report_gone(PwRtTree *t)
{
    stats.entered += t->entered;
    rt_fail_report(t);
    keep_hot(t);
    if (pw_rt_config()->learn)
        rt_learn_tree(t);
    if (t->state == PW_RT_REFUSED || (t->state == PW_RT_UNLINKED && t->why)) {
        stats.refused++;
        pw_rt_explain(t->id, "refused", pw_rt_tree_why(t));
    } else if (t->state == PW_RT_RETIRED) {
        pw_rt_explain(t->id, "retired", pw_rt_tree_why(t));
    }
}

static void write_levers(FILE *f)
{
    const char *between = "";
    for (int k = 0; k < PW_LEVER_COUNT; k++)
        if (pw_start_on(k)) {
            fprintf(f, "%s\"%s\"", between, pw_start_name(k));
            between = ", ";
        }
}

static void write_count(FILE *f, const char *name, uint64_t count)
{
    if (stats.counted)
        fprintf(f, "  \"%s\": %llu,\n", name, (unsigned long long)count);
    else
        fprintf(f, "  \"%s\": null,\n", name);
}

/* us_native of us_run microseconds were spent in trees: what they called is in it, and so is Python code that they called.
 * bytecodes_*: null unless they were counted (count.c). */
static void write_stats(const char *path)
{
    FILE *f = fopen(path, "we");
    const char *end = pw_host_end_why();
    if (!f)
        return;
    fputs("{\n  \"levers\": [", f);
    write_levers(f);
    fprintf(f,
            "],\n  \"end\": \"%s\",\n  \"modules\": %llu,\n  \"linked\": %llu,\n  \"refused\": %llu,\n  \"retired\": %llu,\n  \"entered\": %llu,\n  \"exits\": %llu,\n"
            "  \"stopped\": %llu,\n"
            "  \"forced\": %llu,\n  \"us_map\": %llu,\n  \"us_link\": %llu,\n  \"us_native\": %llu,\n"
            "  \"us_run\": %llu,\n",
            end && !*end ? "quick" : "CPython's", (unsigned long long)stats.thawed, (unsigned long long)stats.linked, (unsigned long long)stats.refused, (unsigned long long)stats.retired,
            (unsigned long long)stats.entered, (unsigned long long)stats.exits, (unsigned long long)stats.stopped, (unsigned long long)stats.forced,
            (unsigned long long)stats.us_map,
            (unsigned long long)stats.us_link, (unsigned long long)(stats.ns_native / 1000),
            (unsigned long long)((rt_now_ns() - begun) / 1000));
    write_count(f, "bytecodes_native", stats.bytecodes_native);
    write_count(f, "bytecodes_interpreted", stats.bytecodes_interpreted);
    fputs("  \"hot_exits\": ", f);
    write_hot(f);
    fputs("\n}\n", f);
    fclose(f);
}

void rt_report_at_end(void)
{
    const char *end = pw_host_end_why();
    if (end && *end && pw_start_on(PW_LEVER_EXIT))
        pw_rt_explain(0, "exit", end);
    if (!pw_rt_config()->stats && !pw_rt_config()->explain && !pw_rt_config()->learn)
        return;
    for (RtCode *c = rt_codes(); c; c = c->next)
        for (PwRtTree *t = c->tree; t; t = t->next)
            rt_report_gone(t);
    if (pw_rt_config()->stats)
        write_stats(pw_rt_config()->stats);
    if (pw_rt_config()->learn)
        rt_learn_end(pw_rt_config()->learn);
}
