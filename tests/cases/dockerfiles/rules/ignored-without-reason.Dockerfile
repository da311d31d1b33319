# expect: ignore-without-reason@3
# why: ignored all the same, and told
# imgcost ignore=runs-as-root
FROM node:20-alpine
HEALTHCHECK CMD true
