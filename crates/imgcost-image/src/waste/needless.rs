//! Places in an image whose files nobody needs at run time, as data.

use super::WasteKind;

/// Folders directly below the root, or at a fixed path.
const CACHES: &[&str] = &[
    // apt-get(8), FILES: Dir::State::Lists and Dir::Cache; `apt-get update` fills the former.
    "var/lib/apt/lists",
    "var/cache/apt",
    // apk(8): the cache that `--no-cache` avoids.
    "var/cache/apk",
    // yum.conf(5) and dnf.conf(5), `cachedir`; dnf5 calls its own libdnf5.
    "var/cache/yum",
    "var/cache/dnf",
    "var/cache/libdnf5",
    // zypper(8), `zypper clean`.
    "var/cache/zypp",
    // pacman.conf(5), `CacheDir`.
    "var/cache/pacman/pkg",
    // npm-config(7), `cache`: ~/.npm; elsewhere only its `_cacache` is told from other folders.
    "root/.npm",
    // Yarn 1, `yarn cache dir`: here for root.
    "usr/local/share/.cache/yarn",
    // CARGO_HOME of the official rust images; The Cargo Book, "Cargo Home".
    "usr/local/cargo/registry",
    "usr/local/cargo/git",
    // GEM_HOME of the official ruby images; `gem` and Bundler keep downloaded .gem files there.
    "usr/local/bundle/cache",
    // `conda clean --help`: package caches.
    "opt/conda/pkgs",
    // hier(7): may be deleted at every boot.
    "tmp",
];

/// Folders in any home, or wherever they are.
const CACHES_ANYWHERE: &[&str] = &[
    // npm-cache(1): the content-addressable cache.
    ".npm/_cacache",
    // `yarn cache dir` for users; Yarn 2 and later, `globalFolder`.
    ".cache/yarn",
    ".yarn/berry/cache",
    // pnpm settings, `storeDir`. Files that are hard-linked into node_modules are in use.
    ".pnpm-store",
    ".local/share/pnpm/store",
    // pip documentation, "Caching"; uv, "Caching"; Poetry, `cache-dir`; Pipenv, PIPENV_CACHE_DIR.
    ".cache/pip",
    ".cache/uv",
    ".cache/pypoetry",
    ".cache/pipenv",
    // Maven settings, `localRepository`; Gradle, "The Gradle Directories".
    ".m2/repository",
    ".gradle/caches",
    // `go help environment`: GOMODCACHE ($GOPATH/pkg/mod) and GOCACHE.
    "go/pkg/mod",
    ".cache/go-build",
    // The Cargo Book, "Cargo Home".
    ".cargo/registry",
    ".cargo/git",
    // NuGet, "Managing the global packages, cache, and temp folders".
    ".nuget/packages",
    // Composer, `cache-dir`, before and after it followed XDG.
    ".composer/cache",
    ".cache/composer",
    // bundle-config(1), BUNDLE_USER_CACHE.
    ".bundle/cache",
];

/// npm packages that compile, check, test or bundle: they are listed under `devDependencies` where
/// their own documentation says how to install them. Likely needless, not certainly so: an image
/// that bundles at its start needs its bundler.
const DEV_PACKAGES: &[&[u8]] = &[
    b"ava",
    b"babel-cli",
    b"babel-core",
    b"babel-jest",
    b"babel-loader",
    b"c8",
    b"chai",
    b"concurrently",
    b"cypress",
    b"esbuild",
    b"eslint",
    b"gulp",
    b"grunt",
    b"husky",
    b"jasmine",
    b"jest",
    b"jsdom",
    b"karma",
    b"lint-staged",
    b"mocha",
    b"nodemon",
    b"nyc",
    b"parcel",
    b"playwright",
    b"playwright-core",
    b"prettier",
    b"puppeteer",
    b"rollup",
    b"sinon",
    b"storybook",
    b"stylelint",
    b"supertest",
    b"swc-loader",
    b"terser-webpack-plugin",
    b"ts-jest",
    b"ts-loader",
    b"ts-node",
    b"ts-node-dev",
    b"tslint",
    b"tsup",
    b"tsx",
    b"turbo",
    b"typescript",
    b"vite",
    b"vitest",
    b"webpack",
    b"webpack-cli",
    b"webpack-dev-server",
];

