FROM nvcr.io/nvidia/tensorflow:24.12-tf2-py3
RUN pip install -c /etc/pip/constraint.txt nvtabular
