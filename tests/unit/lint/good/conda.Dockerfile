FROM continuumio/miniconda3:24.9.2-0
RUN conda install -y -c conda-forge tensorflow=2.17 python=3.11
RUN pip install tensorflow-datasets 'tensorflow>=2.17,<2.18'
