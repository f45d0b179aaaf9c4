FROM python:3.11-slim-bookworm
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN ["pip", "install", "tensorflow==2.17.1"]
RUN ["/bin/bash", "-c", "pip install 'pandas<3' && pip check"]
ONBUILD RUN pip install tensorflow-gpu
STOPSIGNAL SIGTERM
