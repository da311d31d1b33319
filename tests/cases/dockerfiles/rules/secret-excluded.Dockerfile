# expect: nothing
# why: left out by the copy itself
# dockerignore: .git
FROM node:20-alpine
COPY --exclude=.env* . /app/
USER 10001
HEALTHCHECK CMD true
