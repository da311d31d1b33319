# expect: nothing
# why: npm's cache is in a folder that the same step deletes
FROM node:20-alpine
ENV npm_config_cache=/tmp/npm
WORKDIR /app
COPY package*.json ./
RUN npm ci --omit=dev && rm -rf /tmp/npm
USER 10001
HEALTHCHECK CMD true
