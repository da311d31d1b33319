# expect: unpinned-base@4, unpinned-base@5, unpinned-base@6, unpinned-base@7, unpinned-base@8, unpinned-base@9
# why: tags that move from version to version; those of line 10 and below do not
ARG VERSION=22
FROM golang:alpine AS a
FROM node:lts-alpine3.22 AS b
FROM golang:bookworm AS c
FROM node:current-slim AS d
FROM python:slim-bookworm AS e
FROM debian:stable-slim AS f
FROM debian:bookworm-slim AS g
FROM node:${VERSION}-alpine AS h
FROM ubuntu:noble AS i
FROM gcr.io/distroless/static-debian12:nonroot AS j
FROM ghcr.io/example/tool:sha-0a1b2c3 AS k
FROM docker.io/arm32v7/debian:bookworm-slim AS l
FROM scratch
COPY --from=a /x /a
COPY --from=b /x /b
COPY --from=c /x /c
COPY --from=d /x /d
COPY --from=e /x /e
COPY --from=f /x /f
COPY --from=g /x /g
COPY --from=h /x /h
COPY --from=i /x /i
COPY --from=j /x /j
COPY --from=k /x /k
COPY --from=l /x /l
USER 10001
HEALTHCHECK CMD true
