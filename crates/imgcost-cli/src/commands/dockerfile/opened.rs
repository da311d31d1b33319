//! A Dockerfile that was opened, with what its cache does.

use std::path::Path;

use imgcost_dockerfile::cache::{self, Plan};
use imgcost_dockerfile::read::Context;
use imgcost_dockerfile::rules::masked;
use imgcost_dockerfile::{Dockerfile, Problem as Found, ReadOptions, read};
use imgcost_image::Platform;
use imgcost_read::Diagnostic;

use super::context::context;
use crate::args::Build;
use crate::exit::Failure;
use crate::files;

pub(super) struct Opened {
    pub(super) file: Dockerfile,
    pub(super) context: Context,
    pub(super) plan: Plan,
}

pub(super) fn open(
    path: &Path,
    build: &Build,
    platform: Option<&Platform>,
) -> Result<Opened, Failure> {
    // A byte order mark is no part of the first instruction: places are told without it.
    let text = files::text(path)?;
    let text = text.trim_start_matches('\u{feff}');
    let name = files::name(path);
    let options = ReadOptions {
        build_args: build.build_arg.clone(),
        target: build.target.clone(),
        platform: platform.map(ToString::to_string),
    };
    let mut file =
        read(&name, text, &options).map_err(|problems| failure(&name, problems, text))?;
    // Whatever shows lines of it, or makes advice of them, knows no secret.
    file.text = masked(&file);
    if let Ok(hidden) = read(&name, &file.text, &options) {
        file = hidden;
    }
    let context = context(path, build.context.as_deref())?;
    let plan = cache::plan(&file, &context);
    Ok(Opened { file, context, plan })
}

/// Problems of a file whose text is known.
pub(super) fn failure(name: &str, problems: Vec<Found>, text: &str) -> Failure {
    Failure::in_file(problems.into_iter().map(|found| diagnostic(name, found)).collect(), text)
}

pub(super) fn diagnostic(name: &str, found: Found) -> Diagnostic {
    Diagnostic {
        span: Some(found.span),
        help: (!found.help.is_empty()).then_some(found.help),
        ..Diagnostic::error(found.code, name, found.message)
    }
}
