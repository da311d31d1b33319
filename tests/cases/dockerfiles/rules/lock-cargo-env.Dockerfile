# expect: unlocked-install@6
# why: a wrapper before the command
FROM rust:1.82 AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry env RUSTFLAGS=-g cargo build --release
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /src/target/release/app /app
USER 10001
HEALTHCHECK CMD true
