# expect: nothing
# why: the wrapper belongs to the lists
FROM eclipse-temurin:21 AS build
WORKDIR /src
COPY ["build.gradle", "settings.gradle", "gradlew", "./"]
COPY gradle ./gradle
RUN ./gradlew dependencies
COPY src ./src
RUN ./gradlew bootJar
FROM eclipse-temurin:21-jre-alpine
COPY --from=build /src/build/libs/app.jar /app.jar
USER 10001
HEALTHCHECK CMD true
