/// One step of a build, as its log has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Vertex {
    /// Such as `[build 4/7] RUN npm ci`.
    pub(super) name: String,
    pub(super) end: End,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The log does not say, or not after how long.
    Unknown,
    /// It ran, for so many milliseconds.
    Ran(u64),
    /// It was there already. It may have been fetched from a cache elsewhere, but did not run.
    Cached,
    Failed,
}

impl End {
    /// With what a later line says. BuildKit tells of a step that it took up again more than once,
    /// and adds up the times itself.
    pub(super) fn and(self, later: Self) -> Self {
        match (self, later) {
            (Self::Failed, _) | (_, Self::Failed) => Self::Failed,
            (Self::Cached, _) | (_, Self::Cached) => Self::Cached,
            (Self::Ran(one), Self::Ran(other)) => Self::Ran(one.max(other)),
            (Self::Ran(millis), Self::Unknown) | (Self::Unknown, Self::Ran(millis)) => {
                Self::Ran(millis)
            }
            (Self::Unknown, Self::Unknown) => Self::Unknown,
        }
    }
}
