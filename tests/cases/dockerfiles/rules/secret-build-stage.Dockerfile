# expect: nothing
# why: the token is in a stage that does not ship
FROM node:20-alpine AS build
ARG NPM_TOKEN
RUN mkdir /out
FROM node:20-alpine
COPY --from=build /out /out
USER 10001
HEALTHCHECK CMD true
