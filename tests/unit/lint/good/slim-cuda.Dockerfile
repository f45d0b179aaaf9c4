FROM python:3.13-slim-trixie
RUN pip install --no-cache-dir "tensorflow[and-cuda]==2.20.0"
CMD ["python", "train.py"]
