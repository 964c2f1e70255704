/* The start: reads what `prewarm` handed over and, when everything fits, has the host installed at the start of Python. */
#include "host/layout.h"
#include "launcher/rt/int.h"
#include "launcher/start/start.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

static PwRtConfig config;
static pid_t process; /* children made by fork do not report */

const PwRtConfig *pw_rt_config(void)
{
    return &config;
}

static bool set(const char *key, const char *value)
{
    const struct {
        const char *key;
        const char **value;
    } strings[] = {{"cache", &config.cache},     {"image", &config.image}, {"stats", &config.stats},
                   {"explain", &config.explain}, {"rec", &config.rec},     {"rt", &config.rt},
                   {"learn", &config.learn}};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        if (!strcmp(key, strings[i].key)) {
            *strings[i].value = *value ? value : NULL;
            return true;
        }
    if (!strcmp(key, "mode"))
        config.record = !strcmp(value, "record"), config.probe = !strcmp(value, "probe");
    else if (!strcmp(key, "engine"))
        config.engine_ir = !strcmp(value, "ir");
    else if (!strcmp(key, "require"))
        config.require = !strcmp(value, "1");
    return true;
}

/* Cuts the copy of the handoff into its pairs. */
static void parse(char *text)
{
    for (char *pair = text; pair && *pair;) {
        char *end = strchr(pair, '\t'), *equals;
        if (end)
            *end++ = 0;
        equals = strchr(pair, '=');
        if (equals) {
            *equals = 0;
            set(pair, equals + 1);
        }
        pair = end;
    }
    const char *stress = getenv("PREWARM_STRESS");
    config.stress = stress && !strcmp(stress, "1");
}

static void at_end(void)
{
    if (getpid() != process)
        return;
    rt_report_at_end();
    rt_crash_at_end();
}

static PwHostAction on_entry(PwSide *side, PyThreadState *ts, _PyInterpreterFrame *frame, PyObject **result)
{
    return pw_rt_entry(side, ts, frame, result, NULL);
}

static PwHostAction on_header(PwSide *side, PyThreadState *ts, _PyInterpreterFrame *frame, uint32_t header,
                              PyObject **result)
{
    return pw_rt_header(side, ts, frame, header, result, NULL);
}

static const PwHostClient client = {.gates = true,
                                    .code_wanted = rt_code_wanted,
                                    .code_seen = rt_code_seen,
                                    .code_gone = pw_rt_code_gone,
                                    .on_entry = on_entry,
                                    .on_header = on_header,
                                    .on_resume = pw_rt_resume,
                                    .frame_locals_needed = pw_rt_frame_locals,
                                    .on_tick = rt_govern,
                                    .on_end = pw_rt_at_end};

void pw_rt_stand_back(const PwErr *err)
{
    const char *why = err->text[0] ? err->text : pw_status_text(err->status);
    pw_rt_explain(0, "off", why);
    if (!config.require)
        return;
    dprintf(STDERR_FILENO, "prewarm: %s\n", why);
    _exit(125); /* nothing of the program has run */
}

/* Is the image for the layout of this Python? The fact in which they differ is named. */
static PwStatus check_layout(PwErr *err)
{
    PwLayout own, expected;
    PwErr why = {0};
    const PwImgHead *head = rt_image()->head;
    pw_host_layout(&own);
    PwDigest found = pw_layout_digest(&own);
    if (!memcmp(&found, &head->layout, sizeof found))
        return PW_OK;
    PwStatus status = pw_layout_parse((const char *)rt_image()->base + head->description.at, head->description.n,
                                      "the image's target description", &expected, &why);
    if (status == PW_OK)
        status = pw_layout_compare(&expected, &own, &why);
    if (status == PW_OK)
        return pw_err_set(err, PW_CORRUPT, "%s is damaged: its target description does not fit its digest", config.image);
    return pw_err_set(err, PW_STALE, "%s is for another build of Python: %s", config.image, why.text);
}

/* The levers, and what kept them from working. */
static void begin_levers(void)
{
    pw_start_begin();
    for (int k = 0; k < PW_LEVER_COUNT; k++)
        if (pw_start_why(k))
            pw_rt_explain(0, pw_start_name(k), pw_start_why(k));
}

