# expect: nothing
# why: and here it does not
FROM node:20-alpine
WORKDIR /app
COPY package.json yarn.lock ./
RUN yarn install --frozen-lockfile --production && yarn cache clean
USER 10001
HEALTHCHECK CMD true
