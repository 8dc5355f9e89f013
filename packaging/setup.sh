#!/bin/sh
# Prepares .venv: "run" brings what the market needs, "dev" the tools and tests as well.
set -eu

profile=${1:?usage: setup.sh run|dev}
case $profile in
    run) lock=packaging/requirements.lock ;;
    dev) lock=packaging/requirements-dev.lock ;;
    *) echo "setup.sh: unknown profile '$profile'; it is run or dev" >&2; exit 2 ;;
esac
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
stamp=.venv/.installed-$profile
qt_stamp=.venv/.qt-loads
qt_libraries="libegl1 libgl1 libglib2.0-0 libgssapi-krb5-2 libxkbcommon0 libdbus-1-3 libfontconfig1 fonts-dejavu-core"

say() { echo "setup: $*" >&2; }

stop() { say "$@"; exit 1; }

# A lock that changed or a folder that moved (scripts in .venv name it) is a new installation.
wanted() { pwd; cat packaging/build.lock "$lock" pyproject.toml; }

installed() { wanted | cmp -s - "$stamp"; }

moved() { [ -f .venv/.home ] && [ "$(cat .venv/.home)" != "$(pwd)" ]; }

# Installs Debian packages as root; returns 1 where it cannot and has said what to run.
debian_packages() {
    line="apt-get install --no-install-recommends $*"
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        say "$line"
        # dpkg looks for ldconfig, which a plain user's PATH does not hold.
        PATH=$PATH:/usr/sbin:/sbin
        export PATH DEBIAN_FRONTEND=noninteractive
        apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@" >/dev/null && return
        say "this did not work; please run it by hand: $line"
    else
        say "please run (Debian's names): sudo $line"
    fi
    return 1
}

has_venv() { "$python" -c 'import ensurepip, venv' 2>/dev/null; }

make_venv() {
    command -v "$python" >/dev/null || debian_packages python3 python3-venv || exit 1
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        stop "Python 3.11 or later is needed; PYTHON=/path/to/python make ... chooses one"
    has_venv || debian_packages python3-venv || exit 1
    "$python" -m venv --clear .venv
    pwd >.venv/.home
}

pip_install() {
    .venv/bin/python -m pip --disable-pip-version-check --no-input install --quiet --no-deps "$@"
}

install() {
    say "installing into .venv (once; a minute or two)"
    if moved || ! [ -x .venv/bin/pip ]; then make_venv; fi
    pip_install --require-hashes -r packaging/build.lock
    pip_install --require-hashes --no-build-isolation --use-pep517 -r "$lock"
    pip_install --no-build-isolation --editable .
    # libp2p needs trio-typing at run time, but its stale stubs would shadow trio's own types.
    rm -rf .venv/lib/python3*/site-packages/trio-stubs
    wanted >"$stamp"
}

qt_loads() {
    .venv/bin/python -c 'import PySide6.QtNetwork, PySide6.QtSvg, PySide6.QtWidgets' 2>/dev/null
}

check_qt() {
    # shellcheck disable=SC2086  # a list of words
    if qt_loads || { debian_packages $qt_libraries && qt_loads; }; then
        touch "$qt_stamp"
    elif [ "$profile" = dev ]; then
        stop "the tests of the app need the system libraries named above"
    else
        say "the app's system libraries are missing: trading works, windows and pictures do not"
    fi
}

installed || install
[ -e "$qt_stamp" ] || check_qt
