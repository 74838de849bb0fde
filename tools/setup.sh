#!/bin/sh
# Makes .venv hold exactly constraints.txt. Usage: tools/setup.sh run|test   (the Makefile calls it)
# What Debian itself lacks is installed by apt-get (as root or by sudo), or else named in one line.
set -eu
cd "$(dirname "$0")/.."

purpose=${1:?run or test}
python=${PYTHON:-python3}

say() { echo "setup: $*"; }
fail() { echo "setup: $*" >&2; exit 1; }

check_python() {
    command -v "$python" >/dev/null || fail "$python is missing. Install and try again: sudo apt-get install ${python##*/}"
    version=$("$python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])') || fail "$python does not run"
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "Python 3.11 or newer is needed and $python is $version. Name another: make PYTHON=python3.12"
    # In an activated .venv, python3 is the one in it, which would replace itself: take the one that made it.
    base=$("$python" -c 'import sys
if sys.prefix != sys.base_prefix:
    sys.stdout.write(sys.base_prefix + "/bin/python" + ".".join(sys.version.split(".")[:2]))')
    [ ! -x "$base" ] || python=$base
}

# Debian ships `venv` without the part that gives it a pip; python3.12 needs python3.12-venv, and so on.
missing_packages() {
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        case ${python##*/} in python3.*) echo "${python##*/}-venv" ;; *) echo python3-venv ;; esac
    fi
    [ "$purpose" = test ] || return 0
    command -v jekyll >/dev/null || echo jekyll
    for plugin in jekyll-feed jekyll-sitemap; do
        ruby -r jekyll -r "$plugin" -e '' 2>/dev/null || echo "ruby-$plugin"
    done
    command -v redis-server >/dev/null || echo redis-server
    command -v rsync >/dev/null || echo rsync
    command -v chromium >/dev/null || echo chromium
    # Makes fresh roots, which only root can; the tests that need one are skipped for others.
    [ "$(id -u)" -ne 0 ] || command -v debootstrap >/dev/null || echo debootstrap
    # What drives it needs this, and a small Debian has it not.
    set -- /usr/lib/*/libatomic.so.1
    [ -e "$1" ] || echo libatomic1
    # Without one the screenshots show boxes.
    [ -n "$(fc-list :lang=zh 2>/dev/null)" ] || echo fonts-wqy-microhei
}

install_packages() {
    lacking="missing: $*. Install and try again: sudo apt-get install $*"
    command -v apt-get >/dev/null || fail "$lacking"
    if [ "$(id -u)" -eq 0 ]; then sudo=
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo='sudo -n'
    else fail "$lacking"; fi
    say "installing $* (apt-get)"
    apt_get update || say "apt-get update failed; trying with the package lists at hand"
    apt_get install -y --no-install-recommends "$@" || fail "apt-get failed; $lacking"
}

# Its report of every package unpacked is left out; its errors are not.
apt_get() {
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 "$@" \
        </dev/null >/dev/null
}

# What .venv depends on: the place (scripts and the editable install hold it), the Python, the two files.
fingerprint() {
    pwd -P
    # By its real path: python3, and the python3.11 that made an activated .venv, are one.
    "$python" -c 'import os, sys; print(os.path.realpath(sys.executable), sys.version)'
    cksum pyproject.toml constraints.txt tools/setup.sh
}

# setuptools warns at every editable install that it is one.
pip_install() {
    PYTHONWARNINGS='ignore:Editable installation' \
        .venv/bin/python -m pip --disable-pip-version-check --no-input install -q -c constraints.txt "$@" ||
        fail "pip failed, see above. It needs a package index; mirrors and proxies are taken from your pip configuration"
}

# An interrupted install leaves no stamp, so the next run starts again from nothing.
fresh_venv() {
    say "making .venv with Python $version"
    "$python" -m venv --clear .venv
    say "installing pip and setuptools"
    pip_install pip setuptools
}

install() {
    say "installing what is needed to $1"
    pip_install --build-constraint constraints.txt -e "$2"
    printf '%s\n' "$wanted" >".venv/ready-to-$1"
}

ready() { [ -x .venv/bin/python ] && [ "$(cat ".venv/ready-to-$1" 2>/dev/null)" = "$wanted" ]; }

check_python
missing=$(missing_packages)
# shellcheck disable=SC2086 # a list of package names
[ -z "$missing" ] || install_packages $missing
wanted=$(fingerprint)
ready run || { fresh_venv; install run .; }
[ "$purpose" = run ] || ready test || install test '.[test]'
