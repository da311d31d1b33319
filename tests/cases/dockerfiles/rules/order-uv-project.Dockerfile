# expect: nothing
# why: the second sync adds the project to what the first installed
FROM python:3.12-slim
WORKDIR /app
ENV UV_NO_CACHE=1
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev --no-install-project
COPY . .
RUN uv sync --locked --no-dev
USER 10001
HEALTHCHECK CMD true