/// The same by the start of their names; `@babel/runtime` is for run time.
const DEV_PREFIXES: &[&[u8]] = &[
    b"@babel/",
    b"@commitlint/",
    b"@esbuild/",
    b"@eslint/",
    b"@jest/",
    b"@playwright/",
    b"@rollup/",
    b"@storybook/",
    b"@swc/",
    b"@testing-library/",
    b"@types/",
    b"@typescript-eslint/",
    b"@vitejs/",
    b"@vitest/",
    b"eslint-config-",
    b"eslint-plugin-",
];

/// What begins like these and runs in production.
const RUNTIME_PREFIXES: &[&[u8]] = &[b"@babel/runtime", b"@swc/helpers"];

/// Where `npm install --global` puts what somebody asked for by name.
const GLOBAL_MODULES: &[&[u8]] = &[b"usr\0lib\0", b"usr\0local\0lib\0", b"opt\0"];

/// The place that a file lies in, if nobody needs it: what it is, and how much of the path is that
/// place. Paths have zeros for slashes; the outermost place counts.
pub(super) fn find(path: &[u8]) -> Option<(WasteKind, usize)> {
    if let Some(length) = CACHES.iter().find_map(|cache| folder(path, cache)) {
        return Some((WasteKind::PackageCache, length));
    }
    let mut start = 0;
    for part in path.split(|byte| *byte == 0) {
        let rest = path.get(start..)?;
        match part.first() {
            Some(b'.' | b'g') => {
                let found = CACHES_ANYWHERE.iter().find_map(|cache| folder(rest, cache));
                if let Some(length) = found {
                    return Some((WasteKind::PackageCache, start + length));
                }
            }
            Some(b'n') if part == b"node_modules" => {
                let global = GLOBAL_MODULES.iter().any(|lib| path.get(..start) == Some(lib));
                let length = dev_package(rest.get(part.len() + 1..)?).filter(|_| !global)?;
                return Some((WasteKind::DevDependencies, start + part.len() + 1 + length));
            }
            _ => {}
        }
        start += part.len() + 1;
    }
    None
}

/// The length of `folder` if `path` lies in it.
fn folder(path: &[u8], folder: &str) -> Option<usize> {
    let same = |(at, wanted): (&u8, u8)| *at == if wanted == b'/' { 0 } else { wanted };
    let length = folder.len();
    (path.get(length) == Some(&0) && path.iter().zip(folder.bytes()).all(same)).then_some(length)
}

/// The length of the package's folder, below `node_modules`, if it is one for development.
fn dev_package(path: &[u8]) -> Option<usize> {
    let mut parts = path.split(|byte| *byte == 0);
    let (first, second) = (parts.next()?, parts.next()?);
    let scoped = [first, b"/", second].concat();
    // pnpm: `.pnpm/NAME@VERSION/node_modules/NAME`, with a plus for the slash of a scope.
    let pnpm: Vec<u8>;
    let (name, length) = if first == b".pnpm" {
        let at = second.iter().skip(1).position(|byte| *byte == b'@')? + 1;
        pnpm = second.iter().take(at).map(|b| if *b == b'+' { b'/' } else { *b }).collect();
        (&pnpm[..], scoped.len())
    } else if first.starts_with(b"@") {
        (&scoped[..], scoped.len())
    } else {
        (first, first.len())
    };
    let starts = |prefixes: &[&[u8]]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    let dev = DEV_PACKAGES.contains(&name) || starts(DEV_PREFIXES) && !starts(RUNTIME_PREFIXES);
    // A file directly below node_modules is no package.
    (dev && path.len() > length).then_some(length)
}
