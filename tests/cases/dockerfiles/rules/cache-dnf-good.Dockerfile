# expect: nothing
# why: cleaned in the same step
FROM rockylinux:9-minimal
RUN microdnf install -y libpq && microdnf clean all
USER 10001
HEALTHCHECK CMD true
