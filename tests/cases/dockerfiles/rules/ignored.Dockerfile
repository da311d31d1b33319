# expect: nothing
# why: two comments ignore what there is, with their reasons
# imgcost ignore=runs-as-root: the platform assigns a user
# imgcost ignore=no-healthcheck: probes are Kubernetes'
FROM node:20-alpine
