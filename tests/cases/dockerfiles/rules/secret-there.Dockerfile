# expect: secret-in-image@6
# why: a key beside what is ignored
# dockerignore: .git, .env*
# files: .git/HEAD, .env, deploy/id_ed25519, src/index.js
FROM node:20-alpine
COPY . /app/
USER 10001
HEALTHCHECK CMD true
