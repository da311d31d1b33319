# expect: copy-before-install@5
# why: what the install reads lies above, but tools that change with the sources cut the cache below it
FROM node:20-alpine
WORKDIR /app
COPY scripts /opt/scripts
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm cache clean --force
COPY src ./src
USER 10001
HEALTHCHECK CMD true
