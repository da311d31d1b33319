# expect: single-stage-build@3
# why: a build in the image that ships
FROM node:20-alpine
WORKDIR /app
COPY package*.json ./
RUN npm ci --omit=dev && npm cache clean --force
COPY src ./src
RUN npm run build
USER 10001
HEALTHCHECK CMD true
