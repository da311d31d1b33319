use super::Manager;

/// Packages that only compiling and building need, by their names in Debian, Alpine, Fedora and openSUSE.
const SYSTEM: [&str; 66] = [
    "autoconf",
    "automake",
    "bazel",
    "binutils",
    "bison",
    "build-base",
    "build-essential",
    "cargo",
    "ccache",
    "clang",
    "cmake",
    "cpp",
    "default-jdk",
    "default-jdk-headless",
    "dpkg-dev",
    "elixir",
    "fakeroot",
    "flex",
    "g++",
    "g++-multilib",
    "gcc",
    "gcc-c++",
    "gfortran",
    "git",
    "git-core",
    "go",
    "golang",
    "golang-go",
    "gradle",
    "libtool",
    "linux-headers",
    "llvm",
    "m4",
    "make",
    "maven",
    "meson",
    "mercurial",
    "musl-dev",
    "nasm",
    "ninja",
    "ninja-build",
    "node-gyp",
    "openjdk-11-jdk",
    "openjdk-17-jdk",
    "openjdk-21-jdk",
    "openjdk11",
    "openjdk17",
    "openjdk21",
    "patch",
    "pkg-config",
    "pkgconf",
    "pkgconfig",
    "protobuf-compiler",
    "protoc",
    "rust",
    "rustc",
    "rustup",
    "samurai",
    "scons",
    "subversion",
    "swig",
    "upx",
    "upx-ucl",
    "yasm",
    "gcc-gfortran",
    "rpm-build",
];

/// Programs of npm that build and are of no use once that is done.
const NODE: [&str; 16] = [
    "typescript",
    "webpack",
    "webpack-cli",
    "vite",
    "rollup",
    "esbuild",
    "parcel",
    "gulp",
    "gulp-cli",
    "grunt",
    "grunt-cli",
    "@angular/cli",
    "node-gyp",
    "ts-node",
    "@nestjs/cli",
    "nx",
];

/// Whether only building needs a package: compilers, `make`, headers (`-dev`, `-devel`), `git`.
///
/// ```
/// use imgcost_dockerfile::ecosystem::{Manager, is_build_tool};
/// assert!(is_build_tool(Manager::Apt, "gcc=4:12.2.0-3") && is_build_tool(Manager::Apk, "postgresql-dev"));
/// assert!(!is_build_tool(Manager::Apk, "libstdc++") && !is_build_tool(Manager::Apt, "curl"));
/// ```
pub fn is_build_tool(manager: Manager, package: &str) -> bool {
    let name = package_name(manager, package);
    match manager {
        Manager::Apt | Manager::Apk | Manager::Dnf | Manager::Zypper => {
            SYSTEM.contains(&name)
                || name.ends_with("-dev")
                || name.ends_with("-devel")
                || is_versioned(name)
        }
        Manager::Npm | Manager::Yarn | Manager::Pnpm | Manager::Bun => NODE.contains(&name),
        _ => false,
    }
}

/// `gcc-12`, `clang-15`, `g++-12`, `llvm-15`: compilers with their version in the name.
fn is_versioned(name: &str) -> bool {
    let Some((name, version)) = name.rsplit_once('-') else { return false };
    ["gcc", "g++", "clang", "llvm", "cpp"].contains(&name)
        && version.starts_with(|c: char| c.is_ascii_digit())
}

/// A package's name without version, architecture or release: `gcc` of `gcc=4:12`, `gcc:arm64`, `gcc~12`.
pub fn package_name(manager: Manager, package: &str) -> &str {
    if manager.is_system() {
        let end = package.find(['=', '~', '<', '>', ':', '/', '@']).unwrap_or(package.len());
        return &package[..end];
    }
    // A scope begins with the same sign as a version.
    let scope = usize::from(package.starts_with('@'));
    let rest = package.get(scope..).unwrap_or_default();
    let end = rest.find(['@', '=', '<', '>', '~', '[', '!']).unwrap_or(rest.len());
    package.get(..scope + end).unwrap_or(package)
}
