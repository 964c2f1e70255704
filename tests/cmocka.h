/* cmocka with the headers it needs before it. */
#ifndef PW_TESTS_CMOCKA_H
#define PW_TESTS_CMOCKA_H

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#endif
