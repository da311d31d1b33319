//! Where commands write of which their manuals tell: the files they name, or a folder. Of all others
//! nobody knows, and they may change anything in their stage.

use super::place::Place;
use crate::read::absolute;
use crate::shell::Command;

/// Commands that write nothing but what they print.
const PRINTING: [&str; 22] = [
    "basename",
    "cat",
    "cut",
    "date",
    "diff",
    "dirname",
    "exit",
    "grep",
    "head",
    "id",
    "jq",
    "md5sum",
    "readlink",
    "sha256sum",
    "sha512sum",
    "sleep",
    "sort",
    "tail",
    "tr",
    "uname",
    "wc",
    "whoami",
];

/// Compilers and generators: they write beside their sources, or where they are told to.
const COMPILERS: [&str; 13] = [
    "c++", "cc", "clang", "clang++", "g++", "gcc", "hugo", "javac", "lessc", "mkdocs", "protoc",
    "sass", "zola",
];

/// What Django's `manage.py` is asked for to prepare what is served.
const DJANGO: [&str; 5] =
    ["check", "collectstatic", "compilejsi18n", "compilemessages", "compress"];

/// Tasks of Rails that do the same.
const RAILS: [&str; 8] = [
    "assets:clean",
    "assets:precompile",
    "bootsnap:precompile",
    "css:build",
    "javascript:build",
    "tailwindcss:build",
    "tmp:cache:clear",
    "webpacker:compile",
];

/// The places that a command may have written to; `None` if nobody knows.
pub(super) fn written(command: &Command, folder: &str) -> Option<Vec<Place>> {
    let program = command.program();
    let mut places: Vec<Place> = if builds(program, command) {
        let built = Place::Built { workdir: folder.to_owned() };
        std::iter::once(built).chain(named(command)).collect()
    } else if PRINTING.contains(&program) || tells_its_version(command) {
        Vec::new()
    } else {
        files(program, command)?.into_iter().map(|file| place(file, folder)).collect()
    };
    places.extend(redirected(command, folder));
    Some(places)
}

/// The files and folders that a command is known to write, absolute; a folder into which it writes files of
/// unknown names ends in `/`.
pub(crate) fn files_written(command: &Command, folder: &str) -> Vec<String> {
    let places = written(command, folder).unwrap_or_else(|| redirected(command, folder));
    let files = places.into_iter().filter_map(|place| match place {
        Place::At(path) => Some(path),
        _ => None,
    });
    files.collect()
}

/// Whether it makes something of the application: what it writes is in its folder or wherever its
/// settings say, but not among packages.
fn builds(program: &str, command: &Command) -> bool {
    let words: Vec<&str> = command.operands().filter(|word| !word.contains('=')).collect();
    let django = |task: &[&str]| task.first().is_some_and(|task| DJANGO.contains(task));
    match (program, words.as_slice()) {
        ("bundle", ["exec", name, rest @ ..]) => rails(name, rest),
        ("manage.py" | "django-admin", task) => django(task),
        ("php", [script, ..]) => ["artisan", "console"].contains(&file_name(script)),
        ("go", ["vet", ..]) => true,
        (name, ["compileall", ..]) if name.starts_with("python") => command.has_flag(&["-m"]),
        (name, [script, task @ ..]) if name.starts_with("python") => {
            file_name(script) == "manage.py" && django(task)
        }
        (name, rest) => COMPILERS.contains(&name) || rails(name, rest),
    }
}

