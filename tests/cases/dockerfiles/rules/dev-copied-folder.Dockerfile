# expect: dev-dependencies-in-final@12
# why: the whole folder, from two stages away
FROM node:20-alpine AS deps
WORKDIR /app
COPY package*.json ./
RUN npm ci
FROM node:20-alpine AS build
WORKDIR /app
COPY --from=deps /app/node_modules ./node_modules
COPY src ./src
FROM node:20-alpine
COPY --from=build /app /app
USER 10001
HEALTHCHECK CMD true
