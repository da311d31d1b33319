//! What rules advise: lines that build when they are pasted. Expected lines are written by hand from
//! the manuals of the tools that they call.

use imgcost_dockerfile::cache::plan;
use imgcost_dockerfile::rules::{Context, Settings, check};
use imgcost_dockerfile::{ReadOptions, read};

/// The help of a rule, of all its findings in the order of the file, in a folder with these files.
fn helps_in(files: &[&str], text: &str, rule: &str) -> Vec<String> {
    let files = files.iter().map(|path| ((*path).to_owned(), 1)).collect::<Vec<_>>();
    let files = (!files.is_empty()).then_some(files);
    let context = Context { ignore: None, files };
    let file = read("Dockerfile", text, &ReadOptions::default()).unwrap();
    let checked = check(&file, &plan(&file, &context), &context, &Settings::default());
    let found = checked.findings.into_iter().filter(|found| found.rule == rule);
    let found: Vec<String> = found.map(|found| found.help).collect();
    assert!(!found.is_empty(), "no {rule} for\n{text}");
    found.iter().for_each(|help| builds_on(help));
    found
}

fn help(text: &str, rule: &str) -> String {
    let mut found = helps_in(&[], text, rule);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

/// Help with instructions is a piece of a Dockerfile, whatever else it says is a comment of it.
fn builds_on(help: &str) {
    let instructions =
        ["FROM ", "RUN ", "COPY ", "ADD ", "ENV ", "USER ", "WORKDIR ", "HEALTHCHECK "];
    let is_code = |line: &str| instructions.iter().any(|word| line.starts_with(word));
    if help.lines().any(is_code) {
        let own = help.contains(" AS build\n");
        let stages = if own { "" } else { "FROM scratch AS build\nFROM scratch AS prod\n" };
        let text = format!("{stages}FROM scratch\n{help}\n");
        let read = read("Dockerfile", &text, &ReadOptions::default());
        assert!(read.is_ok(), "{help}\n{:?}", read.err());
    }
}

/// An install in a stage that has the lists.
fn unlocked(base: &str, lists: &str, run: &str) -> String {
    help(&format!("FROM {base}\nWORKDIR /app\nCOPY {lists} ./\n{run}\n"), "unlocked-install")
}

#[test]
fn held_to_its_lock_file_an_install_keeps_its_flags() {
    let npm = |run: &str| {
        help(&format!("FROM node:22\nWORKDIR /app\nCOPY package*.json ./\n{run}\n"), "npm-install")
    };
    // https://docs.npmjs.com/cli/v10/commands/npm-ci: `omit` is there, `save` is not; `--production`
    // is the older word for `--omit=dev` (https://docs.npmjs.com/cli/v10/using-npm/config#production).
    assert_eq!(npm("RUN npm install --production --no-save"), "RUN npm ci --omit=dev");
    assert_eq!(npm("RUN npm --silent i --only=production"), "RUN npm --silent ci --omit=dev");
    assert_eq!(
        npm("RUN cd web && CI=1 npm install --legacy-peer-deps && npm cache clean --force"),
        "RUN cd web && CI=1 npm ci --legacy-peer-deps && npm cache clean --force"
    );
    let yarn = |run: &str| unlocked("node:22", "package.json yarn.lock", run);
    assert_eq!(
        yarn("RUN yarn install --production"),
        "RUN yarn install --frozen-lockfile --production"
    );
    assert_eq!(yarn("RUN yarn --production"), "RUN yarn install --frozen-lockfile --production");
    // Yarn 2 and later have another word: https://yarnpkg.com/cli/install.
    assert_eq!(
        unlocked("node:22", "package.json yarn.lock .yarnrc.yml", "RUN yarn install"),
        "RUN yarn install --immutable"
    );
    assert_eq!(
        unlocked(
            "node:22",
            "package.json pnpm-lock.yaml",
            "RUN pnpm i --prod --no-frozen-lockfile"
        ),
        "RUN pnpm install --frozen-lockfile --prod"
    );
    assert_eq!(
        unlocked("oven/bun:1", "package.json bun.lock", "RUN bun install --production"),
        "RUN bun install --frozen-lockfile --production"
    );
    assert_eq!(
        unlocked("python:3.13", "pyproject.toml uv.lock", "RUN uv sync --no-dev --no-cache"),
        "RUN uv sync --locked --no-dev --no-cache"
    );
    assert_eq!(
        unlocked("ruby:3.4", "Gemfile Gemfile.lock", "RUN bundle install --jobs 4"),
        "RUN BUNDLE_FROZEN=true bundle install --jobs 4"
    );
    // Composer stops at flags that it does not know, and `install` does not know this one.
    assert_eq!(
        unlocked("php:8.4", "composer.json composer.lock", "RUN composer update -W --no-dev"),
        "RUN composer install --no-dev"
    );
}

#[test]
fn builds_are_held_to_the_lock_file_and_stay_builds() {
    let cargo = |run: &str| unlocked("rust:1.85", "Cargo.toml Cargo.lock src", run);
    assert_eq!(cargo("RUN cargo install --path ."), "RUN cargo install --locked --path .");
    assert_eq!(
        cargo("RUN --mount=type=cache,target=/usr/local/cargo/registry cargo build --release"),
        "RUN --mount=type=cache,target=/usr/local/cargo/registry cargo build --locked --release"
    );
    // NuGet takes it as a property where the restore is a part of something else:
    // https://learn.microsoft.com/en-us/nuget/consume-packages/package-references-in-project-files#locking-dependencies
    assert_eq!(
        unlocked(
            "mcr.microsoft.com/dotnet/sdk:8.0",
            "a.csproj packages.lock.json",
            "RUN dotnet publish -c Release -o out"
        ),
        "RUN dotnet publish -p:RestoreLockedMode=true -c Release -o out"
    );
    assert_eq!(
        unlocked("golang:1.26", "go.mod go.sum main.go", "RUN go build -mod=mod -o /app ."),
        "RUN go build -o /app ."
    );
}

/// Sources copied in one piece, and what is built of them.
fn early(base: &str, rest: &str) -> String {
    help(&format!("FROM {base}\nWORKDIR /app\nCOPY . .\n{rest}\n"), "copy-before-install")
}

#[test]
fn lists_and_installs_go_before_the_sources() {
    assert_eq!(
        early("node:22", "RUN npm install --production"),
        "COPY package*.json ./\nRUN npm ci --omit=dev\nCOPY . ."
    );
    // What else the step does needs the sources.
    assert_eq!(
        early("node:22", "RUN npm ci && npm run build && npm prune --omit=dev"),
        "COPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build && npm prune --omit=dev"
    );
    // A list may name another beside it.
    assert_eq!(
        early("python:3.13", "RUN pip install -r requirements/prod.txt"),
        "COPY requirements ./requirements/\nRUN pip install -r requirements/prod.txt\nCOPY . ."
    );
    // https://python-poetry.org/docs/cli/#install: the project itself needs its sources.
    assert_eq!(
        early("python:3.13", "RUN poetry install --only main"),
        "COPY pyproject.toml poetry.lock ./\nRUN poetry install --no-root --only main\nCOPY . .\n\
         RUN poetry install --only main"
    );
    assert_eq!(
        early("python:3.13", "RUN uv sync --locked"),
        "COPY pyproject.toml uv.lock ./\nRUN uv sync --no-install-project --locked\nCOPY . .\n\
         RUN uv sync --locked"
    );
    // Scripts of composer.json are often those of the framework, which lies in the sources.
    assert_eq!(
        early("php:8.4", "RUN composer install --no-dev"),
        "COPY composer.json composer.lock ./\n\
         RUN composer install --no-scripts --no-autoloader --no-dev\nCOPY . .\n\
         RUN composer install --no-dev"
    );
    assert_eq!(
        early(
            "golang:1.26",
            "RUN apt-get update && apt-get install -y protobuf-compiler\nRUN go build ."
        ),
        "RUN apt-get update && apt-get install -y protobuf-compiler\nCOPY go.mod go.sum ./\n\
         RUN go mod download\nCOPY . ."
    );
}

#[test]
fn of_the_lists_only_those_that_are_there_are_copied() {
    let text = "FROM golang:1.26\nWORKDIR /app\nCOPY . .\nRUN go build .\n";
    let found = helps_in(&["go.mod", "main.go"], text, "copy-before-install");
    assert_eq!(found, ["COPY go.mod ./\nRUN go mod download\nCOPY . ."]);
}

#[test]
fn the_project_itself_is_installed_below_its_sources() {
    let text = "FROM python:3.13\nCOPY . /w\nWORKDIR /w\nRUN pip3 install --no-cache-dir -e .\n";
    // Nobody knows of a list: pip has no way to install what a project depends on without it.
    let told = help(text, "copy-before-install");
    assert!(!told.contains("RUN") && told.contains("--no-deps"), "{told}");
    // With a list beside it, its packages come first; WORKDIR stays above what relies upon it.
    let found = helps_in(&["requirements.txt", "pyproject.toml"], text, "copy-before-install");
    assert_eq!(
        found,
        [
            "WORKDIR /w\nCOPY requirements.txt ./\nRUN pip3 install --no-cache-dir -r requirements.txt\n\
          COPY . /w\nRUN pip3 install --no-cache-dir -e ."
        ]
    );
}

#[test]
fn cargo_needs_sources_for_everything_so_that_what_it_made_is_kept_in_mounts() {
    // `cargo fetch` without src/: "no targets specified in the manifest".
    assert_eq!(
        early("rust:1.85", "RUN cargo install --path ."),
        "COPY . .\nRUN --mount=type=cache,target=/usr/local/cargo/registry \\\n    \
         --mount=type=cache,target=/app/target \\\n    cargo install --locked --path ."
    );
    // What is in a mount is in no layer: it must be taken out where another stage copies it.
    assert_eq!(
        early(
            "rust:1.85 AS build",
            "RUN cargo build --release --locked\nFROM debian:12-slim\n\
             COPY --from=build /app/target/release/shop /shop"
        ),
        "COPY . .\nRUN --mount=type=cache,target=/usr/local/cargo/registry \\\n    \
         --mount=type=cache,target=/app/target \\\n    cargo build --release --locked && \\\n    \
         cp target/release/shop /usr/local/bin/\n# and in the stage that ships:\n\
         COPY --from=build /usr/local/bin/shop /shop"
    );
    // Nobody says what is needed of it.
    let told = early("rust:1.85", "RUN cargo build --release");
    assert!(!told.contains("RUN") && told.contains("cargo-chef"), "{told}");
}

#[test]
fn build_tools_are_called_as_the_file_calls_them() {
    assert_eq!(
        early("gradle:8-jdk21", "RUN gradle build --no-daemon"),
        "COPY *.gradle* gradle.properties* ./\nRUN gradle dependencies --no-daemon\nCOPY . ."
    );
    assert_eq!(
        early("eclipse-temurin:21", "RUN ./gradlew bootJar"),
        "COPY *.gradle* gradle.properties* gradlew ./\nCOPY gradle ./gradle/\n\
         RUN ./gradlew dependencies\nCOPY . ."
    );
    assert_eq!(
        early("eclipse-temurin:21", "RUN ./mvnw -B package -DskipTests"),
        "COPY pom.xml mvnw ./\nCOPY .mvn ./.mvn/\nRUN ./mvnw -B dependency:go-offline\nCOPY . ."
    );
    assert_eq!(
        early("mcr.microsoft.com/dotnet/sdk:8.0", "RUN dotnet publish Api/Api.csproj -o /out"),
        "COPY Api/Api.csproj ./Api/\nRUN dotnet restore Api/Api.csproj\nCOPY . ."
    );
    // Lists keep the owner that the sources have, in the folder where the tool runs.
    let text = "FROM gradle:8-jdk21\nCOPY --chown=gradle . /home/gradle/src\nWORKDIR /home/gradle/src\n\
                RUN gradle build\n";
    assert_eq!(
        help(text, "copy-before-install"),
        "COPY --chown=gradle *.gradle* gradle.properties* /home/gradle/src/\n\
         WORKDIR /home/gradle/src\nRUN gradle dependencies\nCOPY --chown=gradle . /home/gradle/src"
    );
}

#[test]
fn folders_of_the_install_tell_where_its_lists_are() {
    let text = "FROM node:22\nCOPY . /src\nWORKDIR /src/web\nRUN npm ci\n";
    assert_eq!(
        help(text, "copy-before-install"),
        "WORKDIR /src/web\nCOPY web/package*.json ./\nRUN npm ci\nCOPY . /src"
    );
    let text = "FROM node:22\nWORKDIR /srv\nCOPY app ./app\nRUN cd app && npm ci\n";
    assert_eq!(
        help(text, "copy-before-install"),
        "COPY app/package*.json /srv/app/\nRUN cd app && npm ci\nCOPY app ./app"
    );
    // A copy to a relative path goes where it went, whatever WORKDIR is above it now.
    let text = "FROM node:22\nWORKDIR /srv\nCOPY . app/\nWORKDIR /srv/app\nRUN npm ci\n";
    assert_eq!(
        help(text, "copy-before-install"),
        "WORKDIR /srv/app\nCOPY package*.json ./\nRUN npm ci\nCOPY . /srv/app/"
    );
    // Where a flag says the folder, nothing is guessed.
    let told = early("node:22", "RUN npm --prefix web ci");
    assert!(!told.contains("RUN"), "{told}");
}

#[test]
fn an_install_between_keeps_its_own_lists() {
    // The first of two is told by itself; it is no line to run without its lists.
    let text =
        "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN curl https://x; npm install\nRUN npm ci\n";
    assert_eq!(
        help(text, "copy-before-install"),
        "COPY package*.json ./\nRUN curl https://x; npm ci\nRUN npm ci\nCOPY . ."
    );
}

#[test]
fn stages_beside_each_other_install_each_for_itself() {
    let text = "FROM node:22-slim AS base\nCOPY . /app\nWORKDIR /app\n\
                FROM base AS prod\nRUN pnpm install --prod --frozen-lockfile\n\
                FROM base AS build\nRUN pnpm install --frozen-lockfile\nRUN pnpm run build\n\
                FROM base\nCOPY --from=prod /app/node_modules /app/node_modules\n\
                COPY --from=build /app/dist /app/dist\n";
    assert_eq!(
        help(text, "copy-before-install"),
        "# leave `COPY . /app` out of `base`; then in each stage that starts from it:\n\
         # `prod`\nCOPY package.json pnpm-lock.yaml ./\nRUN pnpm install --prod --frozen-lockfile\n\
         COPY . /app\n\
         # `build`\nCOPY package.json pnpm-lock.yaml ./\nRUN pnpm install --frozen-lockfile\n\
         COPY . /app\n\
         # and where nothing is installed, copy what the stage needs"
    );
}

#[test]
fn production_installs_keep_what_else_the_file_says() {
    let dev = |base: &str, rest: &str| {
        help(&format!("FROM {base}\nWORKDIR /app\n{rest}\n"), "dev-dependencies-in-final")
    };
    assert_eq!(
        dev("node:22", "COPY package*.json ./\nRUN npm install --legacy-peer-deps"),
        "# build in a stage of its own; in the final one:\nRUN npm ci --omit=dev --legacy-peer-deps"
    );
    // Bundler checks its groups again when the application starts, so that one RUN is not enough:
    // https://bundler.io/man/bundle-config.1.html
    assert_eq!(
        dev("ruby:3.4", "COPY Gemfile Gemfile.lock ./\nRUN bundle install --jobs 4"),
        "ENV BUNDLE_WITHOUT=development:test\nRUN bundle install --jobs 4"
    );
}

/// Mounts that https://docs.docker.com/reference/dockerfile/#example-cache-apt-packages has, with the
/// two files that let Debian's images keep what apt fetched.
const APT_CACHE: &str = "# or, faster for the next build:\n\
    RUN rm -f /etc/apt/apt.conf.d/docker-clean && \\\n    \
    echo 'Binary::apt::APT::Keep-Downloaded-Packages \"true\";' > /etc/apt/apt.conf.d/keep-cache\n\
    RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\\n    \
    --mount=type=cache,target=/var/lib/apt,sharing=locked \\\n    ";

#[test]
fn lists_of_apt_are_deleted_below_all_that_installs_by_them() {
    let kept = |text: &str| help(text, "package-cache-kept");
    assert_eq!(
        kept("FROM debian:12-slim\nRUN apt-get update && apt-get install -y curl\n"),
        format!(
            "RUN apt-get update && apt-get install -y curl && \\\n    rm -rf /var/lib/apt/lists/*\n\
             {APT_CACHE}apt-get update && apt-get install -y curl"
        )
    );
    // An update of its own is of use to the install below it only.
    assert_eq!(
        kept("FROM debian:12-slim\nRUN apt-get update -qq\nENV A=1\nRUN apt-get install -y curl\n"),
        format!(
            "RUN apt-get update -qq && \\\n    apt-get install -y curl && \\\n    \
             rm -rf /var/lib/apt/lists/*\n{APT_CACHE}apt-get update -qq && \\\n    \
             apt-get install -y curl"
        )
    );
    // A second install would miss the lists that the first one deletes.
    let two = kept(
        "FROM debian:12-slim\nRUN apt-get update && apt-get install -y a\nRUN apt-get install -y b\n",
    );
    let (clean, _) = two.split_once("\n# or").unwrap();
    assert_eq!(
        clean,
        "RUN apt-get update && apt-get install -y a && \\\n    rm -rf /var/lib/apt/lists/*\n\
         RUN apt-get update && \\\n    apt-get install -y b && \\\n    rm -rf /var/lib/apt/lists/*"
    );
}

#[test]
fn packages_that_a_later_step_builds_with_are_not_deleted() {
    let text = "FROM maven:3.9-eclipse-temurin-21\nWORKDIR /app\nCOPY pom.xml ./\n\
                RUN mvn dependency:go-offline\nCOPY src ./src\nRUN mvn package\n";
    let mount = "RUN --mount=type=cache,target=/root/.m2 mvn";
    let both = format!(
        "# each step reads what the one before it fetched:\n{mount} dependency:go-offline\n{mount} package"
    );
    assert_eq!(helps_in(&[], text, "package-cache-kept"), [both.clone(), both]);
    // Alone, a build may delete what it fetched; not where the container starts by it.
    let alone = |cmd: &str| {
        let text =
            format!("FROM golang:1.26\nWORKDIR /app\nCOPY . .\nRUN go build -o app .\n{cmd}\n");
        help(&text, "package-cache-kept")
    };
    assert_eq!(
        alone("CMD [\"./app\"]"),
        "RUN go build -o app . && \\\n    go clean -modcache -cache\n\
         # or, faster for the next build:\n\
         RUN --mount=type=cache,target=/go/pkg/mod go build -o app ."
    );
    assert!(!alone("CMD [\"go\", \"run\", \".\"]").contains("RUN"));
}

#[test]
fn flags_that_switch_a_cache_off_stand_behind_the_verb() {
    let kept = |run: &str| {
        let text =
            format!("FROM python:3.13-slim\nWORKDIR /app\nCOPY requirements.txt ./\n{run}\n");
        let help = help(&text, "package-cache-kept");
        help.lines().next().unwrap().to_owned()
    };
    assert_eq!(
        kept("RUN python -m pip install -r requirements.txt"),
        "RUN python -m pip install --no-cache-dir -r requirements.txt"
    );
    assert_eq!(
        kept("RUN pip install -U pip && pip install -r requirements.txt"),
        "RUN pip install --no-cache-dir -U pip && pip install --no-cache-dir -r requirements.txt"
    );
    // A list of words is no line for `&&`.
    assert_eq!(kept("RUN [\"npm\", \"ci\", \"--omit=dev\"]"), "RUN npm ci --omit=dev && \\");
    // A here-document ends the instruction.
    let told =
        help("FROM node:22\nRUN <<EOF\nif true; then\n  npm ci\nfi\nEOF\n", "package-cache-kept");
    assert!(!told.contains("EOF && "), "{told}");
}

#[test]
fn a_cache_is_mounted_only_where_the_home_of_its_user_is_known() {
    let kept = |base: &str, user: &str| {
        let text = format!("FROM {base}\nUSER {user}\nCOPY package*.json ./\nRUN npm ci\n");
        help(&text, "package-cache-kept")
    };
    assert!(kept("node:22", "node").contains("target=/home/node/.npm,uid=1000,gid=1000 npm ci"));
    assert!(!kept("node:22", "app").contains("--mount"));
}

#[test]
fn alpine_needs_no_list_to_be_refreshed() {
    let kept = |run: &str| help(&format!("FROM alpine:3.22\n{run}\n"), "package-cache-kept");
    assert_eq!(kept("RUN apk update && apk --update add curl"), "RUN apk add --no-cache curl");
    assert_eq!(
        helps_in(&[], "FROM alpine:3.22\nRUN apk update\nRUN apk add curl\n", "package-cache-kept")
            .remove(0),
        "# needs no `apk update` above it:\nRUN apk add --no-cache curl"
    );
}

#[test]
fn what_is_deleted_later_is_made_used_and_deleted_in_one_step() {
    let late = |text: &str| help(text, "cleanup-in-later-layer");
    assert_eq!(
        late(
            "FROM alpine:3.22\nRUN apk add --no-cache --virtual .deps gcc\nWORKDIR /app\nCOPY . .\n\
             RUN ./configure\nRUN apk del .deps\n"
        ),
        "# all of it in one step:\nWORKDIR /app\nCOPY . .\n\
         RUN apk add --no-cache --virtual .deps gcc && \\\n    ./configure && \\\n    apk del .deps"
    );
    // The build between needs what is pruned.
    assert_eq!(
        late(
            "FROM node:22-alpine\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\n\
             RUN npm run build\nRUN npm prune --omit=dev\n"
        ),
        "# build in a stage of its own; in the final one:\nRUN npm ci --omit=dev"
    );
    // Another user would do the first part.
    let told = late(
        "FROM alpine:3.22\nRUN apk add --no-cache --virtual .deps gcc\nUSER 10001\nRUN make\nUSER root\n\
         RUN apk del .deps\n",
    );
    assert!(!told.contains("RUN apk"), "{told}");
}

#[test]
fn whoever_owns_a_copy_is_made_above_it() {
    let owned = |text: &str| help(text, "recursive-chown-layer");
    assert_eq!(
        owned("FROM debian:12-slim\nCOPY . /app\nRUN useradd -m app && chown -R app /app\n"),
        "RUN useradd -m app\nCOPY --chown=app . /app"
    );
    assert_eq!(
        owned(
            "FROM alpine:3.22\nWORKDIR /app\nCOPY --chown=root dist ./dist\nRUN addgroup -S web\n\
             RUN adduser -S app -G web\nRUN chown -R app:web .\n"
        ),
        "RUN addgroup -S web\nRUN adduser -S app -G web\nCOPY --chown=app:web dist ./dist"
    );
    // Made above it already, or by the base image.
    let text = "FROM debian:12-slim\nRUN useradd app\nCOPY . /app\nRUN chown -R app:app /app\n";
    assert_eq!(owned(text), "COPY --chown=app:app . /app");
    let text =
        "FROM node:22-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nRUN chown -R node .\n";
    assert_eq!(
        owned(text),
        "COPY --chown=node package*.json ./\n\
         # what line 4 installs may stay root's: the application only reads it"
    );
}

#[test]
fn where_some_folders_are_owned_not_all_are() {
    let text = "FROM ruby:3.4-slim\nCOPY app /rails\n\
                RUN useradd rails && chown -R rails:rails /rails/log /rails/tmp\n";
    assert_eq!(
        help(text, "recursive-chown-layer"),
        "RUN useradd rails\n# copy /rails/log, /rails/tmp apart, with --chown=rails:rails, \
         and leave that out of the copy of line 2 (--exclude, Dockerfile syntax 1.19)"
    );
    // What Composer installs is not in the folder that changes its owner.
    let text = "FROM php:8.4-apache\nWORKDIR /srv\nCOPY . .\nRUN composer install --no-dev\n\
                RUN chown -R www-data /srv/storage\n";
    let told = help(text, "recursive-chown-layer");
    assert!(told.contains("line 3") && !told.contains("line 4"), "{told}");
}

/// The help of an image that builds what it ships.
fn staged(base: &str, rest: &str) -> String {
    help(&format!("FROM {base}\nWORKDIR /app\nCOPY . .\n{rest}\n"), "single-stage-build")
}

#[test]
fn a_program_of_go_is_static_where_the_image_has_no_library() {
    // distroless/static has no C library: https://github.com/GoogleContainerTools/distroless/tree/main/base
    assert_eq!(
        staged("golang:1.26", "RUN go build -o main .\nCMD [\"./main\"]"),
        "FROM golang:1.26 AS build\n# all that stands here now, up to the build, which is static:\n\
         RUN CGO_ENABLED=0 go build -o main .\n# then:\n\
         FROM gcr.io/distroless/static-debian12:nonroot\nWORKDIR /app\n\
         COPY --from=build /app/main ./main"
    );
    let end = |text: String| text.lines().skip(2).map(str::to_owned).collect::<Vec<_>>().join("\n");
    assert_eq!(
        end(staged("golang:1.26", "RUN CGO_ENABLED=0 go build -o /usr/bin/shop ./cmd/shop")),
        "FROM gcr.io/distroless/static-debian12:nonroot\nWORKDIR /app\n\
         COPY --from=build /usr/bin/shop /usr/bin/shop"
    );
    // Without `-o` it is called as the folder of its package.
    assert!(staged("golang:1.26", "RUN go build ./cmd/shop").ends_with("/app/shop ./shop"));
    assert!(staged("golang:1.26", "RUN go build").ends_with("/app/<program> ./<program>"));
    // What is linked to a C library runs on the distribution that it was linked on.
    assert_eq!(
        end(staged("golang:1.26-alpine3.22", "RUN apk add gcc musl-dev\nRUN go build -o main .")),
        "FROM alpine:3.22\nWORKDIR /app\nCOPY --from=build /app/main ./main"
    );
    assert!(
        staged("golang:1.26-bookworm", "ENV CGO_ENABLED=1\nRUN go build -o main .")
            .contains("\nFROM debian:bookworm-slim\n")
    );
}

#[test]
fn what_a_build_makes_is_copied_from_where_it_is() {
    let last = |base: &str, rest: &str| staged(base, rest).lines().last().unwrap().to_owned();
    assert_eq!(
        last("mcr.microsoft.com/dotnet/sdk:8.0", "RUN dotnet publish -c Release -o out"),
        "COPY --from=build /app/out ./out"
    );
    assert_eq!(
        last("maven:3-eclipse-temurin-17", "RUN mvn package\nCMD java -jar target/shop.jar"),
        "COPY --from=build /app/target/shop.jar ./target/shop.jar"
    );
    assert_eq!(
        last("maven:3-eclipse-temurin-17", "RUN mvn package"),
        "COPY --from=build /app/target/*.jar /app.jar"
    );
    assert_eq!(
        last("node:22", "RUN npm run build -w packages/web"),
        "COPY --from=build /app/packages/web/dist ./packages/web/dist"
    );
    assert_eq!(
        last("rust:1.85", "RUN cargo build --release\nCMD [\"./target/release/shop\"]"),
        "COPY --from=build /app/target/release/shop ./target/release/shop"
    );
    assert_eq!(
        last("rust:1.85", "RUN cargo build --release"),
        "COPY --from=build /app/target/release/<program> ./target/release/<program>"
    );
}

#[test]
fn images_to_run_on_have_the_tag_of_those_that_compile() {
    let from = |base: &str, run: &str| {
        let help = staged(base, run);
        help.lines().rfind(|line| line.starts_with("FROM ")).unwrap().to_owned()
    };
    assert_eq!(
        from("mcr.microsoft.com/dotnet/sdk:8.0", "RUN dotnet publish -o out"),
        "FROM mcr.microsoft.com/dotnet/aspnet:8.0"
    );
    assert_eq!(
        from("maven:3-eclipse-temurin-17", "RUN mvn package"),
        "FROM eclipse-temurin:17-jre"
    );
    assert_eq!(from("gradle:8-jdk25", "RUN gradle build"), "FROM eclipse-temurin:25-jre");
    assert_eq!(from("maven:3.9", "RUN mvn package"), "FROM <image>");
    assert_eq!(
        from("rust:1.85-bookworm", "RUN cargo build --release"),
        "FROM gcr.io/distroless/cc-debian12:nonroot"
    );
    // Which Debian it is is not said, and what was linked on a newer one need not run on an older.
    assert_eq!(from("rust:1.85", "RUN cargo build --release"), "FROM <image>");
    assert_eq!(from("ubuntu:24.04", "RUN npm run build"), "FROM ubuntu:24.04");
    let user = |base: &str| help(&format!("FROM {base}\n"), "runs-as-root");
    assert_eq!(user("nginx:1.27-alpine"), "FROM nginxinc/nginx-unprivileged:1.27-alpine");
    assert_eq!(user("nginx"), "FROM nginxinc/nginx-unprivileged:<tag>");
    let pinned = |base: &str| help(&format!("FROM {base}\n"), "unpinned-base");
    assert_eq!(pinned("redis"), "name a version: redis:<tag>");
    assert_eq!(
        pinned("gcr.io/distroless/static-debian12"),
        "name what is meant by its digest: gcr.io/distroless/static-debian12:nonroot@sha256:<digest>"
    );
}

#[test]
fn tools_are_removed_only_where_nothing_is_lost_by_it() {
    let tools = |text: &str| help(text, "build-tools-in-final");
    assert_eq!(
        tools(
            "FROM debian:12-slim\nRUN apt-get update && apt-get install -y gcc make && make -C /x\n"
        ),
        "RUN apt-get update && apt-get install -y gcc make && make -C /x && \\\n    \
         apt-get purge -y --auto-remove gcc make"
    );
    let elsewhere = "build in a stage of its own and copy its result";
    // A later step compiles with them.
    assert_eq!(
        tools(
            "FROM node:22-slim\nRUN apt-get update && apt-get install -y g++ make\nRUN yarn install --production\n"
        ),
        elsewhere
    );
    // libzip4 came with libzip-dev, and would go with it, while the extension is linked to it.
    let told = tools(
        "FROM php:8.4-apache\nRUN apt-get update && apt-get install -y libzip-dev && docker-php-ext-install zip\n",
    );
    assert!(told.starts_with(elsewhere) && !told.contains("purge"), "{told}");
    assert_eq!(
        tools("FROM alpine:3.22\nRUN apk add --no-cache make && make -C /x\n"),
        "RUN apk add --virtual .build-deps --no-cache make && make -C /x && \\\n    apk del .build-deps"
    );
    // libstdc++ comes with g++ there, and stays only where somebody asked for it.
    assert!(tools("FROM alpine:3.22\nRUN apk add g++ && g++ -o /x x.cc\n").starts_with(elsewhere));
}

/// Whatever the file: what is advised for the cases of other tests is a piece of a Dockerfile.
#[test]
fn what_is_advised_for_any_case_is_a_piece_of_a_dockerfile() {
    let cases = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/cases/dockerfiles/rules");
    let mut told = 0;
    for entry in std::fs::read_dir(cases).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let file = read("Dockerfile", &text, &ReadOptions::default()).unwrap();
        let context = Context::default();
        let checked = check(&file, &plan(&file, &context), &context, &Settings::default());
        // Secrets and users are told of in words with a line among them.
        let words = ["secret-in-image", "runs-as-root", "missing-dockerignore"];
        for found in checked.findings.iter().filter(|found| !words.contains(&found.rule)) {
            builds_on(&found.help);
            told += 1;
        }
    }
    assert!(told >= 40, "only {told} findings");
}

