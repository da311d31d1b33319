use super::Manager;

/// Whose list of packages or lock file this is, by its name: `package*.json`, `go.sum`.
pub fn names_packages(path: &str) -> Option<Manager> {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    let found = match name {
        "package.json"
        | "package-lock.json"
        | "package*.json"
        | "npm-shrinkwrap.json"
        | ".npmrc" => Manager::Npm,
        "yarn.lock" | ".yarnrc.yml" => Manager::Yarn,
        "pnpm-lock.yaml" | "pnpm-workspace.yaml" => Manager::Pnpm,
        "bun.lock" | "bun.lockb" => Manager::Bun,
        "pyproject.toml" | "poetry.lock" => Manager::Poetry,
        "uv.lock" => Manager::Uv,
        "Pipfile" | "Pipfile.lock" => Manager::Pipenv,
        "go.mod" | "go.sum" => Manager::Go,
        "pom.xml" => Manager::Maven,
        "Cargo.toml" | "Cargo.lock" => Manager::Cargo,
        "Gemfile" | "Gemfile.lock" => Manager::Bundler,
        "composer.json" | "composer.lock" => Manager::Composer,
        name if name.starts_with("requirements") && name.ends_with(".txt") => Manager::Pip,
        name if name.starts_with("build.gradle") || name.starts_with("settings.gradle") => {
            Manager::Gradle
        }
        name if name.ends_with(".csproj") || name == "packages.lock.json" => Manager::Dotnet,
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
