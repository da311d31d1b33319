# expect: cleanup-in-later-layer@6
# why: sources that were copied
FROM node:20-alpine
WORKDIR /app
COPY tests ./tests
RUN rm -rf tests
USER 10001
HEALTHCHECK CMD true
