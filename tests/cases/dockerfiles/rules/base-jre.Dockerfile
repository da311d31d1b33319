# expect: nothing
# why: a JRE
FROM eclipse-temurin:21-jre
COPY app.jar /app.jar
USER 10001
HEALTHCHECK CMD true
