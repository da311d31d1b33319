//! Dockerfiles in: what each change rebuilds and ships again, what that costs, and what to write instead.
//!
//! | room | what it does |
//! |---|---|
//! | [`read`](mod@read) | text to stages and instructions, variables expanded, every path absolute |
//! | [`shell`] | the commands of a `RUN` |
//! | [`ecosystem`] | what those commands do with packages |
//! | [`cache`] | what each change rebuilds |
//! | [`log`] | how long each instruction took, by the log of a build |
//! | [`rules`] | what could be better |
//! | [`templates`] | Dockerfiles to start from |
//! | [`image`] | the image that a file makes, instruction by instruction, and that of a better file |
//! | [`price`] | what each instruction costs, and what a better file saves |
//!
//! Everything here is a function of text: files, images and prices are opened by the caller.

pub mod cache;
pub mod ecosystem;
pub mod image;
pub mod log;
pub mod price;
pub mod read;
pub mod rules;
pub mod shell;
pub mod templates;

pub use read::{Dockerfile, Instruction, Kind, Problem, ReadOptions, Stage, read};
