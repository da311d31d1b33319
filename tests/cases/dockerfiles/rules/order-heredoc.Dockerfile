# expect: copy-before-install@5, package-cache-kept@7
# why: a here-document is a script
FROM debian:12-slim
WORKDIR /app
COPY src ./src
RUN <<EOF
apt-get update
apt-get install -y libpq5
EOF

USER 10001
HEALTHCHECK CMD true
