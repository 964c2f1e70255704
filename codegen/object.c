/* From an ELF object to a blob. The object comes from our own LLVM, but every offset in it is checked all the same.
 *
 * Constants come first, the code last: what is not code is then [0, entry). All distances are fixed, so relocations
 * that are relative to their place are applied here and none is left. */
#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "codegen/codegen.h"

typedef enum RelocForm { BYTES4, BYTES8, A64_LO19, A64_ADR } RelocForm;
typedef enum RelocBase { PLACE, GOT, GOT_PLACE } RelocBase;
typedef struct RelocRow {
    uint16_t machine;
    uint8_t form, base;
    uint32_t type;
    const char *name;
} RelocRow;
static const RelocRow reloc_rows[] = {
#define PW_RELOC(machine, type, form, base, name) {machine, form, base, type, name},
#include "codegen/reloc.def"
#undef PW_RELOC
};

/* A section, symbol or relocation, of either ELF class. */
typedef struct Section {
    uint32_t name, type, link, info;
    uint64_t flags, at, bytes, align, entry;
    uint32_t place; /* in the blob, or PW_NONE */
} Section;
typedef struct Symbol {
    uint32_t name;
    uint8_t info;
    uint16_t section;
    uint64_t value;
} Symbol;
typedef struct Reloc {
    uint64_t at;
    uint32_t type, symbol;
    int64_t addend;
} Reloc;

typedef struct Object {
    const uint8_t *p;
    size_t n;
    bool wide; /* ELFCLASS64 */
    uint16_t machine;
    uint32_t nsection;
    Section *section;
    const Section *symtab, *strtab;
    PwBlob *out;
    PwErr *err;
} Object;

static PwStatus damaged(Object *o, const char *what)
{
    return pw_err_set(o->err, PW_CORRUPT, "the object file is damaged: %s", what);
}

static bool inside(const Object *o, uint64_t at, uint64_t bytes)
{
    return at <= o->n && bytes <= o->n - at;
}

/* A NUL-terminated string of section s, "?" when it is none. */
static const char *string_at(const Object *o, const Section *s, uint32_t at)
{
    if (!s || at >= s->bytes || !memchr(o->p + s->at + at, 0, s->bytes - at))
        return "?";
    return (const char *)o->p + s->at + at;
}

/* -- reading: one function per table, both classes -- */

#define TAKE(to, from)                                                                                                 \
    do {                                                                                                               \
        (to)->name = (from).sh_name, (to)->type = (from).sh_type, (to)->link = (from).sh_link;                         \
        (to)->info = (from).sh_info, (to)->flags = (from).sh_flags, (to)->at = (from).sh_offset;                       \
        (to)->bytes = (from).sh_size, (to)->align = (from).sh_addralign, (to)->entry = (from).sh_entsize;              \
    } while (0)

static void read_section(const Object *o, uint64_t at, Section *s)
{
    Elf64_Shdr wide;
    Elf32_Shdr narrow;
    if (o->wide) {
        memcpy(&wide, o->p + at, sizeof wide);
        TAKE(s, wide);
    } else {
        memcpy(&narrow, o->p + at, sizeof narrow);
        TAKE(s, narrow);
    }
    s->place = PW_NONE;
}

static bool read_symbol(const Object *o, uint32_t k, Symbol *s)
{
    Elf64_Sym wide;
    Elf32_Sym narrow;
    size_t size = o->wide ? sizeof wide : sizeof narrow;
    if (!o->symtab || k >= o->symtab->bytes / size)
        return false;
    const uint8_t *at = o->p + o->symtab->at + k * size;
    if (o->wide) {
        memcpy(&wide, at, size);
        *s = (Symbol){wide.st_name, wide.st_info, wide.st_shndx, wide.st_value};
    } else {
        memcpy(&narrow, at, size);
        *s = (Symbol){narrow.st_name, narrow.st_info, narrow.st_shndx, narrow.st_value};
    }
    return true;
}

static size_t reloc_size(const Object *o, const Section *s)
{
    if (s->type == SHT_RELA)
        return o->wide ? sizeof(Elf64_Rela) : sizeof(Elf32_Rela);
    return o->wide ? sizeof(Elf64_Rel) : sizeof(Elf32_Rel);
}

/* The addend of REL sections is at the place; the caller adds it. */
static void read_reloc(const Object *o, const Section *s, uint64_t k, Reloc *r)
{
    Elf64_Rela wide = {0};
    Elf32_Rela narrow = {0};
    size_t size = reloc_size(o, s);
    memcpy(o->wide ? (void *)&wide : (void *)&narrow, o->p + s->at + k * size, size);
    if (o->wide)
        *r = (Reloc){wide.r_offset, (uint32_t)ELF64_R_TYPE(wide.r_info), (uint32_t)ELF64_R_SYM(wide.r_info),
                     wide.r_addend};
    else
        *r = (Reloc){narrow.r_offset, ELF32_R_TYPE(narrow.r_info), ELF32_R_SYM(narrow.r_info), narrow.r_addend};
}

