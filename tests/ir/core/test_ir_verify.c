/* Every rule of the verifier refuses something. */
#include "tests/cmocka.h"
#include "tests/ir/irtest.h"

#define SNAP0 "snap #0 frame code=s0 unit=10 locals=[keep, keep] stack=[keep]\n"
#define RAW IRT_LOOP "sym s1 = btype \"int\"\nsym s2 = typever s1\n" SNAP0
#define OPT                                                                                                            \
    "tree loop unit=10 nlocals=2 nstack=1 optimised\nsym s0 = rootcode digest=01\nsym s1 = btype \"int\"\n" SNAP0
#define FUNC "tree func nlocals=2 nstack=1 raw\nsym s0 = rootcode digest=01\n" SNAP0

static const struct {
    const char *text, *rule; /* a part of the sentence; NULL: accepted */
} cases[] = {
    {RAW "seg 0:\n  gpoll #0\n  loop #0\n", NULL},
    /* the head and the segments */
    {"tree loop raw\n", "there is no segment 0"},
    {"tree loop nlocals=2000 nstack=2000 raw\nseg 0:\n", "too many slots"},
    {RAW "seg 0:\n", "segment 0 is the root"},
    {RAW "seg 0 loop:\n  loop #0\n", "segment 0 is the root"},
    {RAW "seg 0:\n  gpoll #0\n", "a segment has no end"},
    {RAW "seg 0:\n  loop #0\n  gpoll #0\n", "goes on after its end"},
    {RAW "seg 0:\n  gpoll #0\n  loop #0\nseg 1 from #0 in 1:\n  loop #0\n", "its parent is not an earlier segment"},
    {RAW "seg 0:\n  gpoll #0\n  loop #0\nseg 1 in 0:\n  loop #0\n", "do not name each other"},
    {RAW "seg 0:\n  gpoll #0\n  loop #0\nseg 1 from #0 in 0:\n", "segment 1 is empty"},
    {RAW "seg 0:\n  ret null\nseg 1 from #0 in 0:\n", NULL},
    {RAW "seg 0:\n  ret null\nseg 1 from #0 in 0:\n  ret null\n", "no op names its snapshot"},
    {RAW "seg 0:\n  gpoll #0\n  ret null\nseg 1 from #0 in 0:\n  gpoll #0\n  ret null\n", "named outside its parent"},
    {RAW "seg 0:\n  ret null\nseg 1 loop in 0:\n  ret null\n", "a loop segment follows"},
    {OPT "seg 0:\n  ret null\nseg 1 loop in 0:\n  ret null\n", "a loop segment follows"},
    {OPT "seg 0:\n  enter\nseg 1 loop in 0:\n  jump\nseg 2 loop in 1:\n  jump\n", "only segment 1 can be"},
    {OPT "seg 0:\n  enter\n", "0 operands for 0 params"},
    {OPT "seg 0:\n  jump\n", "enter ends segment 0"},
    {OPT "seg 0:\n  gpoll #0\n  enter\nseg 1 loop in 0:\n  jump\nseg 2 from #0 in 0:\n  jump\n",
     "enter ends segment 0"},
    {OPT "seg 0:\n  enter 1i\nseg 1 loop in 0:\n  v0 = param f\n  jump 2f\n", "not of its param's type"},
    {OPT "seg 0:\n  enter 1i\nseg 1 loop in 0:\n  v0 = param i\n  jump\n", "0 operands for 1 params"},
    {OPT "seg 0:\n  enter\nseg 1 loop in 0:\n  v1 = bnot true\n  v0 = param i\n  jump\n", "a param stands first"},
    {OPT "seg 0:\n  v0 = param i\n  ret null\n", "a param stands first"},
    {OPT "seg 0:\n  enter 1i\nseg 1 loop in 0:\n  v0 = param i\n  v1 = iadd v0 v0 #0\n  jump v1\n", NULL},
    /* exceptions */
    {RAW "snap #1 throws frame code=s0 unit=10 locals=[keep, keep] stack=[keep]\nseg 0:\n  v0 = slot 0\n"
         "  v1 = call reraise v0 #1\n  loop #0\nseg 1 from #1 in 0:\n  v2 = catch 0 #0\n  ret v2\n",
     NULL},
    {RAW "snap #1 throws frame code=s0 unit=10 locals=[keep, keep] stack=[keep]\nseg 0:\n  v0 = slot 0\n"
         "  v1 = call reraise v0 #1\n  loop #0\nseg 1 from #1 in 0:\n  ret null\n",
     "begins with catch"},
    {RAW "seg 0:\n  v0 = slot 0\n  v1 = call reraise v0 #0\n  loop #0\nseg 1 from #0 in 0:\n  v2 = catch 0 #0\n  ret v2\n",
     "named outside its parent"},
    {RAW "snap #1 throws frame code=s0 unit=10 locals=[keep, keep] stack=[keep]\nseg 0:\n  gpoll #1\n  loop #0\n",
     "this one cannot"},
    /* raw and optimised */
    {RAW "seg 0:\n  enter\n", "for optimised trees only"},
    {OPT "seg 0:\n  loop #0\n", "for raw trees only"},
    {FUNC "seg 0:\n  loop #0\n", "loop in a function's tree"},
    /* definitions and types */
    {RAW "seg 0:\n  v0 = bnot v1\n  v1 = bnot v0\n  loop #0\n", "operand 0 is not defined before it"},
    {RAW "seg 0:\n  v0 = bnot v0\n  loop #0\n", "operand 0 is not defined before it"},
    {RAW "seg 0:\n  gpoll #0\n  v0 = slot 0\n  ret v0\nseg 1 from #0 in 0:\n  ret v0\n", "operand 0 is not defined"},
    {RAW "seg 0:\n  v0 = slot 0\n  gpoll #0\n  ret v0\nseg 1 from #0 in 0:\n  ret v0\n", NULL},
    {RAW "seg 0:\n  v0 = iand 1i 2f\n  loop #0\n", "operand 1 has type f, wants i"},
    {RAW "seg 0:\n  v0 = iand 1i\n  loop #0\n", "it has 1 operands, wants \"ii\""},
    {RAW "seg 0:\n  v0 = iand 1i 2i 3i\n  loop #0\n", "it has 3 operands"},
    {RAW "seg 0:\n  v0 = ldf LIST_ITEMS null\n  stx LIST v0 0i 1i\n  loop #0\n", "operand 2 has type i, wants o"},
    {RAW "seg 0:\n  stf LIST_SIZE null null\n  loop #0\n", "operand 1 has type o, wants i"},
    {RAW "seg 0:\n  v0 = call fpow 1f 2i\n  loop #0\n", "operand 1 has type i, wants f"},
    {RAW "seg 0:\n  v0 = call long_new 1i #0\n  loop #0\n", "traces do not call long_new"},
    {RAW "seg 0:\n  v0 = mklist #0\n  v1 = mklist null null #0\n  v2 = vcall null #0\n  loop #0\n", NULL},
    {RAW "seg 0:\n  v0 = vcall #0\n  loop #0\n", "it has 0 operands"},
    {RAW "seg 0:\n  v0 = vtuple 1i 2f\n  ret v0\n", "operand 0 is virtual"},
    {RAW "seg 0:\n  v0 = tupleitems null\n  v1 = vtuple v0\n  loop #0\n", "interior pointer cannot be in a tuple"},
    /* numbers and symbols */
    {RAW "seg 0:\n  v0 = slot 3\n  loop #0\n", "no such slot"},
    {RAW "seg 0:\n  v0 = slot -1\n  loop #0\n", "no such slot"},
    {RAW "seg 0:\n  gdepth -1 #0\n  loop #0\n", "out of range"},
    {RAW "seg 0:\n  gtype null s0 #0\n  loop #0\n", "its symbol is no type"},
    {RAW "seg 0:\n  gtype null s9 #0\n  loop #0\n", "its symbol is no type"},
    {RAW "seg 0:\n  gclass null s1 #0\n  loop #0\n", "no typever"},
    {RAW "seg 0:\n  gkeys null s2 #0\n  loop #0\n", "no keysver"},
    {RAW "seg 0:\n  gckeys null s2 #0\n  loop #0\n", "no ckeysver"},
    {RAW "seg 0:\n  ret @s2\n", "does not name a symbol of its type"},
    {RAW "seg 0:\n  ret @s7\n", "does not name a symbol of its type"},
    {RAW "seg 0:\n  v0 = inot %s1\n  loop #0\n", "does not name a symbol of its type"},
    {IRT_LOOP "sym s1 = btype\nseg 0:\n  ret null\n", "must have exactly the parts \"N\""},
    {IRT_LOOP "sym s1 = rootglobals \"x\"\nseg 0:\n  ret null\n", "must have exactly the parts \"\""},
    {IRT_LOOP "sym s1 = codeobj\nseg 0:\n  ret null\n", "must have exactly the parts \"D\""},
    {IRT_LOOP "sym s1 = str [1] \"x\"\nseg 0:\n  ret null\n", "must have exactly the parts \"N\""},
    {IRT_LOOP "sym s1 = rootglobals s0\nseg 0:\n  ret null\n", "has a parent"},
    {IRT_LOOP "sym s1 = keysver\nseg 0:\n  ret null\n", "lacks a parent"},
    {IRT_LOOP "sym s1 = keysver s0\nseg 0:\n  ret null\n", "not of the sort \"dict\""},
    {IRT_LOOP "sym s1 = const s2 [1]\nsym s2 = rootcode digest=01\nseg 0:\n  ret null\n", "not an earlier symbol"},
    /* snapshots */
    {RAW "seg 0:\n  gpoll\n  loop #0\n", "needs a snapshot"},
    {RAW "snap #1 other frame code=s0 unit=10 locals=[keep, keep] stack=[keep]\nseg 0:\n  gpoll #0\n  loop #1\n",
     "a branch's other way"},
    {RAW "seg 0:\n  gpoll #7\n  loop #0\n", "needs a snapshot"},
    {RAW "seg 0:\n  loop\n", "needs a snapshot"},
    {RAW "seg 0:\n  v0 = iand 1i 2i #0\n  loop #0\n", "this op has no snapshot"},
    {RAW "seg 0:\n  v0 = call fsin 1f #0\n  loop #0\n", "this op has no snapshot"},
    {RAW "seg 0:\n  v0 = call str_at null 1i\n  loop #0\n", "needs a snapshot"},
    {RAW
     "snap #1 frame code=s0 unit=10 locals=[keep, own v0] stack=[keep]\nseg 0:\n  gpoll #1\n  v0 = slot 0\n  loop #1\n",
     "needs a value that is not defined"},
    {RAW "snap #1 frame code=s0 unit=11 locals=[keep, own v0] stack=[]\nseg 0:\n  v0 = tupleitems null\n  exit #1\n",
     "no o, i, f or b value"},
    {RAW "snap #1 frame code=s0 unit=11 locals=[keep, keep] stack=[keep, keep]\nseg 0:\n  exit #1\n",
     "keeps what is no slot"},
    {RAW "snap #1 frame code=s0 unit=11 locals=[keep] stack=[]\nseg 0:\n  exit #1\n", "the root frame has 1 locals"},
    {RAW "snap #1 frame code=s1 unit=11 locals=[keep, keep] stack=[]\nseg 0:\n  exit #1\n", "s1 is not its code"},
    {RAW "snap #1 frame code=s0 func=null unit=11 locals=[keep, keep] stack=[]\nseg 0:\n  exit #1\n",
     "has no function value"},
    {RAW "snap #1 frame code=s0 unit=11 locals=[keep, keep] stack=[]\n frame code=s0 unit=1 locals=[] stack=[]\nseg "
         "0:\n  exit #1\n",
     "other frames have one"},
    {RAW "snap #1 frame code=s0 unit=11 locals=[keep, keep] stack=[]\n frame code=s0 func=@s1 unit=1 locals=[keep] "
         "stack=[]\nseg 0:\n  exit #1\n",
     "keeps what is no slot"},
    {RAW "snap #1 frame code=s0 unit=11 locals=[keep, keep] stack=[] drops=[1i]\nseg 0:\n  exit #1\n",
     "drops what is no object"},
    {RAW
     "snap #1 frame code=s0 unit=10 locals=[keep, keep] stack=[keep] drops=[v0]\nseg 0:\n  v0 = vtuple 1i\n  exit #1\n",
     "drops what is no object"},
    {RAW "snap #1 frame code=s0 unit=11 locals=[keep, keep] stack=[keep]\nseg 0:\n  loop #1\n",
     "not a state of the root"},
    {RAW "snap #1 frame code=s0 unit=10 locals=[keep, keep] stack=[]\nseg 0:\n  loop #1\n", "not a state of the root"},
    {RAW "seg 0:\n  v0 = slot 0\n  drop v0 #0\n  loop #0\n", "does not list the operand among its drops"},
    {OPT "seg 0:\n  v0 = slot 0\n  drop v0 #0\n  exit #0\n", NULL},
};

