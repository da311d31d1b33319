# expect: copy-before-install@5
# why: dotnet publish restores again with each source line
FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build
WORKDIR /src
COPY . .
RUN dotnet publish -c Release -o /out
FROM mcr.microsoft.com/dotnet/aspnet:8.0-noble-chiseled
COPY --from=build /out /app
HEALTHCHECK CMD ["/app/shop", "--check"]
