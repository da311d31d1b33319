# expect: build-tools-in-final@3
# why: the SDK where the runtime would do
FROM mcr.microsoft.com/dotnet/sdk:8.0
COPY out /app
USER 10001
HEALTHCHECK CMD true
