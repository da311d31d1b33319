# expect: nothing
# why: the owner is set at once; the folder is empty when it is given away
FROM node:20-alpine
RUN mkdir -p /app/data && chown -R node:node /app
WORKDIR /app
COPY --chown=node:node src ./src
USER 10001
HEALTHCHECK CMD true
