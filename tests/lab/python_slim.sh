#!/bin/sh
# Run by mmdebstrap when Debian's packages are in: what python:X-slim has and Debian's Python has not.
set -eu
root=$1
[ -z "${CA_BUNDLE:-}" ] || cp "$CA_BUNDLE" "$root/etc/ssl/certs/ca-certificates.crt"
rm -f "$root"/usr/lib/python3*/EXTERNALLY-MANAGED
ln -s /usr/bin/python3 "$root/usr/local/bin/python"
ln -s /usr/bin/python3 "$root/usr/local/bin/python3"
wheel=$(cd "$root" && echo usr/share/python-wheels/pip-*.whl)
chroot "$root" python3 "/$wheel/pip" install --quiet --no-cache-dir --root-user-action=ignore pip setuptools wheel
echo "$STAND_IN" > "$root/etc/tf-docker-check-stand-in"
