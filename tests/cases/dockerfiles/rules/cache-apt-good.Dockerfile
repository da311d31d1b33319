# expect: nothing
# why: deleted in the same step
FROM debian:12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpq5 \
    && rm -rf /var/lib/apt/lists/*
USER 10001
HEALTHCHECK CMD true
