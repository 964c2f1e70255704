/* Inside prewarm-compile: a cache read into memory, and what the commands share.
 *
 * The store is open only while it is read or written, never while worker processes run. */
#ifndef PW_CODEGEN_TOOL_H
#define PW_CODEGEN_TOOL_H

#include <stdio.h>

#include "cache/store.h"
#include "codegen/codegen.h"
#include "codegen/freeze.h"
#include "ir/image.h"

enum { TOOL_DONE = 0, TOOL_FAILED = 1, TOOL_USAGE = 2 };

/* One tree as one variant's machine code. */
typedef struct ToolCode {
    PwBlob blob;     /* owned; empty so far */
    bool stored;     /* blob, or why not, came from the cache */
    bool keep;       /* ... and is worth storing there */
    uint64_t micros; /* what compiling took */
    PwErr err;       /* why there is no native code; status OK otherwise */
} ToolCode;

/* One tree on its way from the cache to the images. */
typedef struct ToolTree {
    PwStoreTree row;
    PwTree *raw, *opt; /* owned; NULL when it could not be decoded or optimised */
    PwErr err;         /* why not; status OK otherwise */
    bool idle;         /* it runs too rarely to be worth its place: no native code */
    ToolCode *code;    /* by variant */
} ToolTree;

/* What is compiled for: one target at one CPU level. */
typedef struct ToolVariant {
    PwLayout layout;
    const char *level; /* of base/level.def */
    char target[128];  /* the store's target string */
    PwDigest digest;   /* of everything else that decides the code's bytes */
    uint32_t first;    /* variant that begins this one's image: the same target at its least level */
} ToolVariant;

/* What the command line asks for. */
typedef struct ToolWish {
    const char *target[16], *level[16]; /* triples or files (pw_target_layout); names of base/level.def */
    uint32_t ntargets, nlevels;         /* without targets: this machine's own */
} ToolWish;

typedef struct Tool {
    const char *path;
    PwArena arena; /* rows, texts */
    PwStoreIdentity identity;
    ToolVariant *variant; /* owned; those of one target follow each other, from its least level up */
    uint32_t nvariants;
    bool probes;
    int64_t worth; /* instructions that a tree must save in a run: PREWARM_KEEP; 0 under stress */
    uint32_t passes;
    const char *dump; /* letters of PREWARM_DUMP, or NULL */
    FILE *dump_to;
    ToolTree *tree;
    ToolCode *code; /* of all trees */
    uint32_t n;     /* trees */
    uint32_t damaged; /* rows of the cache that could not be read */
    PwStoreModule *module; /* tool_read_modules; in the arena, in the order of their first import */
    uint32_t nmodules;
    uint32_t arenas;       /* of Python's allocator when the recorded program's imports were over */
    const char *statics;   /* a triple, a line end, pw_statics_print; or NULL: not known */
} Tool;

/* The cache's modules for one target, as far as they can be frozen. */
typedef struct ToolFrozen {
    PwFrozen *code;      /* owned; */
    PwImgModule *module; /* these, in the same order */
    uint32_t n;
    PwErr *why;              /* by module of the tool: why it is not among them; OK when it is. Owned */
    PwFrozenStrings strings; /* owned; */
    PwWriter moves;
    PwImgModule shared;      /* these */
    PwStatics statics;
} ToolFrozen;

/* Prints "prewarm-compile: ..." and returns TOOL_FAILED. */
int tool_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What   reads options from the environment (PREWARM_PASSES, PREWARM_DUMP, PREWARM_FAIL_GUARD, PREWARM_COUNT, PREWARM_KEEP, PREWARM_STRESS), then the cache's
 * identity, trees and objects for what is wished: those that these options and this compiler would make again, or with `any`
 * also those that other ones made. Trees are not decoded yet. TOOL_*; on failure it has said why. tool_close in any case. */
int tool_open(Tool *tool, const char *path, const ToolWish *wish, bool any);
void tool_close(Tool *tool);

/* Decodes and optimises one tree; err in the tree tells when that does not work. Dumps r and o. */
void tool_prepare(Tool *tool, ToolTree *t);
/* A compiler for a variant. */
PwStatus tool_cg(const Tool *tool, const ToolVariant *v, PwCg **out, PwErr *err) PW_MUST_CHECK;
/* Lowers and compiles one prepared tree for a variant. Dumps l and m. */
void tool_compile(Tool *tool, PwCg *cg, ToolTree *t, uint32_t variant);
/* The name of the image that a variant's code goes to; in the arena. NULL: out of memory. */
const char *tool_image_name(Tool *tool, const ToolVariant *v);
bool tool_dumps(const Tool *tool, char letter);
/* Number of ops of a kind in a tree's segments: all of these flags, 0 for any op. */
uint32_t tool_count(const PwTree *t, uint32_t flags);

/* Objects in the cache (objects.c). Fetching fills blob or err of trees that have one. */
PwStatus tool_fetch_objects(Tool *tool, PwStore *store, bool any, PwErr *err) PW_MUST_CHECK;
PwStatus tool_keep_objects(Tool *tool, PwStore *store, PwErr *err) PW_MUST_CHECK;

/* Compiles all prepared trees that have no blob yet, for each variant, in `jobs` processes (work.c). A worker that dies takes one
 * tree with it, not the others. OK also when trees failed; IO when no worker can be started. */
PwStatus tool_work(Tool *tool, unsigned jobs, bool progress, PwErr *err) PW_MUST_CHECK;

/* Modules (modules.c): read from the cache; frozen for a target. tool_frozen_free also after a failure. */
PwStatus tool_read_modules(Tool *tool, PwErr *err) PW_MUST_CHECK;
PwStatus tool_freeze(const Tool *tool, const PwLayout *layout, ToolFrozen *out, PwErr *err) PW_MUST_CHECK;
void tool_frozen_free(ToolFrozen *f);

/* Adds to the wish what an option says (--target, --cpu); false when there are too many. */
bool tool_wish(ToolWish *wish, bool level, const char *value);

/* The commands; argv[0] is the command's name. */
int tool_cmd_compile(int argc, char **argv); /* also `pack` */
int tool_cmd_show(int argc, char **argv);
int tool_cmd_explain(int argc, char **argv);
int tool_cmd_learn(int argc, char **argv);
int tool_cmd_targets(int argc, char **argv);

#endif
