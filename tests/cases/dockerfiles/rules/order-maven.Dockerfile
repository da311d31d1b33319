# expect: copy-before-install@5
# why: mvn package fetches again with each source line
FROM maven:3.9-eclipse-temurin-21 AS build
WORKDIR /src
COPY . .
RUN mvn -B package
FROM eclipse-temurin:21-jre-alpine
COPY --from=build /src/target/app.jar /app.jar
USER 10001
HEALTHCHECK CMD true
