/* The image: one mapped file of native code for one target, beside the cache. Written by codegen/, mapped by launcher/rt.
 *
 * Layout: PwImgHead, then sections at 16-byte aligned offsets: first the index (everything up to `meta` bytes), which is digested when
 * the image is opened, then what single trees and modules own, each with a digest in the index that is compared when it is first
 * needed: a short program uses little of an image, and what it does not use need not be read. Nor need it be
 * compared in a file that still has the time of modification that the index names. Then one text for each CPU level, then
 * the pool, both at 64 KiB aligned offsets; the last one to the end of the file. All offsets are from the start of the file.
 * Little-endian; fixed widths; no pointers but in the pool. Nothing in it is trusted before one of the functions here has looked at it.
 */
#ifndef PW_IR_IMAGE_H
#define PW_IR_IMAGE_H

#include "ir/frozen.h"
#include "ir/layout.h"
#include "ir/native.h"

#define PW_IMG_MAGIC "PWIMAGE1"
#define PW_IMG_VERSION 6u
#define PW_IMG_TEXT_ALIGN 65536u
enum { PW_IMG_PROBES = 1 }; /* flags: compiled with probes (codegen.h) */
#define PW_NOTES_ENDING ".learned" /* behind a cache's name: what runs with --learn have noted */
enum { PW_EXIT_ENTRY = PW_MAX_SNAPS }; /* where exits are counted: all of the snapshots that passes have made, at the entry of a loop */
enum { PW_IMG_LEVELS = 8 };      /* CPU levels in one image, at most */

typedef struct PwImgRange {
    uint32_t at, n; /* offset in bytes, elements */
} PwImgRange;

typedef struct PwImgHead {
    char magic[8];
    uint32_t version, flags;
    uint64_t size;            /* of the whole file */
    PwDigest digest;          /* pw_image_digest of the index, and so, through what stands there, of the whole file */
    PwDigest tables;          /* pw_ir_digest() of the maker */
    PwDigest layout;          /* pw_layout_digest of the target's description */
    char fingerprint[32];     /* the Python (pw_host_fingerprint), NUL-padded */
    char triple[32];
    uint32_t meta;            /* bytes of the index */
    uint32_t arenas;          /* that Python's allocator will have made when the program's imports are over; 0: not known */
    int64_t mtime;            /* the file's, nanoseconds: a file that has it was not written to since it was made */
    uint64_t pool_base;       /* where the pool's pointers take it to be mapped */
    PwImgRange tree;          /* PwImgTree[], sorted by (key, unit, kind) */
    PwImgRange names;         /* bytes; NUL-terminated strings by offset from the section's start */
    PwImgRange description;   /* bytes: the target's description (pw_layout_print) */
    PwImgRange level;         /* PwImgLevel[], from the least level up; at least one */
    PwImgRange entry;         /* PwImgEntry[level.n][tree.n] */
    PwImgRange frozen;        /* PwImgFrozen[], sorted by source */
    PwImgRange shared;        /* PwImgFrozen, one: their interned strings; its links are their places */
    PwImgRange statics;       /* PwStatics, one: what the pool's pointers take the interpreter's objects to be at; zeros: nothing */
    /* behind the index: */
    PwImgRange sym;           /* PwImgSym[] */
    PwImgRange snap;          /* PwXSnap[] */
    PwImgRange frame;         /* PwXFrame[] */
    PwImgRange val;           /* PwXVal[] */
    PwImgRange imm;           /* int64_t[] */
    PwImgRange links;         /* uint32_t[]: links and moves of frozen modules */
    PwImgRange pool;          /* bytes: their data */
} PwImgHead;

/* The code for one CPU level. */
typedef struct PwImgLevel {
    char name[32];            /* base/level.def, NUL-padded */
    PwImgRange text;          /* bytes of machine code and its constants */
} PwImgLevel;

/* One tree's code for one level. */
typedef struct PwImgEntry {
    PwDigest digest;          /* of its part of the level's text: */
    uint32_t at, n;           /* offset in the text, bytes */
    uint32_t entry;           /* offset in the text: its function */
} PwImgEntry;

/* A module's code (ir/frozen.h). */
typedef struct PwImgFrozen {
    PwDigest source;          /* of the marshal data that it stands for, */
    PwDigest digest;          /* of data, then links */
    PwDigest moved;           /* of moves */
    uint8_t header[16];       /* of the file of the marshal data, if it has a path: what stands before the data, */
    uint64_t ino;             /* and what tells that the file is the same: inode and times in nanoseconds */
    int64_t mtime, ctime;
    uint32_t bytes;           /* of the marshal data */
    uint32_t path;            /* in names; PW_NONE: not known, or it may have been changed since */
    uint32_t data, ndata;     /* where the hot piece is in the pool; bytes of both pieces */
    uint32_t hot, cold;       /* bytes of the hot one; where the cold one is */
    uint32_t link, nlink;     /* in the links section */
    uint32_t move, nmove;     /* likewise */
    uint32_t root, tuples;    /* PwFrozen */
    uint32_t strings;         /* bytes at the beginning of the strings that hold those of this module, among others */
    uint32_t zero;
} PwImgFrozen;

