//! How failures look on standard error: the place in the file, what stands there, what to write.

use std::borrow::Cow;
use std::io::IsTerminal;
use std::process::ExitCode;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use imgcost_read::{Diagnostic, Severity};

use crate::args::Color;
use crate::exit::{Failure, Problem};
use crate::secrets::masked;

/// Whether standard error is coloured.
fn coloured(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            std::io::stderr().is_terminal()
                && std::env::var_os("NO_COLOR").is_none_or(|no| no.is_empty())
        }
    }
}

pub(crate) fn failure(failure: &Failure, color: Color) {
    let renderer = if coloured(color) { Renderer::styled() } else { Renderer::plain() };
    tell(failure, &renderer);
    let count = failure.count();
    if count > 1 {
        eprintln!("{count} problems");
    }
}

fn tell(failure: &Failure, renderer: &Renderer) {
    match failure {
        Failure::Problems(problems) => {
            for problem in problems {
                eprintln!("{}\n", renderer.render(&report(&presentable(problem))));
            }
        }
        Failure::Several(failures) => {
            for failure in failures {
                tell(failure, renderer);
                if !matches!(failure, Failure::Problems(_)) {
                    eprintln!();
                }
            }
        }
        Failure::Flags(error) => {
            usage(error);
        }
        Failure::Plain { message, help } => {
            let (message, help) = (masked(message), help.as_deref().map(masked));
            let mut group = Group::with_title(Level::ERROR.primary_title(&*message));
            if let Some(help) = &help {
                group = group.element(Level::HELP.message(&**help));
            }
            eprintln!("{}", renderer.render(&[group]));
        }
        Failure::Usage { message, help } => {
            let group = Group::with_title(Level::ERROR.primary_title(message.as_str()));
            eprintln!("{}", renderer.render(&[group.element(Level::HELP.message(help.as_str()))]));
        }
        Failure::Strict(objection) | Failure::Stale(objection) | Failure::Gate(objection) => {
            let gate = match failure {
                Failure::Strict(_) => "--strict: ",
                Failure::Stale(_) => "--deny-stale: ",
                _ => "",
            };
            let title = format!("{gate}{objection}");
            eprintln!(
                "{}",
                renderer.render(&[Group::with_title(Level::ERROR.primary_title(title.as_str()))])
            );
        }
    }
}

/// Warnings about a file, which stop nothing.
pub(crate) fn warnings(problems: &[Problem], color: Color) {
    let renderer = if coloured(color) { Renderer::styled() } else { Renderer::plain() };
    for problem in problems {
        eprintln!("{}\n", renderer.render(&report(&presentable(problem))));
    }
}

/// Wrong usage, as the parser of the command line tells it; help and version are no errors.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    match masked(&text) {
        Cow::Owned(masked) => eprint!("{masked}"),
        // In colours, to where it belongs. Nothing can be done about a reader that has gone.
        Cow::Borrowed(_) => drop(error.print()),
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Without logins, and without what acts on a terminal.
fn presentable(problem: &Problem) -> Problem {
    let Problem { diagnostic, text } = problem;
    let shown = |text: &str| harmless(&masked(text)).into_owned();
    let mask = |text: &Option<String>| text.as_deref().map(shown);
    let diagnostic = Diagnostic {
        // The renderer writes paths as they are.
        file: imgcost_report::printable(&diagnostic.file),
        message: shown(&diagnostic.message),
        label: mask(&diagnostic.label),
        help: mask(&diagnostic.help),
        excerpt: mask(&diagnostic.excerpt),
        ..diagnostic.clone()
    };
    let text = text.as_ref().map(|text| {
        let hidden = masked(text);
        match (&hidden, harmless(&hidden)) {
            (Cow::Borrowed(_), Cow::Borrowed(_)) => text.clone(),
            (_, shown) => shown.into_owned().into(),
        }
    });
    Problem { diagnostic, text }
}

/// Without control characters of two bytes, which the renderer lets through and some terminals act on;
/// each is replaced by one of as many bytes, since spans count bytes.
fn harmless(text: &str) -> Cow<'_, str> {
    let acts = |c: char| ('\u{80}'..='\u{9f}').contains(&c);
    match text.contains(acts) {
        true => Cow::Owned(text.replace(acts, "\u{bf}")),
        false => Cow::Borrowed(text),
    }
}

fn report(problem: &Problem) -> Vec<Group<'_>> {
    let found = &problem.diagnostic;
    let level = match found.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(found.message.as_str()).id(found.code));
    // The text of a list is not held: its diagnostics carry the row.
    let text = found.excerpt.as_deref().or(problem.text.as_deref());
    match (&found.span, text) {
        (Some(span), Some(text)) => {
            let mut mark = AnnotationKind::Primary.span(within(span, text));
            if let Some(label) = &found.label {
                mark = mark.label(label.as_str());
            }
            let first_line = found.line.and_then(|line| usize::try_from(line).ok()).unwrap_or(1);
            let mut snippet = Snippet::source(text)
                .path(found.file.as_str())
                .line_start(first_line)
                .annotation(mark);
            if let Some(related) = &found.related {
                let mark = AnnotationKind::Context.span(within(&related.span, text));
                snippet = snippet.annotation(mark.label(related.label.as_str()));
            }
            group = group.element(snippet);
        }
        _ => {
            let mut origin = Origin::path(found.file.as_str());
            if let Some(line) = found.line {
                origin = origin.line(usize::try_from(line).unwrap_or(usize::MAX));
                origin = origin
                    .char_column(found.column.and_then(|c| usize::try_from(c).ok()).unwrap_or(1));
            }
            group = group.element(origin);
        }
    }
    if let Some(help) = &found.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    vec![group]
}

/// A span that lies inside the text, on character boundaries.
fn within(span: &std::ops::Range<usize>, text: &str) -> std::ops::Range<usize> {
    let down = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (start, end) = (down(span.start), down(span.end));
    start..end.max(start)
}
