# expect: secret-in-image@4, secret-in-image@5
# why: by their names; a file's path and an empty value are none
FROM node:20-alpine
ARG NPM_TOKEN
ENV DB_PASSWORD=hunter2 API_KEY= TOKEN_FILE=/run/secrets/token
USER 10001
HEALTHCHECK CMD true
