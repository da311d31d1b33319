# expect: nothing
# why: the image does not need the first stage
FROM node AS docs
RUN npm install
FROM alpine:3.20
USER 10001
HEALTHCHECK CMD true
