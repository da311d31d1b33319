# expect: copy-before-install@5
# why: one copy is told once, whatever stages follow; the restore has fetched what publish needs
FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build
WORKDIR /src
COPY . .
RUN dotnet restore
FROM build AS publish
RUN dotnet publish -c Release -o /out
FROM mcr.microsoft.com/dotnet/aspnet:8.0-alpine
COPY --from=publish /out /app
USER 10001
HEALTHCHECK CMD true
