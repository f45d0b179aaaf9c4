FROM --platform=linux/arm64 python:3.12-slim-bookworm
RUN pip install tensorflow==2.18.1
