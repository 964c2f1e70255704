/* Linking: a tree with one symbol of nearly every kind, for the function t_link of program.py. */
#include "tests/rt/client.h"

#include <stdio.h>
#include <stdlib.h>

static void check(int ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "link test: %s\n", what);
    abort();
}

static uint32_t sym(TestTree *t, PwSymKind kind, uint32_t parent, const char *name, uint32_t index)
{
    if (t->nsym == sizeof t->sym / sizeof *t->sym)
        Py_FatalError("a test's tree with too many symbols");
    t->sym[t->nsym] = (PwSym){.kind = kind, .parent = {parent}, .name = name, .index = index};
    return t->nsym++;
}

enum {
    L_CODE, L_GLOBALS, L_BUILTINS, L_INT, L_NONE, L_NAME, L_CLASS, L_VERSION, L_KEYS, L_METHOD, L_NOTHING, L_ATTR,
    L_CKEYS, L_NOATTR, L_SLOTTED, L_SLOT, L_PROP, L_GET, L_STATIC, L_UNWRAP, L_FUNC, L_FUNCGLOBALS, L_DEFS, L_DEF,
    L_KWDEFS, L_KWDEF, L_CONST, L_INDEX, L_VALUE, L_ABSENT, L_MATH, L_MATHDICT, L_SIN, L_ISSIN, L_ISCLASS, L_ISMOD,
    L_NAMES, L_LOCAL, L_LOCALVER, L_APPEND, L_LIST, L_ISAPPEND, L_PLAIN, L_SUB = L_PLAIN + 4, L_NOTSUB, L_SUPER,
};

void test_make_link(TestTree *t, PwRtTreeInit *init)
{
    sym(t, PW_S_rootcode, PW_NONE, NULL, 0);
    sym(t, PW_S_rootglobals, PW_NONE, NULL, 0);
    sym(t, PW_S_rootbuiltins, PW_NONE, NULL, 0);
    sym(t, PW_S_btype, PW_NONE, "int", 0);
    sym(t, PW_S_single, PW_NONE, "None", 0);
    sym(t, PW_S_str, PW_NONE, "name", 0);
    sym(t, PW_S_htype, PW_NONE, "__main__:Outer.Thing", 0);
    sym(t, PW_S_typever, L_CLASS, NULL, 0);
    sym(t, PW_S_keysver, L_GLOBALS, NULL, 0);
    sym(t, PW_S_typeattr, L_CLASS, "method", 0);
    sym(t, PW_S_notypeattr, L_CLASS, "first", 0);
    sym(t, PW_S_attridx, L_CLASS, "second", 0);
    sym(t, PW_S_ckeysver, L_CLASS, NULL, 0);
    sym(t, PW_S_noattr, L_CLASS, "method", 0);
    sym(t, PW_S_htype, PW_NONE, "__main__:Slotted", 0);
    sym(t, PW_S_slotofs, L_SLOTTED, "b", 0);
    sym(t, PW_S_typeattr, L_CLASS, "prop", 0);
    sym(t, PW_S_propget, L_PROP, NULL, 0);
    sym(t, PW_S_typeattr, L_CLASS, "static", 0);
    sym(t, PW_S_unwrap, L_STATIC, NULL, 0);
    sym(t, PW_S_dictval, L_GLOBALS, "with_defaults", 0);
    sym(t, PW_S_funcglobals, L_FUNC, NULL, 0);
    sym(t, PW_S_funcdefs, L_FUNC, NULL, 0);
    sym(t, PW_S_funcdef, L_FUNC, NULL, 1);
    sym(t, PW_S_funckwdefs, L_FUNC, NULL, 0);
    sym(t, PW_S_funckwdef, L_FUNC, "k", 0);
    sym(t, PW_S_const, L_CODE, NULL, 0);
    sym(t, PW_S_dictidx, L_GLOBALS, "with_defaults", 0);
    sym(t, PW_S_dictval, L_GLOBALS, "__name__", 0);
    sym(t, PW_S_absent, L_GLOBALS, "no_such_name", 0);
    sym(t, PW_S_dictval, L_GLOBALS, "math", 0);
    sym(t, PW_S_moddict, L_MATH, NULL, 0);
    sym(t, PW_S_dictval, L_MATHDICT, "sin", 0);
    sym(t, PW_S_cfunc, L_SIN, "math.sin", 0);
    sym(t, PW_S_istype, L_CLASS, "__main__:Outer.Thing", 0);
    sym(t, PW_S_isinst, L_MATH, "module", 0);
    sym(t, PW_S_tuplestr, PW_NONE, "a,bc", 0);
    sym(t, PW_S_htype, PW_NONE, "__main__:make.<locals>.Local", 0);
    sym(t, PW_S_typever, L_LOCAL, NULL, 0);
    sym(t, PW_S_btype, PW_NONE, "list", 0); /* out of order: checked by its number below */
    sym(t, PW_S_typeattr, L_APPEND, "append", 0);
    sym(t, PW_S_cfunc, L_LIST, "list.append", 0);
    for (int i = 0; i < L_SUB - L_PLAIN; i++)
        sym(t, PW_S_plain, L_CLASS, (const char *[]){"getattr", "setattr", "new", "truth"}[i], 0);
    sym(t, PW_S_issub, L_CLASS, "__main__:Outer.Thing", 0);
    sym(t, PW_S_issub, L_CLASS, "!__main__:Slotted", 0);
    sym(t, PW_S_superattr, L_CLASS, "__init__,__main__:Outer.Thing", 0);
    t->val[0] = t->val[1] = (PwXVal){.src = PW_X_NULL, .type = PW_T_O, .kind = PW_E_KEEP};
    t->frame[0] = (PwXFrame){.func = PW_NONE, .unit = t->side->edges[0].target, .nlocals = 1, .nstack = 1};
    t->snap[0] = (PwXSnap){.nframes = 1};
    *init = (PwRtTreeInit){.id = init->id, .run = init->run, .arg = t, .kind = PW_ROOT_LOOP,
                           .unit = t->side->edges[0].target, .nsym = t->nsym, .sym = t->sym,
                           .exits = {t->snap, t->frame, t->val, t->imm, 1, 1, 2, 8, 0}};
}

