# expect: unlocked-install@6
# why: pnpm outside of CI may change the lock file; its store is linked
FROM node:20-alpine
WORKDIR /app
COPY package.json pnpm-lock.yaml ./
RUN pnpm install --prod
USER 10001
HEALTHCHECK CMD true
