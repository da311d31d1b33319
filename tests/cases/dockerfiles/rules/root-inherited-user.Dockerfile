# expect: nothing
# why: the user of the stage below
FROM node:20-alpine AS base
USER node
FROM base
HEALTHCHECK CMD true