/// A program of a Ruby application: `bin/rails assets:precompile`, `bootsnap precompile app/`.
fn rails(program: &str, words: &[&str]) -> bool {
    match file_name(program) {
        "rails" | "rake" => !words.is_empty() && words.iter().all(|task| RAILS.contains(task)),
        "bootsnap" => words.first() == Some(&"precompile"),
        _ => false,
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// `node --version`.
fn tells_its_version(command: &Command) -> bool {
    matches!(command.arguments(), [only] if ["--version", "-version", "-V"].contains(&only.as_str()))
}

/// Folders and files that a build names: `-o /usr/lib/app`, `--target-dir=/out`.
pub(super) fn named(command: &Command) -> impl Iterator<Item = Place> {
    let value =
        |word: &'_ String| word.split_once('=').map_or(word.clone(), |(_, value)| value.into());
    let paths = command.arguments().iter().map(value).filter(|value| value.starts_with('/'));
    paths.map(|path| place(&path, "/"))
}

/// The files, or the folder, that a command writes by its manual; `None` for commands not known.
fn files<'c>(program: &str, command: &'c Command) -> Option<Vec<&'c str>> {
    let words: Vec<&str> = command.operands().filter(|word| !word.contains(['>', '<'])).collect();
    let last = || words.last().copied().into_iter().collect();
    let short = |letter: char| {
        let is_short = |word: &&String| word.starts_with('-') && !word.starts_with("--");
        command.arguments().iter().filter(is_short).any(|word| word.contains(letter))
    };
    // `-o FILE`, `-qO FILE`, `--output=FILE`.
    let value = |letter: char, long: &str| {
        let ends = |word: &String| {
            word.starts_with('-') && !word.starts_with("--") && word.ends_with(letter)
        };
        let arguments = command.arguments();
        let at = arguments.iter().position(ends).and_then(|at| arguments.get(at + 1));
        at.map(String::as_str).or_else(|| command.flag_value(long))
    };
    Some(match program {
        "touch" | "tee" | "truncate" | "strip" | "upx" | "mv" => words,
        "cp" => value('t', "--target-directory").map_or_else(last, |folder| vec![folder]),
        "install" if command.has_flag(&["-d", "--directory"]) => words,
        "install" => value('t', "--target-directory").map_or_else(last, |folder| vec![folder]),
        "sed" if short('i') || command.has_flag(&["--in-place"]) => words,
        "sed" => Vec::new(),
        "curl" if short('O') || command.has_flag(&["--remote-name"]) => {
            vec![command.flag_value("--output-dir").unwrap_or(".")]
        }
        "curl" => value('o', "--output").into_iter().collect(),
        "wget" if command.arguments().iter().any(|word| word.ends_with("O-")) => Vec::new(),
        "wget" => match value('O', "--output-document") {
            Some("-") => Vec::new(),
            Some(file) => vec![file],
            None => vec![value('P', "--directory-prefix").unwrap_or(".")],
        },
        "tar" => match value('C', "--directory") {
            Some(folder) if !short('c') => vec![folder],
            _ => words.into_iter().chain(["."]).collect(),
        },
        "unzip" => vec![value('d', "").unwrap_or(".")],
        "git" if words.first() == Some(&"clone") => {
            // Values of flags stand among the words: `-b v1 URL FOLDER`.
            let address = words.iter().position(|word| word.contains("://") || word.contains('@'));
            vec![address.and_then(|at| words.get(at + 1)).copied().unwrap_or(".")]
        }
        _ => return None,
    })
}

/// Files that what a command prints goes into: `> FILE`, `2>>FILE`.
pub(super) fn redirected(command: &Command, folder: &str) -> Vec<Place> {
    let words = &command.words;
    let file = |(at, word): (usize, &'_ String)| {
        let bare = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '&');
        let file = bare.strip_prefix('>')?.trim_start_matches(['>', '|']);
        let file = if file.is_empty() { words.get(at + 1)?.as_str() } else { file };
        (!file.starts_with('&') && !file.starts_with("/dev/")).then(|| place(file, folder))
    };
    words.iter().enumerate().filter_map(file).collect()
}

/// A path as far as it is known: of `/out/$NAME` the folder, of `$NAME` nothing.
fn place(path: &str, folder: &str) -> Place {
    if path.starts_with(['$', '`', '~']) {
        return Place::Anywhere(path.to_owned());
    }
    match path.find(['$', '`']) {
        None => Place::At(absolute(folder, path)),
        Some(at) => {
            let known = path.get(..at).and_then(|known| known.rsplit_once('/'));
            let known = known.map_or(".", |(known, _)| if known.is_empty() { "/" } else { known });
            Place::At(absolute(folder, known))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::commands;

    #[test]
    fn commands_write_where_their_manuals_say() {
        for (command, expected) in [
            ("touch src/main.rs", &["/w/src/main.rs"][..]),
            ("cp -r target/$X /out/app", &["/out/app"]),
            ("cp x /out/$X", &["/out"]),
            ("cp x out-$X", &["/w/"]),
            ("mv a /b", &["/w/a", "/b"]),
            ("install -m 755 app /usr/local/bin/app", &["/usr/local/bin/app"]),
            ("curl -fsSLo /x https://example.org/x", &["/x"]),
            ("curl -fsSL https://example.org/x > y", &["/w/y"]),
            ("curl -sSLO https://example.org/x", &["/w/"]),
            ("wget -qO- https://example.org/x", &[]),
            ("wget -q https://example.org/x -P /d", &["/d"]),
            ("tar -xzf x.tgz -C /opt", &["/opt"]),
            ("git clone https://example.org/x /src", &["/src"]),
            ("git clone --depth 1 -b v1 https://example.org/x y", &["/w/y"]),
            ("git clone https://example.org/x", &["/w/"]),
            ("cat a b 2>/dev/null >>c", &["/w/c"]),
            ("sed s/a/b/ x", &[]),
            ("node --version", &[]),
        ] {
            let found = written(&commands(command)[0], "/w");
            let expected = expected.iter().map(|path| Place::At((*path).to_owned())).collect();
            assert_eq!(found, Some(expected), "{command}");
        }
        assert_eq!(written(&commands("./build.sh")[0], "/w"), None);
    }
}
