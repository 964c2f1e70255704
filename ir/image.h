/* The image: one mapped file of native code for one target, beside the cache. Written by codegen/, mapped by launcher/rt.
 *
 * Layout: PwImgHead, then sections at 16-byte aligned offsets; text at a 64 KiB aligned offset, the last section.
 * All offsets are from the start of the file. Little-endian; fixed widths; no pointers. Nothing in it is trusted before
 * pw_image_check has looked at every offset and index.
 */
#ifndef PW_IR_IMAGE_H
#define PW_IR_IMAGE_H

#include "ir/native.h"

#define PW_IMG_MAGIC "PWIMAGE1"
#define PW_IMG_VERSION 2u
#define PW_IMG_TEXT_ALIGN 65536u
enum { PW_IMG_FAIL_GUARDS = 1 }; /* flags: compiled with fail guards */

typedef struct PwImgRange {
    uint32_t at, n; /* offset in bytes, elements */
} PwImgRange;

typedef struct PwImgHead {
    char magic[8];
    uint32_t version, flags;
    uint64_t size;            /* of the whole file */
    PwDigest digest;          /* pw_image_digest of the file */
    PwDigest tables;          /* pw_ir_digest() of the maker */
    char fingerprint[96];     /* host fingerprint (pw_host_fingerprint), NUL-padded */
    char triple[32];
    char cpu[32];             /* CPU level the text needs, e.g. "x86-64" */
    PwImgRange tree;          /* PwImgTree[], sorted by (key, unit, kind) */
    PwImgRange sym;           /* PwImgSym[] */
    PwImgRange snap;          /* PwXSnap[] */
    PwImgRange frame;         /* PwXFrame[] */
    PwImgRange val;           /* PwXVal[] */
    PwImgRange imm;           /* int64_t[] */
    PwImgRange names;         /* bytes; NUL-terminated strings by offset from the section's start */
    PwImgRange text;          /* bytes of machine code and its constants */
} PwImgHead;

typedef struct PwImgTree {
    uint32_t key;             /* prefilter of the root's code object */
    uint32_t unit, kind;      /* where it starts, PwRootKind */
    PwDigest code;            /* of the root's code object */
    uint32_t entry;           /* offset of the function in text */
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

/* What   checks a whole image: magic, version, size, tables digest, every range, every index, sorted order, NUL-ended names.
 *        The digest of the content only when with_digest is set (0.3 ms per MiB).
 * Fails  CORRUPT, STALE with expected / found. Never reads outside p[0 .. n); p is 8-byte aligned. */
PwStatus pw_image_check(const void *p, size_t n, bool with_digest, PwErr *err) PW_MUST_CHECK;
/* The digest of an image: of what is behind the field `digest`, with the 24 bytes before it. n >= sizeof(PwImgHead). */
PwDigest pw_image_digest(const void *p, size_t n);

/* One tree to be put into an image. */
typedef struct PwImgInput {
    const PwTree *tree;       /* optimised */
    uint32_t id;
    const uint8_t *text;      /* its code and constants, position independent */
    uint32_t text_size, entry;/* entry: offset of the function in text */
} PwImgInput;
/* Builds an image (ir/image_build.c) from trees in any order and appends it to out. head_in gives flags, fingerprint, triple
 * and cpu. Each tree's text begins at a multiple of 64 bytes. NOMEM. */
PwStatus pw_image_build(const PwImgHead *head_in, const PwImgInput *in, uint32_t n, PwWriter *out) PW_MUST_CHECK;

#endif