static PyObject *in(const PwCell *link, const char *expression)
{
    PyObject *v = PyRun_String(expression, Py_eval_input, link[L_GLOBALS].p, link[L_GLOBALS].p);
    check(v != NULL, expression);
    Py_DECREF(v); /* something else holds all that is asked for here */
    return v;
}

static void check_objects(const PwCell *link)
{
    check(link[L_INT].p == &PyLong_Type && link[L_NONE].p == Py_None, "built-in objects");
    check(link[L_CLASS].p == in(link, "Outer.Thing"), "htype");
    check(link[L_METHOD].p == in(link, "Outer.Thing.method"), "typeattr");
    check(link[L_GET].p == in(link, "Outer.Thing.prop.fget"), "propget");
    check(link[L_UNWRAP].p == in(link, "Outer.Thing.static"), "unwrap");
    check(link[L_SUPER].p == in(link, "object.__init__"), "superattr");
    check(link[L_DEF].p == in(link, "with_defaults.__defaults__[1]"), "funcdef");
    check(link[L_KWDEF].p == in(link, "with_defaults.__kwdefaults__['k']"), "funckwdef");
    check(link[L_VALUE].p == in(link, "__name__"), "dictval");
    check(link[L_ISSIN].p == in(link, "math.sin"), "cfunc");
    check(link[L_ISAPPEND].p == in(link, "list.__dict__['append']"), "cfunc of a method");
    check(link[L_NAMES].p && PyTuple_GET_SIZE((PyObject *)link[L_NAMES].p) == 2, "tuplestr");
}

static void check_integers(const PwCell *link)
{
    PyTypeObject *cls = link[L_CLASS].p, *slotted = link[L_SLOTTED].p;
    PyDictObject *globals = link[L_GLOBALS].p;
    check(cls->tp_version_tag && link[L_VERSION].i == cls->tp_version_tag, "typever");
    check(link[L_KEYS].i && link[L_KEYS].i == globals->ma_keys->dk_version, "keysver");
    check(DK_UNICODE_ENTRIES(globals->ma_keys)[link[L_INDEX].i].me_value == link[L_FUNC].p, "dictidx");
    check(link[L_ATTR].i == 1, "attridx");
    check(link[L_SLOT].i == (int64_t)(sizeof(PyObject) + sizeof(PyObject *)) && slotted->tp_basicsize > 0, "slotofs");
}

int64_t test_run_link(void *arg, PwCell *run)
{
    TestTree *t = arg;
    const PwCell *link = run[PW_RUN_LINKS].p;
    t->entered++;
    if (PyDict_GetItemString(link[L_GLOBALS].p, "stale") == Py_True)
        return 0; /* the program has changed the class: two entries later it must be linked anew */
    check_objects(link);
    check_integers(link);
    bool there = PyDict_GetItemString(link[L_GLOBALS].p, "Local") != Py_None;
    check(there ? PyType_Check((PyObject *)link[L_LOCAL].p) : link[L_LOCALVER].i == UINT32_MAX, "a class that comes later");
    t->left++;
    return 0;
}
