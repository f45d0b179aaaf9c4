#!/bin/sh
echo "curl: (6) Could not resolve host: example.com" >&2
exit 6
