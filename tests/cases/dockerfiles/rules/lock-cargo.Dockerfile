# expect: unlocked-install@6
# why: cargo build may change Cargo.lock
FROM rust:1.82 AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry cargo build --release
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /src/target/release/app /app
USER 10001
HEALTHCHECK CMD true
