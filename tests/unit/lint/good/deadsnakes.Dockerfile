FROM ubuntu:22.04
RUN apt-get update && apt-get install -y software-properties-common \
 && add-apt-repository -y ppa:deadsnakes/ppa && apt-get install -y python3.9 python3.9-distutils curl
RUN curl -sS https://bootstrap.pypa.example/get-pip.py | python3.9
RUN python3.9 -m pip install 'tensorflow==2.9.3' 'numpy<2' 'protobuf<3.20'
