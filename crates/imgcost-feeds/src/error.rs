/// Why a price list or a mapping could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.told())]
pub struct FeedError {
    /// The file.
    pub file: String,
    /// Line and column, from 1, where the file's text is to blame.
    pub place: Option<(usize, usize)>,
    /// What is wrong, as a lower-case fragment.
    pub problem: String,
    /// What to do instead.
    pub help: String,
}

impl FeedError {
    /// A problem of a file as a whole.
    pub(crate) fn new(file: &str, problem: impl Into<String>, help: impl Into<String>) -> Self {
        Self { file: file.to_owned(), place: None, problem: problem.into(), help: help.into() }
    }

    /// What a JSON reader objects to.
    pub(crate) fn json(file: &str, error: &serde_json::Error, help: &str) -> Self {
        let text = error.to_string();
        // serde_json repeats the place at the end of its message.
        let problem = text.split(" at line ").next().unwrap_or(&text);
        let place = (error.line() > 0).then(|| (error.line(), error.column()));
        Self { place, ..Self::new(file, problem, help) }
    }

    fn told(&self) -> String {
        match self.place {
            Some((line, column)) => format!("{}:{line}:{column}: {}", self.file, self.problem),
            None => format!("{}: {}", self.file, self.problem),
        }
    }
}
