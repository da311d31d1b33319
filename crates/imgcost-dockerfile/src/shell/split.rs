use super::Command;

/// The simple commands of a script, in their order, whatever joins them: `&&`, `||`, `;`, `|`, `&`,
/// line breaks, groups, conditions and loops.
///
/// ```
/// use imgcost_dockerfile::shell::commands;
/// let found = commands("set -eux; apk add --virtual .build python3 && CI=1 npm ci # install");
/// let programs: Vec<&str> = found.iter().map(|command| command.program()).collect();
/// assert_eq!(programs, ["set", "apk", "npm"]);
/// assert_eq!(found[2].variable("CI"), Some("1"));
/// ```
pub fn commands(script: &str) -> Vec<Command> {
    simple(script).into_iter().flat_map(looked_into).collect()
}

/// The commands of a list of words, as the exec form has them.
pub fn commands_of(words: Vec<String>) -> Vec<Command> {
    looked_into(Command { env: Vec::new(), words })
}

/// The commands of a line that is fed with here-documents, in their order; `leading` of them belong to
/// its first command without a `<<` among its words. A document is read where a shell runs it.
pub fn fed(line: Vec<Command>, leading: usize, documents: &[&str]) -> Vec<Command> {
    let mut documents = documents.iter();
    let read = |(at, command): (usize, Command)| {
        let opens = |word: &&String| {
            word.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with("<<")
        };
        let opened = command.words.iter().filter(opens).count();
        let own = opened + if at == 0 { leading } else { 0 };
        let script = documents.by_ref().take(own).last();
        match script.filter(|_| command.reads_script()) {
            Some(script) => commands(script),
            None => vec![command],
        }
    };
    line.into_iter().enumerate().flat_map(read).collect()
}

/// The script of `sh -c "..."` instead of the shell that runs it, one level down.
fn looked_into(command: Command) -> Vec<Command> {
    match inner(&command) {
        Some(script) => simple(&script),
        None => vec![command],
    }
}

/// The script of `sh -c '...'`.
fn inner(command: &Command) -> Option<String> {
    let is_shell = ["sh", "bash", "ash", "dash"].contains(&command.program());
    let at = command
        .arguments()
        .iter()
        .position(|word| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c'))?;
    command.arguments().get(at + 1).filter(|_| is_shell).cloned()
}

/// Words that open, close or join compound commands; what follows them is a command of its own.
const RESERVED: [&str; 14] = [
    "if", "then", "else", "elif", "fi", "while", "until", "do", "done", "!", "{", "}", "in", "esac",
];

fn simple(script: &str) -> Vec<Command> {
    let mut splitter = Splitter::default();
    let mut rest = script.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' => match rest.next() {
                // A line that goes on.
                Some('\n') | None => {}
                Some(next) => splitter.push(next),
            },
            '\'' => {
                splitter.open();
                rest.by_ref().take_while(|c| *c != '\'').for_each(|c| splitter.push(c));
            }
            '"' => {
                splitter.open();
                while let Some(c) = rest.next() {
                    match c {
                        '"' => break,
                        '\\' => match rest.next() {
                            Some(next @ ('"' | '\\' | '$' | '`')) => splitter.push(next),
                            Some('\n') | None => {}
                            Some(next) => {
                                splitter.push('\\');
                                splitter.push(next);
                            }
                        },
                        c => splitter.push(c),
                    }
                }
            }
            '#' if !splitter.in_word() => {
                rest.by_ref().take_while(|c| *c != '\n').for_each(drop);
                splitter.end_command();
            }
            '\n' | ';' | '|' | '&' | '(' | ')' => {
                // `2>&1`, `&>file`: an ampersand beside a redirection joins nothing.
                let redirects = c == '&' && (splitter.redirecting() || rest.peek() == Some(&'>'));
                // `$(...)` stays one word as far as it can be told: its parenthesis follows a dollar.
                if redirects {
                    splitter.push(c);
                } else if c == '(' && splitter.ends_in('$') {
                    splitter.push(c);
                    substitution(&mut rest, &mut splitter);
                } else {
                    splitter.end_command();
                }
            }
            c if c.is_whitespace() => splitter.end_word(),
            c => splitter.push(c),
        }
    }
    splitter.end_command();
    splitter.commands
}

/// Takes a `$(...)` as part of a word, its own parentheses balanced.
fn substitution(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, splitter: &mut Splitter) {
    let mut depth = 1_usize;
    for c in rest.by_ref() {
        splitter.push(c);
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

#[derive(Default)]
struct Splitter {
    commands: Vec<Command>,
    command: Command,
    word: Option<String>,
}

impl Splitter {
    fn push(&mut self, c: char) {
        self.word.get_or_insert_default().push(c);
    }

    /// Begins a word that may stay empty: `""`.
    fn open(&mut self) {
        self.word.get_or_insert_default();
    }

    fn in_word(&self) -> bool {
        self.word.is_some()
    }

    fn ends_in(&self, c: char) -> bool {
        self.word.as_ref().is_some_and(|word| word.ends_with(c))
    }

    fn redirecting(&self) -> bool {
        self.ends_in('>') || self.ends_in('<')
    }

    fn end_word(&mut self) {
        let Some(word) = self.word.take() else { return };
        let is_first = self.command.words.is_empty();
        if is_first && RESERVED.contains(&word.as_str()) {
            return;
        }
        match word.split_once('=') {
            Some((name, value)) if is_first && is_name(name) => {
                self.command.env.push((name.to_owned(), value.to_owned()));
            }
            _ => self.command.words.push(word),
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        let command = std::mem::take(&mut self.command);
        if !command.words.is_empty() || !command.env.is_empty() {
            self.commands.push(command);
        }
    }
}

fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(script: &str) -> Vec<Vec<String>> {
        commands(script).into_iter().map(|command| command.words).collect()
    }

    #[test]
    fn chains_are_split_into_commands() {
        assert_eq!(
            words("a b && c || d; e | f\ng & h"),
            [vec!["a", "b"], vec!["c"], vec!["d"], vec!["e"], vec!["f"], vec!["g"], vec!["h"],]
        );
    }

    #[test]
    fn quotes_hold_words_together_and_are_removed() {
        assert_eq!(
            words(r#"echo 'a && b' "c;d" e\ f "" "\$x""#),
            [vec!["echo", "a && b", "c;d", "e f", "", "$x"]]
        );
    }

    #[test]
    fn conditions_and_groups_are_looked_through() {
        assert_eq!(
            words("if [ -f x ]; then npm ci; else npm install; fi"),
            [vec!["[", "-f", "x", "]"], vec!["npm", "ci"], vec!["npm", "install"],]
        );
        assert_eq!(words("(cd web && npm ci)"), [vec!["cd", "web"], vec!["npm", "ci"]]);
    }

    #[test]
    fn substitutions_and_redirections_stay_in_their_command() {
        assert_eq!(
            words("apt-get install -y $(cat list; echo x) 2>&1 >log"),
            [vec!["apt-get", "install", "-y", "$(cat list; echo x)", "2>&1", ">log"],]
        );
    }

    #[test]
    fn a_script_in_a_script_is_read() {
        assert_eq!(
            words(r#"bash -lc "npm ci && npm run build""#),
            [vec!["npm", "ci"], vec!["npm", "run", "build"]]
        );
    }

    #[test]
    fn wrappers_are_skipped() {
        let found = commands("sudo -E env CI=1 /usr/bin/npm ci");
        assert_eq!(
            (found[0].program(), found[0].arguments()),
            ("npm", ["ci".to_owned()].as_slice())
        );
        assert_eq!(commands("sudo")[0].program(), "sudo");
    }
}
