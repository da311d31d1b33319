use super::seen::{At, Seen};
use crate::ecosystem::Manager;

/// The files that name a manager's packages, as a `COPY` lists them.
pub(super) const fn lists_of(manager: Manager) -> &'static str {
    match manager {
        Manager::Npm => "package*.json",
        Manager::Yarn => "package.json yarn.lock",
        Manager::Pnpm => "package.json pnpm-lock.yaml",
        Manager::Bun => "package.json bun.lock",
        Manager::Pip => "requirements.txt",
        Manager::Uv => "pyproject.toml uv.lock",
        Manager::Poetry => "pyproject.toml poetry.lock",
        Manager::Pipenv => "Pipfile Pipfile.lock",
        Manager::Go => "go.mod go.sum",
        Manager::Maven => "pom.xml",
        Manager::Gradle => "*.gradle* gradle.properties",
        Manager::Cargo => "Cargo.toml Cargo.lock",
        Manager::Dotnet => "*.csproj",
        Manager::Bundler => "Gemfile Gemfile.lock",
        Manager::Composer => "composer.json composer.lock",
        Manager::Apt | Manager::Apk | Manager::Dnf | Manager::Zypper => "",
    }
}

/// The install that takes what the lock file says.
pub(super) const fn locked_command(manager: Manager) -> &'static str {
    match manager {
        Manager::Npm => "npm ci",
        Manager::Yarn => "yarn install --frozen-lockfile",
        Manager::Pnpm => "pnpm install --frozen-lockfile",
        Manager::Bun => "bun install --frozen-lockfile",
        Manager::Pip => "pip install --require-hashes -r requirements.txt",
        Manager::Uv => "uv sync --locked",
        Manager::Poetry => "poetry install",
        Manager::Pipenv => "pipenv install --deploy",
        Manager::Go => "go mod download",
        Manager::Maven => "mvn dependency:go-offline",
        Manager::Gradle => "./gradlew dependencies",
        Manager::Cargo => "cargo build --release --locked",
        Manager::Dotnet => "dotnet restore --locked-mode",
        Manager::Bundler => "BUNDLE_FROZEN=true bundle install",
        Manager::Composer => "composer install",
        Manager::Apt | Manager::Apk | Manager::Dnf | Manager::Zypper => "",
    }
}

/// What leaves development packages out.
pub(super) const fn production_command(manager: Manager) -> &'static str {
    match manager {
        Manager::Npm => "npm ci --omit=dev",
        Manager::Yarn => "yarn install --frozen-lockfile --production",
        Manager::Pnpm => "pnpm install --frozen-lockfile --prod",
        Manager::Bun => "bun install --frozen-lockfile --production",
        Manager::Uv => "uv sync --locked --no-dev",
        Manager::Poetry => "poetry install --only main",
        Manager::Pipenv => "pipenv install --deploy",
        Manager::Bundler => "BUNDLE_WITHOUT=development:test bundle install",
        Manager::Composer => "composer install --no-dev",
        _ => "pip install -r requirements.txt",
    }
}

/// What fetches packages apart from a build.
pub(super) fn fetch_command(manager: Manager, seen: &Seen<'_>, at: &At<'_>) -> String {
    match manager {
        Manager::Cargo => format!(
            "RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target={}/target \\\n    {}",
            at.instruction.workdir.trim_end_matches('/'),
            without_run(&seen.text(at)),
        ),
        Manager::Dotnet => "RUN dotnet restore".to_owned(),
        manager => format!("RUN {}", locked_command(manager)),
    }
}

/// The commands of a `RUN` as it stands.
pub(super) fn without_run(text: &str) -> &str {
    let rest = text
        .get(3..)
        .filter(|_| text.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("run")));
    rest.unwrap_or(text).trim()
}