/// Found by fuzzing: where nothing of a file can be moved, there are words.
#[test]
fn advice_is_never_empty() {
    let text = "FROM rust:1.94-alpine\nWORKDIR /src\nCOPY Cargo.toml Cargo.lock ./\n\
                RUN --mount=type=bind,target=/src cargo build --release --locked\n";
    assert!(!help(text, "copy-before-install").is_empty());
    // A mount of a kind that no builder knows brings no sources: nothing comes too early.
    let text = text.replace("bind,target=/src", "cacle,target=/usr/local/cargo/registry");
    let file = read("Dockerfile", &text, &ReadOptions::default()).unwrap();
    let context = Context::default();
    let found = check(&file, &plan(&file, &context), &context, &Settings::default()).findings;
    assert!(found.iter().all(|found| found.rule != "copy-before-install"), "{found:?}");
}

#[test]
fn a_smaller_base_has_a_tag_that_exists_and_keeps_the_line() {
    let smaller = |text: &str| help(text, "full-os-base");
    for (base, small) in [
        ("ruby:3.2-bullseye", "ruby:3.2-slim-bullseye"),
        ("perl:5.38-bookworm", "perl:5.38-slim-bookworm"),
        ("python:3.12-bookworm", "python:3.12-slim-bookworm"),
    ] {
        assert_eq!(smaller(&format!("FROM {base}\nCMD x\n")), format!("FROM {small}"));
    }
    // There is no `debian:slim`.
    assert!(smaller("FROM debian:latest\nCMD x\n").starts_with("# "));
    let staged = "FROM --platform=linux/amd64 node:20-bookworm AS base\nFROM base\nCMD x\n";
    assert_eq!(smaller(staged), "FROM --platform=linux/amd64 node:20-bookworm-slim AS base");
    // A line with a variable stays the author's.
    let variable = "ARG NODE_VERSION=20\nFROM node:${NODE_VERSION} AS base\nFROM base\nCMD x\n";
    assert!(smaller(variable).lines().all(|line| line.starts_with('#')), "{}", smaller(variable));
}

