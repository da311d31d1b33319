//! What each change rebuilds, derived by hand from how BuildKit's cache works.

use imgcost::image::{Trigger, TriggerSet};
use imgcost_dockerfile::read::Context;
use imgcost_dockerfile::{Dockerfile, cache, read};

fn file(text: &str) -> Dockerfile {
    read("Dockerfile", text, &Default::default()).unwrap()
}

/// Lines of the instructions that run again after a change, those of stages that the target needs.
fn reruns(file: &Dockerfile, change: Trigger) -> Vec<usize> {
    let plan = cache::plan(file, &Context::default());
    let mut lines = Vec::new();
    for (stage, planned) in file.stages.iter().zip(&plan.stages).filter(|(_, plan)| plan.needed) {
        let steps = stage.instructions.iter().zip(&planned.steps);
        let again = steps.filter(|(_, step)| step.makes_layer && step.reruns.contains(change));
        lines.extend(again.map(|(instruction, _)| instruction.line));
    }
    lines
}

const SOURCE: Trigger = Trigger::Deploy;
const LOCK: Trigger = Trigger::DependencyUpdate;
const BASE: Trigger = Trigger::BaseRefresh;

#[test]
fn copying_everything_first_reinstalls_with_every_line() {
    let found = file("FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm install\nRUN npm run build\n");
    assert_eq!(reruns(&found, SOURCE), [3, 4, 5]);
    assert_eq!(reruns(&found, LOCK), [3, 4, 5]);
    assert_eq!(reruns(&found, BASE), [2, 3, 4, 5]);
}

#[test]
fn lists_first_keep_the_install() {
    let found = file(
        "FROM node:20\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n",
    );
    assert_eq!(reruns(&found, SOURCE), [5, 6]);
    assert_eq!(reruns(&found, LOCK), [3, 4, 5, 6]);
}

#[test]
fn files_that_came_out_the_same_are_not_copied_again() {
    let text = "FROM node:20 AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n\
                FROM node:20-alpine\nWORKDIR /app\nCOPY --from=build /app/node_modules ./node_modules\nCOPY --from=build /app/dist ./dist\n";
    // The packages do not change with a source line, although a step above their install ran again.
    assert_eq!(reruns(&file(text), SOURCE), [5, 6, 10]);
    assert_eq!(reruns(&file(text), LOCK), [3, 4, 5, 6, 9, 10]);
}

#[test]
fn an_install_that_runs_again_by_lock_file_leaves_the_same_packages() {
    let with = |install: &str| {
        let text = format!(
            "FROM node:20 AS build\nWORKDIR /app\nCOPY . .\nRUN {install}\nFROM node:20-alpine\nCOPY --from=build /app/node_modules /app/node_modules\n"
        );
        reruns(&file(&text), SOURCE)
    };
    assert_eq!(with("npm ci"), [3, 4]);
    // What takes the newest may bring something else.
    assert_eq!(with("npm install"), [3, 4, 6]);
}

#[test]
fn a_cache_of_a_builder_among_the_packages_changes_them() {
    let with = |build: &str| {
        let text = format!(
            "FROM a AS b\nWORKDIR /b\nCOPY . .\nRUN npm ci && {build}\nFROM a\nCOPY --from=b /b/node_modules /b/node_modules\n"
        );
        inputs(&text).contains(SOURCE)
    };
    assert!(with("npx react-scripts build"));
    assert!(!with("npm run build"));
}

#[test]
fn linked_copies_do_not_care_what_lies_below() {
    let text = |link: &str| {
        format!(
            "FROM node:20 AS build\nWORKDIR /app\nCOPY src ./src\nFROM node:20-alpine\nRUN adduser -D app\nCOPY {link} --from=build /app/src /app/src\nRUN ls\n"
        )
    };
    assert_eq!(reruns(&file(&text("--link")), BASE), [2, 3, 5, 7]);
    assert_eq!(reruns(&file(&text("")), BASE), [2, 3, 5, 6, 7]);
}

