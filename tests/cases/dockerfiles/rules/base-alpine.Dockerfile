# expect: nothing
# why: Alpine is a small base
FROM node:20-alpine
USER 10001
HEALTHCHECK CMD true
