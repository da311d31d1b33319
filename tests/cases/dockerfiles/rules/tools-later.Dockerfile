# expect: cleanup-in-later-layer@7
# why: apk del in another RUN only hides them
FROM node:20-alpine
RUN apk add --no-cache --virtual .build-deps python3 make g++
COPY package*.json ./
RUN npm ci --omit=dev && npm cache clean --force
RUN apk del .build-deps
USER 10001
HEALTHCHECK CMD true
