//! A real builder: Debian's buildah, with a store of its own, no registry, and no daemon.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::live_registry::tools;

/// Programs that the builds need, and the Debian packages that have them. The last five are what
/// base images are made of.
const NEEDED: [tools::Program; 6] = [
    ("buildah", "buildah"),
    ("busybox", "busybox-static"),
    ("make", "make"),
    ("node", "nodejs"),
    ("npm", "npm"),
    ("tcc", "tcc"),
];

pub struct Builder {
    folder: TempDir,
}

impl Builder {
    pub fn new() -> Self {
        tools::ensure(&NEEDED);
        assert!(tools::is_root(), "builds in a chroot need root");
        let builder = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(builder.path("packages")).unwrap();
        builder
    }

    /// A path in the builder's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Builds an image as `docker build` does: a layer for each instruction, and what did not
    /// change from the cache. What is installed comes from `packages` at `/packages`, which no
    /// layer gets. Returns the commands that ran because the cache did not have their layers.
    pub fn build(&self, image: &str, dockerfile: &Path, context: &Path) -> Vec<String> {
        let packages = format!("{}:/packages:ro", self.path("packages").display());
        let (dockerfile, context) = (text(dockerfile), text(context));
        // "docker", because the format of OCI has no health check; BuildKit writes it all the same.
        let how = ["build", "--isolation", "chroot", "--format", "docker", "--layers"];
        let what = ["--pull=never", "-v", &packages, "-t", image, "-f", &dockerfile, &context];
        let output = self.buildah(&[&how[..], &what].concat());
        commands_that_ran(&String::from_utf8(output.stdout).unwrap())
    }

    /// Saves an image in an OCI layout, and returns the reference by which imgcost finds it.
    pub fn save(&self, image: &str) -> String {
        let reference = format!("oci:{}:{image}", self.path("layout").display());
        self.buildah(&["push", image, &reference]);
        reference
    }

    /// The files that a layer of a saved image adds.
    pub fn files(&self, digest: &str) -> Vec<String> {
        let blob = self.path("layout/blobs").join(digest.replace(':', "/"));
        // The program is several times as fast as the crates in a build for tests.
        let listed = tools::run("tar", &["-tzf", &text(&blob)]).stdout;
        String::from_utf8(listed).unwrap().lines().map(str::to_owned).collect()
    }

    /// The `config` of an image, as `docker inspect` shows it.
    pub fn config(&self, image: &str) -> Value {
        let output = self.buildah(&["inspect", "--type", "image", image]);
        let mut image: Value = serde_json::from_slice(&output.stdout).unwrap();
        image["Docker"]["config"].take()
    }

    /// Runs a command in a fresh container of an image, as its user and in its folder; returns what
    /// it prints.
    pub fn run(&self, image: &str, environment: &str, command: &[&str]) -> String {
        let container = format!("run-{image}");
        self.buildah(&["from", "--pull-never", "--name", &container, image]);
        let run = ["run", "--isolation", "chroot", "--env", environment, &container, "--"];
        let output = self.buildah(&[&run[..], command].concat());
        self.buildah(&["rm", &container]);
        String::from_utf8(output.stdout).unwrap()
    }

    fn buildah(&self, arguments: &[&str]) -> Output {
        tools::finish(&mut self.command(arguments))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let store = [("--root", "store"), ("--runroot", "run")];
        let store = store.map(|(option, name)| [option.to_owned(), text(&self.path(name))]);
        let mut command = Command::new("buildah");
        // Cache mounts are kept in the folder for temporary files: none is older than this test.
        command.args(store.as_flattened()).args(arguments).env("TMPDIR", self.folder.path());
        command
    }
}

impl Drop for Builder {
    /// A build that failed leaves the file system of its container mounted.
    fn drop(&mut self) {
        let _ = self.command(&["rm", "--all"]).output();
    }
}

/// Each step is a line such as `[2/4] STEP 3/3: RUN npm run build`, followed by `--> Using cache` and
/// the layer if it is there.
fn commands_that_ran(progress: &str) -> Vec<String> {
    let lines: Vec<&str> = progress.lines().collect();
    let ran = lines.windows(2).filter(|pair| !pair[1].starts_with("--> Using cache"));
    let commands = ran.filter_map(|pair| pair[0].split_once(": RUN ")).map(|(_, command)| command);
    commands.map(str::to_owned).collect()
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
