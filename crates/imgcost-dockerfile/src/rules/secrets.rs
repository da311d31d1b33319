//! Secrets by their names: `secret-in-image`. Their values are neither read nor shown.

use super::info::SECRET_IN_IMAGE;
use super::seen::{At, Seen};
use super::sent::{excluded, is_whole};
use super::{Finding, Fix, Severity};
use crate::read::{Copy, CopyFrom, Kind, Source};

pub(super) fn check(seen: &Seen<'_>, found: &mut Vec<Finding>) {
    for at in seen.shipped() {
        match &at.instruction.kind {
            Kind::Copy(copy) => copied(seen, &at, copy, found),
            Kind::Env(pairs) => {
                let given = pairs.iter().filter(|(_, value)| !value.is_empty());
                variables(seen, &at, "ENV", given.map(|(name, _)| name), found);
            }
            Kind::Arg(pairs) => {
                variables(seen, &at, "ARG", pairs.iter().map(|(name, _)| name), found)
            }
            _ => {}
        }
    }
}

fn variables<'n>(
    seen: &Seen<'_>,
    at: &At<'_>,
    kind: &str,
    names: impl Iterator<Item = &'n String>,
    found: &mut Vec<Finding>,
) {
    for name in names.filter(|name| is_secret_name(name)) {
        let message = format!("{kind} {name} puts a secret into the history of the image");
        let help = format!(
            "give it where it is needed, so that no layer has it:\nRUN --mount=type=secret,id={name},env={name} ...\n# or to the running container, by the platform's secrets"
        );
        let span = seen.word(&at.instruction.span, name);
        found.push(seen.finding(&SECRET_IN_IMAGE, (at.id, span), message, help, Fix::Nothing));
    }
}

fn copied(seen: &Seen<'_>, at: &At<'_>, copy: &Copy, found: &mut Vec<Finding>) {
    for source in &copy.sources {
        let Source::Path(path) = source else { continue };
        let Some(kind) = secret_file(path) else { continue };
        if copy.from == CopyFrom::Context && seen.context.ignores(path) {
            continue;
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        let span = seen.word(&at.instruction.span, name);
        let message = format!("`{name}` {} in the image", kind.what());
        let help = format!(
            "leave it out; where a step needs it, mount it for that step:\nRUN --mount=type=secret,id={} ...",
            name.trim_start_matches('.').replace(['*', '/'], "")
        );
        let finding = seen.finding(&SECRET_IN_IMAGE, (at.id, span), message, help, Fix::Nothing);
        found.push(Finding { severity: kind.severity(), ..finding });
    }
    let whole = match copy.from {
        CopyFrom::Context => is_whole(copy).then_some(copy),
        CopyFrom::Stage(stage) => whole_from(seen, stage, copy),
        _ => None,
    };
    if let Some(whole) = whole {
        found.extend(brought(seen, at, whole));
    }
}

/// What a copy of the whole context brings into the image.
fn brought(seen: &Seen<'_>, at: &At<'_>, whole: &Copy) -> Option<Finding> {
    let excluded = excluded(whole);
    let there: Option<Vec<&str>> = seen.context.sent().map(|files| {
        let paths = files.map(|(path, _)| path);
        let secret =
            |path: &&str| secret_file(path) == Some(Secret::Certain) && !excluded.ignores(path);
        paths.filter(secret).take(5).collect()
    });
    let is_kept_out = seen.context.ignores(".env") || excluded.ignores(".env");
    let (severity, message) = match there.as_deref() {
        Some([]) | None if is_kept_out => return None,
        // Such files are in nobody's repository, and come and go in folders.
        Some([]) => (
            Severity::Warning,
            "nothing keeps a `.env` out of the image; none is here now".to_owned(),
        ),
        Some(names) => {
            (Severity::Error, format!("this copy brings {} into the image", names.join(", ")))
        }
        None => {
            (Severity::Error, "this copy brings a `.env` into the image if there is one".to_owned())
        }
    };
    let help = "add to .dockerignore:\n.env*\n!.env.example\n# or copy what the image needs by name: COPY src ./src";
    let finding = seen.finding(&SECRET_IN_IMAGE, at.place(), message, help, Fix::Nothing);
    Some(Finding { severity, ..finding })
}

/// The copy of the whole context, in another stage, whose result a copy from there brings along.
fn whole_from<'s>(seen: &'s Seen<'_>, stage: usize, copy: &Copy) -> Option<&'s Copy> {
    let taken = |dest: &str| {
        copy.sources.iter().any(|source| match source {
            Source::Path(path) => {
                let (path, dest) = (path.trim_end_matches('/'), dest.trim_end_matches('/'));
                path.is_empty()
                    || dest == path
                    || dest.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
            }
            _ => false,
        })
    };
    seen.chain_of(stage).into_iter().flat_map(|own| seen.steps(own)).find_map(|at| {
        match &at.instruction.kind {
            Kind::Copy(found) if is_whole(found) && taken(&found.dest) => Some(found),
            _ => None,
        }
    })
}

/// What a file's name says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Secret {
    /// It is there to hold a secret.
    Certain,
    /// It holds settings, and often a token.
    Possible,
}