#[test]
fn single_files_and_documents_change_with_no_line_of_source() {
    let found = file(
        "FROM nginx:1.27\nCOPY nginx.conf /etc/nginx/\nCOPY <<EOF /etc/motd\nhello\nEOF\nCOPY dist /usr/share/nginx/html\n",
    );
    assert_eq!(reruns(&found, SOURCE), [6]);
    // What a bundler made outside of the build has the packages in it.
    assert_eq!(reruns(&found, LOCK), [6]);
}

#[test]
fn lists_and_packages_in_here_documents_are_dependencies() {
    let list = "FROM a\nCOPY <<EOF /app/requirements.txt\nflask==3.0\nEOF\nRUN pip install -r /app/requirements.txt\n";
    assert_eq!(reruns(&file(list), LOCK), [2, 5]);
    let named = "FROM a\nRUN <<EOF\npip install flask==3.0\nEOF\n";
    assert_eq!(reruns(&file(named), LOCK), [2]);
}

#[test]
fn what_is_ignored_changes_nothing() {
    let found = file("FROM a\nCOPY docs /docs\n");
    let context =
        Context { ignore: Some(imgcost_dockerfile::read::IgnoreFile::parse("docs")), files: None };
    let plan = cache::plan(&found, &context);
    assert!(!plan.stages[0].steps[0].reruns.contains(SOURCE));
}

#[test]
fn stages_that_nobody_needs_are_left_out() {
    let found = file(
        "FROM node:20 AS test\nCOPY . .\nRUN npm test\nFROM node:20-alpine\nCOPY package.json .\n",
    );
    assert!(reruns(&found, SOURCE).is_empty());
}

#[test]
fn bound_files_are_read_and_caches_are_not() {
    let text = "FROM node:20\nRUN --mount=type=bind,source=package-lock.json,target=package-lock.json --mount=type=cache,target=/root/.npm npm ci\n";
    assert_eq!(reruns(&file(text), LOCK), [2]);
    assert!(reruns(&file(text), SOURCE).is_empty());
}

#[test]
fn tools_by_name_and_version_are_no_dependencies_of_the_application() {
    for (command, expected) in [
        ("cargo install just --version 1.40.0", false),
        ("cargo +nightly install cargo-chef --locked", false),
        ("go install golang.org/x/tools/cmd/stringer@v0.30.0", false),
        ("gem install foreman -v 0.88", false),
        ("dotnet tool install --global dotnet-ef", false),
        ("uv tool install ruff", false),
        ("pipx install poetry", false),
        ("composer global require phpstan/phpstan", false),
        ("yarn global add serve", false),
        ("go get github.com/a/b@v1", true),
        ("uv add flask", true),
        ("composer require slim/slim", true),
        // These read the project's lists, which a copy above would bring.
        ("cargo install --path . --root /out", false),
        ("bundle install", false),
    ] {
        let again = reruns(&file(&format!("FROM a\nRUN {command}\n")), LOCK);
        assert_eq!(!again.is_empty(), expected, "{command}");
    }
    let lists = "FROM a\nCOPY Cargo.toml Gemfile ./\nRUN cargo install --path .\nRUN bundle install\nRUN cargo install just\n";
    assert_eq!(reruns(&file(lists), LOCK), [2, 3, 4, 5], "what stands above is rebuilt with it");
    let tools = "FROM a\nRUN cargo install just\nCOPY Cargo.toml ./\nRUN cargo fetch --locked\n";
    assert_eq!(reruns(&file(tools), LOCK), [3, 4]);
}

#[test]
fn packages_named_in_the_file_are_dependencies_and_tools_are_not() {
    let found = file("FROM python:3.12-slim\nRUN pip install uv\nRUN pip install flask==3.0\n");
    assert_eq!(reruns(&found, LOCK), [3]);
}

#[test]
fn a_recipe_of_the_lists_does_not_change_with_a_source_line() {
    let found = file(
        "FROM rust:1.85 AS chef\nWORKDIR /app\n\
         FROM chef AS planner\nCOPY . .\nRUN cargo chef prepare --recipe-path recipe.json\n\
         FROM chef\nCOPY --from=planner /app/recipe.json recipe.json\nRUN cargo chef cook --release --recipe-path recipe.json\n\
         COPY . .\nRUN cargo build --release\n",
    );
    // 7 copies the recipe, whose bytes are the same, and 8 builds what it lists.
    assert_eq!(reruns(&found, SOURCE), [4, 5, 9, 10]);
    assert_eq!(reruns(&found, LOCK), [4, 5, 7, 8, 9, 10]);
}

