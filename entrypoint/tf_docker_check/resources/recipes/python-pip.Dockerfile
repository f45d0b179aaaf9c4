# Python packages on a base image, by pip.
FROM @BASE@
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
RUN --mount=type=cache,target=/root/.cache/pip --mount=type=secret,id=ca-bundle \
    set -eu; \
    export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore; \
    ca=/run/secrets/ca-bundle; \
    if [ -e "$ca" ]; then export PIP_CERT="$ca" SSL_CERT_FILE="$ca"; fi; \
    stdlib=$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))'); \
    if [ -e "$stdlib/EXTERNALLY-MANAGED" ]; then export PIP_BREAK_SYSTEM_PACKAGES=1; fi; \
    python3 -m pip install @REQUIREMENTS@
