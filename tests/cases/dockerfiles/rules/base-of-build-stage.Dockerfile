# expect: nothing
# why: node:20 is only built in
FROM node:20 AS build
RUN mkdir /out
FROM node:20-alpine
COPY --from=build /out /out
USER 10001
HEALTHCHECK CMD true