#[test]
fn what_is_made_of_lists_alone_is_copied_again_with_them_alone() {
    for (command, path, with_sources) in [
        ("cargo chef prepare", "/a/recipe.json", false),
        ("cargo +nightly chef prepare --recipe-path=r/recipe.json", "/a/r/recipe.json", false),
        ("npx turbo prune web --docker", "/a/out/json/", false),
        ("turbo prune --scope=web --docker --out-dir=o", "/a/o/pnpm-lock.yaml", false),
        ("pnpm dlx turbo@2 prune web --docker", "/a/out/full/", true),
        ("turbo prune web --docker", "/a/out", true),
        // Without `--docker` the sources are in `out` itself.
        ("turbo prune web", "/a/out", true),
        ("uv export --frozen --no-dev -o /r/requirements.txt", "/r/requirements.txt", false),
        ("uv export --locked > /r/requirements.txt", "/r/requirements.txt", false),
        // These may resolve anew.
        ("uv export -o /r/requirements.txt", "/r/requirements.txt", true),
        ("pip-compile -o /r/requirements.txt", "/r/requirements.txt", true),
        ("poetry export -f requirements.txt --output /r/l.txt", "/r/l.txt", false),
        ("pipenv requirements >/r/l.txt", "/r/l.txt", false),
        ("java -Djarmode=layertools -jar app.jar extract", "/a/dependencies/", false),
        ("java -Djarmode=layertools -jar app.jar extract", "/a/application/", true),
        (
            "java -Djarmode=tools -jar app.jar extract --layers --destination x",
            "/a/x/spring-boot-loader/",
            false,
        ),
        ("java -Djarmode=tools -jar app.jar extract", "/a/app/lib", true),
    ] {
        let text = format!(
            "FROM a\nWORKDIR /a\nCOPY . .\nRUN {command}\nFROM a\nCOPY --from=0 {path} /p\n"
        );
        let found = inputs(&text);
        assert_eq!(found.contains(SOURCE), with_sources, "{command}: {path}");
        assert!(found.contains(LOCK), "{command}: {path}");
    }
}

#[test]
fn a_commits_own_argument_runs_what_stands_below_it_again() {
    let text = |argument: &str| {
        format!(
            "FROM a\n{argument}\nCOPY entrypoint.sh /\nRUN apk add tini\nCOPY nginx.conf /etc/\n"
        )
    };
    for (argument, expected) in [
        ("ARG GIT_SHA", vec![4, 5]),
        ("ARG commit_sha", vec![4, 5]),
        ("ARG NODE_ENV=production BUILD_DATE", vec![4, 5]),
        ("ARG VCS_REF=unknown", vec![4, 5]),
        ("ARG BUILDTIME", vec![4, 5]),
        ("ARG BUILD_TIME", vec![4, 5]),
        ("ARG REVISION=dev", vec![4, 5]),
        ("ARG VCS_REVISION", vec![4, 5]),
        // Perhaps that of another program.
        ("ARG COMMIT=3f786850e387550fdab836ed7e6dc881de23001b", vec![]),
        ("ARG VERSION", vec![]),
        ("ENV BUILD_ID=7", vec![]),
        ("LABEL revision=$GIT_SHA", vec![]),
    ] {
        let found = file(&text(argument));
        assert_eq!(reruns(&found, SOURCE), expected, "{argument}");
        assert_eq!(reruns(&found, LOCK), expected, "{argument}");
    }
    let given = imgcost_dockerfile::ReadOptions {
        build_args: vec![("COMMIT".to_owned(), "3f78685".to_owned())],
        ..Default::default()
    };
    let found = read("Dockerfile", &text("ARG COMMIT=main"), &given).unwrap();
    assert_eq!(reruns(&found, SOURCE), [4, 5]);
    let names = |file: &Dockerfile| -> Vec<(String, usize)> {
        cache::commit_arguments(file).into_iter().map(|found| (found.name, found.line)).collect()
    };
    assert_eq!(names(&found), [("COMMIT".to_owned(), 2)]);
    assert_eq!(names(&file(&text("ARG COMMIT=main"))), []);
}

