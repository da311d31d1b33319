# expect: nothing
# why: a cache mount holds the modules
FROM golang:1.23 AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build go build -o /app
FROM scratch
COPY --from=build /app /app
USER 10001
HEALTHCHECK CMD true
