# expect: secret-in-image@5
# why: nothing that changes with the sources stands above the install
FROM node:20-alpine
WORKDIR /app
COPY id_ed25519 /root/.ssh/id_ed25519
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm cache clean --force
COPY src ./src
USER 10001
HEALTHCHECK CMD true
