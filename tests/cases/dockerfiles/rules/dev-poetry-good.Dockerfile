# expect: nothing
# why: one group only
FROM python:3.12-slim
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN poetry install --no-cache --only main
USER 10001
HEALTHCHECK CMD true
