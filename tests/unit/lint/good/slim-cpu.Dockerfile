FROM python:3.12-slim-bookworm
ENV PIP_NO_CACHE_DIR=1 PYTHONUNBUFFERED=1
RUN pip install tensorflow-cpu==2.17.1 "pandas>=2.2"
RUN useradd --create-home app
USER app
HEALTHCHECK CMD python -c "import tensorflow"
CMD ["python", "-m", "app"]
