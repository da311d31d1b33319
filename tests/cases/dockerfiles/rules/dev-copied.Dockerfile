# expect: dev-dependencies-in-final@9
# why: node_modules of the build stage holds everything
FROM node:20-alpine AS build
WORKDIR /app
COPY package*.json ./
RUN npm ci
FROM node:20-alpine
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
USER 10001
HEALTHCHECK CMD true
