#!/bin/sh
# Run a command with a network, processes, /run and engine data of its own:  isolated.sh DATA COMMAND...
# An engine inside can be killed, and cannot touch the one that serves this machine.
set -eu
data=$1
shift
# shellcheck disable=SC2016 # the inner shell expands it
exec unshare --net --mount --pid --fork --mount-proc sh -eu -c '
    mount --make-rprivate /
    mount -t tmpfs tmpfs /run
    mkdir -p /var/lib/docker
    mount --bind "$0" /var/lib/docker
    ip link set lo up
    "$@"' "$data" "$@"
