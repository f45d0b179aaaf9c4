FROM python:3.14-slim-trixie
RUN pip install --index-url https://wheels.example.com/simple tensorflow==2.10.0
