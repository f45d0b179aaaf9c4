#!/bin/sh
exec qemu-x86_64-static -r 2.6.32 /opt/ld-2.31.so /opt/libc-2.31.so
