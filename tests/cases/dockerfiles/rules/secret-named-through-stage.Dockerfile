# expect: secret-in-image@13, secret-in-image@13
# why: the folder has the settings and the key that two lines put there by name; the deleted one is gone
# dockerignore: none
FROM node:20-alpine AS build
WORKDIR /app
COPY .env.production .
COPY id_rsa /app/keys/
COPY .env .
RUN cat .env && rm .env
FROM node:20-alpine AS middle
COPY --from=build /app /there
FROM node:20-alpine
COPY --from=middle /there/ /srv
USER 10001
HEALTHCHECK CMD true
