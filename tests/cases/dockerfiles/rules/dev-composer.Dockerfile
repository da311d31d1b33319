# expect: dev-dependencies-in-final@6
# why: composer brings require-dev
FROM php:8.3-fpm-alpine
WORKDIR /app
COPY composer.json composer.lock ./
RUN composer install --no-cache
USER 10001
HEALTHCHECK CMD true
