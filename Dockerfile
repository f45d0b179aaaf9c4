# The action: Python, buildx, the docker CLI and this package; nothing else.
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS package
WORKDIR /source
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
COPY locks locks
RUN python -m venv /build \
 && /build/bin/pip install --require-hashes --requirement locks/build.txt \
 && python -m venv --without-pip /opt/tf-docker-check \
 && pip --python /opt/tf-docker-check/bin/python install --require-hashes --requirement locks/action.txt
COPY pyproject.toml README.md LICENSE ./
COPY entrypoint entrypoint
RUN /build/bin/pip wheel --no-build-isolation --no-deps --wheel-dir /wheels . \
 && pip --python /opt/tf-docker-check/bin/python install --no-deps /wheels/*.whl

FROM ${PYTHON_IMAGE}
RUN apt-get update -q \
 && apt-get install -y -q --no-install-recommends docker-buildx docker-cli \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log
COPY --from=package /opt/tf-docker-check /opt/tf-docker-check
ENV PYTHONSAFEPATH=1 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 BUILDX_NO_DEFAULT_ATTESTATIONS=1
# Straight to Python: a shell in between drops inputs whose names have dashes, and swallows signals.
ENTRYPOINT ["/opt/tf-docker-check/bin/python", "-P", "-m", "tf_docker_check"]