/* Python is starting: is it the one the image was made for? Whatever goes wrong here, the program runs without prewarm. An image
 * without trees needs no evaluation hook. */
static int init(void)
{
    PwFingerprint fp;
    PwErr err = {0};
    const char *want = rt_image()->head->fingerprint;
    PwStatus status = pw_host_fingerprint(&fp, &err);
    if (status == PW_OK && strcmp(fp.key, want))
        status = pw_err_set(&err, PW_STALE, "%s: expected the Python %s, found %s", config.image, want, fp.key);
    if (status == PW_OK)
        status = check_layout(&err);
    if (status == PW_OK)
        begin_levers();
    if (status == PW_OK && rt_image()->head->tree.n)
        status = pw_host_install(&client, &err);
    if (status == PW_OK && rt_image()->head->tree.n)
        rt_count_begin();
    if (status != PW_OK)
        pw_rt_stand_back(&err);
    return 0;
}

/* `prewarm probe`: the target description of this Python, after it was found to be one that prewarm knows. */
static int probe(void)
{
    PwFingerprint fp;
    PwLayout own;
    PwErr err = {0};
    PwWriter text = {0};
    PwStatus status = pw_host_fingerprint(&fp, &err);
    if (status != PW_OK)
        pw_rt_stand_back(&err);
    pw_host_layout(&own);
    pw_layout_print(&own, &text);
    for (size_t at = 0; at < text.n;) {
        ssize_t n = write(STDOUT_FILENO, text.at + at, text.n - at);
        if (n <= 0)
            _exit(125);
        at += (size_t)n;
    }
    _exit(text.failed ? 125 : 0);
}

static int start_probe(void)
{
    PwErr err = {0};
    if (pw_host_start(probe, &err) != PW_OK)
        pw_rt_stand_back(&err);
    return 0;
}

static int start_run(void)
{
    PwErr err = {0};
    uint64_t from = rt_now_ns();
    PwStatus status = config.image ? rt_image_open(config.image, config.require, &err)
                                   : pw_err_set(&err, PW_USAGE, "no image was given");
    if (status == PW_OK && config.require)
        status = rt_image_check_all(&err);
    pw_rt_stats()->us_map = (rt_now_ns() - from + 500) / 1000;
    if (status == PW_OK)
        status = rt_crash_check(config.image, &err);
    if (status == PW_OK)
        status = pw_host_start(init, &err);
    if (status == PW_OK) {
        pw_start_give(PW_LEVER_MEMORY, rt_map_ahead, NULL);
        pw_start_give(PW_LEVER_CODE, NULL, rt_thaw_modules);
        pw_start_early();
        return 0;
    }
    pw_rt_stand_back(&err);
    return -1;
}

/* Recording and the reference interpreter live in a library of their own, since they need SQLite and libffi. */
static int start_recorder(void)
{
    PwErr err = {0};
    void *lib = config.rec ? dlopen(config.rec, RTLD_NOW | RTLD_LOCAL) : NULL;
    void *found = lib ? dlsym(lib, "pw_record_start") : NULL;
    if (!found) {
        (void)pw_err_set(&err, PW_NOTFOUND, "the recorder cannot be loaded: %s",
                         config.rec ? dlerror() : "it was not named");
        pw_rt_stand_back(&err);
        return -1;
    }
    PwRecordStart begin;
    memcpy(&begin, &found, sizeof begin);
    return begin(&config);
}

int pw_runtime_start(const char *handoff)
{
    char *copy = handoff && !process ? pw_strdup(handoff) : NULL;
    const char *off = getenv("PREWARM_DISABLE");
    if (!copy || (off && !strcmp(off, "1")))
        return -1;
    process = getpid();
    parse(copy); /* kept: config points into it */
    rt_report_begin();
    int status = config.probe                         ? start_probe()
                 : config.record || config.engine_ir ? start_recorder()
                                                     : start_run();
    if (config.stats || config.explain || config.learn || rt_crash_noted())
        atexit(at_end);
    return status;
}
