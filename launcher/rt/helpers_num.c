/* Helpers on numbers: doubles as CPython computes them, ints and floats in and out of their objects. */
#include "launcher/rt/helpers_int.h"

#include <math.h>

double h_fpow(double a, double b)
{
    return pow(a, b);
}

/* The remainder with the sign of the divisor; a zero remainder takes that sign, too. */
double h_fmod(double a, double b)
{
    double m = fmod(a, b);
    if (m == 0.0)
        return copysign(0.0, b);
    return (m < 0.0) != (b < 0.0) ? m + b : m;
}

/* floor(a / b), found through the remainder: the quotient alone can round up to the next integer. */
double h_ffloordiv(double a, double b)
{
    double m = fmod(a, b), quotient = (a - m) / b;
    if (m != 0.0 && (b < 0.0) != (m < 0.0))
        quotient -= 1.0;
    if (quotient == 0.0)
        return copysign(0.0, a / b);
    double whole = floor(quotient);
    return quotient - whole > 0.5 ? whole + 1.0 : whole;
}

double h_fsin(double a)
{
    return sin(a);
}

double h_fcos(double a)
{
    return cos(a);
}

double h_ftan(double a)
{
    return tan(a);
}

double h_fatan(double a)
{
    return atan(a);
}

double h_fatan2(double a, double b)
{
    return atan2(a, b);
}

double h_fexp(double a)
{
    return exp(a);
}

double h_flog(double a)
{
    return log(a);
}

double h_ffloor(double a)
{
    return floor(a);
}

double h_fceil(double a)
{
    return ceil(a);
}

int64_t h_long_value(O a, void *out)
{
    Py_ssize_t n = Py_SIZE(a);
    const digit *d = ((PyLongObject *)a)->ob_digit;
    int64_t v;
    if (n >= -1 && n <= 1) {
        v = n == 0 ? 0 : n * (int64_t)d[0];
    } else if (n == 2 || n == -2) {
        v = ((int64_t)d[1] << PyLong_SHIFT) | d[0];
        v = n < 0 ? -v : v;
    } else {
        int overflow;
        v = PyLong_AsLongLongAndOverflow(a, &overflow);
        if (overflow)
            return 0;
    }
    memcpy(out, &v, sizeof v);
    return 1;
}

/* As PyLong_FromLongLong: what loops make most. Source: CPython 3.11 Objects/longobject.c (_PyLong_New). */
O h_long_new(int64_t v)
{
    uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    if (rest <= UINT8_MAX + 1 || PyLong_SHIFT != 30) /* small ones are CPython's own */
        return PyLong_FromLongLong(v);
    Py_ssize_t n = 1 + (rest >> PyLong_SHIFT != 0) + (rest >> 2 * PyLong_SHIFT != 0);
    PyLongObject *o = PyObject_Malloc(offsetof(PyLongObject, ob_digit) + (size_t)n * sizeof(digit));
    if (!o)
        return PyErr_NoMemory();
    o->ob_base.ob_base.ob_refcnt = 1;
    o->ob_base.ob_base.ob_type = &PyLong_Type;
    o->ob_base.ob_size = v < 0 ? -n : n;
    for (Py_ssize_t k = 0; k < n; k++, rest >>= PyLong_SHIFT)
        o->ob_digit[k] = (digit)(rest & PyLong_MASK);
    return (O)o;
}

O h_float_new(double v)
{
    return PyFloat_FromDouble(v);
}

/* -- what some processors' instructions do, and others' do not -- */

int64_t h_int_div(int64_t a, int64_t b)
{
    int64_t q = a / b, r = a % b;
    return r && (r < 0) != (b < 0) ? q - 1 : q;
}

int64_t h_int_mod(int64_t a, int64_t b)
{
    int64_t r = b == -1 ? 0 : a % b;
    return r && (r < 0) != (b < 0) ? r + b : r;
}

double h_int_float(int64_t a)
{
    return (double)a;
}

int64_t h_float_int(double a)
{
    return (int64_t)a;
}

/* The library's, not the compiler's own: that one is rounded twice on x87. */
static double (*const volatile library_sqrt)(double) = sqrt;

double h_float_sqrt(double a)
{
    return library_sqrt(a);
}
