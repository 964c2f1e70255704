/* What came of a call: a status by value, and the sentence that goes with it.
 *
 * Every function of prewarm that can fail returns a PwStatus and, where a person may want to know why, fills a PwErr.
 * The statuses and their classes are the rows of err.def. Statuses never carry Python exceptions: those live in host/.
 */
#ifndef PW_BASE_STATUS_H
#define PW_BASE_STATUS_H

#include <stdbool.h>
#include <stdint.h>

typedef enum PwStatus {
#define PW_ERR(name, class_, text) PW_##name,
#include "base/err.def"
#undef PW_ERR
    PW_STATUS_COUNT
} PwStatus;

typedef enum PwErrClass {
    PW_CLASS_OK,    /* done */
    PW_CLASS_NORMAL,/* an expected "no": recording gave up, a trace did not bind; counted, never shown as an error */
    PW_CLASS_DATA,  /* what was read from disk or from the host does not fit: fall back and tell why */
    PW_CLASS_FATAL, /* memory, disk, a caller's mistake */
} PwErrClass;

#define PW_MUST_CHECK __attribute__((warn_unused_result))

/* A status with its sentence.
 * Shape  text is a NUL-terminated sentence of at most 511 bytes: what happened, to what, what to do.
 * Own    plain value; copy freely. A zeroed PwErr is "no error". */
typedef struct PwErr {
    PwStatus status;
    char text[512];
} PwErr;

/* Fills *err (which may be NULL) and returns status, so that `return pw_err_set(err, PW_CORRUPT, "...")` reads well.
 * Ctx    any thread; no Python. */
PwStatus pw_err_set(PwErr *err, PwStatus status, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The name of a status ("CORRUPT") and the sentence that explains it in general. Static strings; never NULL. */
const char *pw_status_name(PwStatus status);
const char *pw_status_text(PwStatus status);
PwErrClass pw_status_class(PwStatus status);

#endif
