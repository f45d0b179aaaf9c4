#!/bin/sh
exec prlimit --nproc=4 /usr/bin/python3 "$@"
