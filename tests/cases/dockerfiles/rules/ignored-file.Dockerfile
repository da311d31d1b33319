# expect: nothing
# why: for the whole file
# imgcost ignore-file=no-healthcheck, runs-as-root: a job, not a service

FROM node:20-alpine
