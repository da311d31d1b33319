# expect: unlocked-install@6
# why: uv sync may change uv.lock
FROM python:3.12-slim
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --no-dev --no-cache
USER 10001
HEALTHCHECK CMD true
