/// Why an inventory could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.told())]
pub struct InventoryError {
    /// The file.
    pub file: String,
    /// Line and column, from 1, where the file's text is to blame.
    pub place: Option<(usize, usize)>,
    /// What is wrong, as a lower-case fragment.
    pub problem: String,
    /// What to do instead.
    pub help: Option<String>,
}

impl InventoryError {
    /// A problem of a file as a whole.
    pub fn new(file: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { file: file.into(), place: None, problem: problem.into(), help: None }
    }

    /// The same with advice.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// A problem at a line and column, from 1.
    #[must_use]
    pub fn at(self, line: usize, column: usize) -> Self {
        Self { place: Some((line, column)), ..self }
    }

    /// What a JSON reader objects to.
    pub fn json(file: &str, error: &serde_json::Error) -> Self {
        let text = error.to_string();
        // serde_json repeats the place at the end of its message.
        let problem = text.split(" at line ").next().unwrap_or(&text).to_owned();
        let found = Self::new(file, problem);
        if error.line() > 0 { found.at(error.line(), error.column()) } else { found }
    }

    fn told(&self) -> String {
        match self.place {
            Some((line, column)) => format!("{}:{line}:{column}: {}", self.file, self.problem),
            None => format!("{}: {}", self.file, self.problem),
        }
    }
}
