# syntax=docker/dockerfile:1
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.5.11 /uv /bin/
RUN <<EOF
#!/bin/bash
set -euo pipefail
# not pip install tensorflow-gpu
uv pip install --system \
  'tensorflow==2.18.1' \
  pillow
EOF
RUN cat <<EOF > /etc/motd
pip install tensorflow-gpu
EOF
RUN python <<EOF
import tensorflow
EOF
COPY <<EOF /app/settings.toml
image = "tensorflow/tensorflow:latest"
EOF
