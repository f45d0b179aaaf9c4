# The tests that need no engine, on the Python of an image, with what locks/dev.txt names.
ARG PYTHON_IMAGE=python:3.13-slim
FROM ${PYTHON_IMAGE}
RUN apt-get update -q && apt-get install -y -q --no-install-recommends git && rm -rf /var/lib/apt/lists/*
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONPATH=tests PATH=/venv/bin:$PATH
WORKDIR /project
COPY locks locks
RUN python3 -m venv /venv && pip install --quiet --require-hashes --requirement locks/dev.txt
COPY . .
RUN pip install --quiet --no-build-isolation --no-deps --editable .
ENTRYPOINT ["python", "-m", "pytest", "-n", "2", "-m", "not engine"]