#[test]
fn a_commits_value_changes_the_instructions_that_it_is_written_into() {
    let above = "FROM a\nARG GIT_SHA\nENV REV=v$GIT_SHA MODE=production\nARG TAG=${REV:-none}\n";
    for (instruction, runs_again) in [
        // BuildKit expands the words, and here-documents whose name is not quoted.
        ("WORKDIR /app/$GIT_SHA", true),
        ("WORKDIR /app/$REV", true),
        ("WORKDIR /app/${TAG}", true),
        ("WORKDIR /app/$MODE", false),
        ("WORKDIR /app/${GIT_SHA:+set}", false),
        ("ADD https://example.org/$GIT_SHA.tgz /x.tgz", true),
        ("ADD https://example.org/x.tgz /x.tgz", false),
        ("COPY app-${GIT_SHA}.conf /", true),
        ("COPY app.conf /app-$GIT_SHA.conf", true),
        (r"COPY app.conf /app-\$GIT_SHA.conf", false),
        ("COPY --chown=$GIT_SHA app.conf /", true),
        ("COPY --link app.conf /$GIT_SHA/", true),
        ("COPY <<E /v\n$GIT_SHA\nE", true),
        ("COPY <<'E' /v\n$GIT_SHA\nE", false),
        ("COPY <<E /v\n$UNSET\nE", false),
        // Configuration is in no layer.
        ("LABEL revision=$GIT_SHA", false),
        ("ENV X=$GIT_SHA", false),
        ("USER $GIT_SHA", false),
    ] {
        let found = file(&format!("{above}{instruction}\nCOPY nginx.conf /etc/\n"));
        let again = reruns(&found, SOURCE);
        assert_eq!(!again.is_empty(), runs_again, "{instruction}: {again:?}");
        assert_eq!(again.first().is_some_and(|line| *line == 5), runs_again, "{instruction}");
        assert_eq!(again.len(), if runs_again { 2 } else { 0 }, "{instruction}");
        assert_eq!(reruns(&found, LOCK), again, "{instruction}");
        assert!(reruns(&found, BASE).len() <= 2, "{instruction}");
    }
    // What stands in such a folder is somewhere else with each commit, linked or not.
    let folder =
        format!("{above}WORKDIR /$GIT_SHA\nCOPY --link a.conf ./\nCOPY --link a.conf /b\n");
    assert_eq!(reruns(&file(&folder), SOURCE), [5, 6]);
    // `ENV` goes before `ARG`, and a given value before a default.
    let fixed = "FROM a\nARG GIT_SHA\nENV GIT_SHA=1\nWORKDIR /$GIT_SHA\n";
    assert!(reruns(&file(fixed), SOURCE).is_empty());
    let copied = "FROM a AS b\nARG GIT_SHA\nCOPY <<E /v\n$GIT_SHA\nE\nFROM a\nCOPY --from=b /v /w\nCOPY --from=b /etc/x /x\n";
    assert_eq!(reruns(&file(copied), SOURCE), [3, 7, 8], "8 stands upon 7");
    let child = "FROM a AS b\nARG GIT_SHA\nENV REV=$GIT_SHA\nFROM b\nWORKDIR /$REV\n";
    assert_eq!(reruns(&file(child), SOURCE), [5]);
}

#[test]
fn an_install_by_lock_file_below_a_commits_argument_leaves_the_same_packages() {
    let found = file(
        "FROM a AS b\nWORKDIR /b\nARG GIT_SHA\nCOPY package*.json ./\nRUN npm ci\n\
         FROM a\nCOPY --from=b /b/node_modules ./node_modules\n",
    );
    assert_eq!(reruns(&found, SOURCE), [5]);
}

