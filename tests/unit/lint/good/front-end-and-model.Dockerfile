FROM node:latest AS web
RUN npm ci && npm run build

FROM python:3.11-slim-bookworm AS train
RUN pip install tensorflow==2.17.1
RUN python train.py --out /model

FROM alpine AS files
COPY --from=web /dist /dist
COPY --from=train /model /model

FROM tensorflow/serving:2.17.0
COPY --from=files /model /models/m/1
