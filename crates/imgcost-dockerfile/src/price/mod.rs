//! What a Dockerfile costs, instruction by instruction, and what a better one would save: always the
//! difference of two estimates of the whole fleet, never a sum of guesses.
//!
//! | question | function |
//! |---|---|
//! | what each finding would save | [`savings`] |
//! | what each instruction costs | [`cost`] |
//! | what one file saves against another | [`compare`] |

mod compare;
mod cost;
mod saving;
mod setting;

pub use compare::{Change, compare};
pub use cost::{Cost, Part, Row, cost};
pub use saving::{Saving, Savings, savings};
pub use setting::Setting;
