use super::Manager;

/// Whose list of packages or lock file this is, by its name: `package*.json`, `go.sum`.
pub fn names_packages(path: &str) -> Option<Manager> {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    let found = match name {
        "package.json"
        | "package-lock.json"
        | "package*.json"
        | "npm-shrinkwrap.json"
        | ".npmrc"
        | ".nvmrc"
        | "lerna.json" => Manager::Npm,
        "yarn.lock" | ".yarnrc.yml" | ".yarnrc" | ".yarn" => Manager::Yarn,
        "pnpm-lock.yaml" | "pnpm-workspace.yaml" | ".pnpmfile.cjs" => Manager::Pnpm,
        "bun.lock" | "bun.lockb" | "bunfig.toml" => Manager::Bun,
        "requirements" | "constraints.txt" | "setup.py" | "setup.cfg" => Manager::Pip,
        "pyproject.toml" | "poetry.lock" => Manager::Poetry,
        "uv.lock" | ".python-version" => Manager::Uv,
        "Pipfile" | "Pipfile.lock" => Manager::Pipenv,
        "go.mod" | "go.sum" | "go.work" | "go.work.sum" => Manager::Go,
        // A wrapper says which version of the tool reads the lists.
        "pom.xml" | "mvnw" | "mvnw.cmd" | ".mvn" => Manager::Maven,
        "gradle" | "gradle.properties" | "libs.versions.toml" => Manager::Gradle,
        // cargo-chef's recipe is made of lists only.
        "Cargo.toml" | "Cargo.lock" | "rust-toolchain" | "rust-toolchain.toml" | "recipe.json" => {
            Manager::Cargo
        }
        "Gemfile" | "Gemfile.lock" | ".ruby-version" => Manager::Bundler,
        "composer.json" | "composer.lock" => Manager::Composer,
        "packages.lock.json"
        | "Directory.Packages.props"
        | "Directory.Build.props"
        | "global.json" => Manager::Dotnet,
        name if name.eq_ignore_ascii_case("nuget.config") => Manager::Dotnet,
        name if name.starts_with("requirements") && name.ends_with(".txt") => Manager::Pip,
        name if ["build.gradle", "settings.gradle", "gradlew"]
            .iter()
            .any(|start| name.starts_with(start)) =>
        {
            Manager::Gradle
        }
        name if [".csproj", ".fsproj", ".vbproj", ".sln", ".slnx"]
            .iter()
            .any(|end| name.ends_with(end)) =>
        {
            Manager::Dotnet
        }
        name if name.ends_with(".gemspec") => Manager::Bundler,
        _ => return None,
    };
    Some(found)
}

/// Whose installed packages this folder holds: `/app/node_modules`.
pub fn holds_packages(path: &str) -> Option<Manager> {
    let part = |name: &str| path.split('/').any(|part| part == name);
    if part("node_modules") {
        Some(Manager::Npm)
    } else if part("site-packages") || part(".venv") || part("venv") {
        Some(Manager::Pip)
    } else {
        None
    }
}
