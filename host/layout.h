/* The layout of the Python that this process runs, for ir/ and codegen/. */
#ifndef PW_HOST_LAYOUT_H
#define PW_HOST_LAYOUT_H

#include "ir/layout.h"

/* Fills *l from the headers that prewarm was compiled with; pw_host_fingerprint checks that they fit the running Python.
 * Never fails. No GIL needed. Source: CPython 3.11 Include/, and the structures named in host/layout.c. */
void pw_host_layout(PwLayout *l);

#endif
