/* The image: one mapped file of native code for one target, beside the cache. Written by codegen/, mapped by launcher/rt.
 *
 * Layout: PwImgHead, then sections at 16-byte aligned offsets; then one text for each CPU level, at 64 KiB aligned offsets, the
 * last one to the end of the file. All offsets are from the start of the file. Little-endian; fixed widths; no pointers. Nothing
 * in it is trusted before pw_image_check has looked at it, and no text before pw_image_check_text.
 */
#ifndef PW_IR_IMAGE_H
#define PW_IR_IMAGE_H

#include "ir/layout.h"
#include "ir/native.h"

#define PW_IMG_MAGIC "PWIMAGE1"
#define PW_IMG_VERSION 3u
#define PW_IMG_TEXT_ALIGN 65536u
enum { PW_IMG_FAIL_GUARDS = 1 }; /* flags: compiled with fail guards */
enum { PW_IMG_LEVELS = 8 };      /* CPU levels in one image, at most */

typedef struct PwImgRange {
    uint32_t at, n; /* offset in bytes, elements */
} PwImgRange;

typedef struct PwImgHead {
    char magic[8];
    uint32_t version, flags;
    uint64_t size;            /* of the whole file */
    PwDigest digest;          /* pw_image_digest of the file: of all but the texts, which have their own */
    PwDigest tables;          /* pw_ir_digest() of the maker */
    PwDigest layout;          /* pw_layout_digest of the target's description */
    char fingerprint[32];     /* the Python (pw_host_fingerprint), NUL-padded */
    char triple[32];
    PwImgRange tree;          /* PwImgTree[], sorted by (key, unit, kind) */
    PwImgRange sym;           /* PwImgSym[] */
    PwImgRange snap;          /* PwXSnap[] */
    PwImgRange frame;         /* PwXFrame[] */
    PwImgRange val;           /* PwXVal[] */
    PwImgRange imm;           /* int64_t[] */
    PwImgRange names;         /* bytes; NUL-terminated strings by offset from the section's start */
    PwImgRange description;   /* bytes: the target's description (pw_layout_print) */
    PwImgRange level;         /* PwImgLevel[], from the least level up; at least one */
    PwImgRange entry;         /* uint32_t[level.n][tree.n]: offset of the tree's function in the level's text */
} PwImgHead;

/* The code for one CPU level. */
typedef struct PwImgLevel {
    char name[32];            /* base/level.def, NUL-padded */
    PwDigest digest;          /* of the text */
    PwImgRange text;          /* bytes of machine code and its constants */
} PwImgLevel;

typedef struct PwImgTree {
    uint32_t key;             /* prefilter of the root's code object */
    uint32_t unit, kind;      /* where it starts, PwRootKind */
    PwDigest code;            /* of the root's code object */
    uint32_t id;              /* tree number in the cache */
    uint32_t sym, nsym;       /* in the sym section; also its number of link cells */
    uint32_t snap, nsnap;     /* in the snap section; indexes inside snaps, frames and vals are relative to this tree's: */
    uint32_t frame, nframe, val, nval, imm, nimm;
    uint32_t maxlive;         /* exit cells */
    uint32_t maxdepth;        /* inlined Python calls, for the recursion check */
    uint16_t nlocals, nstack; /* at the root */
    uint32_t name, file, line;/* for people: offsets in names */
    uint32_t ops;             /* instructions in its segments, for statistics */
    uint32_t quiet;           /* 1: none of them is opaque or looks at the thread: nobody sees the frame while it runs */
} PwImgTree;

typedef struct PwImgSym {
    uint32_t kind, parent, index;
    uint32_t name;            /* offset in names, PW_NONE without one */
    PwDigest digest;
} PwImgSym;

/* What   checks an image as a whole: magic, version, size, tables digest, digest, every range, sorted order, NUL-ended names. What
 *        its trees hold is for pw_image_check_tree, the code for pw_image_check_text.
 * Fails  CORRUPT, STALE with expected / found. Never reads outside p[0 .. n), nor in a text; p is 8-byte aligned. */
PwStatus pw_image_check(const void *p, size_t n, PwErr *err) PW_MUST_CHECK;
/* What   checks one tree of an image that pw_image_check has passed: each of its symbols, snapshots, frames and values. Until then
 *        none of its indexes may be used. number: below head->tree.n. CORRUPT. */
PwStatus pw_image_check_tree(const void *p, uint32_t number, PwErr *err) PW_MUST_CHECK;
/* Checks the text of one level of an image that pw_image_check has passed: CORRUPT when its digest does not fit. */
PwStatus pw_image_check_text(const void *p, uint32_t level, PwErr *err) PW_MUST_CHECK;
/* The digest of an image: of what is behind the field `digest` and before the first text, with the 24 bytes before it.
 * meta: bytes before the first text, at least sizeof(PwImgHead). */
PwDigest pw_image_digest(const void *p, size_t meta);

/* The machine code of one tree for one level. */
typedef struct PwImgCode {
    const uint8_t *text;      /* code and constants, position independent; NULL: that of level 0 does */
    uint32_t size, entry;     /* entry: offset of the function in text */
} PwImgCode;

/* One tree to be put into an image. */
typedef struct PwImgInput {
    const PwTree *tree;       /* optimised */
    uint32_t id;
    PwImgCode code[PW_IMG_LEVELS]; /* by level; that of level 0 is there */
} PwImgInput;

/* What the head of an image says. Borrowed. */
typedef struct PwImgFor {
    uint32_t flags;
    const char *fingerprint;
    const PwLayout *layout;
    const char *level[PW_IMG_LEVELS]; /* from the least up */
    uint32_t nlevel;
} PwImgFor;

/* Builds an image (ir/image_build.c) from trees in any order and appends it to out. Each tree's text begins at a multiple of 64
 * bytes. NOMEM. */
PwStatus pw_image_build(const PwImgFor *what, const PwImgInput *in, uint32_t n, PwWriter *out) PW_MUST_CHECK;

#endif
