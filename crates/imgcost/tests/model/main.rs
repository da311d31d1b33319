//! The model against hand arithmetic, and its laws. Expected numbers come from the specification
//! or from arithmetic shown beside them, never from the program.
#![allow(missing_docs, unreachable_pub)]

mod by_hand;
mod churn;
mod derivations;
mod fixture;
mod gates;
mod laws;
