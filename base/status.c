#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
    const char *name, *text;
    PwErrClass cls;
} rows[] = {
#define PW_ERR(name, class_, text) {#name, text, PW_CLASS_##class_},
#include "base/err.def"
#undef PW_ERR
};

PwStatus pw_err_set(PwErr *err, PwStatus status, const char *format, ...)
{
    if (err) {
        va_list ap;
        va_start(ap, format);
        err->status = status;
        vsnprintf(err->text, sizeof err->text, format, ap);
        va_end(ap);
    }
    return status;
}

const char *pw_status_name(PwStatus status)
{
    return (unsigned)status < PW_STATUS_COUNT ? rows[status].name : "?";
}

const char *pw_status_text(PwStatus status)
{
    return (unsigned)status < PW_STATUS_COUNT ? rows[status].text : "an unknown status";
}

PwErrClass pw_status_class(PwStatus status)
{
    return (unsigned)status < PW_STATUS_COUNT ? rows[status].cls : PW_CLASS_FATAL;
}