impl Secret {
    const fn what(self) -> &'static str {
        match self {
            Self::Certain => "holds secrets, and would be",
            Self::Possible => "often holds a token, and would be",
        }
    }

    const fn severity(self) -> Severity {
        match self {
            Self::Certain => Severity::Error,
            Self::Possible => Severity::Warning,
        }
    }
}

/// Files whose whole purpose is to hold a secret, by name.
const SECRET_FILES: [&str; 17] = [
    ".env",
    ".netrc",
    "_netrc",
    ".pgpass",
    ".my.cnf",
    ".git-credentials",
    ".aws",
    ".kube",
    "kubeconfig",
    ".ssh",
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    "credentials.json",
    ".htpasswd",
    ".vault-token",
];

/// Endings of files that hold private keys.
const SECRET_ENDINGS: [&str; 8] =
    [".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kubeconfig", ".tfvars"];

/// Settings of package managers and clients, which may hold a token.
const POSSIBLE: [&str; 6] =
    [".npmrc", ".yarnrc.yml", ".pypirc", "auth.json", ".dockercfg", ".docker"];

fn secret_file(path: &str) -> Option<Secret> {
    let path = path.trim_end_matches('/');
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    // `.env*` and `.env.production`, and not what is there to be copied.
    let example = ["example", "sample", "template", "dist", "defaults", "schema"];
    let examples = |name: &str| name.split(['.', '-', '_']).any(|word| example.contains(&word));
    let folder =
        path.split('/').rev().skip(1).any(|part| [".aws", ".ssh", ".kube"].contains(&part));
    let is_env =
        name == ".env*" || name.starts_with(".env.") || name.ends_with(".env") && name != ".env";
    if SECRET_FILES.contains(&name.as_str()) || folder || is_env && !examples(&name) {
        return Some(Secret::Certain);
    }
    if SECRET_ENDINGS.iter().any(|ending| name.ends_with(ending)) && !is_public(&name) {
        return Some(Secret::Certain);
    }
    let service = name.starts_with("service-account") || name.starts_with("serviceaccount");
    if service && name.ends_with(".json") {
        return Some(Secret::Certain);
    }
    POSSIBLE.contains(&name.as_str()).then_some(Secret::Possible)
}

/// Whether a key file is, by its name, one for everybody: certificates and public keys.
fn is_public(name: &str) -> bool {
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let public = |word: &str| {
        [
            "ca",
            "cert",
            "certs",
            "certificate",
            "chain",
            "fullchain",
            "bundle",
            "pub",
            "public",
            "root",
            "cacert",
        ]
        .contains(&word)
    };
    words.any(public)
}

/// Words that make a variable a secret by itself.
const SECRET_WORDS: [&str; 12] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "secrets",
    "token",
    "apikey",
    "credential",
    "credentials",
    "privatekey",
    "accesskey",
];

/// Words that make `KEY` a secret where they stand before it.
const KEYS: [&str; 9] =
    ["api", "private", "access", "secret", "encryption", "signing", "auth", "ssh", "deploy"];

/// Last words that say that a variable is about a secret and does not hold it.
const ABOUT: [&str; 20] = [
    "file",
    "path",
    "dir",
    "name",
    "id",
    "url",
    "uri",
    "endpoint",
    "ttl",
    "timeout",
    "length",
    "expiry",
    "expiration",
    "header",
    "type",
    "version",
    "issuer",
    "algorithm",
    "arn",
    "enabled",
];

/// Whether a variable holds a secret, by its name.
pub(super) fn is_secret_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(['_', '-', '.']).filter(|word| !word.is_empty()).collect();
    // `AWS_ACCESS_KEY_ID` is half of a pair, and `PWD` the shell's own.
    if words.last().is_none_or(|last| ABOUT.contains(last))
        || lower == "pwd"
        || lower == "oldpwd"
        || words.contains(&"public")
    {
        return false;
    }
    words.iter().any(|word| SECRET_WORDS.contains(word))
        || words
            .windows(2)
            .any(|pair| matches!(pair, [before, "key" | "keys"] if KEYS.contains(before)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_told_from_names_about_secrets() {
        for name in [
            "NPM_TOKEN",
            "DB_PASSWORD",
            "AWS_SECRET_ACCESS_KEY",
            "API_KEY",
            "SECRET",
            "github_token",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "PASSWORD_FILE",
            "TOKEN_TTL",
            "PUBLIC_KEY",
            "KEYBOARD",
            "PWD",
            "SECRETARY",
            "NODE_ENV",
            "SORT_KEY",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn files_are_judged_by_name() {
        for path in [
            ".env",
            "conf/.env.production",
            ".env*",
            "server.key",
            "id_rsa",
            ".aws/credentials",
            "tls.pem",
            "prod.env",
        ] {
            assert_eq!(secret_file(path), Some(Secret::Certain), "{path}");
        }
        for path in [
            ".env.example",
            "global-bundle.pem",
            "ca.pem",
            "src",
            "key.ts",
            "id_rsa.pub",
            "public.key",
        ] {
            assert_eq!(secret_file(path), None, "{path}");
        }
        assert_eq!(secret_file(".npmrc"), Some(Secret::Possible));
    }
}
