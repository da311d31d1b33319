//! Where package managers keep what the next install could use.

use super::Manager;

/// A manager's cache: where it is, how it is moved and switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cache {
    /// Whose it is.
    pub manager: Manager,
    /// Its folders; `~` is the home of whoever runs the command.
    pub folders: &'static [&'static str],
    /// Variables and flags that put it elsewhere.
    pub moved_by: &'static [&'static str],
    /// Variables and flags that switch it off.
    pub off_by: &'static [&'static str],
    /// What to write in the same `RUN` so that nothing is left.
    pub instead: &'static str,
    /// What a cache mount covers.
    pub mount: &'static str,
}

/// pnpm and Bun are not here: they link packages from their store, so that bytes are in a layer once
/// (<https://pnpm.io/faq>, <https://bun.com/docs/install/cache>).
///
/// Folders are the defaults; where the manuals tell them: npm `config cache`, Yarn `cache dir`, pip `caching`, uv
/// `concepts/cache`, Poetry `cache-dir`, Pipenv `PIPENV_CACHE_DIR`, Go `GOMODCACHE` and `GOCACHE`, Maven
/// `settings.localRepository`, Gradle `directory_layout`, Cargo `cargo-home`, NuGet `managing the global
/// packages`, Composer `cache-dir`, and those of the distributions.
pub const CACHES: [Cache; 17] = [
    Cache {
        manager: Manager::Npm,
        folders: &["~/.npm"],
        moved_by: &["npm_config_cache", "NPM_CONFIG_CACHE", "--cache"],
        off_by: &[],
        instead: "npm cache clean --force",
        mount: "/root/.npm",
    },
    Cache {
        manager: Manager::Yarn,
        folders: &["/usr/local/share/.cache/yarn", "~/.cache/yarn", "~/.yarn"],
        moved_by: &["YARN_CACHE_FOLDER", "--cache-folder"],
        off_by: &[],
        instead: "yarn cache clean",
        mount: "/usr/local/share/.cache/yarn",
    },
    Cache {
        manager: Manager::Pip,
        folders: &["~/.cache/pip"],
        moved_by: &["PIP_CACHE_DIR", "--cache-dir"],
        off_by: &["--no-cache-dir", "PIP_NO_CACHE_DIR"],
        instead: "--no-cache-dir",
        mount: "/root/.cache/pip",
    },
    Cache {
        manager: Manager::Uv,
        folders: &["~/.cache/uv"],
        moved_by: &["UV_CACHE_DIR", "--cache-dir"],
        off_by: &["--no-cache", "-n", "UV_NO_CACHE"],
        instead: "--no-cache",
        mount: "/root/.cache/uv",
    },
    Cache {
        manager: Manager::Poetry,
        folders: &["~/.cache/pypoetry"],
        moved_by: &["POETRY_CACHE_DIR"],
        off_by: &["--no-cache"],
        instead: "--no-cache",
        mount: "/root/.cache/pypoetry",
    },
    Cache {
        manager: Manager::Pipenv,
        folders: &["~/.cache/pipenv", "~/.cache/pip"],
        moved_by: &["PIPENV_CACHE_DIR"],
        off_by: &["PIP_NO_CACHE_DIR"],
        instead: "rm -rf ~/.cache",
        mount: "/root/.cache",
    },
    Cache {
        manager: Manager::Go,
        folders: &["/go/pkg/mod", "~/go/pkg/mod", "~/.cache/go-build"],
        moved_by: &["GOMODCACHE"],
        off_by: &[],
        instead: "go clean -modcache -cache",
        mount: "/go/pkg/mod",
    },
    Cache {
        manager: Manager::Maven,
        folders: &["~/.m2"],
        moved_by: &["-Dmaven.repo.local"],
        off_by: &[],
        instead: "rm -rf ~/.m2/repository",
        mount: "/root/.m2",
    },
    Cache {
        manager: Manager::Gradle,
        folders: &["~/.gradle", "/home/gradle/.gradle"],
        moved_by: &["GRADLE_USER_HOME", "-g"],
        off_by: &[],
        instead: "rm -rf ~/.gradle",
        mount: "/root/.gradle",
    },
    Cache {
        manager: Manager::Cargo,
        folders: &["/usr/local/cargo/registry", "/usr/local/cargo/git", "~/.cargo"],
        moved_by: &["CARGO_HOME"],
        off_by: &[],
        instead: "rm -rf \"$CARGO_HOME/registry\"",
        mount: "/usr/local/cargo/registry",
    },
    Cache {
        manager: Manager::Dotnet,
        folders: &["~/.nuget"],
        moved_by: &["NUGET_PACKAGES"],
        off_by: &[],
        instead: "dotnet nuget locals all --clear",
        mount: "/root/.nuget/packages",
    },
    Cache {
        manager: Manager::Bundler,
        folders: &["/usr/local/bundle/cache"],
        moved_by: &["BUNDLE_PATH", "GEM_HOME"],
        off_by: &[],
        instead: "rm -rf /usr/local/bundle/cache",
        mount: "/usr/local/bundle/cache",
    },
    Cache {
        manager: Manager::Composer,
        folders: &["~/.composer", "~/.cache/composer"],
        moved_by: &["COMPOSER_CACHE_DIR", "COMPOSER_HOME"],
        off_by: &["--no-cache"],
        instead: "--no-cache",
        mount: "/root/.composer",
    },
    Cache {
        manager: Manager::Apt,
        folders: &["/var/lib/apt/lists"],
        moved_by: &[],
        off_by: &[],
        instead: "rm -rf /var/lib/apt/lists/*",
        mount: "/var/lib/apt",
    },
    Cache {
        manager: Manager::Apk,
        folders: &["/var/cache/apk"],
        moved_by: &["--cache-dir"],
        off_by: &["--no-cache"],
        instead: "--no-cache",
        mount: "/var/cache/apk",
    },
    Cache {
        manager: Manager::Dnf,
        folders: &["/var/cache/dnf", "/var/cache/yum", "/var/cache/libdnf5"],
        moved_by: &[],
        off_by: &[],
        instead: "dnf clean all",
        mount: "/var/cache/dnf",
    },
    Cache {
        manager: Manager::Zypper,
        folders: &["/var/cache/zypp"],
        moved_by: &[],
        off_by: &[],
        instead: "zypper clean --all",
        mount: "/var/cache/zypp",
    },
];

/// The cache of a manager, if what it leaves costs bytes.
pub fn cache_of(manager: Manager) -> Option<&'static Cache> {
    CACHES.iter().find(|cache| cache.manager == manager)
}
