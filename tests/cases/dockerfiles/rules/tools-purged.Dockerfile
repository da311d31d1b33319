# expect: nothing
# why: it comes and goes in one step
FROM python:3.12-slim
COPY requirements.txt .
RUN apt-get update && apt-get install -y gcc && pip install --no-cache-dir -r requirements.txt && apt-get purge -y --auto-remove gcc && rm -rf /var/lib/apt/lists/*
USER 10001
HEALTHCHECK CMD true
