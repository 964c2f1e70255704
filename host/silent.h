/* Is there anything in this process whose deallocation somebody could notice? Inside host/: for end.c. */
#ifndef PW_HOST_SILENT_H
#define PW_HOST_SILENT_H

#include "host/internal.h"

/* -- loaded.c: whose machine code is it? --------------------------------------------------------------------------- */

typedef enum PwOrigin {
    PW_ORIGIN_UNKNOWN, /* a library that is no part of Python, or nothing */
    PW_ORIGIN_PYTHON,  /* the interpreter */
    PW_ORIGIN_SILENT,  /* an extension module of the standard library, by silent.def */
    PW_ORIGIN_LOUD,
} PwOrigin;

enum { PW_LOADED_MAX = 256 };
typedef struct PwLoaded {
    struct {
        uintptr_t from, to;
        PwOrigin origin;
    } range[PW_LOADED_MAX];
    uint32_t n;
    bool foreign; /* there are extension modules that silent.def does not know: what they made has to be looked for */
} PwLoaded;

/* What   lists the code of the interpreter and of the standard library's extension modules that are loaded. false: there are too many;
 *        why (n bytes) gets the sentence. */
bool pw_host_loaded(PyInterpreterState *interp, PwLoaded *out, char *why, size_t n);
PwOrigin pw_host_origin(const PwLoaded *loaded, const void *code);

/* -- silent.c ------------------------------------------------------------------------------------------------------ */

/* The standard streams whose flush has just succeeded; NULL entries are fine. */
typedef struct PwFlushed {
    PyObject *stream[2];
} PwFlushed;

/* What   looks at every object that the collector knows, and at every class. false: the deallocation of one could be noticed; why
 *        gets the sentence.
 * Shape  plain: the tp_dealloc of classes that Python code makes.
 * Ctx    GIL; no collection is under way; runs no Python code; no exception is set before or after. */
bool pw_host_all_silent(PyInterpreterState *interp, destructor plain, const PwFlushed *flushed, char *why, size_t n);

/* -- silent_files.c: objects of exact types of _io. Nothing to write, nothing to seek? Runs no Python code. ---------- */

/* Has the object no attributes of its own but those that _io gives it, so that its methods are the type's? Asked first. */
bool pw_host_file_plain(PyObject *file);
bool pw_host_reader_silent(PyObject *buffered);
bool pw_host_writer_silent(PyObject *buffered, const PwFlushed *flushed);
bool pw_host_text_silent(PyObject *text, const PwFlushed *flushed);

#endif
