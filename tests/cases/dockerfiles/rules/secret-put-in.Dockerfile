# expect: secret-in-image@4
# why: the argument is told; what the shell puts in is not spelled out, nor is a hash or an empty login
FROM alpine:3.20
ARG NPM_TOKEN
ENV DATABASE_URL=postgres://localhost/db
RUN echo "//registry.example.org/:_authToken=${NPM_TOKEN}" > /root/.npmrc
RUN --mount=type=secret,id=t TOKEN=$(cat /run/secrets/t) wget https://x:$TOKEN@example.org/y
RUN echo "d2a84f4b8b650937ec8f73cd8be2c74add5a911ba64df27458ed8229da804a26  /y" | sha256sum -c \
    # curl -u bob:in-a-comment
    && adduser --disabled-password app
USER 10001
HEALTHCHECK CMD true
