# expect: nothing
# why: a mount is in no layer
FROM python:3.12-slim
COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache pip install -r requirements.txt
USER 10001
HEALTHCHECK CMD true
