//! What commands do with packages, by the manuals of the package managers.

use imgcost_dockerfile::ecosystem::{Act, Environment, act_in, install_in};
use imgcost_dockerfile::shell::commands;

/// A command, or variables and a command, as one word each: `npm locked production`.
fn told(line: &str) -> String {
    let mut environment = Environment::default();
    let found = commands(line);
    let (last, before) = found.split_last().unwrap();
    before.iter().for_each(|command| environment.learn(command));
    let install = |install: imgcost_dockerfile::ecosystem::Install| {
        let locked = if install.locked { "locked" } else { "open" };
        let whole = if install.development { "all" } else { "production" };
        format!("install {} {locked} {whole}", install.manager.name())
    };
    match act_in(last, &environment) {
        None => "nothing".into(),
        Some(Act::Install(found)) => install(found),
        Some(Act::Add { manager, packages, virtual_name }) => {
            let name = virtual_name.map(|name| format!(" as {name}")).unwrap_or_default();
            format!("add {} {}{name}", manager.name(), packages.join(" "))
        }
        Some(Act::Remove { manager, packages }) => {
            format!("remove {} {}", manager.name(), packages.join(" ")).trim().to_owned()
        }
        Some(Act::Prune(manager)) => format!("prune {}", manager.name()),
        Some(Act::Update(manager)) => format!("update {}", manager.name()),
        Some(Act::Build(manager)) => format!("build {}", manager.name()),
        Some(Act::CleanCache(manager)) => format!("clean {}", manager.name()),
    }
}

fn check(cases: &[(&str, &str)]) {
    for (line, expected) in cases {
        assert_eq!(told(line), *expected, "{line}");
    }
}

#[test]
fn node() {
    check(&[
        ("npm ci", "install npm locked all"),
        ("npm --prefix web ci", "install npm locked all"),
        ("npm clean-install --omit=dev", "install npm locked production"),
        ("npm ci --omit dev --omit optional", "install npm locked production"),
        ("npm i --production", "install npm open production"),
        ("npm install --only=production", "install npm open production"),
        ("NODE_ENV=production npm ci", "install npm locked production"),
        ("export NODE_ENV=production; npm ci --include=dev", "install npm locked all"),
        ("npm config set omit dev; npm ci", "install npm locked production"),
        ("NPM_CONFIG_PRODUCTION=true npm ci", "install npm locked production"),
        ("npm install --production=false", "install npm open all"),
        ("npm install -g pm2@5 2>&1 >/dev/null", "add npm pm2@5"),
        ("npm prune --omit=dev", "prune npm"),
        ("npm prune", "nothing"),
        ("npm cache clean --force", "clean npm"),
        ("npm cache verify", "nothing"),
        ("npm run build", "build npm"),
        ("npm --version", "nothing"),
        ("npx tsc -p .", "build npm"),
        ("npx prisma generate", "nothing"),
        ("next start", "nothing"),
        ("yarn", "install yarn open all"),
        ("yarn --version", "nothing"),
        ("yarn install --immutable", "install yarn locked all"),
        ("YARN_ENABLE_IMMUTABLE_INSTALLS=true yarn", "install yarn locked all"),
        ("yarn install --frozen-lockfile --production", "install yarn locked production"),
        ("yarn workspaces focus --all --production", "install yarn locked production"),
        ("yarn add left-pad", "add yarn left-pad"),
        ("yarn build", "build yarn"),
        ("yarn cache clean --all", "clean yarn"),
        ("corepack enable", "nothing"),
        ("pnpm i", "install pnpm open all"),
        ("CI=1 pnpm install --prod", "install pnpm locked production"),
        ("pnpm --filter web build", "build pnpm"),
        ("pnpm fetch --prod", "install pnpm locked production"),
        ("pnpm install --frozen-lockfile=false", "install pnpm open all"),
        ("pnpm prune --prod", "prune pnpm"),
        ("bun install --frozen-lockfile --production", "install bun locked production"),
        ("bun run build", "build bun"),
        ("bun server.ts", "nothing"),
    ]);
}

