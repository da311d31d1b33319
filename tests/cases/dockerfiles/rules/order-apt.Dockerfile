# expect: copy-before-install@5
# why: packages of the system do not depend on sources
FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN apt-get update && apt-get install -y libpq5 && rm -rf /var/lib/apt/lists/*
USER 10001
HEALTHCHECK CMD true
