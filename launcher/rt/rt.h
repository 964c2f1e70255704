/* The runtime: what lives in the program's python3.11 process. It maps an image of native code, binds its trees to the
 * process's objects when they are first reached, runs them, and goes back to CPython's interpreter at their exits.
 *
 * Two libraries use this header: libprewarm.so itself (mode run), and libprewarm-record.so, which it loads for recording and
 * for `--engine=ir`: that one brings its own host client and calls the functions below, which libprewarm.so exports together
 * with all of host/ and base/.
 *
 * From the outside in:
 *   pw_runtime_start  reads the handoff, decides, installs the host client at the start of Python (start.c, image.c)
 *   trees             one PwRtTree per trace tree that this process has met (tree.c)
 *   linking           symbols to objects, lazily, with a reason when it cannot be (link.c, link_*.c)
 *   entering          run cells, the call, the way back into frames (enter.c, exit.c, sync.c)
 *   helpers           the C functions that trees call (helpers*.c)
 * Ctx    GIL held everywhere but in pw_runtime_start and the report at the end. Python exceptions are set only where said.
 */
#ifndef PW_RT_RT_H
#define PW_RT_RT_H

#include "host/host.h"
#include "ir/native.h"

#define PW_RT_API __attribute__((visibility("default")))

/* -- start ---------------------------------------------------------------------------------------------------------------- */

/* What `prewarm` handed over. Strings live for ever; absent ones are NULL. */
typedef struct PwRtConfig {
    const char *cache, *image, *stats, *explain, *rec, *rt;
    const char *learn; /* run: where to write which exits were taken. record: anything; exits that were given up are tried again */
    bool record;     /* mode=record */
    bool probe;      /* mode=probe: print the target description and end */
    bool engine_ir;  /* engine=ir */
    bool require;    /* the program must not start without native code: see pw_rt_stand_back */
    bool stress;     /* PREWARM_STRESS=1: link at first sight, never retire a tree */
} PwRtConfig;
PW_RT_API const PwRtConfig *pw_rt_config(void);

/* What   the first thing that runs in the process, called by the preloaded stub before Python starts.
 * Shape  handoff: key=value pairs separated by tabs: mode=run|record|probe, image=, cache=, stats=, explain=, learn=, engine=native|ir,
 *        require=1, rec= (path of libprewarm-record.so), rt= (of this library). Unknown keys are ignored. Copied.
 *        0: Python will start with prewarm, -1: without. With a handoff that cannot be used nothing at all is done: the program runs as under python3.11, and the reason is
 *        appended to the explain file.
 * Ctx    no Python yet, one thread. */
PW_RT_API int pw_runtime_start(const char *handoff);

/* The program runs without prewarm: tells why in the explain file. With require=1 it tells it on stderr, and ends the process
 * with status 125 before the program starts. */
PW_RT_API void pw_rt_stand_back(const PwErr *err);

/* What libprewarm-record.so exports; called from pw_runtime_start. Returns 0, or -1 to stand back. */
typedef int (*PwRecordStart)(const PwRtConfig *config);

/* -- trees ---------------------------------------------------------------------------------------------------------------- */

/* A symbol as the linker wants it: from an image or from a PwTree. */
typedef struct PwRtSym {
    uint32_t kind, parent, index;
    const char *name; /* NULL without one */
    const PwDigest *digest;
    uint32_t seg;     /* pw_tree_sym_segs; 0 for trees in memory */
} PwRtSym;

/* What the owner of an in-memory tree gives. Everything is borrowed until `gone` is called. */
typedef struct PwRtTreeInit {
    uint32_t id;                 /* for the reports */
    uint32_t kind, unit;         /* PwRootKind, where it starts */
    uint32_t nsym;
    const PwSym *sym;
    PwExits exits;
    uint32_t maxdepth;           /* inlined calls */
    int64_t (*run)(void *arg, PwCell *run);
    void *arg;
    /* Called at each exit: the root frame is restored and current, inlined frames are not made yet, drops are not released.
     * May begin a recording. snapshot, and whether an exception is set. May be NULL. Runs no Python code. */
    void (*left)(void *arg, PyThreadState *ts, _PyInterpreterFrame *frame, uint32_t snapshot, bool thrown);
    /* Nothing of what was given is used any more: free it. May be NULL. Runs no Python code. */
    void (*gone)(void *arg);
} PwRtTreeInit;

