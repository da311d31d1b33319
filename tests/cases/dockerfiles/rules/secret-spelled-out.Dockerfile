# expect: secret-in-image@4, secret-in-image@5, secret-in-image@6, secret-in-image@7, secret-in-image@8, secret-in-image@9, secret-in-image@10
# why: a layer's history keeps the text of its step, and an image its variables, labels and command
FROM alpine:3.20
ENV DATABASE_URL=postgres://u:pw9@h/db
RUN echo "//registry.example.org/:_authToken=abc123" > /root/.npmrc && rm /root/.npmrc
RUN wget --header "Authorization: Bearer sekret99" -O /y https://example.org/y
RUN wget --user bob:curlpw77 https://example.org/y
ADD https://bob:pw9@example.org/x.tar.gz /opt/
LABEL build="ghp_a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2"
CMD ["a", "--password=cmdpw55"]
USER 10001
HEALTHCHECK CMD true
