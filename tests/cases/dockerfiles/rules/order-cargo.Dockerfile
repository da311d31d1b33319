# expect: copy-before-install@5
# why: cargo fetches and compiles all crates again
FROM rust:1.82 AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /src/target/release/app /app
USER 10001
HEALTHCHECK CMD true
