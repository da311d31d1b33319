//! Dockerfiles to start from: written to pass this crate's own check.

/// The language of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Node.js.
    Node,
    /// Python.
    Python,
    /// Go.
    Go,
    /// Java.
    Java,
    /// Rust.
    Rust,
    /// .NET.
    Dotnet,
}

/// How a build is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pattern {
    /// Dependencies, build, and what ships.
    ThreeStage,
    /// Production dependencies have a stage of their own.
    FourStage,
    /// Packages that are compiled when they are installed.
    NativeModules,
}

/// A Dockerfile to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// The language.
    pub language: Language,
    /// The pattern.
    pub pattern: Pattern,
    /// The Dockerfile.
    pub dockerfile: &'static str,
    /// The `.dockerignore` that belongs to it.
    pub dockerignore: &'static str,
}

macro_rules! template {
    ($language:ident, $pattern:ident, $folder:literal, $name:literal) => {
        Template {
            language: Language::$language,
            pattern: Pattern::$pattern,
            dockerfile: include_str!(concat!("../templates/", $folder, "/", $name, "/Dockerfile")),
            dockerignore: include_str!(concat!("../templates/", $folder, "/dockerignore")),
        }
    };
}

/// All templates; the first of a language is the one to take where no pattern is named.
pub const TEMPLATES: [Template; 9] = [
    template!(Node, FourStage, "node", "four-stage"),
    template!(Node, ThreeStage, "node", "three-stage"),
    template!(Node, NativeModules, "node", "native-modules"),
    template!(Python, ThreeStage, "python", "three-stage"),
    template!(Python, NativeModules, "python", "native-modules"),
    template!(Go, ThreeStage, "go", "three-stage"),
    template!(Java, ThreeStage, "java", "three-stage"),
    template!(Rust, ThreeStage, "rust", "three-stage"),
    template!(Dotnet, ThreeStage, "dotnet", "three-stage"),
];

/// The template of a language and, if one is named, a pattern; `None` if the pattern does not apply.
///
/// ```
/// use imgcost_dockerfile::templates::{Language, Pattern, template};
/// assert!(template(Language::Node, None).is_some_and(|found| found.pattern == Pattern::FourStage));
/// assert!(template(Language::Go, Some(Pattern::NativeModules)).is_none());
/// ```
pub fn template(language: Language, pattern: Option<Pattern>) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| {
        template.language == language && pattern.is_none_or(|wanted| template.pattern == wanted)
    })
}

impl Language {
    /// `node`, `python`, ...
    pub const fn name(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Python => "python",
            Self::Go => "go",
            Self::Java => "java",
            Self::Rust => "rust",
            Self::Dotnet => "dotnet",
        }
    }
}

impl Pattern {
    /// `three-stage`, `four-stage` or `native-modules`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ThreeStage => "three-stage",
            Self::FourStage => "four-stage",
            Self::NativeModules => "native-modules",
        }
    }
}
