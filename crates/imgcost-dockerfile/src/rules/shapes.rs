//! What secrets look like wherever they stand: logins, and tokens as their issuers make them.
//!
//! A value of stars is a secret too: that is how `masked` shows it, and whoever checks what is
//! masked finds the same. So every shape keeps what tells it apart, and hides only what is behind that.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::secret_names::is_secret_name;

/// A secret where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shaped {
    /// Its bytes, without what tells what it is.
    pub(super) range: Range<usize>,
    /// What it is: `a GitHub token`.
    pub(super) what: &'static str,
}

/// When a shape holds, beside what its expression says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum If {
    Always,
    /// There are digits in it: prose has none.
    Digits,
    /// The flag `f` does not say that there is no secret: `--disabled-password NAME`.
    Flag,
    /// The login `u` is somebody: `-u 1000:1000` and `-u app:app` are a user and a group.
    Login,
    /// What follows is no digest: `docker://node:20@sha256:...` has a tag.
    NoDigest,
    /// The variable `n` has a secret's name.
    Name,
}

/// What stands between a flag and its value: in a shell, or in a list of words.
macro_rules! gap {
    () => {
        r#"(?:=|[ \t]+(?:\\\r?\n[ \t]*)?|["'],\s*)["']?"#
    };
}

/// The secret is the group `v`. How tokens begin and how long they are is written from common knowledge;
/// their issuers' documentation is where to check a row: docs.github.com (about authentication), docs.gitlab.com (token
/// overview), docs.npmjs.com (about access tokens), docs.aws.amazon.com (IAM identifiers), api.slack.com
/// (token types, incoming webhooks), docs.stripe.com (keys), cloud.google.com (API keys), RFC 7519 (JWT),
/// RFC 7468 (private keys), and those of the other names below.
const SHAPES: [(&str, If, &str); 32] = [
    // https://user:password@host, and a token in place of a user.
    ("a password in a URL", If::NoDigest, r#"://[^/\s:@"']*:(?P<v>[^@\s/"']+)@"#),
    ("a token in a URL", If::Digits, r#"://(?P<v>[A-Za-z0-9_*-]{20,})(?::|:x-oauth-basic)?@"#),
    // //registry/:_authToken=..., npm config set _authToken ...
    (
        "a login of a registry",
        If::Always,
        r#"(?i)(?:^|[\s:"'])_(?:auth|authtoken|password)["']?(?:[ \t]*=[ \t]*|[ \t]+)["']?(?P<v>[^\s"'=;&|\\][^\s"';&|\\]*)"#,
    ),
    (
        "a login in a header",
        If::Always,
        r#"(?i)\bauthorization["'\\]*\s*[:=]\s*["'\\]*(?:bearer|basic|token)[ \t]+(?P<v>[A-Za-z0-9._~+/=*-]{6,})"#,
    ),
    ("a login in a header", If::Digits, r"(?i)\bbearer[ \t]+(?P<v>[A-Za-z0-9._~+/=*-]{16,})"),
    (
        "a login in a header",
        If::Always,
        r#"(?i)\s(?:-H|--header)[ =]?["'\\]*[a-z-]*(?:token|key|secret)[a-z-]*:[ \t]*(?P<v>[^\s"'\\]{6,})"#,
    ),
    // Of curl a login is a login; of others, `-u` may be a user and a group.
    (
        "a login",
        If::Always,
        r#"\bcurl\b(?:[^\n|;&]|\\\r?\n|&[^&\s]|;[^\s]|\|[^|\s])*?(?:\s|["'])(?:-u|--user|--proxy-user)(?:[ =]?|["'],\s*)["']?[^\s:"']+:(?P<v>[^\s"']+)"#,
    ),
    (
        "a login",
        If::Login,
        r#"(?:^|\s)(?:-u|--user|--proxy-user)[ =]["']?(?P<u>[^\s:"']+):(?P<v>[^\s"']+)"#,
    ),
    (
        "a password in a flag",
        If::Flag,
        concat!(
            r"(?i)--(?P<f>[a-z0-9-]*(?:password|passwd|requirepass|token|secret|api-key))",
            gap!(),
            r#"(?P<v>[^\s"'`,;&|\]\\<-][^\s"'`,;&|\]\\]*)"#
        ),
    ),
    (
        "a password in a flag",
        If::Always,
        concat!(
            r"\b(?:sshpass[ \t]+-p[ \t]*|(?:mysql|mysqladmin|mysqldump|mariadb)\b[^\n|;&]*?\s-p|docker[ \t]+login\b[^\n|;&]*?\s-p[ \t]+)",
            r#"["']?(?P<v>[^\s"'`;&|\\-][^\s"'`;&|\\]*)"#
        ),
    ),
    (
        "a password of the system",
        If::Always,
        r#"\becho[ \t]+(?:-[a-z]+[ \t]+)?["']?[\w.-]+:(?P<v>[^\s"'|]+)["']?[ \t]*\|[ \t]*(?:sudo[ \t]+)?chpasswd"#,
    ),
    ("a login for .netrc", If::Always, r#"(?i)\blogin\s+\S+\s+password\s+(?P<v>[^\s"'\\]+)"#),
    ("a GitHub token", If::Always, r"\bgh[opsur]_(?P<v>[A-Za-z0-9*]{6,})"),
    ("a GitHub token", If::Always, r"\bgithub_pat_(?P<v>[A-Za-z0-9_*]{8,})"),
    ("a GitLab token", If::Always, r"\bgl(?:pat|ptt|dt|rt|cbt|ft|soat)-(?P<v>[A-Za-z0-9_.*-]{8,})"),
    ("an npm token", If::Always, r"\bnpm_(?P<v>[A-Za-z0-9*]{20,})"),
    ("a PyPI token", If::Always, r"\bpypi-AgE(?P<v>[A-Za-z0-9_*-]{50,})"),
    ("a Docker token", If::Always, r"\bdckr_pat_(?P<v>[A-Za-z0-9_*-]{20,})"),
    ("an AWS access key", If::Always, r"\b(?:AKIA|ASIA)(?P<v>[A-Z0-9]{16}\b|\*{16})"),
    (
        "an AWS secret key",
        If::Always,
        r#"(?i)\baws_secret_access_key["']?[ \t]*[=: \t][ \t]*["']?(?P<v>[A-Za-z0-9/+=*]{16,})"#,
    ),
    ("a Slack token", If::Always, r"\b(?:xox[abeoprs]|xapp)-(?P<v>[A-Za-z0-9*-]{8,})"),
    (
        "a Slack webhook",
        If::Always,
        r"hooks\.slack\.com/services/(?P<v>T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]+|\*{12,})",
    ),
    ("a Stripe key", If::Always, r"\b[rs]k_(?:live|test)_(?P<v>[A-Za-z0-9*]{8,})"),
    ("an API key", If::Digits, r"\bsk-(?P<v>[A-Za-z0-9_*-]{20,})"),
    ("a Google API key", If::Always, r"\bAIza(?P<v>[A-Za-z0-9_*-]{35})"),
    ("a Hugging Face token", If::Always, r"\bhf_(?P<v>[A-Za-z0-9*]{30,})"),
    ("a Vault token", If::Always, r"\bhvs\.(?P<v>[A-Za-z0-9_*-]{24,})"),
    ("a SendGrid key", If::Always, r"\bSG\.(?P<v>[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{32,}|\*{40,})"),
    ("a Shopify token", If::Always, r"\bshp(?:at|ca|pa|ss)_(?P<v>[A-Fa-f0-9*]{32})"),
    ("a DigitalOcean token", If::Always, r"\bdo[por]_v1_(?P<v>[a-f0-9*]{64})"),
    (
        "a JSON web token",
        If::Always,
        r"\beyJ(?P<v>[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*|\*{20,})",
    ),
    (
        "a private key",
        If::Always,
        r#"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?P<v>[A-Za-z0-9+/=*\s\\"',:]{32,})-----END"#,
    ),
];

/// `NAME=value` and `NAME="some value"`, wherever they stand; `pip install some-token==1.0` is none.
const SETTING: &str = r#"(?:^|[^\w@/=-])(?P<n>[A-Za-z_][A-Za-z0-9_]*)=(?:\\?"(?P<a>[^"\n]+?)\\?"|'(?P<b>[^'\n]+)'|(?P<v>[^\s"'`;&|\\=<)][^\s"'`;&|\\)]*))"#;

static COMPILED: LazyLock<Vec<(&str, If, Regex)>> = LazyLock::new(|| {
    let setting = ("the value of a secret", If::Name, SETTING);
    // A shape that does not compile would let secrets through: that must not go unseen.
    let compiled =
        |(what, when, shape)| (what, when, Regex::new(shape).expect("the shapes are constants"));
    SHAPES.into_iter().chain([setting]).map(compiled).collect()
});

/// Everything that looks like a secret, in the order of the text; where shapes overlap, the first one
/// of them. What the shell puts in when a step runs (`$TOKEN`, `$(cat /run/secrets/x)`) is none.
pub(super) fn shaped(text: &str) -> Vec<Shaped> {
    let mut found: Vec<Shaped> = Vec::new();
    for (what, when, shape) in COMPILED.iter() {
        for captures in shape.captures_iter(text) {
            let value = ["v", "a", "b"].iter().find_map(|group| captures.name(group));
            let Some(value) = value else { continue };
            if says_it_is_none(value.as_str()) || stands_in(text, value.start()) {
                continue;
            }
            if holds(*when, &captures, value.as_str(), text.get(value.end()..).unwrap_or_default())
            {
                found.push(Shaped { range: value.range(), what });
            }
        }
    }
    found.sort_by_key(|shaped| (shaped.range.start, shaped.range.end));
    found.dedup_by(|next, kept| {
        let overlaps = next.range.start < kept.range.end;
        if overlaps {
            kept.range.end = kept.range.end.max(next.range.end);
        }
        overlaps
    });
    found
}

fn holds(when: If, captures: &Captures<'_>, value: &str, rest: &str) -> bool {
    let group = |name: &str| captures.name(name).map_or("", |found| found.as_str());
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    match when {
        If::Always => true,
        If::Digits => value.contains(|c: char| c.is_ascii_digit()) || is_masked(value),
        If::Flag => {
            let flag = group("f").to_ascii_lowercase();
            let words = [
                "no", "without", "with", "disabled", "disable", "skip", "allow", "enable", "use",
                "ask", "empty",
            ];
            // `docker build --secret id=npm` names where the secret is.
            let is_place =
                ["id=", "type=", "src=", "env="].iter().any(|start| value.starts_with(start));
            !is_place && flag.split('-').next().is_some_and(|first| !words.contains(&first))
        }
        If::Login => group("u") != value && !is_number(group("u")) && !is_number(value),
        If::NoDigest => !rest.starts_with("@sha256:"),
        If::Name => is_secret_name(group("n")),
    }
}

/// Whether a value is what stands in for a variable, `${NAME:-so}`, whose colon is that of no login.
fn stands_in(text: &str, at: usize) -> bool {
    let name = text.get(..at).and_then(|before| before.strip_suffix(':')).unwrap_or_default();
    name.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').ends_with("${")
}

/// Whether a value is hidden already.
fn is_masked(value: &str) -> bool {
    value.chars().all(|c| c == '*')
}

/// Whether a value is put in later, or says itself that it is no secret. A default such as `changeme`
/// is one: it opens whatever nobody changed it for.
pub(super) fn says_it_is_none(value: &str) -> bool {
    let lower = value.trim_matches(['"', '\'', '\\']).to_ascii_lowercase();
    let words = ["true", "false", "yes", "no", "none", "null", "0", "1"];
    let parts = ["dummy", "placeholder", "not-a-secret", "notasecret", "unused", "fake"];
    let is_left_open =
        value.contains(['$', '`', '<']) || value.contains("{{") || value.contains(".*");
    // `AKIAIOSFODNN7EXAMPLE` is the documentation's own.
    let is_example = value.ends_with("EXAMPLE") || value.ends_with("EXAMPLEKEY");
    is_left_open
        || is_example
        || words.contains(&lower.as_str())
        || parts.iter().any(|part| lower.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is hidden in a text; once it is hidden, the same is found.
    fn hidden(text: &str) -> Vec<&str> {
        let found = shaped(text);
        let mut stars = text.to_owned();
        for Shaped { range, .. } in &found {
            let hidden = text[range.clone()].chars().map(|c| if c == '\n' { c } else { '*' });
            stars.replace_range(range.clone(), &hidden.collect::<String>());
        }
        assert_eq!(shaped(&stars), found, "{stars}");
        found.into_iter().map(|found| &text[found.range]).collect()
    }

    fn long(start: &str, part: &str, times: usize) -> String {
        format!("{start}{}", part.repeat(times))
    }

    #[test]
    fn logins_are_found() {
        for (text, secret) in [
            ("DATABASE_URL=postgres://u:pw9@h/db", "pw9"),
            ("git clone https://x:y1z@github.com/a/b", "y1z"),
            ("pip install git+https://abcdefghij0123456789@h/a", "abcdefghij0123456789"),
            ("echo \"//r/:_authToken=abc\" > x", "abc"),
            ("npm config set //r/:_authToken abc", "abc"),
            ("curl -H \"Authorization: Bearer sekret99\" h", "sekret99"),
            ("curl -H 'PRIVATE-TOKEN: abcdef12' h", "abcdef12"),
            ("curl -sSL -u bob:pw77 h", "pw77"),
            ("curl https://h/x?a=1&b=2 -u admin:admin", "admin"),
            ("wget --user bob:pw77 h", "pw77"),
            ("a ${URL:-https://u:pw9@h}", "pw9"),
            ("a --password=cmdpw55", "cmdpw55"),
            ("[\"a\", \"--token\", \"abc\"]", "abc"),
            ("redis-server --requirepass hello", "hello"),
            ("mysql -uroot -phello -e x", "hello"),
            ("sshpass -p hello ssh h", "hello"),
            ("echo \"root:Docker!\" | chpasswd", "Docker!"),
            ("machine h login bob password pw77", "pw77"),
            ("MY_TOKEN=inl_888 npm ci", "inl_888"),
            ("PGPASSWORD=changeme psql", "changeme"),
            ("java -Dspring.datasource.password=pw77", "pw77"),
            (
                "aws configure set aws_secret_access_key wJalrXUtnFEMI0123456",
                "wJalrXUtnFEMI0123456",
            ),
        ] {
            assert_eq!(hidden(text), [secret], "{text}");
        }
    }

    #[test]
    fn tokens_are_found_by_how_they_begin() {
        for text in [
            long("ghp_", "a1B2", 9),
            long("github_pat_", "a1B2_", 16),
            long("glpat-", "a1B2", 5),
            long("npm_", "a1B2", 9),
            long("AKIA", "A1B2", 4),
            long("xoxb-", "12345-", 4),
            long("sk_live_", "a1B2", 6),
            long("sk-proj-", "a1B2", 10),
            long("AIza", "a1B2-", 7),
            long("hf_", "aBcD", 9),
            long("hvs.", "a1B2", 7),
            long("dop_v1_", "a1b2", 16),
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl".to_owned(),
            format!(
                "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----",
                "MIIE".repeat(9)
            ),
        ] {
            assert_eq!(hidden(&format!("LABEL x=\"{text}\"")).len(), 1, "{text}");
        }
    }

    #[test]
    fn what_is_no_secret_is_left_alone() {
        for text in [
            "postgres://localhost/db",
            "https://user@host/x",
            "https://x-access-token:$TOKEN@github.com/a",
            "https://x:$(cat /run/secrets/t)@github.com/a",
            "skopeo copy docker://node:20@sha256:00 dir:x",
            "TOKEN=$(cat /run/secrets/t) npm ci",
            "PASSWORD=`cat x` a",
            "--mount=type=secret,id=npm,env=NPM_TOKEN npm ci",
            "docker build --secret id=token,src=x .",
            "adduser --disabled-password --gecos '' app",
            "adduser --gecos '' --disabled-password app",
            "docker run -u 1000:1000 a",
            "locust -u \"${USERS:-10}\" --host http://${HOST:-h}@x",
            "su-exec -u app:app a",
            "SECRET_KEY_BASE_DUMMY=1 rails assets:precompile",
            "SECRET_KEY_BASE=dummy rails assets:precompile",
            "ENV ENABLE_AUTH=true NPM_CONFIG_ALWAYS_AUTH=true",
            "pip install some-token==1.0 secrets==2",
            "LABEL description=\"A basic webserver with bearer authentication\"",
            "echo d2a84f4b8b650937ec8f73cd8be2c74add5a911ba64df27458ed8229da804a26  x | sha256sum -c",
            "git checkout 3eb634a8eec78a7a896bf5934be1218ee4d00000",
            "npm ci --otp=$X",
            "sed -i s/^password=.*/password=$X/ f",
            "grep -q -- '-----BEGIN PRIVATE KEY-----' f",
            "AKIAIOSFODNN7EXAMPLE",
            "apt-get install libsecret-1-0=0.20.5-3",
            "npm_config_build_from_source=true",
        ] {
            assert_eq!(hidden(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn no_shape_reaches_into_the_next_instruction() {
        for text in ["CMD a --token\nLABEL a=b\n", "RUN curl x\nUSER a\nRUN b -u 1:1\n"] {
            assert_eq!(hidden(text), Vec::<&str>::new(), "{text}");
        }
    }
}
