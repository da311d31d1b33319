use imgcost::image::{Image, Layer, Trigger, TriggerSet};
use imgcost::units::{Compressed, Unpacked};

use crate::inspection::{InspectedLayer, Inspection};

/// How the layers of a real image are sorted into base, dependencies and application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClassRule {
    /// From the instructions in its history; see [`classes`].
    History,
    /// So many base layers, then so many of dependencies; the rest is the application's.
    Counts {
        /// Layers of the base image.
        base: usize,
        /// Layers of dependencies above them.
        dependencies: usize,
    },
}

/// What makes each layer's own content change, base first, and whether it is linked.
///
/// From a history this is read as BuildKit's cache works: an instruction `RUN` repeats only when
/// something below it changed, so it has no trigger of its own but the base's; only what is copied
/// in can change by itself.
///
/// - The base ends where a `CMD` or `ENTRYPOINT` closed an image that further layers were built
///   upon; without such a mark it is the bottom layer, unless that one was copied in (`FROM scratch`).
/// - `COPY` of lock files, package lists or installed packages, and `RUN` of an install: `dependency-update`.
/// - any other `COPY` or `ADD`, and layers of which the history says nothing: `deploy`.
/// - everything else (`RUN`, `WORKDIR`): `base-refresh`, and whatever lies below it.
pub fn classes(image: &Inspection, rule: ClassRule) -> Vec<(Trigger, bool)> {
    let layers = image.layers.iter().enumerate();
    match rule {
        ClassRule::Counts { base, dependencies } => {
            let class = |place: usize| match place {
                place if place < base => Trigger::BaseRefresh,
                place if place < base.saturating_add(dependencies) => Trigger::DependencyUpdate,
                _ => Trigger::Deploy,
            };
            layers.map(|(place, layer)| (class(place), is_linked(layer))).collect()
        }
        ClassRule::History => {
            let base = base_layers(&image.layers);
            let class = |(place, layer): (usize, &InspectedLayer)| match place < base {
                true => (Trigger::BaseRefresh, false),
                false => (own_trigger(layer), is_linked(layer)),
            };
            layers.map(class).collect()
        }
    }
}

/// Everything that rebuilds each layer, base first: its own trigger and those of the layers below.
pub fn rebuilt_by(image: &Inspection, rule: ClassRule) -> Vec<TriggerSet> {
    let layer = |(trigger, linked)| Layer {
        compressed: Compressed(0),
        unpacked: Unpacked(0),
        digest: None,
        trigger,
        linked,
    };
    let image = Image::of(classes(image, rule).into_iter().map(layer).collect());
    image.cascade().map(|(_, set)| set).collect()
}

/// How many layers at the bottom are the base image's.
fn base_layers(layers: &[InspectedLayer]) -> usize {
    if let Some(place) = layers.iter().rposition(|layer| layer.starts_image) {
        return place;
    }
    match layers.first().map(|layer| layer.created_by.as_deref().map(instruction)) {
        // Root file systems are added as `ADD file:... in /`, or have no history.
        Some(Some(Instruction::Copy(text)))
            if !text.trim_end().ends_with(" in /") && !text.ends_with(" /") =>
        {
            0
        }
        Some(_) => 1,
        None => 0,
    }
}

/// An instruction of a Dockerfile, as histories write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Instruction<'t> {
    Run(&'t str),
    Copy(&'t str),
    Other,
    Unknown,
}

/// Reads `/bin/sh -c #(nop) COPY dir:... in /app`, `COPY . . # buildkit`, `RUN /bin/sh -c npm ci`.
fn instruction(created_by: &str) -> Instruction<'_> {
    let text = created_by.trim();
    let text = text.strip_suffix("# buildkit").unwrap_or(text).trim();
    let classic = text.strip_prefix("/bin/sh -c ").map(str::trim_start);
    let text = match classic {
        Some(rest) => match rest.strip_prefix("#(nop)") {
            Some(instruction) => instruction.trim(),
            None => return Instruction::Run(rest),
        },
        None => text,
    };
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    match word.to_ascii_uppercase().as_str() {
        "RUN" => Instruction::Run(rest),
        "COPY" | "ADD" => Instruction::Copy(rest),
        "WORKDIR" | "USER" | "ENV" | "LABEL" | "EXPOSE" | "VOLUME" | "STOPSIGNAL" | "SHELL" => {
            Instruction::Other
        }
        // `|2 VERSION=1 /bin/sh -c make`: a classic RUN with build arguments.
        _ if word.starts_with('|') => Instruction::Run(rest),
        _ => Instruction::Unknown,
    }
}

fn own_trigger(layer: &InspectedLayer) -> Trigger {
    match layer.created_by.as_deref().map(instruction) {
        Some(Instruction::Run(command)) if mentions(command, &INSTALLS) => {
            Trigger::DependencyUpdate
        }
        Some(Instruction::Copy(what)) if mentions(what, &PACKAGES) => Trigger::DependencyUpdate,
        Some(Instruction::Run(_) | Instruction::Other) => Trigger::BaseRefresh,
        Some(Instruction::Copy(_) | Instruction::Unknown) | None => Trigger::Deploy,
    }
}

