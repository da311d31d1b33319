# expect: package-cache-kept@4
# why: lists of packages stay
FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends libpq5
USER 10001
HEALTHCHECK CMD true
