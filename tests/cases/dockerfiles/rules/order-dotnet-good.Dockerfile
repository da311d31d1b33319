# expect: nothing
# why: restored by the project file; chiseled images have a user of their own
FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build
WORKDIR /src
COPY shop.csproj ./
RUN dotnet restore
COPY . .
RUN dotnet publish --no-restore -c Release -o /out
FROM mcr.microsoft.com/dotnet/aspnet:8.0-noble-chiseled
COPY --from=build /out /app
HEALTHCHECK CMD ["/app/shop", "--check"]
