/* Inside the runtime. */
#ifndef PW_RT_INT_H
#define PW_RT_INT_H

#include "ir/image.h"
#include "launcher/rt/rt.h"

/* -- image.c -- */

typedef struct PwRtImage {
    const uint8_t *base;  /* the file up to its texts, read-only */
    const uint8_t *text;  /* the code for this machine's level, executable */
    uint8_t *pool;        /* data of frozen modules, writable; NULL: none */
    size_t bytes, text_bytes; /* of base, of text */
    uint32_t level;
    bool untouched;       /* nobody has written to the file since it was made: digests need not be compared */
    const PwImgHead *head;
    const PwImgEntry *entry; /* by tree, of the level */
    const PwImgTree *tree;
    const PwImgSym *sym;
    const char *names;
} PwRtImage;

/* What   maps the image at path for the rest of the process's life. The code for this machine is compared with its digests before it is
 *        mapped executable, unless the file is untouched; distrust: even then.
 * Fails  NOTFOUND, IO, CORRUPT, STALE with a sentence; nothing stays mapped then. */
PwStatus rt_image_open(const char *path, bool distrust, PwErr *err) PW_MUST_CHECK;
/* The mapped image, or NULL. */
const PwRtImage *rt_image(void);
/* What belongs to a tree alone, its code apart, is looked at when it is first needed, unless the file is untouched: CORRUPT. */
PwStatus rt_image_ready(const PwImgTree *tree, PwErr *err) PW_MUST_CHECK;
/* Checks all of them, and all frozen modules: CORRUPT. */
PwStatus rt_image_check_all(PwErr *err) PW_MUST_CHECK;
/* First tree with this key; *n how many follow each other. */
const PwImgTree *rt_image_find(uint32_t key, uint32_t *n);

/* -- frozen.c: steps of start levers that use the image (launcher/start/start.h) -- */

/* `memory`, early: as many arenas as the recorded program had are mapped ahead. */
const char *rt_map_ahead(void);
/* `code`, begin: the code of modules that the image holds is taken from there instead of being read and unmarshalled. */
const char *rt_thaw_modules(void);

/* -- trees -- */

struct PwRtTree {
    PwRtTree *next;           /* of the same code */
    PwSide *side;
    uint32_t kind, unit, id;
    uint32_t nsym, nseg;
    const PwSym *sym;         /* in memory, or */
    const PwImgSym *isym;     /* in the image */
    const PwImgTree *image;   /* NULL: it does not come from there */
    PwExits exits;
    uint32_t maxdepth, nlocals, nstack;
    PwTreeFn native;          /* or */
    int64_t (*run)(void *arg, PwCell *run);
    void *arg;
    void (*left)(void *arg, PyThreadState *ts, _PyInterpreterFrame *frame, uint32_t snapshot, bool thrown);
    void (*gone)(void *arg);
    uint8_t state;            /* PwRtState */
    bool probes;              /* reads run[PW_RUN_FAIL] */
    bool quiet;               /* it runs no opaque op: nobody sees the frame before it has left */
    bool pending;             /* some class was not there yet */
    bool armed, dropped;
    bool unfit;               /* calls by C code do not get into it directly */
    bool ready;               /* what the image has for it was checked, sync_words is known */
    PwCell *link;             /* one per symbol, then one per segment (PW_RUN_LINKS) */
    PyObject *globals, *builtins; /* of the frame it was linked for; borrowed from links' owner */
    uint32_t sync_words;      /* cells that the largest set of inlined frames takes */
    uint32_t lean, quick;     /* entries in a row that left at the root; timed ones in a row that did almost nothing */
    uint32_t tries, relinks;
    int32_t gain;             /* what its entries have saved, less what they cost (enter.c) */
    uint32_t backoff, backoffs; /* backoff: entries to let pass */
    uint32_t running;         /* runs under way, in all threads: its links must stay */
    uint64_t entered, next_try;
    int *line;                /* per frame of exits: at which line it raises, 0 not known; NULL: none is */
    uint8_t *fail;            /* per snapshot; NULL unless the code has probes */
    uint64_t *taken;          /* per snapshot: how often its exit was taken; NULL unless statistics are wanted */
    char *why;                /* owned; NULL: "" */
};

