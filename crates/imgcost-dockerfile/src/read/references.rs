//! Which variables a builder puts into an instruction.

use parse_dockerfile::{
    Flag, Instruction as Parsed, JsonOrStringArray, Source as ParsedSource, UnescapedString,
};

use super::arguments::{arguments, pairs, unquoted};
use super::variables::names;

/// A variable that a builder puts into an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Its name.
    pub name: String,
    /// The variable that `ENV` or `ARG` sets with it; `None` in other instructions.
    pub sets: Option<String>,
}

/// Those of an instruction. The commands of `RUN`, `CMD` and the like are a shell's, which no builder
/// expands; of a `RUN`, the flags are.
pub(super) fn references(parsed: &Parsed<'_>) -> Vec<Reference> {
    let mut found = Vec::new();
    match parsed {
        Parsed::Copy(copy) => of_copy(&mut found, &copy.options, &copy.src, &copy.dest),
        Parsed::Add(add) => of_copy(&mut found, &add.options, &add.src, &add.dest),
        Parsed::Run(run) => of_flags(&mut found, &run.options),
        Parsed::Workdir(workdir) => of_text(&mut found, &unquoted(&workdir.arguments.value)),
        Parsed::User(user) => of_text(&mut found, &unquoted(&user.arguments.value)),
        Parsed::Volume(volume) => match &volume.arguments {
            JsonOrStringArray::Json(paths) => {
                paths.value.iter().for_each(|path| of_text(&mut found, &path.value));
            }
            JsonOrStringArray::String(paths) => {
                paths.iter().for_each(|path| of_text(&mut found, &unquoted(&path.value)));
            }
        },
        Parsed::Env(env) => of_pairs(&mut found, pairs(&env.arguments.value)),
        Parsed::Arg(arg) => of_pairs(&mut found, arguments(&arg.arguments.value)),
        Parsed::Label(label) => of_text(&mut found, &unquoted(&label.arguments.value)),
        Parsed::Onbuild(onbuild) if !matches!(*onbuild.instruction, Parsed::Onbuild(_)) => {
            return references(&onbuild.instruction);
        }
        _ => {}
    }
    found
}

fn of_copy(
    found: &mut Vec<Reference>,
    flags: &[Flag<'_>],
    sources: &[ParsedSource<'_>],
    dest: &UnescapedString<'_>,
) {
    of_flags(found, flags);
    for source in sources {
        match source {
            ParsedSource::Path(path) => of_text(found, &unquoted(&path.value)),
            // `<<"EOF"` is taken as it stands.
            ParsedSource::HereDoc(document) if document.expand => of_text(found, &document.value),
            _ => {}
        }
    }
    of_text(found, &unquoted(&dest.value));
}

fn of_flags(found: &mut Vec<Reference>, flags: &[Flag<'_>]) {
    let values = flags.iter().filter_map(|flag| flag.value.as_ref());
    values.for_each(|value| of_text(found, &unquoted(&value.value)));
}

fn of_pairs(found: &mut Vec<Reference>, pairs: Vec<(String, Option<String>)>) {
    for (set, value) in pairs {
        let named = names(value.as_deref().unwrap_or_default()).map(str::to_owned);
        found.extend(named.map(|name| Reference { name, sets: Some(set.clone()) }));
    }
}

fn of_text(found: &mut Vec<Reference>, text: &str) {
    found.extend(names(text).map(|name| Reference { name: name.to_owned(), sets: None }));
}