/// `APP_UID` is of .NET 8 and later; before that the name stands for nothing, and the user stays root.
#[test]
fn the_user_of_dotnet_is_there_since_version_8() {
    let user = |text: &str| help(text, "runs-as-root");
    let asp = |version: &str, rest: &str| {
        format!("FROM mcr.microsoft.com/dotnet/aspnet:{version}\nCOPY app /app\n{rest}")
    };
    assert_eq!(user(&asp("8.0", "")), "USER $APP_UID");
    assert!(user(&asp("6.0", "")).contains("useradd"));
    assert!(user(&asp("6.0", "USER $APP_UID\n")).contains("useradd"));
}

#[test]
fn without_development_packages_the_rest_of_the_step_stays() {
    let text = "FROM python:3.12-slim\nCOPY Pipfile* ./\n\
                RUN pip install pipenv && pipenv install --system --dev\nCMD x\n";
    assert_eq!(
        help(text, "dev-dependencies-in-final"),
        "RUN pip install pipenv && pipenv install --deploy --system"
    );
}

#[test]
fn steps_between_stay_below_the_sources_that_they_read() {
    let text = "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN python -m compileall .\n\
                RUN pip install --no-cache-dir -r requirements.txt\nCMD x\n";
    assert_eq!(
        help(text, "copy-before-install"),
        "COPY requirements.txt ./\nRUN pip install --no-cache-dir -r requirements.txt\n\
         COPY . .\nRUN python -m compileall ."
    );
}

/// Joined into one step with what lies between, `COPY . .` would come before the install.
#[test]
fn sources_are_never_moved_above_an_install() {
    let text = "FROM python:3.12-alpine\nWORKDIR /app\nRUN apk add --no-cache gcc\n\
                COPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n\
                COPY . .\nRUN apk del gcc\nCMD x\n";
    let told = help(text, "cleanup-in-later-layer");
    assert!(!told.contains("COPY"), "{told}");
}
