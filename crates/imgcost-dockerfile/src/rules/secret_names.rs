//! Names of files and variables that hold secrets.

use super::Severity;

/// What a file's name says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Secret {
    /// It is there to hold a secret.
    Certain,
    /// It holds settings, and often a token.
    Possible,
}

impl Secret {
    pub(super) const fn what(self) -> &'static str {
        match self {
            Self::Certain => "holds secrets, and would be",
            Self::Possible => "often holds a token, and would be",
        }
    }

    pub(super) const fn severity(self) -> Severity {
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

/// What a file's name says about secrets in it; `None` if nothing.
pub(super) fn secret_file(path: &str) -> Option<Secret> {
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
const SECRET_WORDS: [&str; 14] = [
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
    "pgpassword",
    "sshpass",
];

/// Words that make `KEY` a secret where they stand before it.
const KEYS: [&str; 9] =
    ["api", "private", "access", "secret", "encryption", "signing", "auth", "ssh", "deploy"];

/// Last words that say that a variable is about a secret and does not hold it.
const ABOUT: [&str; 26] = [
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
    "dummy",
    "sha256",
    "sha512",
    "checksum",
    "expires",
    "provider",
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