#[test]
fn python() {
    check(&[
        ("pip install -r requirements.txt", "install pip open production"),
        ("pip3 install --require-hashes -r requirements-dev.txt", "install pip locked all"),
        ("python3.12 -m pip install --no-cache-dir .", "install pip open production"),
        ("/opt/venv/bin/pip install '.[dev]'", "install pip open all"),
        ("pip install --index-url https://pypi.example.com flask==3.0", "add pip flask==3.0"),
        ("pip cache purge", "clean pip"),
        ("pip --version", "nothing"),
        ("python manage.py collectstatic", "nothing"),
        ("python setup.py install", "build pip"),
        ("uv sync --frozen --no-dev", "install uv locked production"),
        ("uv sync", "install uv open all"),
        ("UV_LOCKED=1 UV_NO_DEV=1 uv sync", "install uv locked production"),
        ("uv pip install --system -r requirements.txt", "install uv open production"),
        ("uv pip sync requirements.txt", "install uv locked production"),
        ("poetry install", "install poetry locked all"),
        ("poetry install --only main", "install poetry locked production"),
        ("poetry install --only=main,dev", "install poetry locked all"),
        ("poetry install --without dev,docs", "install poetry locked production"),
        ("poetry config virtualenvs.create false", "nothing"),
        ("pipenv install --deploy", "install pipenv locked production"),
        ("pipenv install --dev", "install pipenv open all"),
        ("pipenv sync", "install pipenv locked production"),
        ("pipenv install requests", "add pipenv requests"),
    ]);
}

#[test]
fn jvm_and_compiled() {
    check(&[
        ("./mvnw -B -DskipTests package", "build maven"),
        ("mvn -f app/pom.xml dependency:go-offline", "install maven locked production"),
        ("mvn --version", "nothing"),
        ("./gradlew :app:bootJar --no-daemon", "build gradle"),
        ("gradle dependencies", "install gradle locked production"),
        ("gradle --version", "nothing"),
        ("go mod download", "install go locked production"),
        ("go mod tidy", "install go open production"),
        ("go build -o /app ./cmd/app", "build go"),
        ("go install github.com/a/b@v1", "add go github.com/a/b@v1"),
        ("go clean -modcache", "clean go"),
        ("go version", "nothing"),
        ("cargo fetch --locked", "install cargo locked production"),
        ("cargo +nightly build --release", "build cargo"),
        ("cargo chef cook --release --recipe-path recipe.json", "install cargo locked production"),
        ("cargo install --path .", "build cargo"),
        ("cargo install cargo-chef --locked", "add cargo cargo-chef"),
        ("dotnet restore shop.csproj", "install dotnet open production"),
        ("dotnet restore --locked-mode", "install dotnet locked production"),
        ("dotnet publish -c Release", "build dotnet"),
        ("dotnet nuget locals all --clear", "clean dotnet"),
    ]);
}

#[test]
fn scripted_and_system() {
    check(&[
        ("bundle install", "install bundler open all"),
        ("bundle config set --local deployment true; bundle", "install bundler locked all"),
        (
            "bundle config set without 'development test'; bundle install",
            "install bundler open production",
        ),
        (
            "BUNDLE_WITHOUT=development:test BUNDLE_FROZEN=1 bundle install",
            "install bundler locked production",
        ),
        ("bundle exec rails assets:precompile", "build bundler"),
        ("gem install rails -v 7.1", "add bundler rails"),
        ("composer install --no-dev --optimize-autoloader", "install composer locked production"),
        ("composer update", "install composer open all"),
        ("apt-get -y install --no-install-recommends curl=7.88 git", "add apt curl=7.88 git"),
        ("apt-get install -t bookworm-backports -y git", "add apt git"),
        ("apt-get update -qq", "update apt"),
        ("apt-get purge -y --auto-remove gcc", "remove apt gcc"),
        ("apt-get autoremove -y", "remove apt"),
        ("apk add --no-cache --virtual .deps gcc musl-dev", "add apk gcc musl-dev as .deps"),
        ("apk --no-cache add -t .deps gcc", "add apk gcc as .deps"),
        ("apk del .deps", "remove apk .deps"),
        ("dnf -y install --setopt=install_weak_deps=False gcc-c++", "add dnf gcc-c++"),
        ("yum clean all", "clean dnf"),
        ("zypper --non-interactive in git", "add zypper git"),
        ("rm -rf /var/lib/apt/lists/* /tmp/*", "clean apt"),
        ("rm -rf /root/.npm", "clean npm"),
        ("rm -rf /src", "nothing"),
    ]);
}

#[test]
fn builds_install_what_is_missing_unless_told_not_to() {
    let installs = |line: &str| {
        let found = install_in(&commands(line)[0], &Environment::default());
        found.map(|install| (install.manager.name(), install.locked))
    };
    assert_eq!(installs("go build ./..."), Some(("go", true)));
    assert_eq!(installs("go build -mod=mod"), Some(("go", false)));
    assert_eq!(installs("cargo build --release"), Some(("cargo", false)));
    assert_eq!(installs("cargo build --locked"), Some(("cargo", true)));
    assert_eq!(installs("cargo build --frozen"), None);
    assert_eq!(installs("mvn -o package"), None);
    assert_eq!(installs("dotnet publish --no-restore"), None);
    assert_eq!(installs("npm run build"), None);
}
