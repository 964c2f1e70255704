/* pw-describe: prints the target description of what it was compiled for. It needs no Python, only Python's headers: so it also
 * runs under qemu-user. scripts/describe-targets makes codegen/targets/ with it. */
#include "host/layout.h"

#include <stdio.h>

int main(void)
{
    PwLayout layout;
    PwWriter text = {0};
    pw_host_layout(&layout);
    pw_layout_print(&layout, &text);
    bool good = !text.failed && fwrite(text.at, 1, text.n, stdout) == text.n && !fflush(stdout);
    pw_writer_free(&text);
    return !good;
}
