use regex::Regex;

/// What an attribute must be.
#[derive(Debug, Clone)]
pub(crate) enum Filter {
    /// This very text; the empty text is also that of an attribute that is not there.
    Is(String),
    /// Anything that the expression describes as a whole.
    Like(Regex),
}

/// The most bytes that a compiled expression takes.
const MOST_BYTES: usize = 1 << 20;

impl Filter {
    /// A text, or an expression between slashes.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let inner = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
        let Some(expression) = inner else { return Ok(Self::Is(text.to_owned())) };
        regex::RegexBuilder::new(&format!("^(?:{expression})$"))
            .size_limit(MOST_BYTES)
            .build()
            .map(Self::Like)
            .map_err(|error| {
                let text = error.to_string();
                text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
            })
    }

    pub(crate) fn matches(&self, value: &str) -> bool {
        match self {
            Self::Is(text) => text == value,
            Self::Like(expression) => expression.is_match(value),
        }
    }
}