static PwStatus read_sections(Object *o, uint64_t at, uint32_t n, uint32_t entry)
{
    size_t size = o->wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
    if (entry != size || !n || !inside(o, at, (uint64_t)n * size))
        return damaged(o, "its section headers are outside");
    o->section = pw_calloc(n, sizeof *o->section);
    if (!o->section)
        return pw_err_set(o->err, PW_NOMEM, "out of memory");
    o->nsection = n;
    for (uint32_t k = 0; k < n; k++) {
        Section *s = &o->section[k];
        read_section(o, at + k * size, s);
        if (s->type != SHT_NOBITS && s->type != SHT_NULL && !inside(o, s->at, s->bytes))
            return damaged(o, "a section is outside");
        if (s->type == SHT_SYMTAB)
            o->symtab = s;
    }
    if (!o->symtab || o->symtab->link >= n)
        return damaged(o, "it has no symbols");
    o->strtab = &o->section[o->symtab->link];
    return o->strtab->type == SHT_STRTAB ? PW_OK : damaged(o, "its symbols have no names");
}

static PwStatus read_head(Object *o)
{
    if (o->n < EI_NIDENT || memcmp(o->p, ELFMAG, SELFMAG) || o->p[EI_DATA] != ELFDATA2LSB)
        return damaged(o, "it is no little-endian ELF file");
    o->wide = o->p[EI_CLASS] == ELFCLASS64;
    if (o->wide) {
        Elf64_Ehdr h;
        if (o->n < sizeof h)
            return damaged(o, "its header is cut off");
        memcpy(&h, o->p, sizeof h);
        o->machine = h.e_machine;
        return read_sections(o, h.e_shoff, h.e_shnum, h.e_shentsize);
    }
    Elf32_Ehdr h;
    if (o->n < sizeof h)
        return damaged(o, "its header is cut off");
    memcpy(&h, o->p, sizeof h);
    o->machine = h.e_machine;
    return read_sections(o, h.e_shoff, h.e_shnum, h.e_shentsize);
}

/* -- laying out -- */

enum { BLOB_MOST = 1 << 28, ALIGN_MOST = 64 };

/* Sections of one kind, code or not, one behind the other. */
static PwStatus lay_out(Object *o, bool code)
{
    for (uint32_t k = 0; k < o->nsection; k++) {
        Section *s = &o->section[k];
        if (!(s->flags & SHF_ALLOC) || !s->bytes || !!(s->flags & SHF_EXECINSTR) != code ||
            (o->machine == EM_ARM && s->type == SHT_ARM_EXIDX)) /* for unwinding: nobody does */
            continue;
        uint64_t align = s->align ? s->align : 1;
        if (s->type == SHT_NOBITS || s->flags & SHF_TLS)
            return pw_err_set(o->err, PW_UNSUPPORTED, "the compiled tree has variables");
        if (align > ALIGN_MOST || align & (align - 1) || s->bytes > BLOB_MOST)
            return damaged(o, "a section is too large");
        uint64_t at = (o->out->size + align - 1) & ~(align - 1);
        if (at + s->bytes > BLOB_MOST)
            return damaged(o, "a section is too large");
        s->place = (uint32_t)at;
        o->out->size = (uint32_t)(at + s->bytes);
    }
    return PW_OK;
}

static PwStatus copy_sections(Object *o)
{
    o->out->text = pw_calloc(1, o->out->size ? o->out->size : 1);
    if (!o->out->text)
        return pw_err_set(o->err, PW_NOMEM, "out of memory");
    for (uint32_t k = 0; k < o->nsection; k++)
        if (o->section[k].place != PW_NONE)
            memcpy(o->out->text + o->section[k].place, o->p + o->section[k].at, o->section[k].bytes);
    return PW_OK;
}

static PwStatus find_entry(Object *o)
{
    Symbol s;
    for (uint32_t k = 0; read_symbol(o, k, &s); k++) {
        if ((s.info & 15) != STT_FUNC || s.info >> 4 != STB_GLOBAL || s.section >= o->nsection)
            continue;
        const Section *in = &o->section[s.section];
        if (in->place == PW_NONE || !(in->flags & SHF_EXECINSTR) || s.value >= in->bytes)
            return damaged(o, "its function is outside");
        o->out->entry = in->place + (uint32_t)s.value;
        return PW_OK;
    }
    return damaged(o, "it has no function");
}

/* -- relocations -- */

static const char *ops_of(const char *symbol)
{
#define PW_LIBCALL(name, ops)                                                                                          \
    if (!strcmp(symbol, name))                                                                                         \
        return ops;
#include "codegen/libcall.def"
#undef PW_LIBCALL
    return "unknown";
}

static const RelocRow *find_row(const Object *o, uint32_t type)
{
    for (size_t k = 0; k < sizeof reloc_rows / sizeof *reloc_rows; k++)
        if (reloc_rows[k].machine == o->machine && reloc_rows[k].type == type)
            return &reloc_rows[k];
    return NULL;
}

static unsigned bytes_of(RelocForm form)
{
    return form == BYTES8 ? 8 : 4;
}

