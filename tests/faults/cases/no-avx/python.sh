#!/bin/sh
exec qemu-x86_64-static -cpu Nehalem -0 /usr/bin/python3.11 /usr/bin/python3.11.real "$@"
