use std::fmt::Display;

/// Whether text carries colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// ANSI colours.
    On,
    /// None at all.
    Off,
}

/// What a piece of text means; each meaning has one look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    Heading,
    Saving,
    Loss,
    Caution,
    Aside,
}

impl Colour {
    /// The text in the look of its meaning.
    pub(crate) fn paint(self, meaning: Meaning, text: impl Display) -> String {
        let code = match meaning {
            Meaning::Heading => "1",
            Meaning::Saving => "32",
            Meaning::Loss => "31",
            Meaning::Caution => "33",
            Meaning::Aside => "2",
        };
        match self {
            Self::On => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            Self::Off => text.to_string(),
        }
    }
}
