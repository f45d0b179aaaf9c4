FROM tensorflow/tensorflow:2.17.0
WORKDIR /app
RUN pip install --no-cache-dir pandas==2.2.3 scikit-learn==1.5.2
COPY . .
USER 1000
CMD ["python", "train.py"]
