FROM alpine
RUN apk add --no-cache python3 py3-pip && pip install --break-system-packages flask
ENV LD_LIBRARY_PATH=/usr/local/cuda/lib64/stubs