fn is_linked(layer: &InspectedLayer) -> bool {
    layer.created_by.as_deref().is_some_and(|text| {
        matches!(instruction(text), Instruction::Copy(flags) if flags.split_whitespace().any(|flag| flag == "--link"))
    })
}

/// Commands by which package managers install what lock files and package lists name.
const INSTALLS: [&str; 26] = [
    "npm ci",
    "npm install",
    "npm i ",
    "yarn install",
    "yarn --",
    "pnpm install",
    "pnpm i ",
    "bun install",
    "pip install",
    "pip3 install",
    "uv sync",
    "uv pip",
    "poetry install",
    "pipenv install",
    "bundle install",
    "composer install",
    "go mod download",
    "dependency:go-offline",
    "dependency:resolve",
    "gradle dependencies",
    "cargo fetch",
    "cargo chef cook",
    "dotnet restore",
    "mix deps.get",
    "conda install",
    "conda env",
];

/// Files and folders that hold dependencies or name them.
const PACKAGES: [&str; 27] = [
    "package.json",
    "package-lock.json",
    "package*.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "node_modules",
    "requirements",
    "Pipfile",
    "pyproject.toml",
    "poetry.lock",
    "uv.lock",
    "site-packages",
    ".venv",
    "/venv",
    "Gemfile",
    "go.mod",
    "go.sum",
    "pom.xml",
    "build.gradle",
    "Cargo.toml",
    "Cargo.lock",
    "composer.json",
    "composer.lock",
    ".csproj",
    "/vendor",
];

fn mentions(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::image;

    fn triggers(history: &[(&str, bool)]) -> Vec<&'static str> {
        classes(&image(history), ClassRule::History)
            .into_iter()
            .map(|(trigger, _)| trigger.name())
            .collect()
    }

    #[test]
    fn the_first_dockerfile_of_the_article_reinstalls_because_of_what_lies_below() {
        // node:18 ends in CMD ["node"]; then WORKDIR, COPY . ., RUN npm install.
        let history = [
            ("/bin/sh -c #(nop) ADD file:1 in / ", false),
            ("/bin/sh -c apt-get update && apt-get install -y git", true),
            ("/bin/sh -c #(nop) COPY file:2 in /usr/local/bin/ ", false),
            ("WORKDIR /app", true),
            ("COPY . . # buildkit", false),
            ("RUN /bin/sh -c npm install # buildkit", false),
        ];
        let base = "base-refresh";
        assert_eq!(triggers(&history), [base, base, base, base, "deploy", "dependency-update"]);
        let rebuilt = rebuilt_by(&image(&history), ClassRule::History);
        assert!(rebuilt[5].contains(Trigger::Deploy) && !rebuilt[3].contains(Trigger::Deploy));
    }

    #[test]
    fn copied_packages_are_dependencies_and_a_run_has_no_trigger_of_its_own() {
        let history = [
            ("/bin/sh -c #(nop) ADD file:1 in / ", false),
            ("RUN /bin/sh -c addgroup -S app # buildkit", true),
            ("COPY /app/node_modules ./node_modules # buildkit", false),
            ("COPY /app/dist ./dist # buildkit", false),
        ];
        assert_eq!(
            triggers(&history),
            ["base-refresh", "base-refresh", "dependency-update", "deploy"]
        );
    }

    #[test]
    fn an_image_from_scratch_has_no_base() {
        assert_eq!(triggers(&[("COPY /server /server # buildkit", false)]), ["deploy"]);
    }

    #[test]
    fn without_a_history_the_bottom_layer_is_the_base() {
        let mut silent = image(&[("", false), ("", false), ("", false)]);
        silent.layers.iter_mut().for_each(|layer| layer.created_by = None);
        let found: Vec<_> =
            classes(&silent, ClassRule::History).iter().map(|(t, _)| t.name()).collect();
        assert_eq!(found, ["base-refresh", "deploy", "deploy"]);
    }

    #[test]
    fn linked_copies_are_told_by_their_flag() {
        let history =
            [("ADD rootfs.tar / # buildkit", false), ("COPY --link /app /app # buildkit", true)];
        let linked: Vec<_> = classes(&image(&history), ClassRule::History)
            .iter()
            .map(|(_, linked)| *linked)
            .collect();
        assert_eq!(linked, [false, true]);
    }

    #[test]
    fn counts_win_over_the_history() {
        let rule = ClassRule::Counts { base: 1, dependencies: 1 };
        let found: Vec<_> =
            classes(&image(&[("COPY a a", false), ("COPY b b", false), ("RUN c", false)]), rule)
                .iter()
                .map(|(t, _)| t.name())
                .collect();
        assert_eq!(found, ["base-refresh", "dependency-update", "deploy"]);
    }
}