#[test]
fn a_project_added_to_packages_that_are_in_place_is_no_install() {
    use imgcost_dockerfile::cache::Role;
    let roles = |first: &str, second: &str| {
        let found = file(&format!("FROM a\nRUN {first}\nCOPY . .\nRUN {second}\n"));
        let plan = cache::plan(&found, &Context::default());
        [0, 2].map(|at| plan.stages[0].steps[at].role)
    };
    let (install, project) = (Role::Dependencies, Role::Build);
    for (first, second, expected) in [
        ("uv sync --locked --no-install-project", "uv sync --locked", project),
        ("UV_NO_INSTALL_PROJECT=1 uv sync --locked", "uv sync --locked", project),
        ("uv sync --locked", "uv sync --locked", install),
        (
            "pnpm --filter web install --frozen-lockfile",
            "pnpm --filter web deploy --prod /out",
            project,
        ),
        ("pnpm fetch", "pnpm install --offline --frozen-lockfile", project),
        ("npm ci", "pnpm deploy --prod /out", install),
        ("poetry install --no-root", "poetry install", project),
        ("poetry install --no-root", "poetry install --only-root", project),
        ("composer install --no-scripts --no-autoloader", "composer install --no-dev", project),
        ("pip install -r requirements.txt", "pip install --no-deps .", project),
        ("pip install -r requirements.txt", "pip install --no-deps -r more.txt", install),
        ("npm ci", "npm ci --omit=dev", install),
    ] {
        assert_eq!(roles(first, second), [install, expected], "{first}, {second}");
    }
}

/// One of the article's Dockerfiles.
macro_rules! article {
    ($name:literal) => {
        file(include_str!(concat!(
            "../../../tests/cases/dockerfiles/article/",
            $name,
            "/Dockerfile"
        )))
    };
}

#[test]
fn the_articles_standard_file_rebuilds_all_with_any_change() {
    let found = article!("standard");
    // 3 copies everything, 4 installs upon it, 5 builds; only the folder of 2 lies below.
    assert_eq!(reruns(&found, SOURCE), [3, 4, 5]);
    assert_eq!(reruns(&found, LOCK), [3, 4, 5]);
    assert_eq!(reruns(&found, BASE), [2, 3, 4, 5]);
}

#[test]
fn the_articles_three_stages_reinstall_with_every_line() {
    let found = article!("three-stage");
    // 11 and 12 build; 17 copies what they made, and the lists of 18 and the install of 19 stand
    // above it. The packages of 5 stay, and with them the copy of 10.
    assert_eq!(reruns(&found, SOURCE), [11, 12, 17, 18, 19]);
    // All but folders.
    assert_eq!(reruns(&found, LOCK), [4, 5, 10, 11, 12, 17, 18, 19]);
    assert_eq!(reruns(&found, BASE), [3, 4, 5, 9, 10, 11, 12, 16, 17, 18, 19]);
}

#[test]
fn the_articles_four_stages_build_and_copy_what_was_built() {
    let found = article!("four-stage");
    // 12 and 13 build, 30 copies last of all. 19 installs in a stage that reads lists only.
    assert_eq!(reruns(&found, SOURCE), [12, 13, 30]);
    // All but folders and, in the last stage, the user of 25, who stands below the packages.
    assert_eq!(reruns(&found, LOCK), [4, 5, 10, 11, 12, 13, 18, 19, 28, 29, 30]);
    assert_eq!(reruns(&found, BASE), [3, 4, 5, 9, 10, 11, 12, 13, 17, 18, 19, 23, 25, 28, 29, 30]);
}

#[test]
fn the_articles_native_modules_stay_when_a_line_changes() {
    let found = article!("native-modules");
    // 7 and 8 build, 18 copies last of all, above the install of 14.
    assert_eq!(reruns(&found, SOURCE), [7, 8, 18]);
    // The lists of 4 and 13 and whatever is above them; not the system's packages of 3 and 12.
    assert_eq!(reruns(&found, LOCK), [4, 5, 6, 7, 8, 13, 14, 18]);
    assert_eq!(reruns(&found, BASE), [3, 4, 5, 6, 7, 8, 12, 13, 14, 18]);
}

/// The changes among the inputs of the last instruction.
fn inputs(text: &str) -> TriggerSet {
    let plan = cache::plan(&file(text), &Context::default());
    plan.stages.last().unwrap().steps.last().unwrap().inputs
}

fn set(changes: &[Trigger]) -> TriggerSet {
    changes.iter().copied().map(TriggerSet::of).fold(TriggerSet::NONE, TriggerSet::union)
}

