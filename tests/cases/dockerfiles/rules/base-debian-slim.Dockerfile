# expect: nothing
# why: a distribution's minimal variant
FROM debian:12-slim
USER 10001
HEALTHCHECK CMD true
