ARG REGISTRY
ARG BASE
FROM ${REGISTRY}/${BASE}
RUN pip install tensorflow
RUN pip install -r requirements-that-are-not-here.txt tensorflow==2.10.0
