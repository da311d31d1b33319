# expect: package-cache-kept@4
# why: apt-get clean deletes packages, of which none are left, and leaves the lists
FROM debian:12-slim
RUN apt-get update && apt-get install -y libpq5 && apt-get clean
USER 10001
HEALTHCHECK CMD true
