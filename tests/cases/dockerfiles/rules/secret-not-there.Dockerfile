# expect: missing-dockerignore@6, secret-in-image@6:warning
# why: nothing keeps .env out, and none is there; .git is
# dockerignore: none
# files: .git/HEAD, src/index.js, package.json
FROM node:20-alpine
COPY . /app/
USER 10001
HEALTHCHECK CMD true