#[test]
fn files_of_the_context_change_by_what_they_are() {
    for (source, expected) in [
        (".", set(&[SOURCE, LOCK])),
        ("*", set(&[SOURCE, LOCK])),
        ("*.json", set(&[SOURCE, LOCK])),
        ("*.js", set(&[SOURCE])),
        ("src", set(&[SOURCE])),
        ("src/main.rs", set(&[SOURCE])),
        ("src package.json", set(&[SOURCE, LOCK])),
        // Packed with the packages in it, outside of the build.
        ("target/*.jar", set(&[SOURCE, LOCK])),
        ("app.jar", set(&[SOURCE, LOCK])),
        ("web/dist", set(&[SOURCE, LOCK])),
        ("target/release/app", set(&[SOURCE, LOCK])),
        (".next/standalone", set(&[SOURCE, LOCK])),
        (".next", set(&[SOURCE, LOCK])),
        ("build/nginx.conf", set(&[])),
        ("build/package.json", set(&[LOCK])),
        ("package*.json", set(&[LOCK])),
        ("yarn.lock*", set(&[LOCK])),
        ("go.*", set(&[LOCK])),
        ("web/package.json", set(&[LOCK])),
        ("*.conf", set(&[])),
        ("entrypoint.sh", set(&[])),
        ("next.config.js", set(&[])),
        (".babelrc", set(&[])),
        ("LICENSE", set(&[])),
    ] {
        assert_eq!(inputs(&format!("FROM scratch\nCOPY {source} /a/\n")), expected, "{source}");
    }
    let lists_away = "COPY --exclude=package*.json --exclude=*.lock --exclude=*.* --exclude=Pipfile --exclude=Gemfile . /a/\n";
    assert_eq!(inputs(&format!("FROM scratch\n{lists_away}")), set(&[SOURCE]));
}

#[test]
fn a_file_is_followed_to_where_it_came_from() {
    let stages = "FROM node:20 AS all\nWORKDIR /app\nCOPY . .\n\
                  FROM node:20 AS packages\nWORKDIR /p\nCOPY --from=all /app/package.json /app/package-lock.json ./\nRUN npm ci\n\
                  FROM node:20 AS build\nWORKDIR /b\nCOPY --from=packages /p ./\nCOPY src ./src\nRUN npm run build\nCOPY entrypoint.sh ./\nRUN chmod +x entrypoint.sh && mkdir -p logs\n\
                  FROM node:20\n";
    for (path, expected) in [
        ("/b/node_modules", set(&[LOCK, BASE])),
        ("/b/package.json", set(&[LOCK])),
        ("/b/entrypoint.sh", set(&[SOURCE, LOCK, BASE])), // a build may write anything in its folder
        ("/b/dist", set(&[SOURCE, LOCK, BASE])),
        ("/etc/ssl/certs", set(&[BASE])),
    ] {
        let found = inputs(&format!("{stages}COPY --from=build {path} /to/\n"));
        assert_eq!(found, expected, "{path}");
    }
}

#[test]
fn installs_that_leave_other_bytes_each_time_are_copied_again() {
    // Two installs of each, compared file by file; see `commands.rs`.
    for (install, packages, same) in [
        ("npm ci", "/a/node_modules", true),
        ("yarn install --frozen-lockfile", "/a/node_modules", true),
        ("pnpm install --frozen-lockfile", "/a/node_modules", false),
        ("uv sync --locked", "/a/.venv", true),
        ("uv sync --locked --compile-bytecode", "/a/.venv", false),
        // The project itself is among the packages.
        ("uv sync --locked --no-editable", "/a/.venv", false),
        ("uv sync --locked --no-editable --no-install-project", "/a/.venv", true),
        (
            "pip install --require-hashes -r requirements.txt",
            "/usr/lib/python3/site-packages",
            false,
        ),
    ] {
        let text = format!(
            "FROM a\nWORKDIR /a\nCOPY . .\nRUN {install}\nFROM a\nCOPY --from=0 {packages} /p\n"
        );
        assert_eq!(inputs(&text).contains(SOURCE), !same, "{install}");
    }
}

