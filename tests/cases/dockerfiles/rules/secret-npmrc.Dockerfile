# expect: secret-in-image@4:warning
# why: settings, which often hold a token
FROM node:20-alpine
COPY .npmrc ./
USER 10001
HEALTHCHECK CMD true
