FROM tensorflow/tensorflow:2.17.0-gpu-jupyter
RUN apt-get update \
 && apt-get install -y --no-install-recommends git libgomp1 \
 && rm -rf /var/lib/apt/lists/*
RUN pip freeze | grep -i ^tensorflow > /tmp/held.txt && pip install -c /tmp/held.txt tensorflow-datasets
ENV TF_FORCE_GPU_ALLOW_GROWTH=true
EXPOSE 8888
