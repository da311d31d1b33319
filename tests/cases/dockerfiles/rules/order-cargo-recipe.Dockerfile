# expect: nothing
# why: cargo-chef's recipe is made of lists only, whichever sources are beside it
FROM rust:1.82 AS chef
WORKDIR /src
RUN cargo install cargo-chef --locked
FROM chef AS plan
COPY . .
RUN cargo chef prepare --recipe-path recipe.json
FROM chef AS build
COPY --from=plan /src/recipe.json recipe.json
RUN cargo chef cook --release --recipe-path recipe.json
COPY . .
RUN cargo build --release --locked
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /src/target/release/app /app
USER 10001
HEALTHCHECK CMD true