typedef struct PwImgTree {
    uint32_t key;             /* prefilter of the root's code object */
    uint32_t unit, kind;      /* where it starts, PwRootKind */
    PwDigest code;            /* of the root's code object */
    PwDigest parts;           /* of what it owns in the sections sym, snap, frame, val and imm, one after the other */
    uint32_t id;              /* tree number in the cache */
    uint32_t sym, nsym;       /* in the sym section */
    uint32_t nseg;            /* segments: there are nsym + nseg link cells */
    uint32_t snap, nsnap;     /* in the snap section; indexes inside snaps, frames and vals are relative to this tree's: */
    uint32_t frame, nframe, val, nval, imm, nimm;
    uint32_t maxlive;         /* exit cells */
    uint32_t maxdepth;        /* inlined Python calls, for the recursion check */
    uint16_t nlocals, nstack; /* at the root */
    uint32_t name, file, line;/* for people: offsets in names */
    uint32_t ops;             /* instructions in its segments, for statistics */
    uint32_t nraw;            /* snapshots with a lower number are those of the raw tree; passes made the others */
    uint32_t quiet;           /* 1: none of them is opaque or looks at the thread: nobody sees the frame while it runs */
} PwImgTree;

typedef struct PwImgSym {
    uint32_t kind, parent, index;
    uint32_t name;            /* offset in names, PW_NONE without one */
    uint32_t seg;             /* pw_tree_sym_segs */
    PwDigest digest;
} PwImgSym;

/* What   checks an image's head and index: magic, version, size, tables digest, digest, every range, sorted order, NUL-ended names.
 * Fails  CORRUPT, STALE with expected / found. Reads p[0 .. n) up to the end of the index alone; p is 8-byte aligned. */
PwStatus pw_image_check(const void *p, size_t n, PwErr *err) PW_MUST_CHECK;
/* Checks that what a tree owns is what the image was made with: CORRUPT when the digest does not fit. Until then none of it may be
 * used. p: an image that pw_image_check has passed; number: below head->tree.n. */
PwStatus pw_image_check_parts(const void *p, uint32_t number, PwErr *err) PW_MUST_CHECK;
/* Likewise its code for one level, whose text is mapped at `text`. */
PwStatus pw_image_check_code(const void *p, uint32_t level, const void *text, uint32_t number, PwErr *err) PW_MUST_CHECK;
/* Checks by itself what the digests of one tree vouch for, for whoever makes images: each of its symbols, snapshots, frames and
 * values. CORRUPT. */
PwStatus pw_image_check_tree(const void *p, uint32_t number, PwErr *err) PW_MUST_CHECK;
/* Likewise one frozen module; number head->frozen.n is their strings. pool: where the pool is mapped, and not written to yet. */
PwStatus pw_image_check_frozen(const void *p, const void *pool, uint32_t number, unsigned pointer, PwErr *err) PW_MUST_CHECK;
/* The digest of an image's index: of what is behind the field `digest`, with the 24 bytes before it.
 * meta: bytes of the index, at least sizeof(PwImgHead). */
PwDigest pw_image_digest(const void *p, size_t meta);
/* Of a tree's parts. */
PwDigest pw_image_parts(const void *p, const PwImgTree *tree);
/* Of a frozen module's data, wherever the pool is mapped, and links. */
PwDigest pw_image_frozen_digest(const void *p, const void *pool, const PwImgFrozen *module);

/* The machine code of one tree for one level. */
typedef struct PwImgCode {
    const uint8_t *text;      /* code and constants, position independent; NULL: that of level 0 does */
    uint32_t size, entry;     /* entry: offset of the function in text */
} PwImgCode;

/* One tree to be put into an image. */
typedef struct PwImgInput {
    const PwTree *tree;       /* optimised */
    uint32_t id;
    uint32_t nraw;            /* PwImgTree */
    PwImgCode code[PW_IMG_LEVELS]; /* by level; that of level 0 is there */
} PwImgInput;

/* One module to be put into an image, or the interned strings of all (links: where they are): what codegen/freeze.h makes. */
typedef struct PwImgModule {
    PwDigest source;
    uint32_t bytes, root, tuples, hot, strings;
    const char *path;                /* NULL: not known */
    uint8_t header[16];
    uint64_t ino;
    int64_t mtime, ctime;
    const PwWriter *data, *moves, *links;
} PwImgModule;

/* What the head of an image says. Borrowed. */
typedef struct PwImgFor {
    uint32_t flags, arenas;
    int64_t mtime;
    const char *fingerprint;
    const PwLayout *layout;
    const char *level[PW_IMG_LEVELS]; /* from the least up */
    uint32_t nlevel;
    const PwImgModule *module;       /* in the order in which they are wanted, if it is known */
    uint32_t nmodules;
    PwImgModule shared;              /* used if there are modules */
    PwStatics statics;               /* where the Python that will run has its objects, or zeros: not known */
} PwImgFor;

/* Builds an image (ir/image_build.c) from trees in any order and appends it to out. Each tree's text begins at a multiple of 64
 * bytes. NOMEM. */
PwStatus pw_image_build(const PwImgFor *what, const PwImgInput *in, uint32_t n, PwWriter *out) PW_MUST_CHECK;

#endif
