# expect: nothing
# why: the slim variant has none
FROM python:3.12-slim-bookworm
USER 10001
HEALTHCHECK CMD true
