/* CPython 3.11's internal headers, in the one place that may ask for them.
 *
 * Include this instead of <Python.h>. Py_BUILD_CORE is defined here and undefined again; the warnings that these
 * headers give are not ours. Source: CPython 3.11 Include/internal/. Ctx: compile time only.
 */
#ifndef PW_HOST_PY311_H
#define PW_HOST_PY311_H

#ifndef PY_SSIZE_T_CLEAN
#define PY_SSIZE_T_CLEAN
#endif
#pragma GCC system_header

#define Py_BUILD_CORE 1
#include <Python.h>

#include <internal/pycore_ceval.h>
#include <internal/pycore_code.h>
#include <internal/pycore_dict.h>
#include <internal/pycore_frame.h>
#include <internal/pycore_function.h>
#include <internal/pycore_genobject.h>
#include <internal/pycore_interp.h>
#include <internal/pycore_list.h>
#include <internal/pycore_long.h>
#include <internal/pycore_moduleobject.h>
#include <internal/pycore_object.h>
/* _PyOpcode_Caches and _PyOpcode_Deopt are not exported by Python: host/opcodes.c, and only that file, defines them by
 * asking for NEED_OPCODE_TABLES. */
#include <internal/pycore_opcode.h>
#include <internal/pycore_pymem.h>
#include <internal/pycore_pystate.h>
#include <internal/pycore_runtime.h>
#include <internal/pycore_tuple.h>
#include <opcode.h>
#undef Py_BUILD_CORE

#if PY_VERSION_HEX < 0x030b0000 || PY_VERSION_HEX >= 0x030c0000
#error "host/ knows CPython 3.11 only"
#endif

#endif
