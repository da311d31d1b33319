# expect: cleanup-in-later-layer@5
# why: an archive that a later step deletes
FROM alpine:3.20
ADD https://example.com/tool.tar.gz /tmp/
RUN tar xf /tmp/tool.tar.gz -C /opt && rm /tmp/tool.tar.gz
USER 10001
HEALTHCHECK CMD true
