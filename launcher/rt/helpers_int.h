/* Inside the helpers: prototypes made from helpers.def, and allocation that keeps the collector away.
 *
 * Every row NAME of ir/helpers.def is a function h_NAME with the C types of its letters; the compiler checks each
 * implementation against its row, because the prototypes below are made from the rows' files (one macro per signature).
 * Ctx    GIL held. Helpers without O run no Python code.
 */
#ifndef PW_RT_HELPERS_INT_H
#define PW_RT_HELPERS_INT_H

#include "host/host.h"
#include "host/py311.h"
#include "ir/native.h"

typedef PyObject *O;

/* Allocating a tracked object can start the collector, and that runs Python code. Helpers without O put it off: collections
 * are off during the allocation, and one that has come due sets the eval breaker, so that the next gpoll leaves native code
 * and the runtime lets it happen (pw_rt_gc_catch_up). */
typedef struct PwGcPause {
    PyInterpreterState *interp;
    int enabled;
} PwGcPause;

static inline PwGcPause gc_pause(void)
{
    PyInterpreterState *interp = _PyThreadState_GET()->interp;
    PwGcPause p = {interp, interp->gc.enabled};
    interp->gc.enabled = 0;
    return p;
}

static inline void gc_resume(PwGcPause p)
{
    p.interp->gc.enabled = p.enabled;
    if (p.interp->gc.generations[0].count > p.interp->gc.generations[0].threshold && p.enabled &&
        p.interp->gc.generations[0].threshold && !p.interp->gc.collecting &&
        _PyThreadState_GET()->c_tracefunc != pw_host_counter) /* a traced RESUME would wait for ever for the breaker to be reset */
        _Py_atomic_store_relaxed(&p.interp->ceval.eval_breaker, 1);
}

/* helpers_any.c */
O h_binop(O a, O b, int64_t op);
O h_unary(O a, int64_t op);
O h_compare(O a, O b, int64_t op);
int64_t h_truth(O a);
int64_t h_contains(O a, O b);
int64_t h_length(O a);
O h_getattr(O a, O b);
int h_setattr(O a, O b, O c);
int h_delattr(O a, O b);
O h_getitem(O a, O b);
int h_setitem(O a, O b, O c);
int h_delitem(O a, O b);
O h_iter(O a);
O h_unpack(O a, int64_t n);
O h_next(O a);
O h_next_safe(O a);
O h_format(O value, O spec, int64_t conversion);
O h_dict_of(O const *items, int64_t n);
O h_dict_strs(O const *items, int64_t n);
O h_set_of(O const *items, int64_t n);
int h_set_add(O a, O b);
int h_map_add(O a, O b, O c);
int h_extend(O a, O b);
int h_set_update(O a, O b);
int h_dict_update(O a, O b);
int h_dict_merge(O a, O b);
O h_call_ex(O callee, O args, O keywords);
O h_slice_get(O a, O b, O c);
int64_t h_isinstance(O a, O b);
O h_raise(O exc, O cause);
O h_vectorcall(O callee, O const *args, int64_t n, O names);
/* helpers_num.c */
double h_fpow(double a, double b);
double h_ffloordiv(double a, double b);
double h_fmod(double a, double b);
double h_fsin(double a);
double h_fcos(double a);
double h_ftan(double a);
double h_fatan(double a);
double h_fatan2(double a, double b);
double h_fexp(double a);
double h_flog(double a);
double h_ffloor(double a);
double h_fceil(double a);
int64_t h_long_value(O a, void *out);
O h_long_new(int64_t v);
O h_float_new(double v);
int64_t h_int_div(int64_t a, int64_t b);
int64_t h_int_mod(int64_t a, int64_t b);
double h_int_float(int64_t a);
int64_t h_float_int(double a);
double h_float_sqrt(double a);
/* helpers_str.c */
O h_str_concat(O a, O b);
O h_str_append(O a, O b);
int h_str_eq(O a, O b);
int64_t h_str_cmp(O a, O b);
O h_str_at(O a, int64_t i);
int64_t h_str_ord(O a, int64_t i);
O h_str_chr(int64_t c);
int64_t h_str_has(O a, O b);
O h_str_slice(O a, int64_t i, int64_t j);
O h_str_join(O a, O b);
O h_str_build(O const *items, int64_t n);
/* helpers_seq.c */
int h_list_append(O a, O b);
O h_list_pop(O a);
O h_list_slice(O a, int64_t i, int64_t j);
O h_list_repeat(O a, int64_t n);
O h_list_concat(O a, O b);
O h_tuple_slice(O a, int64_t i, int64_t j);
O h_list_of_tuple(O a, int64_t i, int64_t j);
O h_tuple_of_list(O a);
O h_range3(int64_t a, int64_t b, int64_t c);
O h_list_iter(O a);
O h_tuple_iter(O a);
O h_tuple_of(O const *items, int64_t n);
O h_list_of(O const *items, int64_t n);
int h_dict_strkeys(O a);
O h_dict_get(O a, O b);
O h_dict_set(O a, O b, O c);
/* helpers_hash.c */
O h_find(O a, O b);
O h_dict_put(O a, O b, O c, O old);
O h_dict_cut(O a, O b, O old);
int64_t h_set_find(O a, O b);
int h_set_put(O a, O b);
int h_set_cut(O a, O b);
/* helpers_obj.c */
O h_inst_new(O a);
int h_attr_init(O a, int64_t i, O c);
O h_attr_dict(O a, O b, int64_t i);
int h_attr_hides(O a, O b);
int h_attr_put(O a, O b, O c);
O h_method_new(O a, O b);
O h_cell_new(O a);
O h_binop_safe(O a, O b, int64_t op);
int h_compare_safe(O a, O b, int64_t op);
O h_call_safe(O const *items, int64_t n);
O h_func_new(O code, O globals, O defaults, O kwdefaults, O closure);
O h_slice_new(O a, O b, O c);
int h_dealloc(O a);
/* catch.c */
O h_exc_push(O a);
O h_exc_pop(O a);
O h_exc_now(void);
int64_t h_exc_match(O a, O b);
O h_reraise(O a);
O h_raise_new(O a);
O h_with_pair(O a);
O h_with_exit(O a);
O h_with_enter(O a);
O h_with_except(O a, O b);
O h_catch(void *run, int64_t imm);
int h_kept(void *run, int64_t frame);
/* sync.c */
int h_sync_begin(void *run);
int h_sync_after(void *run);
int h_sync_end(void *run);

#endif
