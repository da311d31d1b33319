# expect: missing-dockerignore@5, secret-in-image@5
# why: nothing keeps .env out
# dockerignore: none
FROM node:20-alpine
COPY . /app/
USER 10001
HEALTHCHECK CMD true
