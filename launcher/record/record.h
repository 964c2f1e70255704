/* Inside libprewarm-record.so: what a recording run (and `--engine=ir`) adds to the runtime. The library is loaded by
 * libprewarm.so for these two only, because it brings SQLite and libffi along.
 *
 * One RcProcess for the process. For every code object that was entered an RcCode with its counters; for every root that was
 * recorded an RcTree, which is run by the reference interpreter for a while, so that its hot exits show and are recorded too.
 * Ctx    GIL held, except where said.
 */
#ifndef PW_LAUNCHER_RECORD_H
#define PW_LAUNCHER_RECORD_H

#include "cache/store.h"
#include "host/layout.h"
#include "ir/interp.h"
#include "ir/opt.h"
#include "launcher/rt/rt.h"
#include "tracer/tracer.h"

#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

typedef struct RcTree {
    struct RcTree *next;
    PwSide *side;         /* NULL when its code object is gone */
    PwTree *tree;         /* raw; owned */
    PwRtTree *rt;         /* NULL while it is not run */
    struct RcEngine *engine;
    int64_t id;           /* in the cache, 0: new */
    uint32_t revision;    /* that it was read with */
    uint32_t *counts;     /* exits taken since the last save, by snapshot */
    uint32_t ncounts;
    uint64_t ran_ns;      /* how long it was run since it last grew */
    int64_t gain;         /* what native code would have saved in this process, in instructions */
    bool dirty;           /* differs from the cache */
} RcTree;

/* What one PwRtTree runs: freed when the runtime lets go of it, which may be later than the tree has grown. */
typedef struct RcEngine {
    RcTree *owner;        /* NULL when the tree is gone */
    PwTree *tree;         /* its own copy: raw while recording, optimised for engine=ir */
    PwInterp *interp;
    PwExits exits;
    uint8_t *quiet;       /* per snapshot: not to be continued (loop header, polls) */
    uint32_t nsnap;
} RcEngine;

typedef struct RcRoot { /* a place that may become a root */
    uint32_t unit, kind, count, tries;
    bool closed;          /* recorded, or given up */
} RcRoot;

typedef struct RcCode {
    struct RcCode *next;
    PwSide *side;
    bool no_inline;
    uint32_t nroots;
    RcRoot root[];        /* [0] the function's entry, then where a generator goes on, then loop headers */
} RcCode;

typedef struct RcAbort {
    struct RcAbort *next;
    PwDigest code;
    uint32_t unit, kind, line, count;
    uint32_t key, firstline;               /* of the root's code object */
    char *name, *qualname, *filename;      /* likewise */
    char *file, *reason;
} RcAbort;

/* A module that was unmarshalled. */
typedef struct RcModule {
    struct RcModule *next;
    PwStoreModule row;    /* of: */
    uint8_t bytes[];
} RcModule;

typedef struct RcProcess {
    const PwRtConfig *config;
    PwStore *store;       /* NULL when the cache cannot be used: then nothing is kept */
    PwLayout layout;
    PwRecEnv env;
    RcTree *trees;
    RcCode *codes[4096];
    RcAbort *aborts;
    RcModule *modules, **modules_end; /* owned; those not kept yet, in order */
    size_t module_bytes;  /* of all that there were */
    PwStatics statics;    /* where this Python has its own objects, */
    bool statics_known;   /* if all its processes have them there */
    uint32_t arenas;      /* when the last module was imported */
    uint32_t arenas_before; /* what the cache had from other recordings; UINT32_MAX: nothing. 0: not read yet */
    PwRec *rec;           /* the recording that runs, or NULL */
    RcTree *rec_tree;     /* side trace: of this tree; NULL for a root */
    PwTree *rec_root;     /* root: the new tree */
    RcRoot *rec_place;
    PwSide *rec_side;
    PwSnapNo rec_from;
    PwTreeMark rec_mark;  /* side trace: the tree as it was before */
    PyThreadState *rec_ts;
    uint64_t busy_ns;     /* spent recording and interpreting trees */
    uint64_t busy_then;   /* busy_ns when rc_affordable last looked */
    uint32_t asked;       /* how often rc_affordable was */
    bool affordable;
    uint64_t short_ns, short_from; /* how long there was no time to see how often trees run; since when there is none */
    uint64_t begun_ns, rec_ns, saved_ns;
    pid_t pid;
    uint32_t loop_hot, func_hot, exit_hot;
    uint32_t new_trees, new_traces, naborts;
    uint32_t *keys, nkeys; /* key32 of the code objects that the cache knows, sorted */
    bool keys_read, run_noted;
} RcProcess;

extern RcProcess *rc_process;

uint64_t rc_now(void); /* nanoseconds */
/* Is there time left for the recorder? It may take as long as the program itself, and a little more at the start. */
bool rc_affordable(void);

/* trees.c */
RcCode *rc_code(PwSide *side);        /* made when missing; NULL out of memory */
RcCode *rc_code_of(PyCodeObject *co); /* NULL when there is none */
RcTree *rc_tree_new(PwSide *side, PwTree *tree);
/* (Re)starts running a tree after it was made, read or grown. */
void rc_tree_run(RcTree *t);
void rc_tree_stop(RcTree *t);
/* Reads what the cache has for this code object. */
void rc_load(PwSide *side);
/* code: of the root. at, at_unit: where it failed; NULL: not known. */
void rc_abort(PyCodeObject *code, const PwDigest *digest, uint32_t unit, uint32_t kind, PyCodeObject *at, uint32_t at_unit,
              const char *why);

/* start.c: a place that is closed asks for control no more, unless others need it */
void rc_disarm(PwSide *side, const RcRoot *place);

/* follow.c: recordings */
bool rc_begin_root(PwSide *side, RcRoot *place, PyThreadState *ts, _PyInterpreterFrame *frame);
/* The process ends in the middle of a recording (a greenlet that never went on): what there is of it goes. */
void rc_abandon(void);
void rc_left(void *arg, PyThreadState *ts, _PyInterpreterFrame *frame, uint32_t snapshot, bool thrown);

/* modules.c: NULL, or why it cannot be done */
const char *rc_watch_modules(void);
PwStatus rc_put_modules(PwErr *err);
PwStatus rc_put_statics(PwErr *err);
PwStatus rc_put_arenas(PwErr *err);  /* how many the program had after its imports; of several recordings the least */

/* save.c */
/* Around writing: a file that grows too large is an error like others, and not the program's end by SIGXFSZ. */
typedef struct RcQuiet {
    sigset_t mask, pending;
} RcQuiet;
RcQuiet rc_quiet_begin(void);
void rc_quiet_end(const RcQuiet *q);
void rc_save(void);
bool rc_known_key(uint32_t key);      /* may the cache have something for such a code object? */

#endif
