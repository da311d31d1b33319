//! Findings in a small Dockerfile, written by hand, with every kind of saving: known, nothing,
//! partly known, not known at all, and a loss.

use imgcost::fleet::defaults::Assumption;
use imgcost::units::{Currency, Money, Ratio};
use imgcost_dockerfile::cache::StepId;
use imgcost_dockerfile::ecosystem::Manager;
use imgcost_dockerfile::price::Saving;
use imgcost_dockerfile::rules::{Finding, Fix, Ignored, Severity};
use imgcost_report::{CheckReport, CheckedFile, PricedFinding};
use rust_decimal::Decimal;

pub const DOCKERFILE: &str = "\
FROM node:20
WORKDIR /app
COPY . .
RUN npm install
# imgcost ignore=package-cache-kept: the image is squashed
RUN npm run build && \\
    npm prune
EXPOSE 5000
CMD [\"npm\", \"start\"]
";

pub fn report() -> CheckReport {
    let step = |instruction| StepId { stage: 0, instruction: Some(instruction) };
    let from = StepId { stage: 0, instruction: None };
    let findings = vec![
        PricedFinding {
            finding: finding(
                "full-os-base",
                Severity::Warning,
                "FROM node:20",
                Fix::SmallerBase { from, to: None },
            ),
            saving: saving(Some("3.2184"), Some("0.0536"), Some("0")),
        },
        PricedFinding {
            finding: finding(
                "copy-before-install",
                Severity::Warning,
                "COPY . .",
                Fix::PackagesFirst { installs: vec![step(2)] },
            ),
            saving: saving(Some("0.000012"), None, Some("41.25")),
        },
        PricedFinding {
            finding: finding(
                "npm-install",
                Severity::Info,
                "RUN npm install",
                Fix::LockedInstall { installs: vec![step(2)], manager: Manager::Npm },
            ),
            saving: Saving::UNKNOWN,
        },
        PricedFinding {
            finding: finding(
                "cleanup-in-later-layer",
                Severity::Warning,
                "RUN npm run build && \\\n    npm prune",
                Fix::CleanedInSameStep {
                    made: step(2),
                    deleted: step(3),
                    manager: Some(Manager::Npm),
                    what: vec![],
                },
            ),
            saving: saving(Some("-0.5"), Some("-0.01"), Some("150")),
        },
        PricedFinding {
            finding: finding(
                "runs-as-root",
                Severity::Error,
                "CMD [\"npm\", \"start\"]",
                Fix::Nothing,
            ),
            saving: saving(Some("0"), Some("0"), Some("0")),
        },
    ];
    let ignored = vec![Ignored {
        finding: finding("package-cache-kept", Severity::Warning, "RUN npm install", Fix::Nothing),
        reason: "the image is squashed".into(),
    }];
    CheckReport {
        files: vec![CheckedFile {
            name: "api/Dockerfile".into(),
            text: DOCKERFILE.into(),
            findings,
            ignored,
            together: saving(Some("3.3"), Some("0.055"), Some("43")),
        }],
        scene: "20 nodes, 60 deploys a month; AWS ECR us-east-1, path nat".into(),
        currency: Currency::USD,
        as_of: "2026-11-23".parse().unwrap(),
        assumptions: vec![Assumption {
            name: "compression-ratio".into(),
            value: "2.7".into(),
            basis: "official images".into(),
            source: "measured".into(),
        }],
        warnings: vec![],
    }
}

/// A finding about these words of the Dockerfile.
pub fn finding(rule: &'static str, severity: Severity, about: &str, fix: Fix) -> Finding {
    let start = DOCKERFILE.find(about).unwrap();
    Finding {
        rule,
        severity,
        span: start..start + about.len(),
        line: DOCKERFILE[..start].matches('\n').count() + 1,
        step: None,
        ships: rule != "copy-before-install",
        message: format!("what is wrong about {rule}"),
        why: "a reason that takes more words than a line of a terminal of one hundred columns has room for, and then some".into(),
        help: "COPY package*.json ./\nRUN npm ci && \\\n    npm cache clean --force".into(),
        fix,
    }
}

/// Dollars a month, dollars per deploy, seconds a build.
pub fn saving(month: Option<&str>, deploy: Option<&str>, build: Option<&str>) -> Saving {
    let number = |text: &str| text.parse::<Decimal>().unwrap();
    let money = |text: &str| Money::from_decimal(number(text)).unwrap();
    Saving {
        monthly_billed: month.map(money),
        per_deploy: deploy.map(money),
        build_seconds: build.map(|text| Ratio::from_decimal(number(text)).unwrap()),
        complete: true,
    }
}
