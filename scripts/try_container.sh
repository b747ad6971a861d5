#!/bin/sh
# Builds deploy/Containerfile on a root of Debian's own packages, since not every machine can pull an image, and has the
# container find the sample's rings: as an ordinary user, without a network, and with nothing to write to but a volume.
#   sh scripts/try_container.sh RESULT
# It is run by root, who makes the ordinary user. Debian: apt-get install podman runc uidmap mmdebstrap
set -eu
cd "$(dirname "$0")/.."
result=${1:?"name the folder for the result: sh scripts/try_container.sh RESULT"}
place=$(mktemp -d)
id container >/dev/null 2>&1 || useradd --create-home container
mkdir "$place/src" "$place/run" "$place/sweeps"
chown container "$place/run"

# The memory of what it built goes with the folder; crun refuses to start where both kinds of cgroups are mounted.
rootless() {
    runuser --user container -- env --chdir "$place/src" --ignore-environment PATH=/usr/sbin:/usr/bin:/bin \
        HOME="$place/run" XDG_RUNTIME_DIR="$place/run" PODMAN_IGNORE_CGROUPSV1_WARNING=1 \
        podman --cgroup-manager cgroupfs --runtime /usr/sbin/runc "$@"
}
trap 'rootless system migrate || :; rm -rf "$place"' EXIT   # ends what podman leaves running
mmdebstrap --quiet --variant=minbase --include=ca-certificates,python3,python3-venv trixie "$place/base.tar"
cp -R deploy graphlink LICENSE pyproject.toml "$place/src"
chmod -R go+rX "$place"
chmod 777 "$place/sweeps"
rootless import --quiet "$place/base.tar" base
rootless build --quiet --isolation chroot --network host --volume /etc/ssl/certs:/etc/ssl/certs:ro \
    --build-arg BASE=localhost/base --file deploy/Containerfile --tag graphlink .
cp -R data/samples/campaign "$place/exports"
chmod -R go+rX "$place/exports"
rootless run --rm --read-only --network none --volume "$place/exports:/exports:ro" --volume "$place/sweeps:/sweeps" \
    graphlink run /exports --output /sweeps/result --verbose
cp -R "$place/sweeps/result" "$result"
