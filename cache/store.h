/* The cache: one SQLite file with everything that recordings of a program have learnt. Bytes and keys; no IR, no
 * Python.
 *
 * What it holds
 *   meta    name -> text: which op table and which Python the recording is for; the program's path and arguments
 *   code    code objects by digest: names and place, for people; key32, a cheap first test
 *   tree    one row per (code digest, unit, kind): the encoded trace tree, opaque here, with a revision
 *   exit    how often each exit of a tree's present revision was taken
 *   abort   why a loop or function is not native, and how often
 *   module  marshal data of imported modules, by digest, for the image's frozen code
 *   object  native code per tree, target string and digest of the compiler's options
 *   run     one row per recording
 *
 * Shape  Rollback journal, no WAL: the cache is one file, readable in a read-only directory and by other users. Any
 *        process may be killed at any instant; the next one to open finds the last committed state.
 *        Several processes may record at once: each function that writes is one transaction (or part of the one that
 *        pw_store_begin opened), and waits up to the store's patience for another writer.
 * Own    Inputs are borrowed for the call. Strings and blobs that come back are in the arena that the caller passed;
 *        no lock is held once a function has returned, so it is fine to compile for minutes over what was listed.
 * Fails  Every function returns a status, and fills *err (may be NULL) with a sentence that names the file:
 *        NOTFOUND there is no such file or row; BUSY another process kept it locked, or a tree has changed;
 *        CORRUPT not a database, truncated, or a row's digest does not match; STALE made for something else;
 *        UNSUPPORTED made by a newer prewarm; IO disk full, no permission; NOMEM; USAGE.
 *        Damaged files never crash. A failed writer leaves the last committed state.
 * Ctx    One store belongs to one thread at a time and to the process that opened it: close it before fork, open anew.
 */
#ifndef PW_CACHE_STORE_H
#define PW_CACHE_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/status.h"

typedef struct PwStore PwStore;

typedef enum PwStoreMode {
    PW_STORE_READ,  /* the file must be there; nothing is written; every writer returns USAGE */
    PW_STORE_WRITE, /* created when missing or empty (its directory must exist); an older schema is emptied */
} PwStoreMode;

/* Opens path; *out is NULL on failure. Reads a few pages: the whole file is not checked (pw_store_verify does that).
 * Fails  NOTFOUND; CORRUPT; UNSUPPORTED newer schema; STALE another application's database, or (READ) an older schema;
 *        BUSY; IO; NOMEM. */
PW_MUST_CHECK PwStatus pw_store_open(const char *path, PwStoreMode mode, PwStore **out, PwErr *err);
/* Closes; a transaction left open is rolled back. NULL is fine. */
void pw_store_close(PwStore *store);
/* How long one call waits for another process's lock. 10,000 ms after opening. */
void pw_store_patience(PwStore *store, unsigned milliseconds);
/* The path as opened; owned by the store. */
const char *pw_store_path(const PwStore *store);
/* Reads everything: SQLite's own check, then the digest of every tree and object. CORRUPT with the first damage found.
 */
PW_MUST_CHECK PwStatus pw_store_verify(PwStore *store, PwErr *err);

/* One transaction over several calls, taken for writing at once (so what is read inside it cannot change before
 * commit). They do not nest (USAGE). After a failed commit the transaction is rolled back. Rollback without begin does
 * nothing. */
PW_MUST_CHECK PwStatus pw_store_begin(PwStore *store, PwErr *err);
PW_MUST_CHECK PwStatus pw_store_commit(PwStore *store, PwErr *err);
void pw_store_rollback(PwStore *store);

/* -- meta ------------------------------------------------------------------------------------------------------- */

#define PW_META_PROGRAM "program" /* absolute path, or "-m NAME", or "-c" */
#define PW_META_ARGV "argv"       /* arguments of the last recording, one a line */

/* What recordings are for. Every text non-NULL. */
typedef struct PwStoreIdentity {
    PwDigest ops;            /* of ir's op table */
    const char *fingerprint; /* of the Python, as host/ spells it: the same on every machine */
} PwStoreIdentity;

/* What the cache is for; NOTFOUND when nothing was ever recorded into it. */
PW_MUST_CHECK PwStatus pw_store_identity(PwStore *store, PwArena *arena, PwStoreIdentity *out, PwErr *err);
/* OK when the cache is for `want`; STALE with expected and found; NOTFOUND when nothing was recorded. */
PW_MUST_CHECK PwStatus pw_store_check(PwStore *store, const PwStoreIdentity *want, PwErr *err);
/* For recorders: makes the cache one for `want`. A cache for something else is emptied first (*emptied, may be NULL).
 */
PW_MUST_CHECK PwStatus pw_store_claim(PwStore *store, const PwStoreIdentity *want, bool *emptied, PwErr *err);
/* Any other text by name. get: NOTFOUND when absent. */
PW_MUST_CHECK PwStatus pw_store_set_meta(PwStore *store, const char *name, const char *value, PwErr *err);
PW_MUST_CHECK PwStatus pw_store_get_meta(PwStore *store, const char *name, PwArena *arena, const char **value,
                                         PwErr *err);

