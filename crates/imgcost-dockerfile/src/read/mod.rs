//! A Dockerfile's text as stages and instructions.
//!
//! The grammar is that of the `parse-dockerfile` crate; what it leaves to its callers is done here:
//! variables are expanded where their values are known, stages and images are told apart, paths are
//! made absolute, `ONBUILD` of one stage runs in the stages made from it.

mod arguments;
mod context;
mod dockerfile;
mod documents;
mod ignore_file;
mod image_name;
mod instruction;
mod path;
mod problem;
mod references;
mod stages;
mod variables;

pub use context::Context;
pub use dockerfile::{
    Base, Chown, Copy, CopyFrom, Dockerfile, Instruction, Kind, Mount, MountKind, Process, Run,
    Stage,
};
pub use ignore_file::IgnoreFile;
pub use image_name::ImageName;
pub use path::Source;
pub(crate) use path::{absolute, in_context};
pub use problem::Problem;
pub use references::Reference;
pub(crate) use stages::Lines;
pub use stages::{ReadOptions, read};
