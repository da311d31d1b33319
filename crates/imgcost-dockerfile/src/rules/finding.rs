use std::ops::Range;

use crate::cache::StepId;
use crate::ecosystem::Manager;

/// Something that could be better.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule, in stable kebab case: `copy-before-install`.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Bytes of the Dockerfile's text that it is about.
    pub span: Range<usize>,
    /// Line on which they begin, from 1.
    pub line: usize,
    /// The instruction, where it is about one.
    pub step: Option<StepId>,
    /// Whether it is about the image that ships; the others are about how the cache behaves.
    pub ships: bool,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Why that matters.
    pub why: String,
    /// What to write instead.
    pub help: String,
    /// What the better file changes about bytes and build steps, from which its saving is computed.
    pub fix: Fix,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// It costs money, time or safety.
    Warning,
    /// It must not ship.
    Error,
}

/// What a better file changes about bytes and build steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fix {
    /// Nothing that is billed and no time: it is about safety or repeatable builds.
    Nothing,
    /// The image starts from a smaller base.
    SmallerBase {
        /// The `FROM`.
        from: StepId,
        /// The image that is recommended; its size is taken where it is known.
        to: Option<String>,
    },
    /// Lists of packages are copied first, so that these installs run again only with them.
    PackagesFirst {
        /// The installs.
        installs: Vec<StepId>,
    },
    /// These installs take what the lock file says (`npm ci`), which is faster.
    LockedInstall {
        /// The installs.
        installs: Vec<StepId>,
        /// By whom.
        manager: Manager,
    },
    /// These steps bring what production needs and nothing else.
    ProductionOnly {
        /// Installs in the final image, or copies of what an install left.
        steps: Vec<StepId>,
        /// By whom.
        manager: Manager,
    },
    /// This step leaves no cache of the package manager.
    NoCacheKept {
        /// The step.
        step: StepId,
        /// Whose cache.
        manager: Manager,
    },
    /// These packages are not in the final image.
    NoTools {
        /// The step that installs them.
        step: StepId,
        /// By whom.
        manager: Manager,
        /// Their names.
        packages: Vec<String>,
        /// Whether the step installs nothing else, so that its whole layer goes.
        whole_layer: bool,
    },
    /// What a later step deletes is deleted in the step that made it, so that it is in no layer.
    CleanedInSameStep {
        /// The step that makes it.
        made: StepId,
        /// The step that deletes it.
        deleted: StepId,
        /// By whom, where it is packages or their cache.
        manager: Option<Manager>,
        /// Packages, or paths.
        what: Vec<String>,
    },
    /// The owner is set when files are copied, not by a step that stores them a second time.
    OwnedWhenCopied {
        /// The step that changes owners.
        changed: StepId,
        /// The steps whose files it stores again.
        copied: Vec<StepId>,
    },
    /// The image is built in stages: it ships a smaller base, production dependencies and what the
    /// build made, and no sources.
    Stages {
        /// The `FROM`.
        from: StepId,
        /// The installs in the image.
        installs: Vec<StepId>,
        /// Steps that only the build needs: build tools, sources, the build itself.
        build_only: Vec<StepId>,
        /// Whose packages they are, where that is known.
        manager: Option<Manager>,
    },
}
