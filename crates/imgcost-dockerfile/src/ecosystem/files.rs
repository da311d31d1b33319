use super::Manager;

/// Lists of packages and lock files, and what says which version of a tool reads them.
const LISTS: [(&str, Manager); 54] = [
    ("package.json", Manager::Npm),
    ("package-lock.json", Manager::Npm),
    ("npm-shrinkwrap.json", Manager::Npm),
    (".npmrc", Manager::Npm),
    (".nvmrc", Manager::Npm),
    ("lerna.json", Manager::Npm),
    ("yarn.lock", Manager::Yarn),
    (".yarnrc.yml", Manager::Yarn),
    (".yarnrc", Manager::Yarn),
    (".yarn", Manager::Yarn),
    ("pnpm-lock.yaml", Manager::Pnpm),
    ("pnpm-workspace.yaml", Manager::Pnpm),
    (".pnpmfile.cjs", Manager::Pnpm),
    ("bun.lock", Manager::Bun),
    ("bun.lockb", Manager::Bun),
    ("bunfig.toml", Manager::Bun),
    ("requirements.txt", Manager::Pip),
    ("requirements", Manager::Pip),
    ("constraints.txt", Manager::Pip),
    ("setup.py", Manager::Pip),
    ("setup.cfg", Manager::Pip),
    ("pyproject.toml", Manager::Poetry),
    ("poetry.lock", Manager::Poetry),
    ("uv.lock", Manager::Uv),
    (".python-version", Manager::Uv),
    ("Pipfile", Manager::Pipenv),
    ("Pipfile.lock", Manager::Pipenv),
    ("go.mod", Manager::Go),
    ("go.sum", Manager::Go),
    ("go.work", Manager::Go),
    ("go.work.sum", Manager::Go),
    ("pom.xml", Manager::Maven),
    ("mvnw", Manager::Maven),
    ("mvnw.cmd", Manager::Maven),
    (".mvn", Manager::Maven),
    ("build.gradle", Manager::Gradle),
    ("settings.gradle", Manager::Gradle),
    ("gradle.properties", Manager::Gradle),
    ("gradle", Manager::Gradle),
    ("gradlew", Manager::Gradle),
    ("libs.versions.toml", Manager::Gradle),
    ("Cargo.toml", Manager::Cargo),
    ("Cargo.lock", Manager::Cargo),
    ("rust-toolchain", Manager::Cargo),
    ("rust-toolchain.toml", Manager::Cargo),
    // cargo-chef's recipe is made of lists only.
    ("recipe.json", Manager::Cargo),
    ("Gemfile", Manager::Bundler),
    ("Gemfile.lock", Manager::Bundler),
    (".ruby-version", Manager::Bundler),
    ("composer.json", Manager::Composer),
    ("composer.lock", Manager::Composer),
    ("packages.lock.json", Manager::Dotnet),
    ("Directory.Packages.props", Manager::Dotnet),
    ("Directory.Build.props", Manager::Dotnet),
];

/// Whose list of packages or lock file this is, by its name: `go.sum`, `package*.json`, `yarn.loc[k]`.
pub fn names_packages(path: &str) -> Option<Manager> {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    // `yarn.loc[k]` copies a file that may not be there.
    let name = name.replace(['[', ']'], "");
    let listed = LISTS.iter().find(|(list, _)| match name.split_once('*') {
        None => *list == name,
        // Of a pattern, what it begins with must tell.
        Some((start, end)) => {
            start.len() >= 3 && list.starts_with(start) && list.ends_with(end.trim_matches('*'))
        }
    });
    if let Some((_, manager)) = listed {
        return Some(*manager);
    }
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    let stem = ["txt", "in"].iter().find_map(|ending| name.strip_suffix(ending)?.strip_suffix('.'));
    let is_requirements = |stem: &str| {
        stem.starts_with("requirements")
            || stem.ends_with("requirements")
            || ["req", "reqs"].contains(&stem)
    };
    if stem.is_some_and(is_requirements) {
        Some(Manager::Pip)
    } else if name.starts_with("build.gradle")
        || name.starts_with("settings.gradle")
        || name.starts_with("gradlew")
    {
        Some(Manager::Gradle)
    } else if ends(&[".csproj", ".fsproj", ".vbproj", ".sln", ".slnx"])
        || ["nuget.config", "global.json"].contains(&name.to_ascii_lowercase().as_str())
    {
        Some(Manager::Dotnet)
    } else if ends(&[".gemspec"]) {
        Some(Manager::Bundler)
    } else {
        None
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_known_by_name_and_by_pattern() {
        for (path, manager) in [
            ("web/package.json", Manager::Npm),
            ("package*", Manager::Npm),
            ("package*.json", Manager::Npm),
            ("yarn.loc[k]", Manager::Yarn),
            ("go.*", Manager::Go),
            ("Gemfile*", Manager::Bundler),
            ("poetry.lock*", Manager::Poetry),
            ("requirements/", Manager::Pip),
            ("requirements-prod.txt", Manager::Pip),
            ("docker/dev-requirements.in", Manager::Pip),
            ("/app/req.txt", Manager::Pip),
            ("src/*.csproj", Manager::Dotnet),
            ("gradlew*", Manager::Gradle),
            ("build.gradle.kts", Manager::Gradle),
            (".mvn", Manager::Maven),
        ] {
            assert_eq!(names_packages(path), Some(manager), "{path}");
        }
        for path in ["src", ".", "*", "*.json", "p*", "main.go", "packages", "tsconfig.json"] {
            assert_eq!(names_packages(path), None, "{path}");
        }
    }
}
