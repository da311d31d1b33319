# expect: unpinned-base@3, unpinned-base@5
# why: latest of a build stage, and of an image that is copied from
FROM golang:latest AS build
FROM alpine:3.20
COPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/
COPY --from=build /app /app
USER 10001
HEALTHCHECK CMD true
