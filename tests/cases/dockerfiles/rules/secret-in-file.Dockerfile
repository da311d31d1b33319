# expect: secret-in-image@5
# why: a file that the Dockerfile spells out holds a token
FROM alpine:3.20
COPY <<EOF /root/.config
token: glpat-a1B2a1B2a1B2a1B2a1B2
EOF
USER 10001
HEALTHCHECK CMD true
