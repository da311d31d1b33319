# expect: nothing
# why: dependencies are fetched by the list
FROM maven:3.9-eclipse-temurin-21 AS build
WORKDIR /src
COPY pom.xml .
RUN mvn -B dependency:go-offline
COPY src src
RUN mvn -B package
FROM eclipse-temurin:21-jre-alpine
COPY --from=build /src/target/app.jar /app.jar
USER 10001
HEALTHCHECK CMD true
