/* File objects at the end of a process. Closing one writes what is buffered, and a reader seeks back over what it has read ahead,
 * which whoever shares the file would see.
 *
 * Source: CPython 3.11 Modules/_io/bufferedio.c (buffered_close, _io__Buffered_flush), textio.c, iobase.c.
 */
#include "host/silent.h"

#include <unistd.h>

static bool is(PyObject *o, const char *type)
{
    return o && !(Py_TYPE(o)->tp_flags & Py_TPFLAGS_HEAPTYPE) && !strcmp(Py_TYPE(o)->tp_name, type);
}

/* An attribute, owned, or NULL without an exception. */
static PyObject *get(PyObject *o, const char *name)
{
    PyObject *value = o ? PyObject_GetAttrString(o, name) : NULL;
    if (!value)
        PyErr_Clear();
    return value;
}

/* The raw file under a buffered one, owned; NULL when it is not FileIO, the only kind that is asked no Python code. */
static PyObject *raw_of(PyObject *buffered)
{
    PyObject *raw = get(buffered, "raw");
    if (raw && (!is(raw, "_io.FileIO") || !pw_host_file_plain(raw)))
        Py_CLEAR(raw);
    return raw;
}

static bool closed(PyObject *file)
{
    PyObject *value = get(file, "closed");
    Py_XDECREF(value);
    return value == Py_True;
}

static long long number(PyObject *o, const char *method)
{
    PyObject *f = PyDict_GetItemString(Py_TYPE(o)->tp_dict, method), *value = f ? PyObject_CallOneArg(f, o) : NULL;
    long long n = value ? PyLong_AsLongLong(value) : -1;
    Py_XDECREF(value);
    PyErr_Clear();
    return n;
}

bool pw_host_file_plain(PyObject *file)
{
    static const char *const usual[] = {"name", "mode", "__IOBase_closed"};
    PyObject **at = _PyObject_GetDictPtr(file), *key;
    Py_ssize_t pos = 0;
    bool plain = true;
    while (plain && at && *at && PyDict_Next(*at, &pos, &key, NULL)) {
        plain = false;
        for (size_t k = 0; k < sizeof usual / sizeof *usual && PyUnicode_CheckExact(key); k++)
            plain |= _PyUnicode_EqualToASCIIString(key, usual[k]);
    }
    return plain;
}

bool pw_host_reader_silent(PyObject *buffered)
{
    PyObject *raw = raw_of(buffered);
    bool silent = raw && closed(raw);
    if (raw && !silent) {
        off_t at = lseek((int)number(raw, "fileno"), 0, SEEK_CUR);
        silent = at < 0 || number(buffered, "tell") == at;
    }
    Py_XDECREF(raw);
    return silent;
}

/* Is it the buffer of a stream that was flushed? */
static bool is_flushed(PyObject *buffered, const PwFlushed *flushed)
{
    for (int k = 0; k < 2; k++) {
        PyObject *buffer = get(flushed->stream[k], "buffer");
        Py_XDECREF(buffer);
        if (buffer == buffered)
            return true;
    }
    return false;
}

bool pw_host_writer_silent(PyObject *buffered, const PwFlushed *flushed)
{
    if (is_flushed(buffered, flushed))
        return true;
    PyObject *raw = raw_of(buffered);
    bool silent = raw && closed(raw);
    Py_XDECREF(raw);
    return silent;
}

bool pw_host_text_silent(PyObject *text, const PwFlushed *flushed)
{
    if (text == flushed->stream[0] || text == flushed->stream[1])
        return true;
    PyObject *buffer = get(text, "buffer");
    bool silent = is(buffer, "_io.BufferedReader") || is(buffer, "_io.BytesIO");
    if (is(buffer, "_io.BufferedWriter")) {
        PyObject *raw = raw_of(buffer);
        silent = raw && closed(raw);
        Py_XDECREF(raw);
    }
    Py_XDECREF(buffer);
    return silent;
}
