/* Is prewarm worth it for this program? The evaluation hook makes every interpreted call dearer, and entering a tree costs as
 * much as a dozen bytecodes. When that has cost more than the native code can have saved, and more than a program may lose,
 * the hook is taken out and the rest runs as under python3.11. */
#include "launcher/rt/int.h"

enum {
    HOOK_NS = 40,      /* what a call through the hook costs more than without */
    ENTRY_NS = 90,     /* entering and leaving a tree */
    DIRECT_NS = 40,    /* what a call between trees saves */
    FRAME_NS = 400,    /* making a real frame of an inlined call at an exit */
    CALL_NS = 250,     /* time of a hooked call below native code that is not the native code's */
    GAIN = 3,          /* times the native time that the interpreter would have taken more */
    MAY_LOSE_NS = 15000000,
    MAY_LOSE_SHARE = 24, /* and this part of the run time; several times as much while trees of the image wait for their turn */
    HOPE = 3,
    CREDIT_NS = 100000000, /* gains are not remembered beyond this */
};

static struct {
    uint64_t begun, calls, entries, direct, frames;
    int64_t native;   /* estimated nanoseconds since the last look */
    int64_t loss;
} gov;

void rt_govern_run(uint64_t ns, uint64_t calls, uint64_t times)
{
    int64_t own = (int64_t)ns - (int64_t)(calls * CALL_NS) - 20;
    if (own > 0)
        gov.native += own * (int64_t)times;
    gov.entries += times;
}

void rt_govern_frames(uint32_t n)
{
    gov.frames += n;
}

void rt_govern_direct(void)
{
    gov.direct++;
}

void rt_govern_resumed(uint32_t n)
{
    gov.direct += n;
}

void rt_govern(void)
{
    if (pw_host_gated() || pw_rt_config()->stress || pw_rt_config()->record || pw_rt_config()->engine_ir || rt_fail_wanted())
        return;
    uint64_t now = rt_now_ns(), calls = pw_host_calls();
    if (!gov.begun)
        gov.begun = now;
    gov.loss += (int64_t)((calls - gov.calls) * HOOK_NS + gov.entries * ENTRY_NS + gov.frames * FRAME_NS) - (int64_t)(gov.direct * DIRECT_NS) -
                gov.native * GAIN;
    gov.calls = calls;
    gov.entries = gov.direct = gov.frames = 0;
    gov.native = 0;
    if (gov.loss < -CREDIT_NS)
        gov.loss = -CREDIT_NS;
    const PwRtImage *m = rt_image();
    int64_t may_lose = MAY_LOSE_NS + (int64_t)((now - gov.begun) / MAY_LOSE_SHARE);
    if (m && pw_rt_stats()->linked * 3 < m->head->tree.n * 2)
        may_lose *= HOPE;
    if (gov.loss > may_lose) {
        pw_host_stop();
        pw_rt_explain(0, "off", "the program runs too little native code to pay for the evaluation hook");
        pw_rt_stats()->stopped++;
    }
}
