use std::ops::Range;

/// One problem in an input: where it is, what stands there, what to write instead.
///
/// Readers only find problems; showing them (caret, colours) is the caller's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of problem it is, in stable kebab case.
    pub code: &'static str,
    /// Whether the input can be used in spite of it.
    pub severity: Severity,
    /// The input's name, as it was given to the reader.
    pub file: String,
    /// Bytes of the file's text that it is about; bytes of [`Self::excerpt`] where there is one.
    pub span: Option<Range<usize>>,
    /// The other place that it is about, such as the first of two services of one name.
    pub related: Option<Related>,
    /// The line, from 1, for inputs whose text is not held (CSV).
    pub line: Option<u64>,
    /// The character of that line, from 1, at which the cell begins.
    pub column: Option<u64>,
    /// The row's text or a part of it, at most 200 characters, where the text is not held.
    pub excerpt: Option<String>,
    /// What is wrong, as a lower-case fragment.
    pub message: String,
    /// What stands there, for a note beside the caret.
    pub label: Option<String>,
    /// What to write instead.
    pub help: Option<String>,
}

/// Whether an input can be used in spite of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It cannot.
    Error,
    /// It can, but probably does not say what was meant.
    Warning,
}

/// A second place in the same file that a problem is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Bytes of the file's text.
    pub span: Range<usize>,
    /// What stands there.
    pub label: String,
}

impl Diagnostic {
    /// An error in a file as a whole.
    pub fn error(code: &'static str, file: &str, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            file: file.to_owned(),
            span: None,
            related: None,
            line: None,
            column: None,
            excerpt: None,
            message: message.into(),
            label: None,
            help: None,
        }
    }

    pub(crate) fn at(mut self, span: Range<usize>) -> Self {
        self.span = Some(span);
        self
    }

    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn related(mut self, span: Range<usize>, label: impl Into<String>) -> Self {
        self.related = Some(Related { span, label: label.into() });
        self
    }
}

/// What is wrong with a value, before it is known where the value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flaw {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) label: Option<String>,
    pub(crate) help: Option<String>,
}

impl Flaw {
    pub(crate) fn new(
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self { code, message: message.into(), label: None, help: Some(help.into()) }
    }

    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }
}

/// The problems found so far in one file; reading goes on after each.
#[derive(Debug)]
pub(crate) struct Problems<'f> {
    file: &'f str,
    pub(crate) found: Vec<Diagnostic>,
}

impl<'f> Problems<'f> {
    pub(crate) fn new(file: &'f str) -> Self {
        Self { file, found: Vec::new() }
    }

    pub(crate) fn file(&self) -> &'f str {
        self.file
    }

    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    pub(crate) fn flaw(&mut self, flaw: Flaw, span: Range<usize>) {
        let mut found = Diagnostic::error(flaw.code, self.file, flaw.message).at(span);
        (found.label, found.help) = (flaw.label, flaw.help);
        self.push(found);
    }

    pub(crate) fn error(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.flaw(Flaw::new(code, message, help), span);
    }
}
