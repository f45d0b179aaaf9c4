# We want to hear first when something breaks.
# tf-docker-check: ignore=TFD010 this image is for following upstream
FROM tensorflow/tensorflow:nightly
RUN pip list
