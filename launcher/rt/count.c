/* PREWARM_COUNT: how many bytecodes run natively, and how many in the interpreter. Native code that was compiled for it counts what it
 * does itself; the rest of a run is what its last exit says (PwXSnap.work). */
#include "launcher/rt/int.h"

#include <stdlib.h>

static bool counting;

void rt_count_begin(void)
{
    const char *text = getenv("PREWARM_COUNT");
    counting = text && !strcmp(text, "1") && pw_rt_config()->stats && rt_image()->head->flags & PW_IMG_PROBES &&
               pw_host_count_begin(PyThreadState_Get());
}

void rt_count_cells(RtRun *run)
{
    run->cell[PW_RUN_TRACING].p = pw_host_tracing_byte(run->ts);
    run->cell[PW_RUN_BYTECODES].p = &pw_rt_stats()->bytecodes_native;
}

void rt_count_exit(RtRun *run, uint32_t snapshot)
{
    if (!counting)
        return;
    pw_host_count_leaves = 0;
    pw_rt_stats()->bytecodes_native += run->tree->exits.snap[snapshot].work;
}

void rt_count_end(void)
{
    PwRtStats *stats = pw_rt_stats();
    if (counting)
        stats->counted = pw_host_count_end(&stats->bytecodes_interpreted);
    counting = false;
}
