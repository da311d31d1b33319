# expect: nothing
# why: in CI pnpm holds to the lock file
FROM node:20-alpine
ENV CI=true
WORKDIR /app
COPY package.json pnpm-lock.yaml ./
RUN pnpm install --prod
USER 10001
HEALTHCHECK CMD true
