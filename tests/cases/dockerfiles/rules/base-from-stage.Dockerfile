# expect: full-os-base@3
# why: the final stage starts from a stage that starts from node:20
FROM node:20 AS base
WORKDIR /app
FROM base
USER 10001
HEALTHCHECK CMD true
