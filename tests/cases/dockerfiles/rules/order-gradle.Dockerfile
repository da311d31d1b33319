# expect: copy-before-install@5
# why: gradle fetches again with each source line
FROM gradle:8-jdk21 AS build
WORKDIR /src
COPY . .
RUN gradle bootJar
FROM eclipse-temurin:21-jre-alpine
COPY --from=build /src/build/libs/app.jar /app.jar
USER 10001
HEALTHCHECK CMD true
