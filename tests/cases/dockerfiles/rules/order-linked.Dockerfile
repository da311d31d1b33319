# expect: nothing
# why: a linked copy does not cut the cache of what follows it
FROM node:20-alpine AS deps
WORKDIR /app
COPY --link src ./src
FROM node:20-alpine
USER 10001
HEALTHCHECK CMD true
