# expect: full-os-base@3
# why: the official image through a mirror
FROM public.ecr.aws/docker/library/node:20
USER 10001
HEALTHCHECK CMD true
