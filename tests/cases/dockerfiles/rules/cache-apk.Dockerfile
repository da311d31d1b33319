# expect: package-cache-kept@4
# why: apk keeps its index
FROM alpine:3.20
RUN apk add --update curl
USER 10001
HEALTHCHECK CMD true
