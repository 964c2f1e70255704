/* Notes about crashes in an image's native code: a text file beside the image, IMAGE.crash, one line of PW_CRASH_LINE bytes per
 * process that died in it. Written by a signal handler (launcher/rt/crash.c), read when a program starts and by `explain`.
 *
 * A line is "DIGEST SIGNAL TREE\n": the image's digest (32 hexadecimal digits), the signal's number (two digits), and the number
 * of the tree whose code crashed, or 0 when it was the runtime or something that native code called (ten digits). Lines about
 * another digest do not count: an image that was made anew begins anew.
 * Ctx    any thread; no Python. */
#ifndef PW_IR_CRASH_H
#define PW_IR_CRASH_H

#include "base/bytes.h"

enum {
    PW_CRASH_LINE = 47,
    PW_CRASH_LIMIT = 2, /* so many runs in a row, and the image is set aside */
};

typedef struct PwCrashes {
    uint32_t n;      /* lines about this image */
    uint32_t signal; /* of the last of them */
    uint32_t tree;
    uint64_t size;   /* of the file in bytes; 0 when there is none */
} PwCrashes;

/* What   reads the notes at path (the file that pw_crash_name names) about the image with this digest. No file, or one that
 *        cannot be read or is something else: no crashes. */
PwCrashes pw_crash_read(const char *path, const PwDigest *digest);
/* The name of an image's notes; the caller frees. NULL: out of memory. */
char *pw_crash_name(const char *image);
/* One line. For signal handlers: touches nothing but its arguments. */
void pw_crash_line(char out[PW_CRASH_LINE], const PwDigest *digest, uint32_t signal, uint32_t tree);
/* "SIGSEGV" and the like; "a signal" for one that is no crash. Static. */
const char *pw_crash_signal(uint32_t signal);

#endif
