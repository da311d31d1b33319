# expect: nothing
# why: a secret mount is in no layer
FROM node:20-alpine
WORKDIR /app
COPY package*.json ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci --omit=dev && npm cache clean --force
USER 10001
HEALTHCHECK CMD true
