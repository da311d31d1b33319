# expect: cleanup-in-later-layer@5
# why: lists of an earlier layer
FROM debian:12-slim
RUN apt-get update && apt-get install -y libpq5
RUN rm -rf /var/lib/apt/lists/*
USER 10001
HEALTHCHECK CMD true
