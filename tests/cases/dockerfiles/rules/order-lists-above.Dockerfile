# expect: copy-before-install@6
# why: the lists are there already; only the copy between them and the install is too early
FROM node:20-alpine
WORKDIR /app
COPY package.json package-lock.json ./
COPY scripts /opt/scripts
RUN npm ci --omit=dev && npm cache clean --force
COPY src ./src
USER 10001
HEALTHCHECK CMD true
