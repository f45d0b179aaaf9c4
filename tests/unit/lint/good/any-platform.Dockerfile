FROM --platform=$BUILDPLATFORM golang:1.23-bookworm AS tool
RUN go build -o /tool .
FROM python:3.12-slim-bookworm
ARG TARGETARCH
COPY --from=tool /tool /usr/local/bin/
RUN pip install tensorflow==2.18.1 && echo ${TARGETARCH}
