# A good image with some of the changes of the bad one.
FROM @BASE@
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
@ENVIRONMENT@
RUN --mount=type=cache,target=/root/.cache/pip --mount=type=secret,id=ca-bundle \
    set -eu; \
    export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PIP_BREAK_SYSTEM_PACKAGES=1; \
    ca=/run/secrets/ca-bundle; \
    if [ -e "$ca" ]; then export PIP_CERT="$ca" SSL_CERT_FILE="$ca"; fi; \
    @COMMANDS@
