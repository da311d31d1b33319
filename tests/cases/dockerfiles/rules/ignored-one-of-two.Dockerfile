# expect: npm-install@8
# why: an ignore is about the instruction below it only
FROM node:20-alpine
WORKDIR /a
COPY a/package*.json ./
# imgcost ignore=npm-install: there is no lock file yet
RUN npm install --omit=dev && npm cache clean --force
RUN npm install --omit=dev && npm cache clean --force
USER 10001
HEALTHCHECK CMD true
