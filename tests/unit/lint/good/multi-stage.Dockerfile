# syntax=docker/dockerfile:1.7
FROM python:3.11-bookworm AS build
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install tensorflow==2.17.1 numpy==1.26.4

FROM build AS test
RUN pip install pytest && pytest

FROM python:3.11-slim-bookworm AS run
COPY --from=build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
ENTRYPOINT ["python", "serve.py"]
