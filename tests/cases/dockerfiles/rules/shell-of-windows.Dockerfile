# expect: nothing
# why: words of another shell are not read
FROM mcr.microsoft.com/dotnet/aspnet:8.0-alpine
SHELL ["pwsh", "-Command"]
RUN npm install
USER 10001
HEALTHCHECK CMD true
