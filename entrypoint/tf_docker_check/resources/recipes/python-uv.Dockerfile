# Python packages on a base image, by uv, which does not stay in the image.
# Without --compile-bytecode, every start of a container would compile TensorFlow's sources anew.
FROM @BASE@
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
RUN --mount=type=cache,target=/root/.cache/pip --mount=type=cache,target=/root/.cache/uv \
    --mount=type=secret,id=ca-bundle \
    set -eu; \
    export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore; \
    ca=/run/secrets/ca-bundle; \
    if [ -e "$ca" ]; then export PIP_CERT="$ca" SSL_CERT_FILE="$ca"; fi; \
    if [ -n "${PIP_INDEX_URL:-}" ]; then export UV_DEFAULT_INDEX="$PIP_INDEX_URL"; fi; \
    if [ -n "${PIP_EXTRA_INDEX_URL:-}" ]; then export UV_INDEX="$PIP_EXTRA_INDEX_URL"; fi; \
    python3 -m pip install --target /tmp/uv uv; \
    /tmp/uv/bin/uv pip install --system --break-system-packages --link-mode copy --compile-bytecode @REQUIREMENTS@; \
    rm -rf /tmp/uv /tmp/uv-*.lock
