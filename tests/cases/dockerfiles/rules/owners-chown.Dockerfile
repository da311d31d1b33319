# expect: recursive-chown-layer@6
# why: files are stored twice
FROM node:20-alpine
WORKDIR /app
COPY src ./src
RUN chown -R node:node /app
USER 10001
HEALTHCHECK CMD true