/* -- code objects ----------------------------------------------------------------------------------------------- */

typedef struct PwStoreCode {
    PwDigest digest;
    uint32_t key32;       /* cheap to compute from a code object in memory; equal digests have equal key32 */
    uint32_t firstlineno; /* as co_firstlineno */
    const char *name, *qualname, *filename; /* bytes as Python gave them in UTF-8; NULL is stored as "" */
} PwStoreCode;

/* Adds the row, or refreshes the names and the place of one that is there. */
PW_MUST_CHECK PwStatus pw_store_put_code(PwStore *store, const PwStoreCode *code, PwErr *err);
PW_MUST_CHECK PwStatus pw_store_code(PwStore *store, const PwDigest *digest, PwArena *arena, PwStoreCode *out,
                                     PwErr *err);
/* All rows, in the order of filename, firstlineno, digest. *rows is NULL when *n is 0. */
PW_MUST_CHECK PwStatus pw_store_codes(PwStore *store, PwArena *arena, PwStoreCode **rows, uint32_t *n, PwErr *err);

/* -- trace trees ------------------------------------------------------------------------------------------------ */

typedef enum PwStoreKind {
    PW_STORE_LOOP = 0,     /* the root is a loop header: unit is the code unit of its target */
    PW_STORE_FUNCTION = 1, /* the root is a function's entry */
} PwStoreKind;

/* Instructions: what linking a tree costs, and the pages it takes. One that saves less is not worth having in an image. */
enum { PW_TREE_WORTH = 100000 };

/* Times that an exit is taken before it is worth another recording. */
enum { PW_EXIT_WORTH = 64 };

typedef struct PwStoreTree {
    int64_t id;    /* > 0; the same over all revisions; not reused */
    PwDigest code; /* of the root; its row need not be there */
    uint32_t unit; /* in code units */
    PwStoreKind kind;
    uint32_t revision;        /* from 1; + 1 with every changed blob */
    uint64_t seen;            /* how many times it was put, changed or not */
    int64_t created, updated; /* seconds since 1970 */
    int64_t gain;             /* what it saved in one run, at most: pw_store_note_gain */
    PwDigest digest;          /* pw_digest of the blob */
    const uint8_t *blob;
    size_t bytes;
} PwStoreTree;

/* The present tree of a root. NOTFOUND; CORRUPT when the row does not match its digest. */
PW_MUST_CHECK PwStatus pw_store_tree(PwStore *store, const PwDigest *code, uint32_t unit, PwStoreKind kind,
                                     PwArena *arena, PwStoreTree *out, PwErr *err);
PW_MUST_CHECK PwStatus pw_store_tree_by_id(PwStore *store, int64_t id, PwArena *arena, PwStoreTree *out, PwErr *err);
/* All trees by id. Without blobs, blob is NULL and bytes is right. A damaged row is left out and counted in *damaged
 * (may be NULL: then the first one is CORRUPT). */
PW_MUST_CHECK PwStatus pw_store_trees(PwStore *store, bool blobs, PwArena *arena, PwStoreTree **rows, uint32_t *n,
                                      uint32_t *damaged, PwErr *err);

/* Compare and swap: writes blob as the tree of (code, unit, kind) if its revision is still `expected` (0: there is
 * none).
 *
 * A recorder reads the tree, merges its own traces into it, and puts the result; on BUSY it reads again and merges
 * again, so two recorders lose nothing. (Or it does all three between pw_store_begin and pw_store_commit.) What    an
 * equal blob only adds to `seen`. A changed one gets the next revision; native code of the former is dropped, and so
 * are exit counts, unless keep_exits says that exit numbers still mean the same. Own     *id, *revision (may be NULL)
 * are set on OK. Fails   BUSY another process has changed it; nothing is written. A damaged row counts as revision 0:
 * it is replaced. */
PW_MUST_CHECK PwStatus pw_store_put_tree(PwStore *store, const PwDigest *code, uint32_t unit, PwStoreKind kind,
                                         uint32_t expected, const void *blob, size_t bytes, bool keep_exits,
                                         int64_t *id, uint32_t *revision, PwErr *err);
/* How much the tree would have saved in the recorded run, in instructions; the largest of all runs is kept. Nothing happens when
 * there is no such tree. */
PW_MUST_CHECK PwStatus pw_store_note_gain(PwStore *store, int64_t id, int64_t gain, PwErr *err);
/* Removes the tree with its exits and objects. NOTFOUND when it is not there. */
PW_MUST_CHECK PwStatus pw_store_drop_tree(PwStore *store, int64_t id, PwErr *err);

/* -- exits ------------------------------------------------------------------------------------------------------ */

typedef struct PwStoreExit {
    int64_t tree;
    uint32_t exit; /* exit number = snapshot number within the tree */
    uint64_t count;
} PwStoreExit;

