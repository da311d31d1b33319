# expect: runs-as-root@4
# why: 0 is root
FROM node:20-alpine
USER 0:0
HEALTHCHECK CMD true
