/* From a tree to one LLVM function: segments become chains of blocks, in an order that meets definitions before uses.
 */
#include <llvm-c/Analysis.h>

#include "codegen/lower.h"

static void (*const lower_op[PW_OP_COUNT])(PwLow *) = {
#define PW_OP(name, result, args, aux, flags, reads, writes, text) [PW_OP_##name] = pw_low_op_##name,
#include "ir/ops.def"
#undef PW_OP
};

void pw_low_fail(PwLow *c, PwStatus status, const char *what)
{
    if (c->status != PW_OK)
        return;
    const char *op = c->at.i < c->tree->ins.n ? pw_op_info[pw_low_ins(c)->op].name : "the tree";
    c->status = pw_err_set(c->err, status, "value %u (%s) cannot be compiled: %s", (unsigned)c->at.i, op, what);
}

static bool alloc_arrays(PwLow *c)
{
    const PwTree *t = c->tree;
    c->val = pw_arena_alloc(&c->arena, (t->ins.n + 1) * sizeof *c->val);
    c->seg = pw_arena_alloc(&c->arena, (t->seg.n + 1) * sizeof(LLVMBasicBlockRef));
    c->exit = pw_arena_alloc(&c->arena, (t->snap.n + 1) * 2 * sizeof(LLVMBasicBlockRef));
    uint32_t *needed = pw_arena_alloc(&c->arena, (t->sym.n + 1) * sizeof *needed);
    c->linked = pw_arena_alloc(&c->arena, t->seg.n + 1);
    if (!needed || !c->linked)
        return false;
    pw_tree_sym_segs(t, needed);
    for (uint32_t i = 0; i < t->sym.n; i++)
        c->linked[needed[i]] = needed[i] != 0;
    return c->val && c->seg && c->exit;
}

static void set_attribute(PwLow *c, const char *key, const char *value)
{
    LLVMAttributeRef a =
        LLVMCreateStringAttribute(c->cg->ctx, key, (unsigned)strlen(key), value, (unsigned)strlen(value));
    LLVMAddAttributeAtIndex(c->fn, LLVMAttributeFunctionIndex, a);
}

static void make_function(PwLow *c)
{
    PwCg *cg = c->cg;
    c->fn = LLVMAddFunction(c->module, "tree", cg->fn_type);
    c->run = LLVMGetParam(c->fn, 0);
    LLVMSetValueName2(c->run, "run", 3);
    LLVMAddAttributeAtIndex(c->fn, LLVMAttributeFunctionIndex, cg->nounwind);
    set_attribute(c, "no-jump-tables", "true");
    set_attribute(c, "no-builtins", "");
    unsigned deref = LLVMGetEnumAttributeKindForName("dereferenceable", 15);
    LLVMAddAttributeAtIndex(c->fn, 1, LLVMCreateEnumAttribute(cg->ctx, deref, PW_RUN_COUNT * sizeof(PwCell)));
    LLVMPositionBuilderAtEnd(c->entry, LLVMAppendBasicBlockInContext(cg->ctx, c->fn, "entry"));
}

/* The params of a loop segment are phis; enter and jump add to them. */
static void make_params(PwLow *c, uint32_t seg)
{
    const PwSeg *s = &c->tree->seg.at[seg];
    for (uint32_t k = 0; k < s->list.n; k++) {
        const PwIns *ins = &c->tree->ins.at[s->list.at[k]];
        if (ins->op != PW_OP_param)
            return;
        c->val[s->list.at[k]] = LLVMBuildPhi(c->b, pw_low_type(c->cg, (PwType)ins->type), "");
    }
}

LLVMBasicBlockRef pw_low_seg(PwLow *c, uint32_t seg)
{
    if (seg >= c->tree->seg.n) {
        pw_low_fail(c, PW_INVALID, "there is no such segment");
        return pw_low_block(c, "none");
    }
    if (!c->seg[seg]) {
        c->seg[seg] = pw_low_block(c, c->tree->seg.at[seg].is_loop ? "loop" : "seg");
        if (!PW_VEC_PUSH(&c->todo, seg))
            pw_low_fail(c, PW_NOMEM, "out of memory");
        if (c->tree->seg.at[seg].is_loop) {
            LLVMBasicBlockRef here = LLVMGetInsertBlock(c->b);
            LLVMPositionBuilderAtEnd(c->b, c->seg[seg]);
            make_params(c, seg);
            LLVMPositionBuilderAtEnd(c->b, here);
        }
    }
    return c->seg[seg];
}

static void lower_segment(PwLow *c, uint32_t seg)
{
    const PwSeg *s = &c->tree->seg.at[seg];
    LLVMPositionBuilderAtEnd(c->b, c->seg[seg]);
    c->lowering = seg;
    if (c->linked[seg])
        pw_low_linked(c, seg);
    for (uint32_t k = 0; k < s->list.n && c->status == PW_OK; k++) {
        c->at.i = s->list.at[k];
        if (LLVMGetBasicBlockTerminator(LLVMGetInsertBlock(c->b))) {
            pw_low_fail(c, PW_INVALID, "it stands behind the end of its segment");
            return;
        }
        if (c->cg->probes && pw_ins_flags(pw_low_ins(c)) & PW_FLAG_G)
            pw_low_forced(c);
        lower_op[pw_low_ins(c)->op](c);
    }
    if (c->status == PW_OK && !LLVMGetBasicBlockTerminator(LLVMGetInsertBlock(c->b)))
        pw_low_fail(c, PW_INVALID, "its segment has no end");
}

/* Params must have met as many values as their block has predecessors: LLVM's verifier tells when they have not. */
static PwStatus check(PwLow *c)
{
    char *text = NULL;
    if (c->status == PW_OK && LLVMVerifyModule(c->module, LLVMReturnStatusAction, &text))
        c->status = pw_err_set(c->err, PW_INVALID, "the tree does not make a function: %.300s", text);
    if (text)
        LLVMDisposeMessage(text);
    return c->status;
}

PwStatus pw_low_tree(PwCg *cg, const PwTree *tree, LLVMModuleRef module, PwErr *err)
{
    PwLow c = {.cg = cg, .tree = tree, .module = module, .at = PW_NOREF, .err = err};
    if (!tree->seg.n)
        return pw_err_set(err, PW_INVALID, "the tree has no segment");
    if (!alloc_arrays(&c)) {
        pw_arena_free(&c.arena);
        return pw_err_set(err, PW_NOMEM, "out of memory");
    }
    c.b = LLVMCreateBuilderInContext(cg->ctx);
    c.entry = LLVMCreateBuilderInContext(cg->ctx);
    make_function(&c);
    LLVMBasicBlockRef first = pw_low_seg(&c, 0);
    while (c.todo.n && c.status == PW_OK)
        lower_segment(&c, c.todo.at[--c.todo.n]);
    if (c.status == PW_OK)
        pw_low_exits(&c);
    LLVMBuildBr(c.entry, first);
    PwStatus status = check(&c);
    LLVMDisposeBuilder(c.entry);
    LLVMDisposeBuilder(c.b);
    PW_VEC_FREE(&c.todo);
    PW_VEC_FREE(&c.left);
    PW_VEC_FREE(&c.live);
    pw_arena_free(&c.arena);
    return status;
}
