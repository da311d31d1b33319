# expect: npm-install@6
# why: npm install may change the lock file
FROM node:20-alpine
WORKDIR /app
COPY package*.json ./
RUN npm install --omit=dev && npm cache clean --force
USER 10001
HEALTHCHECK CMD true
