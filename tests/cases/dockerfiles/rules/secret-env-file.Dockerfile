# expect: secret-in-image@5
# why: a file for secrets, and an example of one
# dockerignore: .git
FROM node:20-alpine
COPY .env .env.example ./
USER 10001
HEALTHCHECK CMD true
