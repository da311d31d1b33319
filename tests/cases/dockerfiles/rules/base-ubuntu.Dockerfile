# expect: full-os-base@3
# why: a whole distribution
FROM ubuntu:24.04
USER 10001
HEALTHCHECK CMD true
