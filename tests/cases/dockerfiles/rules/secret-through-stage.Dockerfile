# expect: missing-dockerignore@5:info, secret-in-image@7
# why: the build stage's folder brings .env along
# dockerignore: none
FROM node:20-alpine AS build
COPY . /app/
FROM node:20-alpine
COPY --from=build /app /app
USER 10001
HEALTHCHECK CMD true
