use globset::{GlobBuilder, GlobMatcher};

/// A `.dockerignore`: what of the context a build does not see.
#[derive(Debug, Clone, Default)]
pub struct IgnoreFile {
    rules: Vec<Rule>,
    /// Lines whose pattern cannot be read, from 1; a builder refuses them.
    pub unreadable: Vec<usize>,
}

#[derive(Debug, Clone)]
struct Rule {
    pattern: GlobMatcher,
    /// `!` brings back what an earlier line took out.
    excepts: bool,
}

/// Rules beyond this are not read: each path is held against each rule.
const MOST: usize = 10_000;

impl IgnoreFile {
    /// Reads a `.dockerignore`. Patterns are relative to the context's root; `*` stops at slashes,
    /// `**` does not; the last line that matches decides.
    ///
    /// ```
    /// use imgcost_dockerfile::read::IgnoreFile;
    /// let ignored = IgnoreFile::parse("# secrets\n.env*\n!.env.example\nnode_modules\n**/*.log\n");
    /// assert!(ignored.ignores(".env") && ignored.ignores("node_modules/left-pad/index.js"));
    /// assert!(!ignored.ignores(".env.example") && !ignored.ignores("api/.env"));
    /// assert!(ignored.ignores("logs/today.log"));
    /// ```
    pub fn parse(text: &str) -> Self {
        let mut file = Self::default();
        // A byte order mark is no part of the first pattern.
        let text = text.trim_start_matches('\u{feff}');
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') || file.rules.len() == MOST {
                continue;
            }
            let (excepts, pattern) = match line.strip_prefix('!') {
                Some(pattern) => (true, pattern.trim()),
                None => (false, line),
            };
            let pattern = super::path::in_context(pattern);
            // `.` alone takes everything out; a builder reads it as all that is in the root.
            let pattern = if pattern == "." { "**" } else { &pattern };
            let glob =
                GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build();
            match glob {
                Ok(glob) => file.rules.push(Rule { pattern: glob.compile_matcher(), excepts }),
                Err(_) => file.unreadable.push(at + 1),
            }
        }
        file
    }

    /// Whether a build does not see this path of the context, or a folder above it.
    pub fn ignores(&self, path: &str) -> bool {
        let path = path.trim_matches('/');
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        let parents: Vec<&str> = ends.map(|end| &path[..end]).collect();
        let mut ignored = false;
        for rule in &self.rules {
            // Only a rule that would change the answer needs to be held against the path.
            if rule.excepts == ignored && parents.iter().any(|part| rule.pattern.is_match(part)) {
                ignored = !rule.excepts;
            }
        }
        ignored
    }
}

impl PartialEq for IgnoreFile {
    fn eq(&self, other: &Self) -> bool {
        let pattern = |rule: &Rule| (rule.pattern.glob().glob().to_owned(), rule.excepts);
        self.rules.iter().map(pattern).eq(other.rules.iter().map(pattern))
    }
}
