/* Objects as the interpreter sees them: bytes at layout offsets, and a reference count. */
#include "ir/interp_internal.h"

void pw_interp_load(const void *at, PwCKind kind, PwCell *out)
{
    switch (kind) {
    case PW_C_OBJ:
    case PW_C_PTR: out->p = *(void *const *)at; break;
    case PW_C_SSIZE: out->i = *(const intptr_t *)at; break;
    case PW_C_LONG: out->i = *(const long *)at; break;
    case PW_C_INT: out->i = *(const int *)at; break;
    case PW_C_U32: out->i = *(const uint32_t *)at; break;
    case PW_C_U8: out->i = *(const uint8_t *)at; break;
    case PW_C_F64: out->f = *(const double *)at; break;
    }
}

void pw_interp_store(void *at, PwCKind kind, const PwCell *v)
{
    switch (kind) {
    case PW_C_OBJ:
    case PW_C_PTR: *(void **)at = v->p; break;
    case PW_C_SSIZE: *(intptr_t *)at = (intptr_t)v->i; break;
    case PW_C_LONG: *(long *)at = (long)v->i; break;
    case PW_C_INT: *(int *)at = (int)v->i; break;
    case PW_C_U32: *(uint32_t *)at = (uint32_t)v->i; break;
    case PW_C_U8: *(uint8_t *)at = (uint8_t)v->i; break;
    case PW_C_F64: *(double *)at = v->f; break;
    }
}

void *pw_interp_element(void *base, PwCKind kind, int64_t index)
{
    static const uint8_t size[] = {
        [PW_C_OBJ] = sizeof(void *), [PW_C_PTR] = sizeof(void *), [PW_C_SSIZE] = sizeof(intptr_t),
        [PW_C_LONG] = sizeof(long),  [PW_C_INT] = sizeof(int),    [PW_C_U32] = 4,
        [PW_C_U8] = 1,               [PW_C_F64] = 8,
    };
    return (char *)base + index * size[kind];
}

static intptr_t *refcnt(const PwRun *r, void *object)
{
    return (intptr_t *)((char *)object + r->in->layout->ob_refcnt);
}

intptr_t pw_interp_refs(const PwRun *r, void *object)
{
    return *refcnt(r, object);
}

void pw_interp_incref(const PwRun *r, void *object)
{
    ++*refcnt(r, object);
}

void pw_interp_decref(const PwRun *r, void *object)
{
    if (--*refcnt(r, object) == 0)
        ((int (*)(void *))r->helper[PW_H_dealloc].p)(object);
}

bool pw_interp_unbox(const PwRun *r, void *object, int64_t *out)
{
    const PwLayout *l = r->in->layout;
    intptr_t size = *(intptr_t *)((char *)object + l->field[PW_F_VAR_SIZE]);
    const char *digits = (char *)object + l->long_digits;
    /* One or two digits of 30 bits (or four of 15) always fit; the rest is for the helper to judge. */
    if (l->digit_size != 4 || size < -2 || size > 2)
        return ((int64_t (*)(void *, void *))r->helper[PW_H_long_value].p)(object, out) != 0;
    uint32_t n = (uint32_t)(size < 0 ? -size : size);
    uint64_t v = 0;
    for (uint32_t k = n; k-- > 0;)
        v = v << l->digit_bits | ((const uint32_t *)digits)[k];
    *out = size < 0 ? -(int64_t)v : (int64_t)v;
    return true;
}

void *pw_interp_box(const PwRun *r, PwType type, const PwCell *v)
{
    if (type == PW_T_I)
        return ((void *(*)(int64_t))r->helper[PW_H_long_new].p)(v->i);
    if (type == PW_T_F)
        return ((void *(*)(double))r->helper[PW_H_float_new].p)(v->f);
    void *object = type == PW_T_B ? r->cell[v->i ? PW_RUN_TRUE : PW_RUN_FALSE].p : v->p;
    pw_interp_incref(r, object);
    return object;
}

static char *keys_of(const PwLayout *l, char *dict)
{
    return *(char **)(dict + l->dict_keys);
}

void *pw_interp_dictval(const PwLayout *l, char *dict, int64_t index)
{
    char *keys = keys_of(l, dict);
    char *entries = keys + l->keys_indices + ((size_t)1 << *(uint8_t *)(keys + l->keys_log2_index_bytes));
    return *(void **)(entries + index * l->keys_entry_size + l->entry_value);
}

uint32_t pw_interp_keysver(const PwLayout *l, char *keys)
{
    return *(uint32_t *)(keys + l->keys_version);
}