/* side->user: the trees of one code object. */
typedef struct RtCode {
    PwRtTree *tree;           /* a list */
    struct RtCode *next, *prev; /* all codes, for codeobj symbols */
    PwSide *side;
    PwDigest digest;
    bool digest_known, digest_failed;
} RtCode;

RtCode *rt_code(PwSide *side);            /* made when missing; NULL out of memory */
RtCode *rt_codes(void);                   /* the first of all */
const PwDigest *rt_code_digest(RtCode *c);/* NULL when it has none */
PwRtSym rt_sym(const PwRtTree *t, uint32_t i);
PwRtTree *rt_tree_at(const PwSide *side, uint32_t kind, uint32_t unit);
void rt_tree_arm(PwRtTree *t, bool on);
/* A run of t is over: frees it when it was dropped meanwhile. */
void rt_tree_unhold(PwRtTree *t);
void rt_tree_set_why(PwRtTree *t, const char *sentence);
/* Gives a tree up for good. status: PW_RT_REFUSED or PW_RT_RETIRED. */
void rt_tree_give_up(PwRtTree *t, PwRtState state, const char *sentence);
bool rt_code_wanted(PyCodeObject *code);
void rt_code_seen(PwSide *side);
/* Releases what dead or refused trees held. Runs any Python code. */
void rt_release_later(PyObject *o);
void rt_release_now(void);
extern uint32_t rt_release_waiting;

/* -- linking -- */

typedef struct RtLinker {
    PwRtTree *t;
    _PyInterpreterFrame *frame;
    PwCell *out;
    char why[300];
} RtLinker;

/* Links t for frame, if it is not. Runs no Python code but what releasing old links runs. */
bool rt_link(PwRtTree *t, _PyInterpreterFrame *frame);
/* After an entry that led nowhere: did something change that a new link would cure? Then links again. */
bool rt_relink(PwRtTree *t, _PyInterpreterFrame *frame);