/* Adds count to each of rows' exits (row.tree is ignored), at once. STALE when the tree's revision is not `revision`.
 */
PW_MUST_CHECK PwStatus pw_store_add_exits(PwStore *store, int64_t tree, uint32_t revision, const PwStoreExit *rows,
                                          uint32_t n, PwErr *err);
/* Forgets all counts. */
PW_MUST_CHECK PwStatus pw_store_drop_exits(PwStore *store, PwErr *err);
/* Exits of one tree, or of all (tree 0), by tree and exit; those never taken have no row. */
PW_MUST_CHECK PwStatus pw_store_exits(PwStore *store, int64_t tree, PwArena *arena, PwStoreExit **rows, uint32_t *n,
                                      PwErr *err);

/* -- aborts ----------------------------------------------------------------------------------------------------- */

typedef struct PwStoreAbort {
    PwDigest code; /* of the root that was being recorded */
    uint32_t unit;
    PwStoreKind kind;
    uint32_t line;      /* where recording stopped; 0 unknown */
    const char *file;   /* the file of that line (an inlined function's, perhaps); NULL is stored as "" */
    const char *reason; /* a sentence or a name; rows with the same root, place and reason are one */
    uint64_t count;
} PwStoreAbort;

/* Adds row->count to the row, or makes it. */
PW_MUST_CHECK PwStatus pw_store_add_abort(PwStore *store, const PwStoreAbort *row, PwErr *err);
/* Forgets why a root is not native, when it has become so. OK when there was nothing. */
PW_MUST_CHECK PwStatus pw_store_drop_aborts(PwStore *store, const PwDigest *code, uint32_t unit, PwStoreKind kind,
                                            PwErr *err);
/* All, most frequent first. */
PW_MUST_CHECK PwStatus pw_store_aborts(PwStore *store, PwArena *arena, PwStoreAbort **rows, uint32_t *n, PwErr *err);

/* -- native code ------------------------------------------------------------------------------------------------ */

typedef struct PwStoreObject {
    int64_t tree;
    uint32_t revision;
    const char *target;      /* triple, CPU level and layout, as codegen spells it */
    PwDigest options;        /* of everything else that decides the bytes: pass list, LLVM version, prewarm's codegen */
    uint64_t micros;         /* what compiling took */
    const uint8_t *bytes_at; /* the object file */
    size_t bytes;
} PwStoreObject;

/* Replaces what was there for (tree, target). STALE when the tree has another revision by now: compile again. */
PW_MUST_CHECK PwStatus pw_store_put_object(PwStore *store, const PwStoreObject *object, PwErr *err);
/* NOTFOUND when there is none for exactly this revision, target and options. */
PW_MUST_CHECK PwStatus pw_store_object(PwStore *store, int64_t tree, uint32_t revision, const char *target,
                                       const PwDigest *options, PwArena *arena, PwStoreObject *out, PwErr *err);
/* All objects for target and options whose tree still has their revision, by tree; target NULL: of all targets and
 * options. A damaged row is left out: it counts as not compiled. */
PW_MUST_CHECK PwStatus pw_store_objects(PwStore *store, const char *target, const PwDigest *options, bool blobs,
                                        PwArena *arena, PwStoreObject **rows, uint32_t *n, PwErr *err);

/* -- modules ---------------------------------------------------------------------------------------------------- */

typedef struct PwStoreModule {
    PwDigest digest;  /* pw_digest of the bytes */
    const char *name; /* co_filename, for people and to tell versions of one file */
    /* The file that it came from, if that is known to be just so for good: absolute path, or ""; what stands before the bytes; inode,
     * and times in nanoseconds. */
    const char *path;
    uint8_t header[16];
    int64_t ino, mtime, ctime;
    const uint8_t *at;
    size_t bytes;
} PwStoreModule;

/* Adds a module, or notes that it was used again. Of one name the four last used are kept. */
PW_MUST_CHECK PwStatus pw_store_put_module(PwStore *store, const PwStoreModule *module, PwErr *err);
/* All, those that were put first first. A row that does not match its digest is left out. */
PW_MUST_CHECK PwStatus pw_store_modules(PwStore *store, PwArena *arena, PwStoreModule **rows, uint32_t *n, PwErr *err);

/* -- recordings ------------------------------------------------------------------------------------------------- */

typedef struct PwStoreRun {
    int64_t id;       /* set when read */
    int64_t when;     /* seconds since 1970; 0 is stored as now */
    const char *kind; /* "record", "learn" */
    const char *argv; /* one argument a line */
    uint64_t micros;  /* the program's time */
    uint32_t trees_new, trees_changed, traces, aborts;
} PwStoreRun;

PW_MUST_CHECK PwStatus pw_store_add_run(PwStore *store, const PwStoreRun *run, PwErr *err);
/* The newest `limit` (0: all), newest first. */
PW_MUST_CHECK PwStatus pw_store_runs(PwStore *store, uint32_t limit, PwArena *arena, PwStoreRun **rows, uint32_t *n,
                                     PwErr *err);

#endif
