/* crash_image IMAGE NAME SIGNAL: puts code that crashes where the trees of functions NAME begin, and makes the digest right
 * again. SIGNAL: segv, ill, fpe, overflow (of the C stack), none. Exit status 77 on a machine it has no code for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "ir/image.h"

typedef struct Code {
    const char *name;
    uint8_t byte[8];
} Code;
static const Code codes[] = {
#if defined __x86_64__
    {"segv", {0x31, 0xc0, 0x8b, 0x00}},                /* xor eax, eax; mov eax, [rax] */
    {"ill", {0x0f, 0x0b}},                             /* ud2 */
    {"fpe", {0x31, 0xc9, 0x31, 0xd2, 0xf7, 0xf1}},     /* xor ecx, ecx; xor edx, edx; div ecx */
    {"overflow", {0x50, 0xeb, 0xfd}},                  /* push rax; jmp back */
#endif
    {"none", {0}},
};

static uint8_t *read_whole(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END))
        exit(1);
    *n = (size_t)ftell(f);
    uint8_t *p = pw_alloc(*n);
    rewind(f);
    if (!p || fread(p, 1, *n, f) != *n)
        exit(1);
    fclose(f);
    return p;
}

int main(int argc, char **argv)
{
    size_t n;
    if (argc != 4)
        return 2;
    const Code *code = codes;
    while (code < codes + sizeof codes / sizeof *codes && strcmp(code->name, argv[3]))
        code++;
    if (code == codes + sizeof codes / sizeof *codes)
        return 77;
    uint8_t *p = read_whole(argv[1], &n);
    PwImgHead *head = (PwImgHead *)p;
    PwErr err;
    if (pw_image_check(p, n, &err) != PW_OK)
        return fprintf(stderr, "%s\n", err.text), 1;
    const PwImgTree *tree = (const PwImgTree *)(p + head->tree.at);
    PwImgLevel *level = (PwImgLevel *)(p + head->level.at);
    PwImgEntry *entry = (PwImgEntry *)(p + head->entry.at);
    int found = 0;
    for (uint32_t i = 0; i < head->tree.n; i++)
        if (!strcmp((const char *)p + head->names.at + tree[i].name, argv[2]) && ++found && strcmp(code->name, "none")) {
            memcpy(p + level->text.at + entry[i].entry, code->byte, sizeof code->byte);
            entry[i].digest = pw_digest(p + level->text.at + entry[i].at, entry[i].n);
        }
    head->digest = pw_image_digest(p, head->meta);
    FILE *f = fopen(argv[1], "wb");
    if (!found || !f || fwrite(p, 1, n, f) != n || fclose(f))
        return 1;
    pw_free(p);
    return 0;
}
