/* Compiles for tests that run on another machine, or as if on one: remote.h says how, over the socket that is its input. */
#include "remote.h"

static bool answer(PwStatus status, const PwErr *err, const PwBlob *blob)
{
    PwWriter w = {0};
    pw_write_u32(&w, status);
    pw_write_str(&w, err->text, strlen(err->text));
    if (blob && status == PW_OK) {
        pw_write_u32(&w, blob->entry);
        pw_write_u32(&w, blob->size);
        pw_write_bytes(&w, blob->text, blob->size);
    }
    bool sent = !w.failed && remote_send(0, w.at, w.n);
    pw_writer_free(&w);
    return sent;
}

static bool begin(PwCg **cg)
{
    uint8_t *p;
    uint32_t n;
    PwErr err = {0};
    PwLayout layout;
    char cpu[32] = "";
    if (!remote_receive(0, &p, &n))
        return false;
    PwReader r = pw_reader(p, n);
    PwCgOptions options = {.probes = pw_read_u8(&r) != 0};
    size_t length;
    const char *level = pw_read_str(&r, &length);
    if (!r.failed && length && length < sizeof cpu)
        options.cpu = memcpy(cpu, level, length);
    const void *bytes = pw_read_bytes(&r, sizeof layout);
    if (bytes)
        memcpy(&layout, bytes, sizeof layout);
    pw_free(p);
    return bytes && answer(pw_cg_new(&layout, &options, cg, &err), &err, NULL) && *cg;
}

static bool serve(PwCg *cg)
{
    uint8_t *p;
    uint32_t n;
    PwErr err = {0};
    PwBlob blob = {0};
    PwTree *tree = NULL;
    if (!remote_receive(0, &p, &n))
        return false;
    PwStatus status = pw_tree_parse((const char *)p, n, &tree, &err);
    if (status == PW_OK)
        status = pw_cg_compile(cg, tree, &blob, &err);
    bool sent = answer(status, &err, &blob);
    pw_blob_free(&blob);
    pw_tree_free(tree);
    pw_free(p);
    return sent;
}

int main(void)
{
    PwCg *cg = NULL;
    if (begin(&cg))
        while (serve(cg))
            continue;
    pw_cg_free(cg);
    return 0;
}
