# expect: runs-as-root@3
# why: distroless runs as root unless the tag says nonroot
FROM gcr.io/distroless/nodejs22-debian12:debug
HEALTHCHECK CMD ["/nodejs/bin/node", "check.js"]
