# expect: nothing
# why: NODE_ENV leaves them out
FROM node:20-alpine
ENV NODE_ENV=production
WORKDIR /app
COPY package*.json ./
RUN npm ci && npm cache clean --force
USER 10001
HEALTHCHECK CMD true
