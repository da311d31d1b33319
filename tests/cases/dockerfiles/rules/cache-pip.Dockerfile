# expect: package-cache-kept@5
# why: pip keeps wheels in ~/.cache
FROM python:3.12-slim
COPY requirements.txt .
RUN pip install -r requirements.txt
USER 10001
HEALTHCHECK CMD true