/* The addend of REL kind: such rows are BYTES4 or BYTES8. */
static int64_t read_place(const uint8_t *at, unsigned bytes)
{
    int64_t v = 0;
    memcpy(&v, at, bytes);
    return bytes == 4 ? (int32_t)v : v;
}

/* Puts a value at its place; false when it does not fit. */
static bool put(uint8_t *at, RelocForm form, int64_t value)
{
    uint32_t code, bits = (uint32_t)value;
    memcpy(&code, at, sizeof code);
    switch (form) {
    case BYTES8:
        memcpy(at, &value, sizeof value);
        return true;
    case BYTES4:
        code = bits;
        break;
    case A64_LO19:
        if (value & 3 || value != (int64_t)((uint64_t)value << 43) >> 43)
            return false;
        code = (code & ~(UINT32_C(0x7ffff) << 5)) | (bits >> 2 & 0x7ffff) << 5;
        break;
    case A64_ADR:
        if (value != (int64_t)((uint64_t)value << 43) >> 43)
            return false;
        code = (code & ~(UINT32_C(0x7ffff) << 5 | UINT32_C(3) << 29)) | (bits >> 2 & 0x7ffff) << 5 | (bits & 3) << 29;
        break;
    }
    memcpy(at, &code, sizeof code);
    return value == (int32_t)value;
}

/* The value of symbol s in the blob; refuses what is elsewhere. */
static PwStatus symbol_place(Object *o, const Symbol *s, int64_t *value)
{
    if (s->section == SHN_UNDEF) {
        const char *name = string_at(o, o->strtab, s->name);
        return pw_err_set(o->err, PW_UNSUPPORTED, "the compiled tree needs the function %s (op: %s)", name,
                          ops_of(name));
    }
    if (s->section >= o->nsection || o->section[s->section].place == PW_NONE)
        return pw_err_set(o->err, PW_UNSUPPORTED, "the compiled tree refers to something that is not in it");
    if (s->value > o->section[s->section].bytes)
        return damaged(o, "a symbol is outside");
    *value = (int64_t)o->section[s->section].place + (int64_t)s->value;
    return PW_OK;
}

static PwStatus unknown(Object *o, const Reloc *r, const Symbol *s)
{
    return pw_err_set(o->err, PW_UNSUPPORTED, "the compiled tree needs relocation %u of machine %u (symbol: %s)", r->type,
                      o->machine, string_at(o, o->strtab, s->name));
}

static PwStatus apply(Object *o, const Section *to, const Section *table, uint64_t k)
{
    Reloc r;
    Symbol s;
    int64_t value = 0;
    PwStatus status = PW_OK;
    read_reloc(o, table, k, &r);
    const RelocRow *row = find_row(o, r.type);
    if (!read_symbol(o, r.symbol, &s))
        return damaged(o, "a relocation has no symbol");
    if (!row || row->base != GOT_PLACE)
        status = symbol_place(o, &s, &value);
    if (status != PW_OK)
        return status;
    if (!row || (table->type == SHT_REL && row->form > BYTES8))
        return unknown(o, &r, &s);
    unsigned bytes = bytes_of((RelocForm)row->form);
    if (to->bytes < bytes || r.at > to->bytes - bytes)
        return damaged(o, "a relocation is outside");
    uint64_t at = to->place + r.at;
    int64_t addend = table->type == SHT_REL ? read_place(o->out->text + at, bytes) : r.addend;
    if (addend < INT32_MIN || addend > INT32_MAX)
        return damaged(o, "a relocation is too far");
    value += addend - (row->base == GOT ? 0 : (int64_t)at);
    return put(o->out->text + at, (RelocForm)row->form, value)
               ? PW_OK
               : pw_err_set(o->err, PW_UNSUPPORTED, "the compiled tree is too large: a relocation (%s) is too far", row->name);
}

static PwStatus apply_all(Object *o)
{
    for (uint32_t k = 0; k < o->nsection; k++) {
        const Section *s = &o->section[k];
        if (s->type != SHT_RELA && s->type != SHT_REL)
            continue;
        if (s->info >= o->nsection)
            return damaged(o, "a relocation table is for no section");
        if (o->section[s->info].place == PW_NONE)
            continue;
        if (s->link >= o->nsection || &o->section[s->link] != o->symtab)
            return damaged(o, "a relocation table has other symbols");
        for (uint64_t i = 0, n = s->bytes / reloc_size(o, s); i < n; i++) {
            PwStatus status = apply(o, &o->section[s->info], s, i);
            if (status != PW_OK)
                return status;
        }
    }
    return PW_OK;
}

PwStatus pw_object_to_blob(const void *object, size_t n, PwBlob *out, PwErr *err)
{
    Object o = {.p = object, .n = n, .out = out, .err = err};
    PwStatus status;
    *out = (PwBlob){0};
    if ((status = read_head(&o)) == PW_OK && (status = lay_out(&o, false)) == PW_OK &&
        (status = lay_out(&o, true)) == PW_OK && (status = copy_sections(&o)) == PW_OK &&
        (status = find_entry(&o)) == PW_OK)
        status = apply_all(&o);
    pw_free(o.section);
    if (status != PW_OK)
        pw_blob_free(out);
    return status;
}
