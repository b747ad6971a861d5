#!/bin/sh
# Installs graphlink and exactly the packages of deploy/requirements.lock into a folder of their own:
#   sh deploy/install.sh /opt/graphlink
# It needs Python 3.11 or newer with venv, and an index of packages or a wheelhouse (PIP_NO_INDEX, PIP_FIND_LINKS).
# Nothing of it is built but graphlink itself.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
folder=${1:?"name the folder: sh deploy/install.sh /opt/graphlink"}
python=${PYTHON:-python3}

"$python" -m venv "$folder"
pip="$folder/bin/python -m pip --disable-pip-version-check --no-input --quiet"
$pip install --require-hashes --only-binary :all: --requirement "$here/deploy/requirements.lock"
$pip install --no-deps --no-build-isolation "$here"
"$folder/bin/graphlink" --version
