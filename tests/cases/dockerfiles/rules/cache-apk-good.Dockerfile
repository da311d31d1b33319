# expect: nothing
# why: and here it does not
FROM alpine:3.20
RUN apk add --no-cache curl
USER 10001
HEALTHCHECK CMD true
