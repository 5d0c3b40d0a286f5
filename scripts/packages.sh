# shellcheck shell=sh disable=SC2046,SC2086 # lists of packages are words
# What the build and each part of the tests need, what it takes, and how it is installed.
#
# To be sourced by scripts/build.sh. Packages are asked for before they are installed. What was
# installed is listed in build/installed-packages, so that it can be undone.

# Boost of Fedora's kind comes as one package.
if [ -e /etc/debian_version ] && have apt-get; then
    package_manager=apt-get
else
    package_manager=dnf
fi
installed_packages=build/installed-packages

# What this system calls what these parts need. No version of PostgreSQL or PHP is named: the
# packages here lead to the release's own.
packages_of() { # PART...
    for part; do
        case $package_manager:$part in
        apt-get:build)
            echo g++ make autoconf automake pkg-config libfmt-dev libmnl-dev python3-jinja2 \
                python3-yaml
            ;;
        apt-get:test)
            echo apparmor ccache iproute2 libboost-test-dev libseccomp-dev man-db mandoc nftables \
                nlohmann-json3-dev procps python3 python3-jsonschema python3-prometheus-client \
                systemd valgrind xz-utils zsh
            ;;
        apt-get:lint) echo clang-format clang-tidy git ;;
        apt-get:fuzz)
            echo clang
            # Ubuntu 22.04 has libFuzzer in a package that clang depends on.
            ! apt-cache show libclang-rt-dev >/dev/null 2>&1 || echo libclang-rt-dev
            ;;
        apt-get:readme) echo iproute2 procps python3 ;;
        apt-get:deb) echo build-essential debhelper iproute2 python3 ;;
        apt-get:package) packages_of deb && echo libcap2-bin lintian man-db ;;
        apt-get:schedulers)
            packages_of deb
            echo nagios-nrpe-server nagios-nrpe-plugin icinga2-bin icinga2-common openssl \
                nagios4-core zabbix-agent zabbix-agent2 prometheus \
                prometheus-alertmanager prometheus-node-exporter
            echo dma # or a mail server would come along with Nagios
            ;;
        apt-get:zabbix)
            packages_of deb
            echo zabbix-server-pgsql zabbix-agent postgresql fonts-dejavu-core locales \
                php-cli php-pgsql php-mbstring php-gd php-xml php-bcmath
            ;;
        apt-get:kernels) echo busybox-static cpio debian-archive-keyring python3 qemu-system-x86 ;;
        apt-get:root) echo debootstrap debian-archive-keyring iproute2 python3 ;;
        apt-get:picture) echo chromium fonts-dejavu-core ;;
        dnf:build)
            echo gcc-c++ make autoconf automake pkgconf-pkg-config fmt-devel libmnl-devel \
                python3-jinja2 python3-pyyaml
            ;;
        dnf:test)
            echo boost-devel ccache iproute json-devel libasan libseccomp-devel libubsan man-db \
                nftables procps-ng python3 python3-jsonschema python3-prometheus_client systemd \
                util-linux valgrind xz
            ;;
        dnf:lint) echo clang-tools-extra git ;;
        dnf:fuzz) echo clang compiler-rt ;;
        esac
    done
}

is_installed() {
    # shellcheck disable=SC2016 # the format is dpkg-query's to expand
    case $package_manager in
    apt-get) dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed ;;
    dnf) rpm -q --quiet --whatprovides "$1" ;;
    esac
}

list_installed() {
    # shellcheck disable=SC2016 # the format is dpkg-query's to expand
    case $package_manager in
    apt-get) dpkg-query -W -f '${db:Status-Status} ${binary:Package}\n' | sed -n 's/^installed //p' ;;
    dnf) rpm -qa --qf '%{NAME}.%{ARCH}\n' ;;
    esac | LC_ALL=C sort -u
}

missing_of() { # PACKAGE...
    for package; do
        is_installed "$package" || echo "$package"
    done
}

# The packages that apt would bring along with those named and that are not here in any version, as
# NAME=VERSION, or nothing if it cannot.
new_by_apt() { # PACKAGE...
    apt-get -s -o Debug::NoLocking=1 install --no-install-recommends "$@" 2>/dev/null |
        sed -n 's/^Inst \([^ ]*\) (\([^ ]*\) .*/\1=\2/p'
}

# How many they are and what they take.
size_by_apt() { # NAME=VERSION...
    apt-cache show "$@" 2>/dev/null | awk -v count=$# '
        /^Package: / { package = $2 }
        /^Installed-Size: / { on_disk[package] = $2 }
        /^Size: / { to_fetch[package] = $2 }
        END {
            for (package in to_fetch) fetched += to_fetch[package]
            for (package in on_disk) kept += on_disk[package]
            printf "%d packages, %.0f MB to fetch, %.0f MB on disk\n", count, fetched / 1e6,
                kept * 1024 / 1e6
        }'
}

# Says what will be installed for these parts, before it is, each with what it needs beyond those
# before it.
announce_packages() { # PART...
    have $package_manager && [ "$(missing_of $(packages_of "$@"))" ] || return 0
    if [ $package_manager = dnf ]; then
        say 'Will be installed, with what they depend on:' $(missing_of $(packages_of "$@"))
        return 0
    fi
    # A list of what there is has to be here first.
    [ "$(new_by_apt $(packages_of "$1"))" ] || [ ! "$(missing_of $(packages_of "$1"))" ] ||
        as_root apt-get -q -o DPkg::Lock::Timeout=300 update || return 0
    say 'Will be installed, by apt-get:'
    wanted='' known=''
    for part; do
        all=$(new_by_apt $wanted $(packages_of "$part"))
        if [ ! "$all" ] && [ "$(missing_of $(packages_of "$part"))" ]; then
            say "  $part: cannot be installed here:" $(missing_of $(packages_of "$part"))
            continue
        fi
        wanted="$wanted $(packages_of "$part")"
        new=$(printf '%s\n' "$all" | grep -vxF "$known" || true)
        [ ! "$new" ] || say "  $part: $(size_by_apt $new)"
        known=$all
    done
    [ $# -eq 1 ] || say "  in all: $(size_by_apt $known)"
    say "Their services are not started, now or at the next boot. $installed_packages will list them:"
    say "docs/building.md says how to undo it."
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

# What is here now and was not at the time of `before`, a list in a file.
list_new_packages() { # BEFORE
    list_installed | LC_ALL=C comm -13 "$1" - >>"$installed_packages"
    LC_ALL=C sort -u -o "$installed_packages" "$installed_packages"
}

# Installs those of the packages that are missing. Returns 1 if it cannot, and has said then what is
# to be done.
install_packages() { # PACKAGE...
    if ! have $package_manager; then
        say "Neither apt-get nor dnf is here; what is needed, as Fedora calls it: $*"
        return 0 # it may all be there: configure will tell
    fi
    missing=$(missing_of "$@")
    [ "$missing" ] || return 0

    say "Not installed yet:" $missing
    if [ "$(id -u)" -ne 0 ] && ! have sudo; then
        say "Only root can install them, and there is no sudo. As root:" \
            "$package_manager install" $missing
        return 1
    fi
    mkdir -p "${installed_packages%/*}"
    before=$(mktemp)
    list_installed >"$before"
    status=0
    case $package_manager in
    apt-get) as_root scripts/install-quietly $missing ;;
    dnf) install_by_dnf $missing ;;
    esac || status=$?
    list_new_packages "$before"
    rm -f "$before"
    [ "$status" -eq 0 ] || say "They could not be installed. As root: $package_manager install" $missing
    return "$status"
}
