ARG PYTHON=3.11
ARG DEBIAN=bookworm
FROM python:${PYTHON}-slim-${DEBIAN}
ARG TENSORFLOW=2.16.2
ARG EXTRA
RUN pip install "tensorflow==${TENSORFLOW}" $EXTRA
RUN VERSION=$(cat version.txt) && pip install "tf-keras==${VERSION}"
