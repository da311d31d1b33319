# expect: copy-before-install@6
# why: both copies change with the sources; the one that brings the list is told, and names the other
FROM node:20-alpine
WORKDIR /app
COPY scripts /opt/scripts
COPY . .
RUN npm ci --omit=dev && npm cache clean --force
USER 10001
HEALTHCHECK CMD true
