# expect: secret-in-image@4, secret-in-image@5
# why: a private key and cloud credentials; a bundle of certificates is for everybody
FROM node:20-alpine
COPY certs/server.key certs/global-bundle.pem /etc/ssl/
COPY .aws/credentials /home/node/.aws/credentials
USER 10001
HEALTHCHECK CMD true
