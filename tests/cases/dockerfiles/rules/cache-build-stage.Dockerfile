# expect: nothing
# why: caches of a build stage do not ship
FROM python:3.12 AS build
COPY requirements.txt .
RUN pip install --prefix=/install -r requirements.txt
FROM python:3.12-slim
COPY --from=build /install /usr/local
USER 10001
HEALTHCHECK CMD true
