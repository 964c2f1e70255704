/* codegen.h without LLVM: asks the program that PREWARM_CODEGEN_SERVER names (serve.c), which is of the machine that compiles,
 * while the test itself runs on the target. */
#include "remote.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>


struct PwCg {
    int fd;
    char cpu[32];
};

void pw_blob_free(PwBlob *blob)
{
    pw_free(blob->text);
    *blob = (PwBlob){0};
}

/* Sends a request, takes the answer's status and sentence; the reader then stands at what follows. Frees the request. */
static PwStatus ask(PwCg *cg, PwWriter *request, uint8_t **answer, PwReader *r, PwErr *err)
{
    uint32_t n;
    bool sent = !request->failed && remote_send(cg->fd, request->at, request->n);
    pw_writer_free(request);
    *answer = NULL;
    if (!sent || !remote_receive(cg->fd, answer, &n))
        return pw_err_set(err, PW_IO, "the compiling server does not answer");
    *r = pw_reader(*answer, n);
    PwStatus status = (PwStatus)pw_read_u32(r);
    size_t length;
    const char *text = pw_read_str(r, &length);
    if (r->failed)
        return pw_err_set(err, PW_IO, "the compiling server's answer is damaged");
    return status == PW_OK ? PW_OK : pw_err_set(err, status, "%.*s", (int)length, text);
}

PwStatus pw_cg_new(const PwLayout *layout, const PwCgOptions *options, PwCg **out, PwErr *err)
{
    const char *server = getenv("PREWARM_CODEGEN_SERVER");
    int fds[2];
    PwWriter w = {0};
    PwReader r;
    uint8_t *answer;
    if (!server || access(server, X_OK)) {
        printf("skipped: there is no compiling server (PREWARM_CODEGEN_SERVER)\n");
        exit(77);
    }
    *out = pw_calloc(1, sizeof **out);
    if (!*out || socketpair(AF_UNIX, SOCK_STREAM, 0, fds))
        return pw_err_set(err, PW_NOMEM, "out of memory");
    (*out)->fd = fds[0];
    if (!fork()) {
        dup2(fds[1], 0);
        close(fds[0]);
        close(fds[1]);
        execl(server, server, (char *)NULL);
        _exit(1);
    }
    close(fds[1]);
    pw_write_u8(&w, options->probes);
    pw_write_str(&w, options->cpu ? options->cpu : "", options->cpu ? strlen(options->cpu) : 0);
    pw_write_bytes(&w, layout, sizeof *layout);
    PwStatus status = ask(*out, &w, &answer, &r, err);
    pw_free(answer);
    if (status != PW_OK) {
        pw_cg_free(*out);
        *out = NULL;
    }
    return status;
}

void pw_cg_free(PwCg *cg)
{
    if (cg)
        close(cg->fd);
    pw_free(cg);
}

PwStatus pw_cg_compile(PwCg *cg, const PwTree *tree, PwBlob *out, PwErr *err)
{
    PwWriter w = {0};
    PwReader r;
    uint8_t *answer;
    *out = (PwBlob){0};
    pw_tree_print(tree, &w);
    PwStatus status = ask(cg, &w, &answer, &r, err);
    if (status == PW_OK) {
        out->entry = pw_read_u32(&r);
        out->size = pw_read_u32(&r);
        const void *text = pw_read_bytes(&r, out->size);
        out->text = text ? pw_alloc(out->size) : NULL;
        if (out->text)
            memcpy(out->text, text, out->size);
        else
            status = pw_err_set(err, PW_IO, "the compiling server's answer is damaged");
    }
    pw_free(answer);
    return status;
}
