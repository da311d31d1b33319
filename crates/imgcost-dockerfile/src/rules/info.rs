use super::Severity;

/// A rule: what it is about, for lists, reports and the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleInfo {
    /// Its stable name in kebab case.
    pub id: &'static str,
    /// How much it matters where no setting says otherwise.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub title: &'static str,
    /// Why that matters: money, time or safety.
    pub why: &'static str,
    /// When it applies, and when it does not.
    pub doc: &'static str,
    /// Rules of hadolint that look at the same thing.
    pub hadolint: &'static [&'static str],
}

/// The final image starts from a whole operating system.
pub(super) const FULL_OS_BASE: RuleInfo = RuleInfo {
    id: "full-os-base",
    severity: Severity::Warning,
    title: "The image ships a whole operating system",
    why: "compilers, headers and tools that the application never calls are stored, pulled onto every node and scanned with it",
    doc: "Judges the image that the final stage starts from: variants of language images that are neither slim \
          nor alpine, and distributions without a minimal variant in the tag. An image whose purpose is to \
          compile (golang, maven, a JDK, the .NET SDK) is `build-tools-in-final` instead, whatever its tag. \
          Images of other names are not judged: what is in them is not known here. What is recommended has the \
          same version and, but for Node.js on Alpine, the same C library; a distribution that has no smaller \
          flavour of its own (Ubuntu) is told without a recommendation and without a number.",
    hadolint: &[],
};

/// An install runs again whenever a source file changes.
pub(super) const COPY_BEFORE_INSTALL: RuleInfo = RuleInfo {
    id: "copy-before-install",
    severity: Severity::Warning,
    title: "Sources are copied before packages are installed",
    why: "the cache is cut at the first instruction that changes: each source line runs the install again and ships its layer again",
    doc: "Judges every stage that the final image needs. Installs by a lock file or list, packages of the \
          system, and builds that fetch what is missing (Go, Maven, Gradle, Cargo, .NET) where no earlier step \
          fetched it and no cache mount holds it. A second install that only adds the project itself \
          (`uv sync`, `poetry install`) after one that is cached is fine. Blamed is the copy that brings what \
          the install reads; others that change with the sources and stand above it are named beside it.",
    hadolint: &[],
};

/// `npm install` in place of `npm ci`.
pub(super) const NPM_INSTALL: RuleInfo = RuleInfo {
    id: "npm-install",
    severity: Severity::Warning,
    title: "`npm install` is used where `npm ci` belongs",
    why: "npm install may change the lock file, so that two builds of one commit differ; npm ci takes it exactly, or stops",
    doc: "Judges every stage that the final image needs. `npm install PACKAGE` is not meant. The saving is \
          told as *at most*: it is that of an install without a lock file, which npm resolves anew (66 s \
          measured, `npm ci` 43 s); with one, `npm install` takes hardly longer than `npm ci`.",
    hadolint: &[],
};

/// Another manager installs without holding to its lock file.
pub(super) const UNLOCKED_INSTALL: RuleInfo = RuleInfo {
    id: "unlocked-install",
    severity: Severity::Warning,
    title: "An install may differ from the lock file",
    why: "two builds of one commit can ship different packages, and a layer that differs is stored and pulled again",
    doc: "Judges every stage that the final image needs: Yarn without `--immutable` or `--frozen-lockfile`, \
          pnpm and Bun without `--frozen-lockfile`, uv without `--locked` or `--frozen`, Pipenv without \
          `--deploy`, Bundler without `deployment` or `frozen`, Cargo without `--locked`, .NET without \
          `--locked-mode` where `packages.lock.json` is copied, and `update` of any of them. Not judged: pip \
          (whether a list pins versions is in the list), Go (go.sum is always checked), Maven and Gradle \
          (versions are exact), Poetry and Composer (they keep to the lock file).",
    hadolint: &[],
};

