//! Where package managers put packages.

use super::Manager;
use super::act::{Act, act_in, install_in};
use super::call::{Call, Environment, is_on};
use crate::read::{Instruction, absolute};
use crate::shell::Command;

/// Where a command runs: its folder, and the home of who runs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Whereabouts {
    folder: String,
    home: String,
}

impl Whereabouts {
    /// Where an instruction runs its first command.
    pub(crate) fn of(instruction: &Instruction) -> Self {
        Self::new(&instruction.workdir, instruction.user.as_deref())
    }

    /// In a folder, as a user; `None` where the base image decides, which is mostly root.
    pub(crate) fn new(folder: &str, user: Option<&str>) -> Self {
        let name = user.map_or("root", |user| user.split(':').next().unwrap_or(user));
        let home = match name {
            "" | "root" | "0" => "/root".to_owned(),
            name => format!("/home/{name}"),
        };
        Self { folder: folder.to_owned(), home }
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &str {
        &self.folder
    }

    /// What `cd` does.
    pub(crate) fn enter(&mut self, command: &Command) {
        if command.program() == "cd" {
            self.folder = self.path(command.operands().next().unwrap_or("~"));
        }
    }

    /// A path made absolute, without a slash at its end.
    pub(crate) fn path(&self, path: &str) -> String {
        let at_home = ["~", "$HOME", "${HOME}"].iter().find_map(|home| path.strip_prefix(home));
        let path = match at_home {
            Some(rest) => absolute("/", &format!("{}{rest}", self.home)),
            None => absolute(&self.folder, path),
        };
        if path == "/" { path } else { path.trim_end_matches('/').to_owned() }
    }
}

/// Where official images of Python, Debian's and Alpine's have packages.
const PYTHON: [&str; 3] = [
    "/usr/local/lib/python*/site-packages",
    "/usr/local/lib/python*/dist-packages",
    "/usr/lib/python*/site-packages",
];

/// Where an install puts packages, or a build that fetches them; `*` where nobody knows the version.
/// Several where they may be in one or the other. Empty for packages of the operating system.
///
/// As the manuals have it: npm `folders`, pip `install` and `venv`, uv `projects/config`, Poetry
/// `virtualenvs`, Pipenv `virtualenv`, Go `GOMODCACHE`, Maven `settings.localRepository`, Gradle
/// `GRADLE_USER_HOME`, Cargo `cargo-home` and `build-cache`, NuGet `managing the global packages`, Bundler
/// `bundle-config`, Composer `vendor-dir`; `/usr/local/bundle`, `/usr/local/cargo` and `/go` are
/// set by the official images of those languages.
pub(crate) fn package_folders(
    command: &Command,
    environment: &Environment,
    at: &Whereabouts,
) -> Vec<String> {
    let manager = match act_in(command, environment) {
        Some(Act::Install(install)) => install.manager,
        Some(Act::Add { manager, .. }) if !manager.is_system() => manager,
        _ => match install_in(command, environment) {
            Some(install) => install.manager,
            None => return Vec::new(),
        },
    };
    let call = Call { command, environment, arguments: command.arguments() };
    match manager {
        Manager::Npm | Manager::Yarn | Manager::Pnpm | Manager::Bun => node(&call, at),
        Manager::Pip => pip(&call, at),
        Manager::Uv => uv(&call, at),
        Manager::Poetry => poetry(&call, at),
        Manager::Pipenv => pipenv(&call, at),
        Manager::Go => go(&call, at),
        Manager::Cargo => cargo(&call, at),
        Manager::Bundler => bundler(&call, at),
        Manager::Composer => composer(&call, at),
        Manager::Maven => moved(&call, at, &["-Dmaven.repo.local"], "~/.m2/repository"),
        Manager::Gradle => {
            moved(&call, at, &["GRADLE_USER_HOME", "--gradle-user-home"], "~/.gradle")
        }
        Manager::Dotnet => moved(&call, at, &["NUGET_PACKAGES", "--packages"], "~/.nuget/packages"),
        Manager::Apt | Manager::Apk | Manager::Dnf | Manager::Zypper => Vec::new(),
    }
}

/// The folder that a flag or variable names, or else the usual one.
fn moved(call: &Call<'_>, at: &Whereabouts, by: &[&str], usual: &str) -> Vec<String> {
    let elsewhere = by.iter().find_map(|name| match name.starts_with('-') {
        true => call.values(&[name]).first().copied(),
        false => call.variable(&[name]),
    });
    vec![at.path(elsewhere.unwrap_or(usual))]
}

fn says(call: &Call<'_>, word: &str) -> bool {
    call.arguments.iter().any(|own| own == word)
}

/// The project's folder, where flags name it.
fn project(call: &Call<'_>, at: &Whereabouts, flags: &[&str]) -> Whereabouts {
    let folder = call.values(flags).first().map_or(at.folder.clone(), |path| at.path(path));
    Whereabouts { folder, ..at.clone() }
}

fn node(call: &Call<'_>, at: &Whereabouts) -> Vec<String> {
    if call.has(&["-g", "--global"]) || says(call, "global") {
        return vec!["/usr/local/lib/node_modules".to_owned(), at.path("~/.config/yarn/global")];
    }
    let mut at = project(call, at, &["--prefix", "-C", "--cwd", "--dir"]);
    if says(call, "deploy")
        && let Some(folder) = call.command.operands().last()
    {
        at.folder = at.path(folder);
    }
    vec![at.path("node_modules")]
}

fn pip(call: &Call<'_>, at: &Whereabouts) -> Vec<String> {
    let named = [
        (&["-t", "--target"][..], "PIP_TARGET"),
        (&["--prefix"], "PIP_PREFIX"),
        (&["--root"], "PIP_ROOT"),
        (&["-w", "--wheel-dir"], "PIP_WHEEL_DIR"),
        (&["-d", "--dest"], "PIP_DEST"),
    ];
    let named = named.into_iter().find_map(|(flags, variable)| {
        call.values(flags).first().copied().or_else(|| call.variable(&[variable]))
    });
    if let Some(folder) = named {
        return vec![at.path(folder)];
    }
    if says(call, "wheel") || says(call, "download") {
        return vec![at.folder.clone()];
    }
    if call.has(&["--user"]) || call.is_set(&["PIP_USER"]) {
        return vec![at.path(call.variable(&["PYTHONUSERBASE"]).unwrap_or("~/.local"))];
    }
    match environment_of_python(call, at) {
        Some(folder) => vec![folder],
        None => PYTHON.map(str::to_owned).to_vec(),
    }
}

/// The virtual environment that a command works in: whose program it is, or which is activated.
fn environment_of_python(call: &Call<'_>, at: &Whereabouts) -> Option<String> {
    let program = call.command.words.iter().find(|word| word.ends_with(call.command.program()))?;
    let own = program.rsplit_once("/bin/").map(|(folder, _)| folder);
    let active = || call.variable(&["VIRTUAL_ENV"]).filter(|folder| !folder.is_empty());
    let first = || {
        let path = call.variable(&["PATH"])?;
        path.split(':').find_map(|folder| folder.trim_end_matches('/').strip_suffix("/bin"))
    };
    let found = own.or_else(active).or_else(first)?;
    // Of Python itself, of the system, or somebody's own programs.
    let is_none = ["", "/usr", "/usr/local", "$HOME/.local", "~/.local", "/root/.local"];
    let is_tool = found.split('/').any(|part| [".cargo", ".local", "cargo", "go"].contains(&part));
    (!is_none.contains(&found) && !is_tool).then(|| at.path(found))
}

fn uv(call: &Call<'_>, at: &Whereabouts) -> Vec<String> {
    let words: Vec<&str> = call.command.operands().collect();
    let at = project(call, at, &["--project", "--directory"]);
    if words.contains(&"tool") {
        return moved(call, &at, &["UV_TOOL_DIR"], "~/.local/share/uv/tools");
    }
    if words.contains(&"pip") {
        if call.has(&["--system"])
            || call.is_set(&["UV_SYSTEM_PYTHON"])
            || !call.values(&["-t", "--target", "--prefix"]).is_empty()
        {
            return pip(call, &at);
        }
        let active = environment_of_python(call, &at);
        return vec![active.unwrap_or_else(|| at.path(".venv"))];
    }
    match call.variable(&["UV_PROJECT_ENVIRONMENT"]).filter(|folder| !folder.is_empty()) {
        // Into the Python of the image.
        Some("/usr" | "/usr/local") => PYTHON.map(str::to_owned).to_vec(),
        Some(folder) => vec![at.path(folder)],
        None if call.has(&["--active"]) => pip(call, &at),
        None => vec![at.path(".venv")],
    }
}

fn poetry(call: &Call<'_>, at: &Whereabouts) -> Vec<String> {
    let at = project(call, at, &["-C", "--directory", "-P", "--project"]);
    let setting = |name: &str| call.variable(&[name]);
    if let Some(active) =
        environment_of_python(call, &at).filter(|_| setting("VIRTUAL_ENV").is_some())
    {
        return vec![active];
    }
    if setting("POETRY_VIRTUALENVS_CREATE").is_some_and(|value| !is_on(value)) {
        return pip(call, &at);
    }
    if setting("POETRY_VIRTUALENVS_IN_PROJECT").is_some_and(is_on) {
        return vec![at.path(".venv")];
    }
    // It takes a `.venv` that is there already.
    let mut folders =
        moved(call, &at, &["POETRY_VIRTUALENVS_PATH"], "~/.cache/pypoetry/virtualenvs");
    folders.push(at.path(".venv"));
    folders
}

fn pipenv(call: &Call<'_>, at: &Whereabouts) -> Vec<String> {
    if call.has(&["--system"]) || call.is_set(&["PIPENV_SYSTEM"]) {
        return pip(call, at);
    }
    if call.is_set(&["PIPENV_VENV_IN_PROJECT"]) {
        return vec![at.path(".venv")];
    }
    if let Some(active) = call.variable(&["VIRTUAL_ENV"]) {
        return vec![at.path(active)];
    }
    // It takes a `.venv` that is there already.
    vec![at.path("~/.local/share/virtualenvs"), at.path(".venv")]
}

fn go(call: &Call<'_>, at: &Whereabouts) -> Vec<String> {
    if says(call, "vendor") {
        return vec![at.path("vendor")];
    }
    let within = |path: &str| path.split(':').next().map(|path| format!("{path}/pkg/mod"));
    let named = call.variable(&["GOMODCACHE"]).map(str::to_owned);
    match named.or_else(|| within(call.variable(&["GOPATH"])?)) {
        Some(folder) => vec![at.path(&folder)],
        None => vec!["/go/pkg/mod".to_owned(), at.path("~/go/pkg/mod")],
    }
}

/// What `cargo chef cook` compiles lies in `target`.
fn cargo(call: &Call<'_>, at: &Whereabouts) -> Vec<String> {
    if says(call, "vendor") {
        return vec![at.path("vendor")];
    }
    let mut folders = match call.variable(&["CARGO_HOME"]) {
        Some(home) => vec![at.path(&format!("{home}/registry"))],
        None => vec!["/usr/local/cargo/registry".to_owned(), at.path("~/.cargo/registry")],
    };
    if !says(call, "fetch") && !says(call, "install") {
        folders.extend(moved(call, at, &["CARGO_TARGET_DIR", "--target-dir"], "target"));
    }
    folders
}

fn bundler(call: &Call<'_>, at: &Whereabouts) -> Vec<String> {
    let named = call.values(&["--path", "-i", "--install-dir"]).first().copied();
    if let Some(folder) = named.or_else(|| call.variable(&["BUNDLE_PATH"])) {
        return vec![at.path(folder)];
    }
    let home = call.variable(&["GEM_HOME"]).unwrap_or("/usr/local/bundle");
    let deploys = call.has(&["--deployment"]) || call.is_set(&["BUNDLE_DEPLOYMENT"]);
    let mut folders = vec![at.path(home)];
    // `deployment` is `path vendor/bundle` too, unless the image has settings of its own.
    folders.extend(deploys.then(|| at.path("vendor/bundle")));
    folders
}

fn composer(call: &Call<'_>, at: &Whereabouts) -> Vec<String> {
    if says(call, "global") {
        return vec![at.path("~/.composer"), at.path("~/.config/composer")];
    }
    let at = project(call, at, &["-d", "--working-dir"]);
    moved(call, &at, &["COMPOSER_VENDOR_DIR"], "vendor")
}

/// What a path is called in a folder, `Some("")` for the folder itself; `None` if it is not in it.
/// A part with `*` is any that begins and ends alike, on either side.
pub(crate) fn within(path: &str, folder: &str) -> Option<String> {
    let parts = |path| str::split(path, '/').filter(|part: &&str| !part.is_empty());
    let mut own = parts(path);
    for wanted in parts(folder) {
        let found = own.next()?;
        (alike(found, wanted) || alike(wanted, found)).then_some(())?;
    }
    Some(own.collect::<Vec<_>>().join("/"))
}

fn alike(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((begin, end)) => {
            name.starts_with(begin) && name.ends_with(end.trim_start_matches('*'))
        }
        None => pattern == name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::commands;

    fn first(text: &str, variables: &[(&str, &str)]) -> String {
        let mut environment = Environment::default();
        variables.iter().for_each(|(name, value)| environment.set(name, value));
        let mut at = Whereabouts::new("/app", None);
        let mut folders = Vec::new();
        for command in commands(text) {
            environment.learn(&command);
            at.enter(&command);
            folders = package_folders(&command, &environment, &at);
        }
        folders.first().cloned().unwrap_or_default()
    }

    #[test]
    fn packages_lie_where_the_manuals_say() {
        for (command, expected) in [
            ("npm ci", "/app/node_modules"),
            ("npm ci --prefix web", "/app/web/node_modules"),
            ("cd web && yarn install", "/app/web/node_modules"),
            ("npm install -g serve", "/usr/local/lib/node_modules"),
            ("pnpm deploy --filter=api --prod /prod", "/prod/node_modules"),
            ("pip install -r requirements.txt", PYTHON[0]),
            ("pip install --user -r requirements.txt", "/root/.local"),
            ("pip install --prefix=/install -r requirements.txt", "/install"),
            ("python -m pip install -t lib -r requirements.txt", "/app/lib"),
            ("/opt/venv/bin/pip install -r requirements.txt", "/opt/venv"),
            (". /opt/venv/bin/activate && pip install -r requirements.txt", "/opt/venv"),
            ("uv sync --frozen", "/app/.venv"),
            ("uv pip install --system -r requirements.txt", PYTHON[0]),
            ("uv pip install -r requirements.txt", "/app/.venv"),
            ("poetry install", "/root/.cache/pypoetry/virtualenvs"),
            ("poetry config virtualenvs.in-project true && poetry install", "/app/.venv"),
            ("poetry config virtualenvs.create false && poetry install", PYTHON[0]),
            ("pipenv install --system --deploy", PYTHON[0]),
            ("go mod download", "/go/pkg/mod"),
            ("go mod vendor", "/app/vendor"),
            ("mvn package", "/root/.m2/repository"),
            ("gradle build", "/root/.gradle"),
            ("cargo build --release", "/usr/local/cargo/registry"),
            ("dotnet restore", "/root/.nuget/packages"),
            ("bundle install", "/usr/local/bundle"),
            ("bundle config set path vendor/bundle && bundle install", "/app/vendor/bundle"),
            ("composer install --no-dev", "/app/vendor"),
            ("apt-get install -y git", ""),
            ("npm run build", ""),
        ] {
            assert_eq!(first(command, &[]), expected, "{command}");
        }
        for (command, name, value, expected) in [
            ("pip install -r r.txt", "PATH", "/opt/venv/bin:$PATH", "/opt/venv"),
            ("pip install -r r.txt", "PATH", "/root/.local/bin:$PATH", PYTHON[0]),
            ("pip install -r r.txt", "VIRTUAL_ENV", "/venv", "/venv"),
            ("uv sync", "UV_PROJECT_ENVIRONMENT", "/opt/env", "/opt/env"),
            ("bundle install", "BUNDLE_PATH", "/gems", "/gems"),
            ("go mod download", "GOPATH", "/work", "/work/pkg/mod"),
            ("go mod download", "GOMODCACHE", "/mod", "/mod"),
            ("composer install", "COMPOSER_VENDOR_DIR", "lib", "/app/lib"),
        ] {
            assert_eq!(first(command, &[(name, value)]), expected, "{command} {name}");
        }
    }

    #[test]
    fn users_have_homes_of_their_own() {
        let home = |user| Whereabouts::new("/app", user).path("~/.local");
        assert_eq!(home(None), "/root/.local");
        assert_eq!(home(Some("app:app")), "/home/app/.local");
    }

    #[test]
    fn versions_that_nobody_knows_fit_any() {
        let site = PYTHON[0];
        assert_eq!(within(site, "/usr/local/lib/python3.12"), Some("site-packages".into()));
        assert_eq!(within("/usr/local/lib/python3.12/site-packages", site), Some(String::new()));
        assert_eq!(within("/app/a", "/"), Some("app/a".into()));
        assert_eq!(within("/application", "/app"), None);
    }
}
