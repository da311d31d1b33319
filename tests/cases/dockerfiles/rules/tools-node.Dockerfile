# expect: build-tools-in-final@4
# why: the compiler of TypeScript
FROM node:20-alpine
RUN npm install -g typescript@5 && npm cache clean --force
USER 10001
HEALTHCHECK CMD true
