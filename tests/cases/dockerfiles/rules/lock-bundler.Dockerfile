# expect: nothing
# why: frozen and without development by ENV
FROM ruby:3.3-slim
WORKDIR /app
ENV BUNDLE_FROZEN=true BUNDLE_WITHOUT=development:test
COPY Gemfile Gemfile.lock ./
RUN bundle install && rm -rf /usr/local/bundle/cache
USER 10001
HEALTHCHECK CMD true
