FROM tensorflow/tensorflow:2.6.0-gpu
RUN rm /etc/apt/sources.list.d/cuda.list /etc/apt/sources.list.d/nvidia-ml.list
RUN pip install pandas==1.1.5
