//! Dockerfiles: what could be better and what that saves, what each change rebuilds, what each
//! instruction costs, and one file against another.

mod cache;
mod check;
mod compare;
mod cost;
mod folded;
mod page;
mod place;
mod saving;

pub use cache::{CacheReport, cache_csv, cache_json, cache_markdown, cache_text};
pub use check::{
    CheckReport, CheckedFile, PricedFinding, check_csv, check_github, check_json, check_markdown,
    check_sarif, check_text,
};
pub use compare::{
    ComparedFile, DockerfileCompareReport, compare_csv, compare_json, compare_markdown,
    compare_text,
};
pub use cost::{CostReport, cost_csv, cost_json, cost_markdown, cost_text};
