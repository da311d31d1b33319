use super::ignore_file::IgnoreFile;

/// What is known of the folder that a build sends.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Context {
    /// Its `.dockerignore`; `None` where there is none.
    pub ignore: Option<IgnoreFile>,
    /// Its files with their sizes in bytes, paths relative to its root, ignored ones included; `None`
    /// where nobody looked.
    pub files: Option<Vec<(String, u64)>>,
}

impl Context {
    /// Whether a build does not see this path.
    pub fn ignores(&self, path: &str) -> bool {
        self.ignore.as_ref().is_some_and(|ignore| ignore.ignores(path))
    }

    /// The files that a build sees, where somebody looked.
    pub fn sent(&self) -> Option<impl Iterator<Item = (&str, u64)>> {
        let files = self.files.as_ref()?.iter();
        let files = files.map(|(path, bytes)| (path.as_str(), *bytes));
        Some(files.filter(|(path, _)| !self.ignores(path)))
    }
}