/// What only development needs is in the image.
pub(super) const DEV_DEPENDENCIES: RuleInfo = RuleInfo {
    id: "dev-dependencies-in-final",
    severity: Severity::Warning,
    title: "The image ships packages that only development needs",
    why: "compilers, linters and test runners are stored, pulled and scanned with each release, and never called",
    doc: "Judges installs in the final image, and copies into it of what an install in another stage left, \
          followed back to that install. `npm prune --omit=dev` counts where it runs in the same step or in \
          the stage that is copied from. Go, Cargo, Maven, Gradle and .NET have no such packages in what they \
          build.",
    hadolint: &[],
};

/// The image runs as root.
pub(super) const RUNS_AS_ROOT: RuleInfo = RuleInfo {
    id: "runs-as-root",
    severity: Severity::Warning,
    title: "The container runs as root",
    why: "whoever breaks out of the application is root in the container, and one kernel bug away from the node",
    doc: "Judges the last `USER` of the final image, or what the base image is known to set: distroless \
          `nonroot`, chiseled .NET images, Chainguard and Bitnami images have a user of their own. For other \
          images that are not official ones it is not known, and told as information.",
    hadolint: &["DL3002"],
};

/// There is no health check.
pub(super) const NO_HEALTHCHECK: RuleInfo = RuleInfo {
    id: "no-healthcheck",
    severity: Severity::Info,
    title: "There is no health check",
    why: "Docker, Compose and ECS cannot tell a hung process from a working one; Kubernetes has probes of its own",
    doc: "Judges the final image. `HEALTHCHECK NONE` counts as none.",
    hadolint: &["DL3057"],
};

/// A secret is in the image.
pub(super) const SECRET_IN_IMAGE: RuleInfo = RuleInfo {
    id: "secret-in-image",
    severity: Severity::Error,
    title: "The image holds a secret",
    why: "whoever can pull the image can read it, in its layers or its history, even if a later step deletes it",
    doc: "Judges the final image: files that hold secrets by their name (`.env`, keys, `.npmrc`, `.netrc`, \
          cloud credentials, kubeconfigs), copies of the whole context that bring such a file or would bring a \
          `.env` (a warning where the files of the folder are known and none is there), \
          `ARG` and `ENV` whose names say password, token, key or secret, and whatever any instruction spells \
          out: logins in addresses, headers and flags, tokens as their issuers make them, private keys. A \
          default such as `changeme` is a password too; what a variable or a mounted secret puts in when a \
          step runs is none, nor is what says `dummy` or `placeholder`. Values are never shown. A `.npmrc` may \
          hold settings only and is a warning.",
    hadolint: &["DL3064"],
};

/// A package manager's cache is in the image.
pub(super) const PACKAGE_CACHE_KEPT: RuleInfo = RuleInfo {
    id: "package-cache-kept",
    severity: Severity::Warning,
    title: "A package manager's cache stays in the image",
    why: "it only serves a next install, which never runs in this image, and is stored and pulled with each release",
    doc: "Judges `RUN`s of the final image that fill a cache and neither empty it in the same step, nor mount \
          it, nor switch it off. Where a later step deletes it, that is `cleanup-in-later-layer`. pnpm and Bun \
          link from their store, which costs nothing.",
    hadolint: &["DL3009", "DL3019", "DL3032", "DL3036", "DL3040", "DL3042", "DL3060"],
};

/// The application is built in the stage that ships.
pub(super) const SINGLE_STAGE_BUILD: RuleInfo = RuleInfo {
    id: "single-stage-build",
    severity: Severity::Warning,
    title: "The application is built in the image that ships",
    why: "sources, build tools and all they left behind are stored, pulled and scanned with each release",
    doc: "Judges whether the final image runs a build. Build in a stage of its own and copy its result.",
    hadolint: &[],
};

/// Build tools are in the image.
pub(super) const BUILD_TOOLS: RuleInfo = RuleInfo {
    id: "build-tools-in-final",
    severity: Severity::Warning,
    title: "The image ships build tools",
    why: "compilers and headers are large, are stored and pulled with each release, and help an intruder",
    doc: "Judges the final image: packages of the system that only compiling needs (compilers, make, git, \
          headers) unless the same step removes them, build programs of npm, and bases that exist to compile \
          (golang, rust, maven, gradle, gcc, a JDK, the .NET SDK), whatever their tag.",
    hadolint: &[],
};