static void check(const char *text, const char *rule)
{
    PwTree *t = NULL;
    PwErr err = {0};
    if (pw_tree_parse(text, strlen(text), &t, &err))
        fail_msg("%s\n%s", err.text, text);
    PwStatus status = pw_tree_verify(t, &err);
    if (rule ? status != PW_INVALID || !strstr(err.text, rule) : status != PW_OK)
        fail_msg("wanted \"%s\", got \"%s\" for\n%s", rule ? rule : "yes", err.text, text);
    PwWriter w = {0};
    assert_int_equal(pw_tree_encode(t, &w), status);
    pw_writer_free(&w);
    pw_tree_free(t);
}

static void rules(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        check(cases[k].text, cases[k].rule);
}

/* A vtuple in a vtuple in ...: its size doubles each time. */
static void vtuple_size(void **state)
{
    (void)state;
    char text[4000] = RAW "seg 0:\n  v0 = vtuple 1i 2i\n";
    for (int k = 1; k < 40; k++)
        sprintf(text + strlen(text), "  v%d = vtuple v%d v%d\n", k, k - 1, k - 1);
    strcat(text, "  loop #0\n");
    check(text, "a vtuple of more than");
}

/* Rules that text cannot break. */
static void by_hand(void **state)
{
    (void)state;
    static const char text[] = RAW "seg 0:\n  v0 = slot 0\n  gtype v0 s1 #0\n  loop #0\n";
    for (int k = 0; k < 14; k++) {
        PwTree *t = irt_tree(text);
        PwRef slot = {t->seg.at[0].list.at[0]}, guard = {t->seg.at[0].list.at[1]};
        PwErr err = {0};
        switch (k) {
        case 0:
            pw_ins(t, slot)->op = 250;
            break;
        case 1:
            pw_ins(t, slot)->type = PW_T_I;
            break;
        case 2:
            pw_ins(t, guard)->args = 1000;
            break;
        case 3:
            t->arg.at[pw_ins(t, guard)->args].i = 1000;
            break;
        case 4:
            pw_ins(t, slot)->aux = 1;
            break;
        case 5:
            t->seg.at[0].list.at[1] = slot.i;
            break;
        case 6:
            t->seg.at[0].list.at[1] = 1000;
            break;
        case 7:
            t->snap.at[0].frames = 1000;
            break;
        case 8:
            t->frame.at[0].entries = UINT32_MAX;
            break;
        case 9:
            t->snap.at[0].seg = 0;
            break;
        case 10:
            t->snap.at[0].hot = 2;
            break;
        case 11:
            t->entry.at[0].kind = 9;
            break;
        case 12:
            t->sym.at[1].kind = 99;
            break;
        default:
            t->failed = true;
            break;
        }
        if (pw_tree_verify(t, &err) != PW_INVALID || !err.text[0])
            fail_msg("case %d was accepted", k);
        char *print = irt_text(t); /* prints what it can */
        pw_free(print);
        pw_tree_free(t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rules), cmocka_unit_test(vtuple_size),
                                       cmocka_unit_test(by_hand)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
