# expect: unpinned-base@3
# why: no tag is latest
FROM alpine
USER 10001
HEALTHCHECK CMD true
