# The Debian packages that building and testing need; sourced by scripts/quickstart and scripts/test.

BUILD_PACKAGES="cmake ninja-build gcc libc6-dev pkg-config python3.11 python3.11-dev llvm-19-dev libffi-dev libsqlite3-dev
    libcmocka-dev libxxhash-dev musl-dev libsodium-dev"
TEST_PACKAGES="libpython3.11-testsuite python3-pygments python3-docutils pycodestyle python3-greenlet
    python3-gevent"

say() { printf '\n== %s\n' "$*"; }

# Those of the packages that are not installed.
missing_packages() {
    local name
    for name; do
        dpkg-query -W -f='${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || echo "$name"
    done
}

# Installs what is missing of the packages, as root or through sudo.
need_packages() {
    local missing as_root=
    if ! command -v dpkg-query >/dev/null; then
        echo "This is no Debian; going on with what is installed. Needed: $*"
        return 0
    fi
    missing=$(missing_packages "$@" | tr '\n' ' ')
    [ -n "$missing" ] || return 0
    say "installing: $missing"
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || {
            echo "These packages are missing, and installing them needs root or sudo:"
            echo "    apt-get install $missing"
            return 1
        }
        as_root=sudo
    fi
    # An index that cannot be fetched is no harm where another one has the packages.
    $as_root apt-get -o DPkg::Lock::Timeout=300 update -q ||
        echo "apt-get update could not fetch every index; going on with what it has"
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=300 install -q -y --no-install-recommends $missing
}

# Configures and builds a preset.
build_preset() {
    local folder=build
    [ "$1" = release ] || folder=build-$1
    say "building in $folder"
    cmake --preset "$1" >"$folder.log" 2>&1 || {
        cat "$folder.log"
        rm -f "$folder.log"
        return 1
    }
    rm -f "$folder.log"
    cmake --build "$folder"
}

# Compiler and emulator for another architecture.
cross_packages() {
    case $1 in
    armhf) echo gcc-arm-linux-gnueabihf qemu-user-static ;;
    arm64) echo gcc-aarch64-linux-gnu qemu-user-static ;;
    i386) echo gcc-i686-linux-gnu qemu-user-static ;;
    esac
}
