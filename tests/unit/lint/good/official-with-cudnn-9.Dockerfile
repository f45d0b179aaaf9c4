# The image's own cuDNN is too old for its TensorFlow: the extra brings the right one.
FROM tensorflow/tensorflow:2.19.0-gpu
RUN pip install --no-cache-dir 'tensorflow[and-cuda]==2.19.0'
