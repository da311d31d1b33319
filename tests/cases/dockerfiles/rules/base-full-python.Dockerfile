# expect: full-os-base@3
# why: python:3.12 is Debian with compilers
FROM python:3.12
USER 10001
HEALTHCHECK CMD true
