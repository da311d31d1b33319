# expect: nothing
# why: modules are fetched before sources come
FROM golang:1.23 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN go build -o /app
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /app /app
HEALTHCHECK CMD ["/app", "--check"]
