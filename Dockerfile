# The action: Python, buildx, the docker CLI and this package; nothing else.
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS package
# The Dockerfile parser has wheels for amd64 alone; elsewhere pip compiles it, and that takes Go.
RUN if [ "$(dpkg --print-architecture)" != amd64 ]; then \
      apt-get update -q && apt-get install -y -q --no-install-recommends gcc golang-go libc6-dev; \
    fi
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY entrypoint entrypoint
RUN python -m venv --without-pip /opt/tf-docker-check \
 && pip --python /opt/tf-docker-check/bin/python install --no-cache-dir --disable-pip-version-check --root-user-action=ignore .

FROM ${PYTHON_IMAGE}
RUN apt-get update -q \
 && apt-get install -y -q --no-install-recommends docker-buildx docker-cli \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log
COPY --from=package /opt/tf-docker-check /opt/tf-docker-check
ENV PYTHONSAFEPATH=1 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 BUILDX_NO_DEFAULT_ATTESTATIONS=1
# Straight to Python: a shell in between drops inputs whose names have dashes, and swallows signals.
ENTRYPOINT ["/opt/tf-docker-check/bin/python", "-P", "-m", "tf_docker_check"]
