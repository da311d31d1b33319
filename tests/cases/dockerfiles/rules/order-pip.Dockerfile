# expect: copy-before-install@5
# why: the list comes with all sources
FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir -r requirements.txt
USER 10001
HEALTHCHECK CMD true
