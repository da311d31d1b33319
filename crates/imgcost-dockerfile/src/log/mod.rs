//! How long each instruction took: the log of a build by BuildKit, as it prints it
//! (`--progress=plain`) or for programs (`--progress=rawjson`).
//!
//! A log calls its steps `[build 4/7] RUN npm ci`. The command tells which instruction that is; the
//! number decides between equal ones.

mod build_log;
mod names;
mod plain;
mod rawjson;
mod steps;
mod vertex;

pub use build_log::{BuildLog, Unmapped, read};
