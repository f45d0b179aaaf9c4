FROM nvcr.io/nvidia/cuda:12.6.3-cudnn-devel-ubuntu24.04
RUN apt-get update && apt-get install -y --no-install-recommends python3-venv \
 && python3 -m venv /opt/venv
ENV PATH="/opt/venv/bin:${PATH}" \
    LIBRARY_PATH=/usr/local/cuda/lib64/stubs
RUN pip install tensorflow==2.18.1
