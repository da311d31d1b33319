# expect: nothing
# why: the image has neither layers nor history of a stage that it is copied from
FROM alpine:3.20 AS build
RUN wget --user bob:curlpw77 https://example.org/y
FROM alpine:3.20
COPY --from=build /y /y
USER 10001
HEALTHCHECK CMD true
