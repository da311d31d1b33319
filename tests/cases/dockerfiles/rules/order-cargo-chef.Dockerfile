# expect: nothing
# why: the recipe changes with the lists only, the crates are cooked before sources come
FROM lukemathwalker/cargo-chef:0.1.68-rust-1.82 AS chef
WORKDIR /src
FROM chef AS build
COPY recipe/Cargo.toml recipe/Cargo.lock ./
RUN cargo chef cook --release
COPY . .
RUN cargo build --release --locked
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /src/target/release/app /app
USER 10001
HEALTHCHECK CMD true
