/* Between remote.c and serve.c: messages over a socket, each a u32 length and so many bytes. Both ends are little-endian.
 *
 *   first request     u8 fail guards, str CPU level ("" for the least), the PwLayout's bytes
 *   further requests  a tree as text (pw_tree_print), which need not be a good one
 *   answers           u32 status, str sentence; of a tree that was compiled also u32 entry, u32 size, the blob's text */
#ifndef PW_TESTS_CODEGEN_REMOTE_H
#define PW_TESTS_CODEGEN_REMOTE_H

#include <errno.h>
#include <unistd.h>

#include "codegen/codegen.h"

static inline bool remote_all(int fd, void *p, size_t n, bool out)
{
    for (char *at = p; n;) {
        ssize_t k = out ? write(fd, at, n) : read(fd, at, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return false;
        at += k;
        n -= (size_t)k;
    }
    return true;
}

static inline bool remote_send(int fd, void *p, size_t n)
{
    uint32_t length = (uint32_t)n;
    return remote_all(fd, &length, sizeof length, true) && remote_all(fd, p, n, true);
}

/* *p is the caller's: pw_free. */
static inline bool remote_receive(int fd, uint8_t **p, uint32_t *n)
{
    *p = remote_all(fd, n, sizeof *n, false) ? pw_alloc(*n) : NULL;
    return *p && remote_all(fd, *p, *n, false);
}

#endif
