# expect: nothing
# why: a build of one file without modules fetches nothing
FROM golang:1.23 AS build
WORKDIR /src
COPY main.go main.go
RUN go build -o /app main.go
FROM scratch
COPY --from=build /app /app
USER 10001
HEALTHCHECK CMD true
