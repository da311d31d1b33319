# expect: nothing
# why: a pattern that brings lists only
FROM node:20-alpine
WORKDIR /app
COPY package* ./
RUN npm ci --omit=dev && npm cache clean --force
COPY src ./src
USER 10001
HEALTHCHECK CMD true
