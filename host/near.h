/* Small pieces of memory near an address: what bytecode can reach by a jump, or as a constant. */
#ifndef PW_HOST_NEAR_H
#define PW_HOST_NEAR_H

#include <stddef.h>
#include <stdint.h>

/* What   n bytes (at most PW_NEAR_MAX), 16-byte aligned, zeroed, below `to` and less than `reach` bytes away from it.
 * Own    the caller's, until pw_near_free.
 * Fails  NULL: there is no memory, or no free address there. */
enum { PW_NEAR_MAX = 1024 };
void *pw_near_alloc(uintptr_t to, uint64_t reach, size_t n);
void pw_near_free(void *p, size_t n);

#endif