typedef enum PwRtState { PW_RT_UNLINKED, PW_RT_LINKED, PW_RT_REFUSED, PW_RT_RETIRED } PwRtState;
typedef struct PwRtTree PwRtTree;

/* What   makes a tree of side's code known. Arms its header or its function's entry when `arm` is set (a client of one's own
 *        may want control there anyway). NULL: out of memory. Own: freed with the code object, or by pw_rt_tree_drop. */
PW_RT_API PwRtTree *pw_rt_tree_add(PwSide *side, const PwRtTreeInit *init, bool arm);
/* Takes it away, at any time: it is not entered any more; `gone` is called now, or when the last run of it is over. */
PW_RT_API void pw_rt_tree_drop(PwSide *side, PwRtTree *tree);
/* Lets it rest: it is not entered the next `entries` times that its place is reached. */
PW_RT_API void pw_rt_tree_rest(PwRtTree *tree, uint32_t entries);
PW_RT_API PwRtState pw_rt_tree_state(const PwRtTree *tree);
/* Why it is refused or retired: a sentence; "" otherwise. Valid until the next call about this tree. */
PW_RT_API const char *pw_rt_tree_why(const PwRtTree *tree);
/* Bytes, one per snapshot (run[PW_RUN_FAIL]); NULL unless PREWARM_FAIL_GUARD is set. */
PW_RT_API uint8_t *pw_rt_tree_fail(PwRtTree *tree);
PW_RT_API uint64_t pw_rt_tree_entered(const PwRtTree *tree);

/* The host client's work on sides with trees: a client of one's own calls them from its own callbacks. side->user is the
 * runtime's. Unusable trees (refused, other globals, no recursion left) mean PW_HOST_INTERPRET, as no tree does; *ran tells
 * whether a tree did run (ran may be NULL). */
PW_RT_API void pw_rt_code_gone(PwSide *side);
PW_RT_API PwHostAction pw_rt_entry(PwSide *side, PyThreadState *ts, _PyInterpreterFrame *frame, PyObject **result,
                                   bool *ran);
PW_RT_API PwHostAction pw_rt_header(PwSide *side, PyThreadState *ts, _PyInterpreterFrame *frame, uint32_t header,
                                    PyObject **result, bool *ran);
/* The host's on_end: takes the hook out, and lets go of all that trees hold, but for those that still run in other threads. */
PW_RT_API void pw_rt_at_end(void);
PW_RT_API bool pw_rt_resume(PyGenObject *gen, PyObject *sent, PyObject **value, PySendResult *status);
PW_RT_API bool pw_rt_frame_locals(void *user, _PyInterpreterFrame *frame);
/* Is there a usable tree there? */
PW_RT_API bool pw_rt_has_tree(PwSide *side, uint32_t kind, uint32_t unit);
/* Is there one at the function's entry, or where a generator goes on? */
PW_RT_API bool pw_rt_any_entry(const PwSide *side);

/* -- what trees call ------------------------------------------------------------------------------------------------------ */

/* PW_H_COUNT cells, by ir/helpers.def. */
PW_RT_API const PwCell *pw_rt_helpers(void);
/* The object `single exhausted`: what the helper next gives when there is no item. Borrowed, immortal. */
PW_RT_API PyObject *pw_rt_exhausted(void);
/* Lets a garbage collection that helpers put off happen, and recomputes the eval breaker. Runs any Python code. */
PW_RT_API void pw_rt_gc_catch_up(PyThreadState *ts);

/* -- reports -------------------------------------------------------------------------------------------------------------- */

/* Appends "ID \t STATUS \t SENTENCE \n" to the explain file, if there is one. */
PW_RT_API void pw_rt_explain(uint32_t id, const char *status, const char *sentence);

/* What the statistics file says. Plain counters; the GIL protects them. */
typedef struct PwRtStats {
    uint64_t linked, refused, retired, entered, exits, us_map, us_link;
    uint64_t ns_native; /* spent in trees that were entered from the interpreter, with whatever they called */
    uint64_t forced; /* exits that PREWARM_FAIL_GUARD asked for: some of them were due anyway */
    uint64_t thawed;  /* modules whose code came from the image */
    uint64_t stopped; /* 1: the hook was taken out, because it did not pay */
    uint64_t bytecodes_native, bytecodes_interpreted; /* of the main thread's; right when counted */
    bool counted;
} PwRtStats;
PW_RT_API PwRtStats *pw_rt_stats(void);

#endif
