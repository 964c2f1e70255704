/* A client of the runtime for tests: it adds hand-made trees, whose "native code" are the C functions of trees.c, to the
 * functions of programs that have the names below.
 *
 * Loaded by libprewarm.so in the place of the recorder: PREWARM_HANDOFF="rt=.../libprewarm.so<TAB>mode=record<TAB>rec=this".
 * With PREWARM_RT_IMAGE=FILE it writes an image for functions named i_*. With PREWARM_RT_COUNT=1 it says on stderr at the end how often each tree was entered. */
#include "tests/rt/client.h"

#include <stdio.h>
#include <stdlib.h>

__attribute__((visibility("default"))) int pw_record_start(const PwRtConfig *config);

static bool wanted(PyCodeObject *code)
{
    const char *name = PyUnicode_AsUTF8(code->co_name);
    return name && (!strncmp(name, "t_", 2) || !strncmp(name, "i_", 2));
}

static void seen(PwSide *side)
{
    const char *name = PyUnicode_AsUTF8(side->code->co_name);
    const char *image = getenv("PREWARM_RT_IMAGE");
    if (image && !strncmp(name, "i_", 2))
        test_write_image(side, image);
    for (TestTree *t = test_trees; t->name; t++)
        if (!strcmp(t->name, name) && !t->tree) {
            PwRtTreeInit init = {.id = (uint32_t)(t - test_trees) + 1, .run = t->run, .arg = t};
            t->side = side;
            t->make(t, &init);
            t->tree = pw_rt_tree_add(side, &init, true);
        }
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

static void at_end(void)
{
    for (TestTree *t = test_trees; t->name; t++)
        if (t->tree)
            fprintf(stderr, "%s: entered %d, left %d: %s\n", t->name, t->entered, t->left,
                    t->gone ? "gone" : pw_rt_tree_why(t->tree));
}

static void gone(PwSide *side)
{
    for (TestTree *t = test_trees; t->name; t++)
        t->gone |= t->side == side;
    pw_rt_code_gone(side);
}

static const PwHostClient client = {.code_wanted = wanted,
                                    .code_seen = seen,
                                    .code_gone = gone,
                                    .on_entry = on_entry,
                                    .on_header = on_header,
                                    .on_resume = pw_rt_resume,
                                    .frame_locals_needed = pw_rt_frame_locals};

static int init(void)
{
    PwErr err = {0};
    if (pw_host_install(&client, &err) != PW_OK)
        fprintf(stderr, "rt test: %s\n", err.text);
    return 0;
}

int pw_record_start(const PwRtConfig *config)
{
    PwErr err = {0};
    (void)config;
    if (getenv("PREWARM_RT_COUNT"))
        atexit(at_end);
    return pw_host_start(init, &err) == PW_OK ? 0 : -1;
}
