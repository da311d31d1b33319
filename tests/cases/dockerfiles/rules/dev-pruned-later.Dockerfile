# expect: cleanup-in-later-layer@7
# why: a later layer only hides them
FROM node:20-alpine
WORKDIR /app
COPY package*.json ./
RUN npm ci && npm cache clean --force
RUN npm prune --omit=dev
USER 10001
HEALTHCHECK CMD true
