# shellcheck shell=sh disable=SC2034,SC2086 # for whoever sources it; lists of packages are words
# What ./run and ./test share: install what a build needs, and build out of the tree.
#
# To be sourced by them (`. scripts/build.sh`) in the project's folder. Each has a folder of its
# own below build/, because their configure flags differ. Whatever is there already is not done
# again: packages are asked for before they are installed, and autoconf and configure run once;
# after that make itself knows when they have to run again.

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

# What this system calls what is needed. Boost of Fedora's kind comes as one package.
if [ -e /etc/debian_version ] && have apt-get; then
    package_manager=apt-get
    build_packages='g++ make autoconf automake pkg-config libfmt-dev libmnl-dev'
    test_packages='iproute2 libboost-test-dev libseccomp-dev man-db mandoc nlohmann-json3-dev python3
        valgrind xz-utils zsh'
    lint_packages='clang-format clang-tidy'
else
    package_manager=dnf
    build_packages='gcc-c++ make autoconf automake pkgconf-pkg-config fmt-devel libmnl-devel'
    test_packages='boost-devel json-devel libseccomp-devel man-db valgrind xz'
    lint_packages='clang-tools-extra'
fi

is_installed() {
    # shellcheck disable=SC2016 # the format is dpkg-query's to expand
    case $package_manager in
    apt-get) dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed ;;
    dnf) rpm -q --quiet --whatprovides "$1" ;;
    esac
}

install_by_apt_get() {
    as_root apt-get -q -o DPkg::Lock::Timeout=300 update &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
            -o Dpkg::Use-Pty=0 install --no-install-recommends "$@"
}

# Enterprise Linux keeps most -devel packages in the repository CRB, and fmt in EPEL.
enable_enterprise_repositories() {
    [ -n "$(rpm -E '%{?rhel}')" ] || return 0
    as_root dnf -y install epel-release dnf-plugins-core &&
        as_root dnf config-manager --set-enabled crb && return
    say 'This system needs the repositories CRB (CodeReady Builder) and EPEL; how to enable them:'
    say 'https://docs.fedoraproject.org/en-US/epel/getting-started/'
    return 1
}

install_by_dnf() {
    enable_enterprise_repositories &&
        as_root dnf -y install --setopt=install_weak_deps=False "$@"
}

# Installs those of the packages that are missing. Returns 1 where it cannot, and has said then
# what is to be done.
install_packages() {
    if ! have $package_manager; then
        say "Neither apt-get nor dnf is here; what is needed, as Fedora calls it: $*"
        return 0 # it may all be there: configure will tell
    fi
    missing=
    for package in "$@"; do
        is_installed "$package" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0

    say "Not installed yet:$missing"
    if [ "$(id -u)" -ne 0 ] && ! have sudo; then
        say "Only root can install them, and there is no sudo. As root:" \
            "$package_manager install$missing"
        return 1
    fi
    case $package_manager in
    apt-get) install_by_apt_get $missing ;;
    dnf) install_by_dnf $missing ;;
    esac || {
        say "They could not be installed. As root: $package_manager install$missing"
        return 1
    }
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
