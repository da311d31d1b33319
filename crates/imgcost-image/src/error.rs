/// Why an image could not be read: what is wrong, in words for users.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {problem}")]
pub struct ImageError {
    /// The reference, file or blob that it is about.
    pub what: String,
    /// What is wrong, as a lower-case fragment.
    pub problem: String,
    /// What to do instead, if anything can be said.
    pub help: Option<String>,
}

impl ImageError {
    /// An error without advice.
    pub fn new(what: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { what: what.into(), problem: problem.into(), help: None }
    }

    /// The same with advice.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}
