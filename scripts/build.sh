# shellcheck shell=sh
# What ./run and ./test share: install what a build needs, and build out of the tree.
#
# To be sourced by them (`. scripts/build.sh`) in the project's folder. Each has a folder of its
# own below build/, because their configure flags differ. Whatever is there already is not done
# again: autoconf and configure run once; after that make itself knows when they have to run again.

say() { printf '%s\n' "==> $*"; }

die() {
    printf '%s\n' "$0: $*" >&2
    exit 1
}

# Says what it runs.
show() {
    say "$*"
    "$@"
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        show "$@"
    else
        show sudo "$@"
    fi
}

have() { command -v "$1" >/dev/null 2>&1; }

# shellcheck source=scripts/packages.sh
. scripts/packages.sh

# What is compiled again for the tarball or a package is taken from a cache, if ccache is here. The
# cache is this folder's own: nothing that warns comes in without -Werror, which changes no code.
use_compiler_cache() {
    for wrappers in /usr/lib/ccache /usr/lib64/ccache; do
        [ ! -d $wrappers ] || PATH=$wrappers:$PATH
    done
    export PATH CCACHE_DIR="$PWD/build/ccache" CCACHE_NOHASHDIR=1 CCACHE_IGNOREOPTIONS=-Werror
}

processors() { getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1; }

# configure_in FOLDER FLAG...
configure_in() {
    folder=$1
    shift
    [ -e configure ] || show autoreconf --install
    [ -e "$folder/Makefile" ] && return
    mkdir -p "$folder"
    say "cd $folder && ../../configure $*"
    (cd "$folder" && ../../configure --quiet "$@")
}
