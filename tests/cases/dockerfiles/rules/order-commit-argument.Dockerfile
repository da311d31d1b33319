# expect: nothing
# why: below a commit's own argument the install runs again wherever the sources are copied
FROM node:20-alpine AS build
ARG GIT_SHA
COPY . .
RUN npm ci
FROM node:20-alpine
COPY --from=build /dist /dist
USER 10001
HEALTHCHECK CMD true