/* One symbol. 1 done (cell filled, object owned), 0 not possible (why filled), -1 a class is missing: poison. */
typedef int (*RtEval)(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out);
int rt_link_fail(RtLinker *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
uint32_t rt_dict_version(PyObject *dict);             /* 0: this dict cannot have one */
uint32_t rt_type_version(PyTypeObject *type);
PyDictKeysObject *rt_cached_keys(PyTypeObject *type); /* NULL: no inline values */
uint32_t rt_keys_version(PyDictKeysObject *keys);
RtEval rt_link_dict(uint32_t kind);  /* link_dict.c; NULL: not its kind */
RtEval rt_link_type(uint32_t kind);  /* link_type.c */
RtEval rt_link_code(uint32_t kind);  /* link_code.c */
RtEval rt_link_plain(uint32_t kind); /* link_plain.c */

/* -- running -- */

/* A frame object of an inlined frame that somebody keeps. It has a copy of the frame, and the real frame takes it over: the
 * trace leaves at its next guntraced. Where a traceback keeps it the copy has no locals, and the trace goes on: the object gets
 * its frame back whenever that is made real, and gkept leaves before the frame ends. */
typedef struct RtKept {
    struct RtKept *next;
    uint32_t frame;            /* number in its snapshot */
    PyFrameObject *object;     /* owned */
} RtKept;

/* One run of a tree, on the C stack. */
typedef struct RtRun {
    PwCell cell[PW_RUN_COUNT]; /* first: the tree gets its address */
    PwRtTree *tree;
    PyThreadState *ts;
    _PyInterpreterFrame *frame;
    PyObject **boxes;          /* made to show locals; released at the end */
    uint32_t nboxes, boxcap;
    PwCell *sync_room;         /* room for inlined frames that are made real: t->sync_words cells */
    _PyInterpreterFrame *sync; /* the innermost of those that are real now; the others are its `previous` */
    uint32_t nsync;
    uint32_t again;            /* bit k: the object of the k-th of them was kept before */
    RtKept *kept;              /* frame objects of inlined frames that somebody keeps; a list */
    struct RtDirect *direct;   /* a call without a frame of CPython's (direct.c), or NULL */
} RtRun;

/* Enters t, and the trees that its exits lead to. The frame is linked. *ran: set when a tree did run. */
PwHostAction rt_enter(PwRtTree *t, PyThreadState *ts, _PyInterpreterFrame *frame, PyObject **result, bool *ran);

/* After exit `code` of t, whose frame is restored: another tree to go straight into, or NULL. */
PwRtTree *rt_next_tree(const PwRtTree *t, const _PyInterpreterFrame *frame, int64_t code);

/* Is prewarm worth it for this program? (governor.c) rt_govern looks, and may take the hook out; the others report: a timed run
 * that stands for `times` runs; calls: through the hook meanwhile. */
void rt_govern(void);
void rt_govern_run(uint64_t ns, uint64_t calls, uint64_t times);
void rt_govern_direct(void);
void rt_govern_resumed(uint32_t n); /* generators, natively */
void rt_govern_frames(uint32_t n);

/* What a function does before its RESUME: cells made, free variables copied (prologue.c). prev_instr moves past what was done;
 * false: it is not all done, and the interpreter goes on. Runs no Python code. */
bool rt_prologue(_PyInterpreterFrame *frame);

/* A call from one tree to another function's tree, without CPython's calling sequence. */
typedef struct RtDirect {
    PwHostLink link;
    PwRtTree *next;            /* after an exit at the header of a loop: its tree, which goes on with the same frame; or NULL: */
    PyObject *value;           /* what the interpreter returned after the exit; NULL with an exception */
} RtDirect;
/* What   calls a Python function natively. false: it has no tree that can be entered so (nothing was done); true: *value is
 *        its result (owned), or NULL with an exception set.
 * Own    borrows args. */
bool rt_direct(PyObject *callee, PyObject *const *args, size_t n, PyObject **value);
/* A call by C code has run natively to its end: the next ones need no frame of CPython's either. */
void rt_direct_adopt(PwRtTree *t, PyFunctionObject *fn);
/* Grows whenever a tree goes: what was remembered of trees before is void. */
extern uint32_t rt_direct_epoch;
/* An exit of such a run at `unit` of its only frame: is there a tree to go straight into? */
PwRtTree *rt_direct_next(RtRun *run, uint32_t unit);
/* Otherwise: the frame becomes CPython's and goes on there to its end. */
PwHostAction rt_direct_leave(RtRun *run, PwHostInline *frames, uint32_t n, bool thrown);
void rt_run_release(RtRun *run); /* objects made to show locals */
void rt_count_cells(RtRun *run); /* count.c: the cells that only code with probes needs */
static inline void rt_fill_cells(RtRun *run, PwRtTree *t, PyThreadState *ts, _PyInterpreterFrame *frame)
{
    PwCell *c = run->cell;
    c[PW_RUN_SLOTS].p = frame->localsplus;
    c[PW_RUN_LINKS].p = t->link;
    c[PW_RUN_HELPERS].p = (void *)(uintptr_t)pw_rt_helpers();
    c[PW_RUN_BREAKER].p = &ts->interp->ceval.eval_breaker;
    c[PW_RUN_TRACING].p = &ts->cframe->use_tracing;
    c[PW_RUN_DEPTH].p = &ts->recursion_remaining;
    c[PW_RUN_FUNC].p = frame->f_func;
    c[PW_RUN_CODE].p = _PyCode_CODE(frame->f_code);
    c[PW_RUN_PREV].p = &frame->prev_instr;
    c[PW_RUN_RET].p = NULL;
    c[PW_RUN_SYNC].i = -1;
    c[PW_RUN_FAIL].p = t->fail;
    c[PW_RUN_TRUE].p = Py_True;
    c[PW_RUN_FALSE].p = Py_False;
    c[PW_RUN_RUNTIME].p = run;
    c[PW_RUN_SEEN].p = &frame->frame_obj;
    run->tree = t;
    run->ts = ts;
    run->frame = frame;
    run->boxes = NULL;
    run->nboxes = run->boxcap = run->nsync = 0;
    run->sync = NULL;
    run->kept = NULL;
    run->direct = NULL;
    if (t->probes)
        rt_count_cells(run);
}

/* The object of one exit value, borrowed (boxes are kept in the run); NULL for null or when there is no memory. */
PyObject *rt_show(RtRun *run, const PwXVal *v);
/* May the tree be entered with this frame now? Links it when it is not linked yet. */
bool rt_may_enter(PwRtTree *t, PyThreadState *ts, _PyInterpreterFrame *frame);
PwHostAction rt_exit(RtRun *run, int64_t code, PyObject **result);
/* at_unit: the innermost frame is at its unit itself (an op that runs or raises), not just before it. */
void rt_sync_push(RtRun *run, uint32_t snapshot, bool at_unit);
void rt_sync_pop(RtRun *run);
/* The innermost of them is left by an exception: a frame object that somebody keeps gets what it needs to outlive it. No exception
 * is set. */
void rt_sync_unwind(RtRun *run);
/* Ends the others for as long as the trace runs on in them: their frame objects are kept by a traceback. */
void rt_sync_rest(RtRun *run);
/* The kept frame object of an inlined frame, owned, or NULL. */
PyFrameObject *rt_kept_take(RtRun *run, uint32_t frame, PyCodeObject *code);
/* Does anybody keep the frame object of an inlined frame? One that nobody keeps goes. */
bool rt_kept_has(RtRun *run, uint32_t frame);
/* The run is over: whatever is left of them keeps its copy. */
void rt_kept_drop(RtRun *run);
/* Checks and reads what the image says of a tree, once, when it is first needed. false: it is damaged, or is for
 * another code object, and the tree was given up. */
bool rt_tree_ready(PwRtTree *t);
uint32_t rt_sync_words(const PwExits *x);

/* -- fail.c -- */
bool rt_fail_wanted(void);
void rt_fail_fill(PwRtTree *t);            /* makes t->fail */
void rt_fail_before(PwRtTree *t);          /* an entry */
void rt_fail_taken(PwRtTree *t, uint32_t snapshot);
/* Tells which snapshots of a tree that was entered should have been left by (PREWARM_FAIL_GUARD=all or N) and were not. */
void rt_fail_report(const PwRtTree *t);

/* -- count.c -- */
/* PREWARM_COUNT=1, in a run with statistics and an image that can count: the bytecodes that native code and the interpreter
 * execute are counted, from the start of Python to its end. GIL held. */
void rt_count_begin(void);
void rt_count_exit(RtRun *run, uint32_t snapshot); /* before the interpreter goes on */
void rt_count_end(void);

/* -- trust.c -- */
/* May this image, mapped whole, be used by the policy on signatures (base/trust.h)? Otherwise a sentence; USAGE: nobody knows the policy. */
PwStatus rt_trust(const char *image, const void *bytes, size_t n, PwErr *err) PW_MUST_CHECK;

/* -- learn.c -- */
void rt_learn_tree(const PwRtTree *t); /* once for each tree, at its end or the process's */
/* Appends what was learnt to the file. */
void rt_learn_end(const char *path);

/* -- crash.c -- */
/* The image is going to be used: from now on crashes are noted. */
void rt_crash_watch(void);
/* What   looks whether the mapped image, of this name, has crashed before.
 * Fails  STALE when it is set aside; standard error has been told why (unless the start will fail for it). NOMEM. */
PwStatus rt_crash_check(const char *image, PwErr *err) PW_MUST_CHECK;
/* Are there notes that a run which ends by itself wipes out? */
bool rt_crash_noted(void);
void rt_crash_at_end(void);

/* -- stats.c -- */
uint64_t rt_now_ns(void);
/* Reports every tree; at the end of the process. */
void rt_report_begin(void);
void rt_report_at_end(void);
/* Reports one tree that goes before the end. */
void rt_report_gone(PwRtTree *t);

#endif
