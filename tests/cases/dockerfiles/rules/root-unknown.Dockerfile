# expect: runs-as-root@3:info
# why: who an own image runs as is in its configuration
FROM registry.example.com/shop/base:3
HEALTHCHECK CMD true
