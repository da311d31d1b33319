//! How the container runs: `runs-as-root`, `no-healthcheck`.

use super::bases::{DefaultUser, default_user, is_alpine, official};
use super::info::{NO_HEALTHCHECK, RUNS_AS_ROOT};
use super::seen::Seen;
use super::{Finding, Fix, Severity};
use crate::read::{Base, Kind};

pub(super) fn check(seen: &Seen<'_>, found: &mut Vec<Finding>) {
    found.extend(root(seen));
    found.extend(health(seen));
}

fn root(seen: &Seen<'_>) -> Option<Finding> {
    let shipped = seen.shipped();
    let last = shipped.iter().rev().find_map(|at| match &at.instruction.kind {
        Kind::User(user) => Some((at, user)),
        _ => None,
    });
    let base = &seen.root().1.base;
    if let Some((at, user)) = last {
        let name = user.split(':').next().unwrap_or_default();
        // What .NET's older images do not set expands to nothing.
        let unset = seen.text(at).contains("APP_UID")
            && (name.is_empty() || name.contains("APP_UID"))
            && is_net_without_user(base);
        return (name == "root" || name == "0" || unset).then(|| {
            let message = match unset {
                true => "`APP_UID` is set from .NET 8 on: here the last USER is root".to_owned(),
                false => format!("the last USER is `{user}`"),
            };
            let span = seen.word(&at.instruction.span, user);
            let help = format!("# end with a user of its own:\n{}", create_user(base));
            seen.finding(&RUNS_AS_ROOT, (at.id, span), message, help, Fix::Nothing)
        });
    }
    let (from, stage) = seen.target();
    let place = (from, stage.span.clone());
    let help = create_user(base);
    match (default_user(base), base) {
        (DefaultUser::Root, Base::Image(name)) => {
            let message = format!("there is no USER, and `{name}` runs as root");
            Some(seen.finding(&RUNS_AS_ROOT, place, message, help, Fix::Nothing))
        }
        (DefaultUser::Root, _) => {
            let message = "there is no USER, so that the container runs as root";
            Some(seen.finding(&RUNS_AS_ROOT, place, message, help, Fix::Nothing))
        }
        (DefaultUser::Unknown, Base::Image(name)) => {
            let message = format!("there is no USER, and who `{name}` runs as is not known here");
            let finding = seen.finding(&RUNS_AS_ROOT, place, message, help, Fix::Nothing);
            Some(Finding { severity: Severity::Info, ..finding })
        }
        _ => None,
    }
}

/// Whether an image is one of .NET from before version 8, which neither have a user nor `APP_UID`:
/// <https://devblogs.microsoft.com/dotnet/securing-containers-with-rootless/>.
fn is_net_without_user(base: &Base) -> bool {
    let Base::Image(name) = base else { return false };
    let tag = name.tag.as_deref().unwrap_or_default();
    let major = tag.split(['.', '-']).next().and_then(|major| major.parse::<u32>().ok());
    official(name).starts_with("mcr.microsoft.com/dotnet/") && major.is_some_and(|major| major < 8)
}

/// What makes a user in an image, or names the one that is there.
fn create_user(base: &Base) -> String {
    let Base::Image(name) = base else { return "USER 10001:10001".to_owned() };
    let tag = name.tag.as_deref().unwrap_or_default();
    match official(name) {
        "node" => "USER node".to_owned(),
        // It has the tags of nginx itself.
        "nginx" => {
            let tag = if tag.is_empty() || tag == "latest" { "<tag>" } else { tag };
            format!("FROM nginxinc/nginx-unprivileged:{tag}")
        }
        distroless if distroless.starts_with("gcr.io/distroless/") => {
            let tag = if tag.is_empty() || tag == "latest" {
                "nonroot".into()
            } else {
                format!("{tag}-nonroot")
            };
            format!("FROM {distroless}:{tag}")
        }
        net if net.starts_with("mcr.microsoft.com/dotnet/") && !is_net_without_user(base) => {
            "USER $APP_UID".to_owned()
        }
        _ if is_alpine(base) => "RUN adduser -S -u 10001 app\nUSER app".to_owned(),
        _ => "RUN useradd --system --uid 10001 app\nUSER app".to_owned(),
    }
}

fn health(seen: &Seen<'_>) -> Option<Finding> {
    let shipped = seen.shipped();
    let last = shipped.iter().rev().find_map(|at| match &at.instruction.kind {
        Kind::Healthcheck(check) => Some((at, check.is_some())),
        _ => None,
    });
    let (place, message) = match last {
        Some((_, true)) => return None,
        Some((at, false)) => (at.place(), "HEALTHCHECK NONE switches it off"),
        None => {
            let (from, stage) = seen.target();
            ((from, stage.span.clone()), "there is no HEALTHCHECK")
        }
    };
    let port = shipped.iter().rev().find_map(|at| match &at.instruction.kind {
        Kind::Expose(ports) => {
            let first = ports.split_whitespace().next()?;
            first.split('/').next()?.parse::<u16>().ok()
        }
        _ => None,
    });
    let help = probe(&seen.root().1.base, port.unwrap_or(8080));
    Some(seen.finding(&NO_HEALTHCHECK, place, message, help, Fix::Nothing))
}

/// A check with what the image has.
fn probe(base: &Base, port: u16) -> String {
    let url = format!("http://127.0.0.1:{port}/health");
    let name = match base {
        Base::Image(name) => official(name),
        _ => "",
    };
    let command = match name {
        "node" => format!(
            "node -e \"fetch('{url}').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))\""
        ),
        "python" => format!("python -c \"import urllib.request; urllib.request.urlopen('{url}')\""),
        _ if is_alpine(base) => format!("wget -qO /dev/null {url}"),
        // Neither curl nor wget can be counted on.
        _ => "[\"/path/to/application\", \"--check-health\"]".to_owned(),
    };
    format!("HEALTHCHECK --interval=30s --timeout=5s CMD {command}")
}
