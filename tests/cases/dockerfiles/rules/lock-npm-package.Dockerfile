# expect: nothing
# why: a program by its name has no lock file
FROM node:20-alpine
RUN npm install -g serve@14 && npm cache clean --force
USER 10001
HEALTHCHECK CMD true
