//! Images, instruction by instruction, and their money.
#![allow(missing_docs, unreachable_pub)]

mod by_evidence;
mod by_layers;
mod by_other;
mod by_size;
mod costs;
mod files;
mod fixes;
mod fixture;
mod times;
