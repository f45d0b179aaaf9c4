FROM python:3.8-slim-bookworm
RUN pip install 'tensorflow==2.10.1' 'numpy<1.24' 'protobuf<3.20' 'keras<2.11'
