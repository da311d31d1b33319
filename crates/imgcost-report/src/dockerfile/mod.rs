//! Dockerfiles: what could be better and what that saves, what each change rebuilds, what each
//! instruction costs, and one file against another.

mod cache;
mod check;
mod folded;
mod place;
mod saving;

pub use cache::{CacheReport, cache_csv, cache_json, cache_markdown, cache_text};
pub use check::{
    CheckReport, CheckedFile, PricedFinding, check_csv, check_github, check_json, check_markdown,
    check_sarif, check_text,
};
