use crate::ecosystem::Manager;

/// The files that name a manager's packages, as a `COPY` lists them. What may be missing has a pattern:
/// a `COPY` of a file that is not there fails, one of a pattern beside a file does not.
pub(super) const fn lists_of(manager: Manager) -> &'static str {
    match manager {
        Manager::Npm => "package*.json",
        Manager::Yarn => "package.json yarn.lock",
        Manager::Pnpm => "package.json pnpm-lock.yaml",
        Manager::Bun => "package.json bun.lock*",
        Manager::Pip => "requirements.txt",
        Manager::Uv => "pyproject.toml uv.lock",
        Manager::Poetry => "pyproject.toml poetry.lock",
        Manager::Pipenv => "Pipfile Pipfile.lock",
        Manager::Go => "go.mod go.sum",
        Manager::Maven => "pom.xml",
        Manager::Gradle => "*.gradle* gradle.properties*",
        Manager::Cargo => "Cargo.toml Cargo.lock",
        Manager::Dotnet => "*.csproj",
        Manager::Bundler => "Gemfile Gemfile.lock",
        Manager::Composer => "composer.json composer.lock",
        Manager::Apt | Manager::Apk | Manager::Dnf | Manager::Zypper => "",
    }
}

/// What leaves development packages out, where the file at hand does not say how it installs.
pub(super) const fn production_command(manager: Manager) -> Option<&'static str> {
    Some(match manager {
        Manager::Npm => "npm ci --omit=dev",
        Manager::Yarn => "yarn install --frozen-lockfile --production",
        Manager::Pnpm => "pnpm install --frozen-lockfile --prod",
        Manager::Bun => "bun install --frozen-lockfile --production",
        _ => return None,
    })
}
