# expect: missing-dockerignore@6
# why: the folder's files are known, and none is a secret; .git is
# dockerignore: none
# files: .git/HEAD, src/index.js, package.json
FROM node:20-alpine
COPY . /app/
USER 10001
HEALTHCHECK CMD true
