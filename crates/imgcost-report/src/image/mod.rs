//! Real images: what they are made of, what pulls of them move, how they change.

mod churn;
mod inspect;
mod inspect_json;
mod pulls;

pub use churn::{ChurnReport, churn_csv, churn_fragment, churn_json, churn_markdown, churn_text};
pub use inspect::{
    InspectReport, Inspected, WasteCost, inspect_csv, inspect_markdown, inspect_text,
};
pub use inspect_json::inspect_json;
pub use pulls::{PullReport, Pulled, pulls_csv, pulls_json, pulls_markdown, pulls_text};
