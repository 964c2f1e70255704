/* Is an image fit for use, as far as its head tells? */
#include "launcher/cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/target.h"
#include "ir/image.h"

PwStatus cli_check_image(const char *path, PwErr *err)
{
    PwImgHead head;
    struct stat st = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? pw_err_set(err, PW_NOTFOUND, "%s: there is no such image; make it with prewarm train", path)
                   : pw_err_set(err, PW_IO, "%s: the image cannot be read: %s", path, strerror(errno));
    ssize_t n = fstat(fd, &st) || !S_ISREG(st.st_mode) ? -1 : read(fd, &head, sizeof head);
    close(fd);
    if (n < (ssize_t)sizeof head.magic || memcmp(head.magic, PW_IMG_MAGIC, sizeof head.magic))
        return pw_err_set(err, PW_CORRUPT, "%s: expected an image of native code (%s), found something else", path,
                          PW_IMG_MAGIC);
    if (n < (ssize_t)sizeof head || head.size != (uint64_t)st.st_size)
        return pw_err_set(err, PW_CORRUPT, "%s: the image is truncated: expected %llu bytes, found %lld", path,
                          n < (ssize_t)sizeof head ? (unsigned long long)sizeof head : (unsigned long long)head.size,
                          (long long)st.st_size);
    if (head.version != PW_IMG_VERSION)
        return pw_err_set(err, PW_UNSUPPORTED, "%s: expected an image of version %u, found %u; compile again", path,
                          PW_IMG_VERSION, head.version);
    if (strncmp(head.triple, PW_TARGET, sizeof head.triple))
        return pw_err_set(err, PW_STALE, "%s: expected an image for %s, found one for %.32s", path, PW_TARGET,
                          head.triple);
    return PW_OK;
}
