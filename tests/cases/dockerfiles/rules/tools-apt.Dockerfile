# expect: build-tools-in-final@5
# why: a compiler stays
FROM python:3.12-slim
RUN apt-get update && \
    apt-get install -y --no-install-recommends gcc libpq-dev && \
    rm -rf /var/lib/apt/lists/*
USER 10001
HEALTHCHECK CMD true
