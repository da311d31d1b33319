# expect: no-healthcheck@5
# why: NONE switches off what the base has
FROM node:20-alpine
USER node
HEALTHCHECK NONE
