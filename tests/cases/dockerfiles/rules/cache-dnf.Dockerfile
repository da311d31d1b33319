# expect: package-cache-kept@4
# why: dnf keeps packages and metadata
FROM rockylinux:9-minimal
RUN microdnf install -y libpq
USER 10001
HEALTHCHECK CMD true
