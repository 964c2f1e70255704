/* Inside prewarm-compile: a cache read into memory, and what the commands share.
 *
 * The store is open only while it is read or written, never while worker processes run. */
#ifndef PW_CODEGEN_TOOL_H
#define PW_CODEGEN_TOOL_H

#include <stdio.h>

#include "cache/store.h"
#include "codegen/codegen.h"

enum { TOOL_DONE = 0, TOOL_FAILED = 1, TOOL_USAGE = 2 };

/* One tree on its way from the cache to the image. */
typedef struct ToolTree {
    PwStoreTree row;
    PwTree *raw, *opt; /* owned; NULL when it could not be decoded or optimised */
    PwBlob blob;       /* owned; empty so far */
    bool stored;       /* blob, or why not, came from the cache */
    bool keep;         /* ... and is worth storing there */
    uint64_t micros;   /* what compiling took */
    PwErr err;         /* why there is no native code; status OK otherwise */
} ToolTree;

typedef struct Tool {
    const char *path;
    PwArena arena; /* rows, texts */
    PwStoreIdentity identity;
    PwLayout layout;
    PwCgOptions options;
    uint32_t passes;
    char target[128]; /* the store's target string for these options */
    PwDigest digest;  /* of everything else that decides the code's bytes */
    const char *dump; /* letters of PREWARM_DUMP, or NULL */
    FILE *dump_to;
    ToolTree *tree;
    uint32_t n;
    uint32_t damaged; /* rows of the cache that could not be read */
} Tool;

/* Prints "prewarm-compile: ..." and returns TOOL_FAILED. */
int tool_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What   reads options from the environment (PREWARM_PASSES, PREWARM_DUMP, PREWARM_FAIL_GUARD), then the cache's
 * identity, layout, trees and objects: those that these options and this compiler would make again, or with `any` also
 * those that other ones made. Trees are not decoded yet. TOOL_*; on failure it has said why. tool_close in any case. */
int tool_open(Tool *tool, const char *path, bool any);
void tool_close(Tool *tool);

/* Decodes and optimises one tree; err in the tree tells when that does not work. Dumps r and o. */
void tool_prepare(Tool *tool, ToolTree *t);
/* Lowers and compiles one prepared tree. Dumps l and m. */
void tool_compile(Tool *tool, PwCg *cg, ToolTree *t);
/* The name of the image that these options make; in the arena. NULL: out of memory. */
const char *tool_image_name(Tool *tool);
bool tool_dumps(const Tool *tool, char letter);
/* Number of ops of a kind in a tree's segments: all of these flags, 0 for any op. */
uint32_t tool_count(const PwTree *t, uint32_t flags);

/* Objects in the cache (objects.c). Fetching fills blob or err of trees that have one. */
PwStatus tool_fetch_objects(Tool *tool, PwStore *store, bool any, PwErr *err) PW_MUST_CHECK;
PwStatus tool_keep_objects(Tool *tool, PwStore *store, PwErr *err) PW_MUST_CHECK;

/* Compiles all prepared trees that have no blob yet, in `jobs` processes (work.c). A worker that dies takes one tree
 * with it, not the others. OK also when trees failed; IO when no worker can be started. */
PwStatus tool_work(Tool *tool, unsigned jobs, bool progress, PwErr *err) PW_MUST_CHECK;

/* The commands; argv[0] is the command's name. */
int tool_cmd_compile(int argc, char **argv);
int tool_cmd_show(int argc, char **argv);
int tool_cmd_explain(int argc, char **argv);

#endif
