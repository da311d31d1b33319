//! Parameters of a request as the flags of `imgcost whatif`: the same names, the same checks.

use clap::{ArgAction, Args, Command, FromArgMatches};
use imgcost_image::Reference;
use imgcost_serve::{Parameter, Refusal};

use crate::args::{ExchangeArgs, Global, ImageArgs, Whatif};
use crate::exit::Failure;
use crate::secrets::masked;

/// The flags that the parameters are.
pub(super) fn whatif(parameters: &[Parameter]) -> Result<Whatif, Refusal> {
    let command = Whatif::augment_args(Command::new("whatif"))
        .no_binary_name(true)
        .disable_help_flag(true)
        .disable_version_flag(true);
    let mut flags = Vec::new();
    let mut sizes = Vec::new();
    for (name, value) in parameters {
        if !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') || name.is_empty() {
            let error = "a parameter is named as a flag is, in lower-case letters".to_owned();
            return Err(Refusal { error, help: Some("such as nodes=20".into()) });
        }
        match name.as_str() {
            "before" | "after" => sizes.push((name.as_str(), size(value)?)),
            _ if is_flag_of::<ImageArgs>(name) => return Err(no_images(&format!("--{name}"))),
            _ if is_flag_of::<Global>(name) || is_flag_of::<ExchangeArgs>(name) => {
                let error = format!("--{name} cannot be given here");
                return Err(Refusal { error, help: Some("give it to imgcost serve".into()) });
            }
            _ if is_switch(&command, name) => match value.as_str() {
                "" | "true" => flags.push(format!("--{name}")),
                "false" => {}
                _ => {
                    let error = format!("--{name} is true or false");
                    return Err(Refusal { error, help: None });
                }
            },
            _ => flags.push(format!("--{name}={value}")),
        }
    }
    let one = |wanted: &str| {
        let mut found = sizes.iter().filter(|(name, _)| *name == wanted);
        match (found.next(), found.next()) {
            (Some((_, size)), None) => Ok(size.clone()),
            (None, _) => Err(format!("`{wanted}` is missing")),
            _ => Err(format!("`{wanted}` is given twice")),
        }
        .map_err(|error| Refusal { error, help: Some(format!("such as {wanted}=1.2GB")) })
    };
    flags.extend(["--".into(), one("before")?, one("after")?]);
    let matches = command.try_get_matches_from(flags).map_err(|error| wrong(&error))?;
    Whatif::from_arg_matches(&matches).map_err(|error| wrong(&error))
}

/// A size. Images are not opened for a page: any page on the web could ask for them.
fn size(text: &str) -> Result<String, Refusal> {
    if Reference::is_meant(text) { Err(no_images("an image")) } else { Ok(text.to_owned()) }
}

fn no_images(what: &str) -> Refusal {
    Refusal {
        error: format!(
            "{what} cannot be given here: the page opens no files and asks no registries"
        ),
        help: Some("write sizes, such as 1.2GB; imgcost whatif takes images".into()),
    }
}

/// Whether these flags have one of that name.
fn is_flag_of<A: Args>(name: &str) -> bool {
    let command = A::augment_args(Command::new("flags"));
    command.get_arguments().any(|arg| arg.get_long() == Some(name))
}

/// Whether a flag takes no value.
fn is_switch(command: &Command, name: &str) -> bool {
    let mut flags = command.get_arguments();
    flags.any(|arg| arg.get_long() == Some(name) && matches!(arg.get_action(), ArgAction::SetTrue))
}

/// What the parser of the command line says, without what only a terminal can use.
fn wrong(error: &clap::Error) -> Refusal {
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let mut paragraphs = text.split("\n\n");
    let joined = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let error = joined(&masked(paragraphs.next().unwrap_or_default()));
    let tip = paragraphs.find_map(|paragraph| paragraph.trim().strip_prefix("tip: "));
    Refusal { error, help: tip.map(|tip| joined(&masked(tip))) }
}

/// A failure of the command, in one sentence.
pub(super) fn refusal(failure: Failure) -> Refusal {
    let (error, help) = match failure {
        Failure::Problems(problems) => {
            let found = || problems.iter().map(|problem| &problem.diagnostic);
            let messages: Vec<&str> = found().map(|found| found.message.as_str()).collect();
            (messages.join("; "), found().find_map(|found| found.help.clone()))
        }
        Failure::Plain { message, help } => (message, help),
        Failure::Usage { message, help } => (message, Some(help)),
        Failure::Flags(error) => (error.to_string(), None),
        Failure::Several(failures) => {
            let each: Vec<Refusal> = failures.into_iter().map(refusal).collect();
            let errors: Vec<&str> = each.iter().map(|one| one.error.as_str()).collect();
            (errors.join("; "), each.iter().find_map(|one| one.help.clone()))
        }
        Failure::Strict(message) | Failure::Gate(message) | Failure::Stale(message) => {
            (message, None)
        }
    };
    let help = help.filter(|help| !help.is_empty());
    Refusal {
        error: masked(&error).into_owned(),
        help: help.map(|help| masked(&help).into_owned()),
    }
}
