FROM python:3.11-slim
COPY train.py /app/train.py
