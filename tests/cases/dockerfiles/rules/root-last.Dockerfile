# expect: runs-as-root@5
# why: root again at the end
FROM node:20-alpine
USER node
USER root
HEALTHCHECK CMD true