#[test]
fn a_build_changes_its_folder_and_no_packages_or_settings_of_the_system() {
    let with = |install: &str, build: &str, path: &str| {
        let text = format!(
            "FROM a AS b\nENV BUNDLE_PATH=/gems\nRUN python -m venv /opt/env\nENV PATH=/opt/env/bin:$PATH\nWORKDIR /b\nCOPY Gemfile.lock requirements.txt Cargo.lock go.mod ./\n\
             RUN {install}\nCOPY . .\nRUN {build}\nFROM a\nCOPY --from=b {path} /p\n"
        );
        inputs(&text).contains(SOURCE)
    };
    let (pip, gems) = ("pip install --no-cache-dir -r requirements.txt", "bundle install");
    for (install, build, path, changes) in [
        (pip, "python manage.py collectstatic --noinput", "/opt/env", false),
        (pip, "python3.12 ./manage.py collectstatic", "/b", true),
        // `STATIC_ROOT` may be elsewhere.
        (pip, "python manage.py collectstatic", "/static", true),
        (pip, "python -m compileall -q src", "/opt/env", false),
        (pip, "python -m compileall -q /opt/env", "/opt/env", true),
        (pip, "python train.py", "/opt/env", true),
        (pip, "./build.sh", "/opt/env", true),
        (gems, "SECRET_KEY_BASE_DUMMY=1 ./bin/rails assets:precompile", "/gems", false),
        (gems, "bundle exec rake assets:precompile", "/gems", false),
        (gems, "bundle exec bootsnap precompile app/ lib/", "/gems", false),
        (gems, "bin/rails assets:precompile", "/b/public", true),
        (gems, "bin/rails runner x", "/gems", true),
        ("go mod download", "go build -o /out/app .", "/etc/ssl/certs/ca-certificates.crt", false),
        ("go mod download", "go build -o /etc/app .", "/etc/app", true),
        (
            "cargo fetch --locked",
            "touch src/main.rs && cargo build --release && mkdir /out && cp target/release/app /out/app",
            "/etc/ssl/certs",
            false,
        ),
        ("cargo fetch", "cargo build && cp target/release/app /out/app", "/out/app", true),
        ("npm ci", "npm run build && cp -r dist /srv/dist", "/srv/dist", true),
        ("npm ci", "date > /etc/built", "/etc/built", true),
        ("npm ci", "date > /etc/built", "/etc/ssl", false),
        ("npm ci", "curl -fsSL https://example.org/install.sh | sh", "/etc/ssl", true),
        ("npm ci", "sed -i s/a/b/ src/x && echo $REV > /rev && tar -xf a.tar -C /x", "/opt", false),
    ] {
        assert_eq!(with(install, build, path), changes, "{install}, {build}: {path}");
    }
    // Modules are no settings of the system either.
    let list = "FROM a AS b\nWORKDIR /s\nCOPY go.sum ./\nRUN go mod download\nFROM a\nCOPY --from=b /etc/ssl /etc/ssl\n";
    assert!(!inputs(list).contains(LOCK));
}

#[test]
fn a_program_that_is_built_into_bin_changes_with_its_sources() {
    let found = file(
        "FROM golang:1.26 AS b\nWORKDIR /src\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\nRUN go build -o /bin/app .\nFROM scratch\nCOPY --from=b /bin/app /app\n",
    );
    assert_eq!(reruns(&found, SOURCE), [5, 6, 8]);
}

#[test]
fn packages_are_followed_to_where_their_manager_puts_them() {
    let with = |install: &str, folder: &str| {
        let text = format!(
            "FROM a AS b\nWORKDIR /b\nCOPY composer.lock Gemfile.lock ./\nRUN {install}\nFROM c\nCOPY --from=b {folder} /v\n"
        );
        (reruns(&file(&text), LOCK).contains(&6), reruns(&file(&text), SOURCE).contains(&6))
    };
    assert_eq!(with("composer install --no-dev", "/b/vendor"), (true, false));
    assert_eq!(with("bundle install --path vendor/bundle", "/b/vendor/bundle/"), (true, false));
    assert_eq!(with("composer install --no-dev", "/b/public"), (false, false));
}
