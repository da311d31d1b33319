# expect: unlocked-install@6
# why: Yarn writes the lock file anew
FROM node:20-alpine
WORKDIR /app
COPY package.json yarn.lock ./
RUN yarn install --production && yarn cache clean
USER 10001
HEALTHCHECK CMD true
