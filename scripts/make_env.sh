#!/bin/sh
# Makes .venv from requirements.lock, or the environment $1 from the file $2: with uv where it is, else with the pip
# of the Python that is found, else with the pip that the venv module brings. Debian needs python3 with python3-pip or
# python3-venv, and nothing else. The file $environment/$3 (.ready) says that it is done.
set -eu
cd "$(dirname "$0")/.."
environment=${1:-.venv} versions=${2:-requirements.lock} done=${3:-.ready}

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
}

stop() {
    echo "graphlink: $1" >&2
    exit 1
}

python=$(find_python)
if [ -z "$python" ]; then
    found=$(python3 --version 2>/dev/null || echo 'no python3')
    stop "needs Python 3.11 or newer, found $found. Install one (Debian: apt-get install python3 python3-venv), or name one: make PYTHON=/path/to/python3.11"
fi

if ! $environment/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Making $environment with $("$python" --version) (once) …" >&2
    rm -rf "$environment"
    "$python" -m venv --without-pip "$environment"
fi

# Constraints and links of this machine would not be those of the lock.
unset PIP_CONSTRAINT PIP_FIND_LINKS PIP_REQUIRE_VIRTUALENV PIP_USER UV_CONSTRAINT UV_FIND_LINKS
locked="--quiet --require-hashes --only-binary :all: --requirement $versions"
in_place="--quiet --no-deps --no-build-isolation --editable ."

if command -v uv >/dev/null 2>&1; then
    uv pip install --python $environment/bin/python $locked
    uv pip install --python $environment/bin/python $in_place
else
    if "$python" -m pip --version >/dev/null 2>&1; then
        pip="$python -m pip --python $environment/bin/python"
    elif $environment/bin/python -m ensurepip >/dev/null 2>&1; then
        pip="$environment/bin/python -m pip"
    else
        stop "$python has neither pip nor ensurepip. Install one (Debian: apt-get install python3-pip)"
    fi
    export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
    $pip install --no-compile $locked
    $pip install --no-compile $in_place
fi

# On all cores, and without what nobody imports: pip would take a quarter of the time for this.
$environment/bin/python -W ignore -m compileall -q -j 0 -x '/tests/|/data/region_' $environment/lib >/dev/null || true
touch $environment/$done