/// Something is deleted in a later layer than the one that holds it.
pub(super) const CLEANUP_LATER: RuleInfo = RuleInfo {
    id: "cleanup-in-later-layer",
    severity: Severity::Warning,
    title: "A later layer deletes what an earlier one holds",
    why: "a layer cannot take bytes out of the one below it: they are hidden, stored and pulled all the same",
    doc: "Judges the final image: packages, caches, development packages and files that one step brings and \
          another deletes. For native modules that means `apk add --virtual`, build and `apk del` in one RUN.",
    hadolint: &[],
};

/// A base image has no version.
pub(super) const UNPINNED_BASE: RuleInfo = RuleInfo {
    id: "unpinned-base",
    severity: Severity::Warning,
    title: "An image is named without a version",
    why: "the next build may start from something else, without a change in any file, and ship every layer again",
    doc: "Judges every stage that the final image needs, and images that files are copied from: no tag, \
          `latest`, or a tag that says no version of what the image is named after (`nginx:alpine`, `node:lts`, \
          `golang:bookworm`, `redis:alpine3.20`). A tag with a version is enough, a release of a distribution by \
          its name too (`debian:bookworm`); a digest is more.",
    hadolint: &["DL3006", "DL3007"],
};

/// The whole context is copied and nothing is left out.
pub(super) const MISSING_DOCKERIGNORE: RuleInfo = RuleInfo {
    id: "missing-dockerignore",
    severity: Severity::Warning,
    title: "The whole folder is copied, and no .dockerignore leaves anything out",
    why: "the history of the repository, local packages and secrets are sent to each build and may ship; each change in them cuts the cache",
    doc: "A warning where the copy is in the final image, information where only a build stage sees it. Where \
          the files of the folder are known, also a `.dockerignore` that leaves `.git` or `node_modules` in.",
    hadolint: &[],
};

/// Owners or modes are changed for files of earlier layers.
pub(super) const RECURSIVE_CHOWN: RuleInfo = RuleInfo {
    id: "recursive-chown-layer",
    severity: Severity::Warning,
    title: "A recursive chown or chmod stores files a second time",
    why: "a layer holds whole files: each file whose owner or mode changes is in it again, with all its bytes",
    doc: "Judges `RUN chown -R`, `chgrp -R` and `chmod -R` of the final image over files that earlier steps \
          copied or installed. `COPY --chown` and `--chmod` set them at once.",
    hadolint: &[],
};

/// An ignore does not say why.
pub(super) const IGNORE_WITHOUT_REASON: RuleInfo = RuleInfo {
    id: "ignore-without-reason",
    severity: Severity::Info,
    title: "A rule is ignored without a reason",
    why: "whoever reads it next cannot tell whether it still holds",
    doc: "Judges comments `# imgcost ignore=RULE: reason`. One without a reason ignores all the same.",
    hadolint: &[],
};

/// Every rule, the eight of the production checklist first.
pub const ALL: [RuleInfo; 16] = [
    FULL_OS_BASE,
    COPY_BEFORE_INSTALL,
    NPM_INSTALL,
    DEV_DEPENDENCIES,
    RUNS_AS_ROOT,
    NO_HEALTHCHECK,
    SECRET_IN_IMAGE,
    PACKAGE_CACHE_KEPT,
    UNLOCKED_INSTALL,
    SINGLE_STAGE_BUILD,
    BUILD_TOOLS,
    CLEANUP_LATER,
    UNPINNED_BASE,
    MISSING_DOCKERIGNORE,
    RECURSIVE_CHOWN,
    IGNORE_WITHOUT_REASON,
];

/// A rule by its id.
pub fn rule(id: &str) -> Option<&'static RuleInfo> {
    ALL.iter().find(|rule| rule.id == id)
}
