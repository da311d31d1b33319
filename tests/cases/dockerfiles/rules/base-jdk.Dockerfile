# expect: build-tools-in-final@3
# why: a JDK where a JRE would do
FROM eclipse-temurin:21
COPY app.jar /app.jar
USER 10001
HEALTHCHECK CMD true
