ARG BASE=tensorflow/tensorflow@sha256:1f16fbd9be8bb84891de12533e332bbd500511caeb5cf4db501dbe39d422f9c7
FROM ${BASE}
RUN pip install mlflow
