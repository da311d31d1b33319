# expect: dev-dependencies-in-final@6
# why: poetry installs all groups
FROM python:3.12-slim
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN poetry install --no-cache
USER 10001
HEALTHCHECK CMD true
