# expect: secret-in-image@4
# why: known by its name and by its shape, it is told once
FROM alpine:3.20
ENV GITHUB_TOKEN=ghp_a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2
USER 10001
HEALTHCHECK CMD true
