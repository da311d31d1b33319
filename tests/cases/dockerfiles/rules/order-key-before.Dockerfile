# expect: copy-before-install@6, secret-in-image@4
# why: a key is no source, and no install reads it: the folder of the application is to blame
FROM node:20-alpine
COPY id_rsa /root/.ssh/
RUN apk add --no-cache curl
COPY app /app
WORKDIR /app
RUN npm ci --omit=dev && npm cache clean --force
USER 10001
HEALTHCHECK CMD true
