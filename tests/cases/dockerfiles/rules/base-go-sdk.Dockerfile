# expect: build-tools-in-final@3, package-cache-kept@7, single-stage-build@3, unlocked-install@6
# why: a compiler ships, and go mod tidy writes go.sum
FROM golang:1.23-alpine
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod tidy && rm -rf /go/pkg/mod
RUN go build -o /app ./cmd/app
USER 10001
HEALTHCHECK CMD true
