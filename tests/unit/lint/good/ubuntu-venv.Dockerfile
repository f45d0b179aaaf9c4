FROM ubuntu:noble
RUN apt-get update && apt-get install -y python3-venv
RUN python3 -m venv /venv && /venv/bin/pip install tensorflow==2.18.1
