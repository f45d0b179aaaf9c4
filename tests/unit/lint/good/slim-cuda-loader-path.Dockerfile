FROM python:3.12-slim-bookworm
RUN pip install --no-cache-dir "tensorflow[and-cuda]==2.21.0"
ENV LD_LIBRARY_PATH=/usr/local/lib/python3.12/site-packages/nvidia/cusolver/lib
