# expect: nothing
# why: what one step makes and deletes is in no layer
FROM alpine:3.20
RUN wget -O /tmp/tool.tar.gz https://example.com/tool.tar.gz && tar xf /tmp/tool.tar.gz -C /opt && rm /tmp/tool.tar.gz
USER 10001
HEALTHCHECK CMD true
